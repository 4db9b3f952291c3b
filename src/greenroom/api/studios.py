"""Operations on studios."""

from typing import Any

import msgspec

from greenroom.api.context import Context
from greenroom.api.operation import Touched, handles, touches_studio
from greenroom.store import studios
from greenroom.studio.studios import Studio
from greenroom.wire import shapes


def studio_shape(context: Context, studio: Studio) -> shapes.Studio:
    """The studio as the API shows it."""
    shape = msgspec.convert(studio, shapes.Studio, from_attributes=True)
    shape.arn = context.arn("studio", studio.studio_id)
    shape.home_region = studio.region
    return shape


def _touches_nothing(_context: Context, _request: Any) -> Touched:
    return Touched([])


@handles("GetStudio", touches=touches_studio)
def get_studio(context: Context, request: shapes.GetStudioRequest) -> shapes.GetStudioResponse:
    """One studio."""
    return shapes.GetStudioResponse(studio=studio_shape(context, context.studio(request.studio_id)))


@handles("ListStudios", touches=_touches_nothing)
def list_studios(context: Context, _request: shapes.ListStudiosRequest) -> shapes.ListStudiosResponse:
    """All studios of this account, which are few: always one page."""
    found = studios.every(context.connection)
    return shapes.ListStudiosResponse(studios=[studio_shape(context, studio) for studio in found])
