"""A studio as it is, read through the API: the document that it would be, and which ids stand behind the names."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from greenroom.cli.client import Client
from greenroom.cli.configuration.document import (
    VERSION,
    ComponentPart,
    ImagePart,
    ProfilePart,
    StreamPart,
    StudioDocument,
    StudioPart,
)
from greenroom.cli.failures import CommandError
from greenroom.studio.images import VENDOR
from greenroom.wire import shapes
from greenroom.wire.shapes.base import Shape

GONE = frozenset({"DELETED", "DELETE_IN_PROGRESS", "CREATE_FAILED"})
"""States of what is no part of the configuration any more, or never was."""

Item = TypeVar("Item")
Page = TypeVar("Page", bound=Shape)


@dataclass(slots=True)
class Names:
    """Which id each name stands for; what an import creates is added as it goes."""

    users: dict[str, str]
    eulas: dict[str, str]
    images: dict[str, str]
    components: dict[str, str]
    profiles: dict[str, str]


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found."""

    document: StudioDocument
    names: Names
    arns: Mapping[str, str]
    """By id; the studio's under its own."""


def survey(client: Client, users: Mapping[str, str]) -> Survey:
    """Read the studio. `users` are principal ids by user name.

    Raises CommandError where two things of a kind have the same name, ApiError.
    """
    studio = client.call(shapes.GetStudioRequest(studio_id=client.studio_id), shapes.GetStudioResponse).studio
    images = _named("streaming images", _images(client), lambda image: image.streaming_image_id)
    components = _named("studio components", _components(client), lambda component: component.studio_component_id)
    profiles = _named("launch profiles", _profiles(client), lambda profile: profile.launch_profile_id)
    eulas = {str(eula.name): str(eula.eula_id) for eula in _eulas(client)}
    user_names = {principal_id: name for name, principal_id in users.items()}
    eula_names = {eula_id: name for name, eula_id in eulas.items()}
    image_names = {image.streaming_image_id: name for name, image in images.items()}
    component_names = {component.studio_component_id: name for name, component in components.items()}
    document = StudioDocument(
        version=VERSION,
        studio=msgspec.convert(studio, StudioPart, from_attributes=True),
        administrators=sorted(user_names.get(member, member) for member in _administrators(client)),
        accepted_eulas=sorted(eula_names.get(eula_id, eula_id) for eula_id in _accepted(client)),
        streaming_images={name: _image_part(image) for name, image in images.items()},
        studio_components={
            name: msgspec.convert(component, ComponentPart, from_attributes=True)
            for name, component in components.items()
        },
        launch_profiles={
            name: _profile_part(
                profile,
                image_names,
                component_names,
                sorted(user_names.get(member, member) for member in _members(client, profile)),
            )
            for name, profile in profiles.items()
        },
    )
    names = Names(
        users=dict(users),
        eulas=eulas,
        images={name: str(image.streaming_image_id) for name, image in images.items()},
        components={name: str(component.studio_component_id) for name, component in components.items()},
        profiles={name: str(profile.launch_profile_id) for name, profile in profiles.items()},
    )
    arns = {str(studio.studio_id): str(studio.arn)}
    arns |= {str(image.streaming_image_id): str(image.arn) for image in images.values()}
    arns |= {str(component.studio_component_id): str(component.arn) for component in components.values()}
    arns |= {str(profile.launch_profile_id): str(profile.arn) for profile in profiles.values()}
    return Survey(document, names, arns)


def _image_part(image: shapes.StreamingImage) -> ImagePart:
    if image.owner == VENDOR:
        # The rest is the vendor's: another studio's image of that name may well say something else.
        return ImagePart(owner=VENDOR, tags=image.tags or {})
    return ImagePart(ec2_image_id=image.ec2_image_id, description=image.description, tags=image.tags or {})


def _profile_part(
    profile: shapes.LaunchProfile,
    images: Mapping[str | None, str],
    components: Mapping[str | None, str],
    members: list[str],
) -> ProfilePart:
    configuration = profile.stream_configuration
    if configuration is None:
        raise CommandError(f"The launch profile {profile.launch_profile_id} has no stream configuration.")
    return ProfilePart(
        streaming_images=[images.get(image_id, image_id) for image_id in configuration.streaming_image_ids],
        studio_components=[components.get(each, each) for each in profile.studio_component_ids or []],
        stream_configuration=msgspec.convert(configuration, StreamPart, from_attributes=True),
        description=profile.description,
        ec2_subnet_ids=profile.ec2_subnet_ids or [],
        launch_profile_protocol_versions=profile.launch_profile_protocol_versions or [],
        members=members,
        tags=profile.tags or {},
    )


def _named(noun: str, found: Iterable[Item], id_of: Callable[[Item], str | None]) -> dict[str, Item]:
    named: dict[str, Item] = {}
    for item in sorted(found, key=lambda each: (str(getattr(each, "name", "")), str(id_of(each)))):
        name = str(getattr(item, "name", ""))
        if name in named:
            raise CommandError(
                f"Two {noun} have the name '{name}': {id_of(named[name])} and {id_of(item)}. The file tells them "
                "apart by name: rename one first."
            )
        named[name] = item
    return named


def _images(client: Client) -> list[shapes.StreamingImage]:
    request = shapes.ListStreamingImagesRequest(studio_id=client.studio_id)
    pages = client.pages(request, shapes.ListStreamingImagesResponse)
    return _standing(image for page in pages for image in page.streaming_images or [])


def _components(client: Client) -> list[shapes.StudioComponent]:
    request = shapes.ListStudioComponentsRequest(studio_id=client.studio_id)
    pages = client.pages(request, shapes.ListStudioComponentsResponse)
    return _standing(component for page in pages for component in page.studio_components or [])


def _profiles(client: Client) -> list[shapes.LaunchProfile]:
    request = shapes.ListLaunchProfilesRequest(studio_id=client.studio_id)
    pages = client.pages(request, shapes.ListLaunchProfilesResponse)
    return _standing(profile for page in pages for profile in page.launch_profiles or [])


def _standing(found: Iterable[Any]) -> list[Any]:
    return [each for each in found if each.state not in GONE]


def _eulas(client: Client) -> list[shapes.Eula]:
    pages = client.pages(shapes.ListEulasRequest(), shapes.ListEulasResponse)
    return [eula for page in pages for eula in page.eulas or []]


def _accepted(client: Client) -> list[str]:
    request = shapes.ListEulaAcceptancesRequest(studio_id=client.studio_id)
    pages = client.pages(request, shapes.ListEulaAcceptancesResponse)
    return [str(acceptance.eula_id) for page in pages for acceptance in page.eula_acceptances or []]


def _administrators(client: Client) -> list[str]:
    request = shapes.ListStudioMembersRequest(studio_id=client.studio_id)
    pages = client.pages(request, shapes.ListStudioMembersResponse)
    return [str(member.principal_id) for page in pages for member in page.members or []]


def _members(client: Client, profile: shapes.LaunchProfile) -> list[str]:
    request = shapes.ListLaunchProfileMembersRequest(
        studio_id=client.studio_id, launch_profile_id=str(profile.launch_profile_id)
    )
    pages = client.pages(request, shapes.ListLaunchProfileMembersResponse)
    return [str(member.principal_id) for page in pages for member in page.members or []]
