"""A studio with people in it, and its operations called as the server calls them, without HTTP in between."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pytest
from sqlalchemy.exc import IntegrityError
from tests.records import STUDIO_ID, make_launch_profile, make_session, make_stream_configuration
from tests.support import Clock

from greenroom.access.keyring import Keyring
from greenroom.access.principals import Principal
from greenroom.access.secret_box import SecretBox
from greenroom.api import dispatch, handlers  # noqa: F401  all are registered by the second
from greenroom.api.contents import Changed, Download, Entry, Position, VolumeNow
from greenroom.api.context import Context, House
from greenroom.api.remembered_pages import RememberedPages
from greenroom.control.loop import Group, Loop
from greenroom.control.resources import resource_steps
from greenroom.control.streams import WORK as STREAM_WORK
from greenroom.control.streams import StreamSteps
from greenroom.store import components, images, launch_profiles, sessions, studios
from greenroom.store.database import Database
from greenroom.streaming.tickets import Tickets
from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.components import STUDIO_COMPONENTS, ComponentSubtype, ComponentType, StudioComponent
from greenroom.studio.ids import new_id, new_principal_id
from greenroom.studio.images import StreamingImage, vendor_image
from greenroom.studio.launch_profiles import LaunchProfile
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.studios import Studio, User
from greenroom.wire import errors
from greenroom.wire.additions import ADDITIONS
from greenroom.wire.operations import OPERATIONS, Operation
from greenroom.wire.pages import PageTokens
from greenroom.wire.response import RepeatedOutput
from greenroom.wire.shapes.base import Shape

ACCOUNT = "123456789012"
REGION = "us-west-2"
IDENTITY_STORE = "d-9067642ac7"

Response = TypeVar("Response", bound=Shape)


@contextmanager
def refused(kind: type[errors.ApiError], code: str | None = None) -> Iterator[pytest.ExceptionInfo[errors.ApiError]]:
    """The call inside is refused with that error, and with that code."""
    with pytest.raises(errors.ApiError) as caught:
        yield caught
    assert (type(caught.value), code or caught.value.code) == (kind, caught.value.code), caught.value.message


class NothingKept:
    """Backups that hold nothing."""

    def page(self, backup: StreamingSessionBackup, directory: str, after: str, limit: int) -> Sequence[Entry]:
        """An empty directory."""
        return []

    def search(self, backup: StreamingSessionBackup, pattern: str, after: Position, limit: int) -> Sequence[Entry]:
        """Nothing."""
        return []

    def changes(
        self, before: StreamingSessionBackup, other: StreamingSessionBackup | VolumeNow, after: Position, limit: int
    ) -> Sequence[Changed]:
        """None."""
        return []

    def download(self, backup: StreamingSessionBackup, path: str, form: str) -> Download:
        """An empty file."""
        return Download("empty", "application/octet-stream", 0, (part for part in [b""]))


def make_house(quotas: Mapping[str, int] | None = None) -> House:
    """What holds for every call, with quotas as given and no others."""
    return House(
        region=REGION,
        account_id=ACCOUNT,
        pages=PageTokens(bytes(32)),
        backup_pages=RememberedPages(),
        tickets=Tickets(bytes(32)),
        quotas=quotas or {},
        contents=NothingKept(),
    )


def make_component(**members: Any) -> StudioComponent:
    """A READY component of type CUSTOM."""
    defaults: dict[str, Any] = {
        **STUDIO_COMPONENTS.creation.done._asdict(),
        "studio_component_id": new_id(),
        "studio_id": STUDIO_ID,
        "name": "Workstation",
        "description": None,
        "type": ComponentType.CUSTOM,
        "subtype": ComponentSubtype.CUSTOM,
        "configuration": None,
        "ec2_security_group_ids": (),
        "initialization_scripts": (),
        "script_parameters": (),
        "runtime_role_arn": None,
        "secure_initialization_role_arn": None,
        "created_by": "greenroom",
        "updated_by": "greenroom",
    }
    return StudioComponent(**(defaults | members))


def operation_of(request: Shape) -> Operation:
    """What the request is of."""
    name = type(request).__name__.removesuffix("Request")
    return OPERATIONS.get(name) or ADDITIONS[name]


@dataclass
class Api:
    """The operations of one house, for its people."""

    database: Database
    clock: Clock
    house: House
    admin: Principal
    artist: Principal
    """A plain user, member of `profile`."""
    stranger: Principal
    """A plain user, member of nothing."""
    image: StreamingImage
    """The vendor's."""
    component: StudioComponent
    profile: LaunchProfile

    def call(self, request: Shape, answer: type[Response], *, by: Principal | None = None) -> Response:
        """The answer, in a transaction as the server opens it; ApiError where the call is refused."""
        output = operation_of(request).output
        assert output is answer, "the answer's type is for the type checker: it must be the true one"
        response = self.carry_out(request, by=by)
        assert isinstance(response, answer)
        return response

    def carry_out(self, request: Shape, *, by: Principal | None = None) -> Any:
        """As `call`, for whatever is answered."""
        operation = operation_of(request)
        try:
            return self._transact(operation, request, by or self.admin)
        except IntegrityError:
            # Another call made the same thing at the same time: the server tries again, too.
            return self._transact(operation, request, by or self.admin)

    def _transact(self, operation: Operation, request: Shape, principal: Principal) -> Any:
        transaction = self.database.read() if operation.read_only else self.database.write()
        with transaction as connection:
            context = Context(principal, lambda: connection, self.clock(), self.house)
            response = dispatch.call(context, operation, request)
        response = dispatch.finish(response)
        return response.output if isinstance(response, RepeatedOutput) else response

    def settle(self) -> None:
        """Have the control loop do what is due."""
        steps = {**resource_steps(self.clock), STREAM_WORK: StreamSteps(self.clock)}
        Loop(self.database, [Group("all", steps, 1)], clock=self.clock).run_due()

    def limit(self, **quotas: int) -> None:
        """Set quotas."""
        self.house = replace(self.house, quotas=quotas)

    def change_studio(self, **members: Any) -> Studio:
        """Give the studio other members."""
        with self.database.write() as connection:
            before = studios.get(connection, STUDIO_ID)
            assert before is not None
            after = replace(before, **members)
            studios.save(connection, before, after)
        return after

    def add_user(self, name: str, *, administrator: bool = False) -> Principal:
        """Somebody new, member of nothing."""
        user = User(
            principal_id=new_principal_id(),
            studio_id=STUDIO_ID,
            user_name=name,
            password_hash="",
            administrator=administrator,
            created_at=self.clock(),
        )
        with self.database.write() as connection:
            studios.insert_user(connection, user)
        return self.principal(user.principal_id)

    def principal(self, principal_id: str) -> Principal:
        """The user as one who makes calls now."""
        with self.database.read() as connection:
            user = studios.user(connection, principal_id)
        assert user is not None
        return Keyring(self.database, SecretBox(bytes(32)), ACCOUNT).principal(user)

    def add_session(self, **members: Any) -> StreamingSession:
        """A session of the artist's, READY unless told otherwise, as the control loop would have left it."""
        defaults: dict[str, Any] = {
            "launch_profile_id": self.profile.launch_profile_id,
            "streaming_image_id": self.image.streaming_image_id,
            "owned_by": self.artist.principal_id,
            "created_by": self.artist.principal_id,
            "created_at": self.clock(),
        }
        with self.database.write() as connection:
            number = sessions.next_number(connection)
            session = make_session(**(defaults | {"number": number} | members))
            sessions.insert(connection, session)
        return session

    def add_image(self, **members: Any) -> StreamingImage:
        """An image of the studio's own, READY."""
        defaults: dict[str, Any] = {
            "streaming_image_id": new_id(),
            "owner": STUDIO_ID,
            "name": "Rocky-Maya",
            "ec2_image_id": "ami-0123456789abcdef0",
        }
        image = replace(vendor_image(STUDIO_ID, self.clock()), **(defaults | members))
        with self.database.write() as connection:
            images.insert(connection, image)
        return image

    def add_component(self, **members: Any) -> StudioComponent:
        """A component, READY."""
        component = make_component(**({"created_at": self.clock(), "updated_at": self.clock()} | members))
        with self.database.write() as connection:
            components.insert(connection, component)
        return component

    def add_profile(self, **members: Any) -> LaunchProfile:
        """A launch profile with the studio's image and component, READY, without members."""
        defaults: dict[str, Any] = {
            "stream_configuration": make_stream_configuration(streaming_image_ids=[self.image.streaming_image_id]),
            "studio_component_ids": [self.component.studio_component_id],
            "created_at": self.clock(),
        }
        profile = make_launch_profile(**(defaults | members))
        with self.database.write() as connection:
            launch_profiles.insert(connection, profile)
        return profile
