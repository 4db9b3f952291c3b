"""The calls that make a studio as a file says: each function here returns what one step of a plan will do."""

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from greenroom.cli.client import Client
from greenroom.cli.configuration.comparison import stream_configuration
from greenroom.cli.configuration.document import ComponentPart, ImagePart, ProfilePart, StudioPart
from greenroom.cli.configuration.survey import Names
from greenroom.cli.failures import CommandError
from greenroom.wire import shapes

IDENTITY_STORE = "greenroom"
"""What members added from a file have as `identityStoreId`, which means nothing here."""
MEMBERS_AT_ONCE = 20
"""What one call may put."""
PAUSE = 0.1
PATIENCE = 60.0
"""Seconds between two looks at a change, and until it should long have been done."""

Do = Callable[[Client], None]
Made = TypeVar("Made")


class Steps:
    """Makes steps. Ids of what a step creates are known to the steps after it."""

    def __init__(self, names: Names, arns: dict[str, str]) -> None:
        self._names = names
        self._arns = arns

    def change_studio(self, present: StudioPart, wanted: StudioPart, changed: Sequence[str]) -> Do:
        """Give the studio its display name, roles and tags."""

        def do(client: Client) -> None:
            members = {name: getattr(wanted, name) for name in changed if name != "tags"}
            if members:
                request = shapes.UpdateStudioRequest(studio_id=client.studio_id, **members)
                client.call(request, shapes.UpdateStudioResponse)
                look = shapes.GetStudioRequest(studio_id=client.studio_id)
                _settle("studio", lambda: client.call(look, shapes.GetStudioResponse).studio)
            if "tags" in changed:
                _tag(client, self._arns[client.studio_id], present.tags, wanted.tags)

        return do

    def accept_eulas(self, names: Sequence[str]) -> Do:
        """Accept those agreements."""

        def do(client: Client) -> None:
            eula_ids = [self._names.eulas[name] for name in names]
            request = shapes.AcceptEulasRequest(studio_id=client.studio_id, eula_ids=eula_ids)
            client.call(request, shapes.AcceptEulasResponse)

        return do

    def add_administrators(self, names: Sequence[str]) -> Do:
        """Make those users members of the studio."""

        def do(client: Client) -> None:
            persona = shapes.StudioPersona.ADMINISTRATOR
            for some in _batches(names):
                members = [
                    shapes.NewStudioMember(persona=persona, principal_id=self._names.users[name]) for name in some
                ]
                request = shapes.PutStudioMembersRequest(
                    studio_id=client.studio_id, identity_store_id=IDENTITY_STORE, members=members
                )
                client.call(request, shapes.PutStudioMembersResponse)

        return do

    def create_image(self, name: str, wanted: ImagePart) -> Do:
        """A new image of the studio's own."""

        def do(client: Client) -> None:
            request = shapes.CreateStreamingImageRequest(
                studio_id=client.studio_id,
                name=name,
                ec2_image_id=str(wanted.ec2_image_id),
                description=wanted.description,
                tags=wanted.tags or None,
            )
            image = _whole(client.call(request, shapes.CreateStreamingImageResponse).streaming_image)
            self._names.images[name] = str(image.streaming_image_id)
            self._settle_image(client, name)

        return do

    def change_image(self, name: str, present: ImagePart, wanted: ImagePart, changed: Sequence[str]) -> Do:
        """Give an image its description and tags."""

        def do(client: Client) -> None:
            image_id = self._names.images[name]
            if "description" in changed:
                request = shapes.UpdateStreamingImageRequest(
                    studio_id=client.studio_id, streaming_image_id=image_id, description=wanted.description or ""
                )
                client.call(request, shapes.UpdateStreamingImageResponse)
                self._settle_image(client, name)
            if "tags" in changed:
                _tag(client, self._arns[image_id], present.tags, wanted.tags)

        return do

    def _settle_image(self, client: Client, name: str) -> None:
        look = shapes.GetStreamingImageRequest(studio_id=client.studio_id, streaming_image_id=self._names.images[name])
        _settle(f"streaming image {name}", lambda: client.call(look, shapes.GetStreamingImageResponse).streaming_image)

    def create_component(self, name: str, wanted: ComponentPart) -> Do:
        """A new component."""

        def do(client: Client) -> None:
            members: dict[str, Any] = {name: getattr(wanted, name) or None for name in wanted.__struct_fields__}
            request = shapes.CreateStudioComponentRequest(studio_id=client.studio_id, name=name, **members)
            component = _whole(client.call(request, shapes.CreateStudioComponentResponse).studio_component)
            self._names.components[name] = str(component.studio_component_id)
            self._settle_component(client, name)

        return do

    def change_component(self, name: str, present: ComponentPart, wanted: ComponentPart, changed: Sequence[str]) -> Do:
        """Give a component what the file says of it."""

        def do(client: Client) -> None:
            component_id = self._names.components[name]
            members = {member: _said(getattr(wanted, member)) for member in changed if member != "tags"}
            if members:
                request = shapes.UpdateStudioComponentRequest(
                    studio_id=client.studio_id, studio_component_id=component_id, **members
                )
                client.call(request, shapes.UpdateStudioComponentResponse)
                self._settle_component(client, name)
            if "tags" in changed:
                _tag(client, self._arns[component_id], present.tags, wanted.tags)

        return do

    def _settle_component(self, client: Client, name: str) -> None:
        look = shapes.GetStudioComponentRequest(
            studio_id=client.studio_id, studio_component_id=self._names.components[name]
        )
        _settle(
            f"studio component {name}",
            lambda: client.call(look, shapes.GetStudioComponentResponse).studio_component,
        )

    def create_profile(self, name: str, wanted: ProfilePart) -> Do:
        """A new launch profile with its members."""

        def do(client: Client) -> None:
            request = shapes.CreateLaunchProfileRequest(
                studio_id=client.studio_id,
                name=name,
                description=wanted.description,
                ec2_subnet_ids=wanted.ec2_subnet_ids,
                launch_profile_protocol_versions=wanted.launch_profile_protocol_versions,
                stream_configuration=self._stream_configuration(wanted),
                studio_component_ids=self._component_ids(wanted),
                tags=wanted.tags or None,
            )
            profile = _whole(client.call(request, shapes.CreateLaunchProfileResponse).launch_profile)
            self._names.profiles[name] = str(profile.launch_profile_id)
            self._settle_profile(client, name)
            self._put_members(client, name, wanted.members)

        return do

    def change_profile(self, name: str, present: ProfilePart, wanted: ProfilePart, changed: Sequence[str]) -> Do:
        """Give a launch profile what the file says of it, its members too."""

        def do(client: Client) -> None:
            profile_id = self._names.profiles[name]
            members = self._profile_members(wanted, changed)
            if members:
                request = shapes.UpdateLaunchProfileRequest(
                    studio_id=client.studio_id, launch_profile_id=profile_id, **members
                )
                client.call(request, shapes.UpdateLaunchProfileResponse)
                self._settle_profile(client, name)
            self._put_members(client, name, [each for each in wanted.members if each not in present.members])
            self._drop_members(client, name, [each for each in present.members if each not in wanted.members])
            if "tags" in changed:
                _tag(client, self._arns[profile_id], present.tags, wanted.tags)

        return do

    def _profile_members(self, wanted: ProfilePart, changed: Sequence[str]) -> dict[str, Any]:
        """The members of an update."""
        members: dict[str, Any] = {}
        if "description" in changed:
            members["description"] = wanted.description or ""
        if "launch_profile_protocol_versions" in changed:
            members["launch_profile_protocol_versions"] = wanted.launch_profile_protocol_versions
        if "studio_components" in changed:
            members["studio_component_ids"] = self._component_ids(wanted)
        if {"stream_configuration", "streaming_images"} & set(changed):
            members["stream_configuration"] = self._stream_configuration(wanted)
        return members

    def _settle_profile(self, client: Client, name: str) -> None:
        look = shapes.GetLaunchProfileRequest(studio_id=client.studio_id, launch_profile_id=self._names.profiles[name])
        _settle(f"launch profile {name}", lambda: client.call(look, shapes.GetLaunchProfileResponse).launch_profile)

    def _stream_configuration(self, profile: ProfilePart) -> shapes.StreamConfigurationCreate:
        return stream_configuration(profile, [self._names.images[name] for name in profile.streaming_images])

    def _component_ids(self, profile: ProfilePart) -> list[str]:
        return [self._names.components[name] for name in profile.studio_components]

    def _put_members(self, client: Client, profile: str, users: Sequence[str]) -> None:
        persona = shapes.LaunchProfilePersona.USER
        for some in _batches(users):
            request = shapes.PutLaunchProfileMembersRequest(
                studio_id=client.studio_id,
                launch_profile_id=self._names.profiles[profile],
                identity_store_id=IDENTITY_STORE,
                members=[
                    shapes.NewLaunchProfileMember(persona=persona, principal_id=self._names.users[user])
                    for user in some
                ],
            )
            client.call(request, shapes.PutLaunchProfileMembersResponse)

    def _drop_members(self, client: Client, profile: str, users: Sequence[str]) -> None:
        for user in users:
            request = shapes.DeleteLaunchProfileMemberRequest(
                studio_id=client.studio_id,
                launch_profile_id=self._names.profiles[profile],
                principal_id=self._names.users.get(user, user),
            )
            client.call(request, shapes.DeleteLaunchProfileMemberResponse)


def _whole(made: Made | None) -> Made:
    """What an answer must have in it."""
    if made is None:
        raise CommandError("The server's answer lacks what was asked for. Is it a Greenroom of this version?")
    return made


def _said(value: Any) -> Any:
    """What says "nothing" in an update, where absence means "as it was"."""
    return "" if value is None else value


def _batches(names: Sequence[str]) -> list[Sequence[str]]:
    return [names[start : start + MEMBERS_AT_ONCE] for start in range(0, len(names), MEMBERS_AT_ONCE)]


def _tag(client: Client, arn: str, present: dict[str, str], wanted: dict[str, str]) -> None:
    """Give the record exactly the wanted tags."""
    gone = [key for key in present if key not in wanted]
    if gone:
        client.call(shapes.UntagResourceRequest(resource_arn=arn, tag_keys=gone), shapes.UntagResourceResponse)
    new = {key: value for key, value in wanted.items() if present.get(key) != value}
    if new:
        client.call(shapes.TagResourceRequest(resource_arn=arn, tags=new), shapes.TagResourceResponse)


def _settle(what: str, look: Callable[[], Any]) -> None:
    """Wait until a change is done. Raises CommandError where it failed, or takes too long."""
    deadline = time.monotonic() + PATIENCE
    while str((seen := _whole(look())).state).endswith("_IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise CommandError(f"The {what} is still {seen.state} after {PATIENCE:.0f} s. Does the server run?")
        time.sleep(PAUSE)
    if seen.state != "READY":
        raise CommandError(f"The {what} is {seen.state}: {seen.status_message}")
