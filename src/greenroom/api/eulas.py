"""Operations on licence agreements and their acceptance (facts sheet 3.4)."""

from typing import Any

import msgspec

from greenroom.access.authorise import Resource
from greenroom.api.context import Context
from greenroom.api.operation import DONE_AGAIN, Touched, handles, resource
from greenroom.api.paging import page
from greenroom.store import eulas
from greenroom.studio.errors import Invalid, NotFound
from greenroom.studio.eulas import EulaAcceptance
from greenroom.studio.ids import new_id
from greenroom.studio.studios import STUDIOS
from greenroom.wire import shapes


def _agreement(context: Context, eula_id: str) -> Resource:
    """Agreements belong to no studio: policies know them by their ARN alone."""
    return Resource(arn=context.arn("eula", eula_id), type="eula")


def _touches_one(context: Context, request: Any) -> Touched:
    return Touched([_agreement(context, request.eula_id)])


def _touches_several(context: Context, request: Any) -> Touched:
    return Touched([_agreement(context, eula_id) for eula_id in request.eula_ids or ["*"]])


def _touches_all(context: Context, _request: Any) -> Touched:
    return Touched([_agreement(context, "*")])


def _touches_acceptances(context: Context, request: Any) -> Touched:
    return Touched([resource(context, "eula-acceptance", "*", request.studio_id, None)])


@handles("ListEulas", touches=_touches_all)
def list_eulas(context: Context, request: shapes.ListEulasRequest) -> shapes.ListEulasResponse:
    """A page of agreements, newest first; with `eulaIds` those only."""
    eula_ids = sorted(request.eula_ids or [])
    found, next_token = page(
        context,
        request.next_token,
        {"operation": "ListEulas", "eulas": ",".join(eula_ids)},
        lambda after, limit: eulas.page(context.connection, eula_ids=eula_ids, after=after, limit=limit),
        lambda eula: (eula.created_at, eula.eula_id),
    )
    return shapes.ListEulasResponse(
        eulas=[msgspec.convert(eula, shapes.Eula, from_attributes=True) for eula in found], next_token=next_token
    )


@handles("GetEula", touches=_touches_one)
def get_eula(context: Context, request: shapes.GetEulaRequest) -> shapes.GetEulaResponse:
    """One agreement."""
    eula = eulas.get(context.connection, request.eula_id)
    if eula is None:
        raise NotFound("eula", request.eula_id)
    return shapes.GetEulaResponse(eula=msgspec.convert(eula, shapes.Eula, from_attributes=True))


@handles("AcceptEulas", touches=_touches_several, repeat=DONE_AGAIN)
def accept_eulas(context: Context, request: shapes.AcceptEulasRequest) -> shapes.AcceptEulasResponse:
    """Accept agreements for the studio; what was accepted before stays as it was."""
    STUDIOS.refuse_unusable(context.studio(request.studio_id, for_update=True))
    eula_ids = list(dict.fromkeys(request.eula_ids or []))
    if not eula_ids:
        raise Invalid("eulaIds: name at least one licence agreement to accept.", code="NO_EULA_IDS")
    known = eulas.known(context.connection, eula_ids)
    for eula_id in eula_ids:
        if eula_id not in known:
            raise NotFound("eula", eula_id)
    acceptances = eulas.acceptances_of(context.connection, request.studio_id, eula_ids)
    for eula_id in eula_ids:
        if eula_id not in acceptances:
            acceptances[eula_id] = EulaAcceptance(
                eula_acceptance_id=new_id(),
                acceptee_id=request.studio_id,
                eula_id=eula_id,
                accepted_at=context.now,
                accepted_by=context.principal.principal_id,
            )
            eulas.insert_acceptance(context.connection, acceptances[eula_id])
    return shapes.AcceptEulasResponse(eula_acceptances=[_shape(acceptances[eula_id]) for eula_id in eula_ids])


@handles("ListEulaAcceptances", touches=_touches_acceptances)
def list_eula_acceptances(
    context: Context, request: shapes.ListEulaAcceptancesRequest
) -> shapes.ListEulaAcceptancesResponse:
    """A page of what the studio has accepted, newest first; with `eulaIds` of these agreements only."""
    context.studio(request.studio_id)
    eula_ids = sorted(request.eula_ids or [])
    found, next_token = page(
        context,
        request.next_token,
        {"operation": "ListEulaAcceptances", "studio": request.studio_id, "eulas": ",".join(eula_ids)},
        lambda after, limit: eulas.acceptances_page(
            context.connection, request.studio_id, eula_ids=eula_ids, after=after, limit=limit
        ),
        lambda acceptance: (acceptance.accepted_at, acceptance.eula_acceptance_id),
    )
    return shapes.ListEulaAcceptancesResponse(
        eula_acceptances=[_shape(acceptance) for acceptance in found], next_token=next_token
    )


def _shape(acceptance: EulaAcceptance) -> shapes.EulaAcceptance:
    return msgspec.convert(acceptance, shapes.EulaAcceptance, from_attributes=True)
