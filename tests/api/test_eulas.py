"""Licence agreements: listed for all, accepted by administrators, and in the way of sessions until then."""

from typing import Any

import pytest
from tests.api.calling import Api, refused
from tests.records import STUDIO_ID, make_stream_configuration

from greenroom.store import eulas
from greenroom.studio.eulas import Eula, well_known_eulas
from greenroom.studio.status import ResourceState
from greenroom.wire import errors, shapes

FIREFOX, BLENDER = "gJZLygd-Srq_5NNbSfiaLg", "a-D9Wc0VQCKUfxAinCDxaw"


@pytest.fixture
def agreements(api: Api) -> list[Eula]:
    """Those that a founded studio has."""
    found = list(well_known_eulas(api.clock()))
    with api.database.write() as connection:
        for eula in found:
            eulas.insert(connection, eula)
    return found


def accept(api: Api, *eula_ids: str, **members: Any) -> list[shapes.EulaAcceptance]:
    response = api.call(
        shapes.AcceptEulasRequest(
            **({"studio_id": STUDIO_ID, "eula_ids": list(eula_ids)} | members),
        ),
        shapes.AcceptEulasResponse,
    )
    return response.eula_acceptances or []


def accepted(api: Api, **filters: Any) -> set[str | None]:
    page = api.call(
        shapes.ListEulaAcceptancesRequest(studio_id=STUDIO_ID, **filters), shapes.ListEulaAcceptancesResponse
    )
    return {acceptance.eula_id for acceptance in page.eula_acceptances or []}


@pytest.mark.usefixtures("agreements")
def test_everybody_can_list_the_originals_nine_under_their_ids(api: Api) -> None:
    page = api.call(shapes.ListEulasRequest(), shapes.ListEulasResponse, by=api.stranger)
    found = {eula.eula_id: eula.name for eula in page.eulas or []}
    assert len(found) == 9
    assert found[FIREFOX] == "Mozilla-FireFox"


@pytest.mark.usefixtures("agreements")
def test_a_listing_can_be_of_some_only(api: Api) -> None:
    page = api.call(shapes.ListEulasRequest(eula_ids=[BLENDER, "nowhere"]), shapes.ListEulasResponse)
    assert [eula.eula_id for eula in page.eulas or []] == [BLENDER]


@pytest.mark.usefixtures("agreements")
def test_an_agreement_is_read_by_administrators_only(api: Api) -> None:
    eula = api.call(shapes.GetEulaRequest(eula_id=BLENDER), shapes.GetEulaResponse).eula
    assert eula is not None
    assert (eula.name, eula.content) == (
        "BlenderFoundation-Blender",
        "https://download.blender.org/release/GPL3-license.txt",
    )
    with refused(errors.AccessDeniedException):
        api.call(shapes.GetEulaRequest(eula_id=BLENDER), shapes.GetEulaResponse, by=api.artist)


@pytest.mark.usefixtures("agreements")
def test_an_agreement_that_is_not_there_is_not_found(api: Api) -> None:
    with refused(errors.ResourceNotFoundException, "EULA_NOT_FOUND"):
        api.call(shapes.GetEulaRequest(eula_id="nowhere"), shapes.GetEulaResponse)
    with refused(errors.ResourceNotFoundException, "EULA_NOT_FOUND"):
        accept(api, FIREFOX, "nowhere")
    assert accepted(api) == set(), "all or none"


@pytest.mark.usefixtures("agreements")
def test_acceptances_say_who_accepted_what_for_whom(api: Api) -> None:
    (acceptance,) = accept(api, FIREFOX)
    assert acceptance.eula_id == FIREFOX
    assert acceptance.acceptee_id == STUDIO_ID
    assert acceptance.accepted_by == api.admin.principal_id
    assert acceptance.accepted_at == api.clock()


@pytest.mark.usefixtures("agreements")
def test_what_was_accepted_stays_as_it_was(api: Api) -> None:
    (first,) = accept(api, FIREFOX)
    api.clock.advance(days=1)
    again, other, *more = accept(api, FIREFOX, BLENDER, FIREFOX)
    assert (again, other.eula_id, more) == (first, BLENDER, [])
    assert accepted(api) == {FIREFOX, BLENDER}
    assert accepted(api, eula_ids=[BLENDER]) == {BLENDER}


@pytest.mark.usefixtures("agreements")
def test_plain_users_see_acceptances_and_make_none(api: Api) -> None:
    accept(api, FIREFOX)
    request = shapes.ListEulaAcceptancesRequest(studio_id=STUDIO_ID)
    assert api.call(request, shapes.ListEulaAcceptancesResponse, by=api.artist).eula_acceptances
    with refused(errors.AccessDeniedException):
        api.call(
            shapes.AcceptEulasRequest(studio_id=STUDIO_ID, eula_ids=[BLENDER]),
            shapes.AcceptEulasResponse,
            by=api.artist,
        )


@pytest.mark.parametrize("eula_ids", [None, []])
def test_to_accept_nothing_is_refused(api: Api, eula_ids: list[str] | None) -> None:
    with refused(errors.ValidationException, "NO_EULA_IDS"):
        accept(api, eula_ids=eula_ids)


@pytest.mark.usefixtures("agreements")
def test_a_studio_that_is_not_there_or_is_going_accepts_nothing(api: Api) -> None:
    with refused(errors.ResourceNotFoundException, "STUDIO_NOT_FOUND"):
        accept(api, FIREFOX, studio_id="us-west-2:stid-0000000000000000")
    api.change_studio(state=ResourceState.DELETED)
    with refused(errors.ConflictException, "DELETED"):
        accept(api, FIREFOX)


@pytest.mark.usefixtures("agreements")
def test_a_call_repeated_under_its_token_is_answered_the_same(api: Api) -> None:
    assert accept(api, FIREFOX, client_token="once") == accept(api, FIREFOX, client_token="once")
    with refused(errors.ValidationException, "CLIENT_TOKEN_REUSED"):
        accept(api, BLENDER, client_token="once")


def test_pages_show_every_agreement_and_acceptance_once(api: Api) -> None:
    made = [
        Eula(eula_id=f"eula{number:03}", name="x", content="x", created_at=api.clock(), updated_at=api.clock())
        for number in range(150)
    ]
    with api.database.write() as connection:
        for eula in made:
            eulas.insert(connection, eula)
    accept(api, *[eula.eula_id for eula in made])
    seen, token = [], None
    while True:
        page = api.call(shapes.ListEulasRequest(next_token=token), shapes.ListEulasResponse)
        seen += [eula.eula_id for eula in page.eulas or []]
        token = page.next_token
        if token is None:
            break
    agreed = []
    while True:
        acceptances = api.call(
            shapes.ListEulaAcceptancesRequest(studio_id=STUDIO_ID, next_token=token),
            shapes.ListEulaAcceptancesResponse,
        )
        agreed += [acceptance.eula_id for acceptance in acceptances.eula_acceptances or []]
        token = acceptances.next_token
        if token is None:
            break
    assert sorted(map(str, seen)) == sorted(map(str, agreed)) == [eula.eula_id for eula in made]


@pytest.mark.usefixtures("agreements")
def test_a_session_of_an_image_with_agreements_needs_them_accepted(api: Api) -> None:
    image = api.add_image(eula_ids=[FIREFOX, BLENDER])
    profile = api.add_profile(
        stream_configuration=make_stream_configuration(streaming_image_ids=[image.streaming_image_id])
    )
    request = shapes.CreateStreamingSessionRequest(studio_id=STUDIO_ID, launch_profile_id=profile.launch_profile_id)
    accept(api, FIREFOX)
    with refused(errors.ValidationException, "EULA_NOT_ACCEPTED") as caught:
        api.call(request, shapes.CreateStreamingSessionResponse)
    assert BLENDER in caught.value.message
    assert FIREFOX not in caught.value.message
    accept(api, BLENDER)
    assert api.call(request, shapes.CreateStreamingSessionResponse).session
