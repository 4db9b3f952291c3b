"""What an import would do, and doing it: one call of the API after the other, each safe to be asked for again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from greenroom.cli.client import Client
from greenroom.cli.configuration.comparison import differing, settled
from greenroom.cli.configuration.document import ComponentPart, ImagePart, ProfilePart, StudioDocument
from greenroom.cli.configuration.steps import Steps
from greenroom.cli.configuration.survey import Names, Survey
from greenroom.cli.failures import CommandError
from greenroom.studio.images import VENDOR


@dataclass(frozen=True, slots=True)
class Step:
    """One change to the studio."""

    action: str
    """`create`, `change`, `accept` or `add`."""
    what: str
    details: str
    """The members that change, or who is concerned."""
    do: Callable[[Client], None]


@dataclass(slots=True)
class Plan:
    """All changes in their order, and what the studio has beside the file."""

    steps: list[Step] = field(default_factory=list)
    left_alone: list[str] = field(default_factory=list)


def make_plan(present: Survey, wanted: StudioDocument) -> Plan:
    """From what a studio is to what a file says. Raises CommandError for what cannot be done."""
    _refuse_unknown(present.names, wanted)
    return _Planner(present, wanted).plan()


class _Planner:
    def __init__(self, present: Survey, wanted: StudioDocument) -> None:
        self._present = present.document
        self._wanted = wanted
        self._steps = Steps(present.names, dict(present.arns))
        self._plan = Plan()

    def plan(self) -> Plan:
        self._studio()
        self._eulas()
        self._administrators()
        for name, image in self._wanted.streaming_images.items():
            self._image(name, image)
        for name, component in self._wanted.studio_components.items():
            self._component(name, component)
        for name, profile in self._wanted.launch_profiles.items():
            self._profile(name, profile)
        for noun, there, named in (
            ("streaming image", self._present.streaming_images, self._wanted.streaming_images),
            ("studio component", self._present.studio_components, self._wanted.studio_components),
            ("launch profile", self._present.launch_profiles, self._wanted.launch_profiles),
        ):
            self._plan.left_alone += [f"{noun} {name}" for name in there if name not in named]
        return self._plan

    def _add(self, action: str, what: str, details: Iterable[str], do: Callable[[Client], None]) -> None:
        self._plan.steps.append(Step(action, what, ", ".join(details), do))

    def _studio(self) -> None:
        present, wanted = self._present.studio, self._wanted.studio
        # What the file does not say of the studio itself stays as it is.
        changed = [name for name in differing(present, wanted) if getattr(wanted, name)]
        if changed:
            self._add("change", "the studio", _spelt(changed), self._steps.change_studio(present, wanted, changed))

    def _eulas(self) -> None:
        missing = [name for name in self._wanted.accepted_eulas if name not in self._present.accepted_eulas]
        if missing:
            self._add("accept", "licence agreements", missing, self._steps.accept_eulas(missing))

    def _administrators(self) -> None:
        missing = [name for name in self._wanted.administrators if name not in self._present.administrators]
        if missing:
            self._add("add", "administrators", missing, self._steps.add_administrators(missing))

    def _image(self, name: str, wanted: ImagePart) -> None:
        present = self._present.streaming_images.get(name)
        what = f"streaming image {name}"
        if present is None:
            if wanted.owner == VENDOR or wanted.ec2_image_id is None:
                raise CommandError(
                    f"The studio has no {what}, and the file gives no ec2ImageId to create one from. "
                    "Name one, or take the image out of the file."
                )
            self._add("create", what, (), self._steps.create_image(name, wanted))
            return
        changed = differing(present, wanted)
        _refuse_fixed(what, changed, ("owner", "ec2_image_id"))
        if changed:
            self._add("change", what, _spelt(changed), self._steps.change_image(name, present, wanted, changed))

    def _component(self, name: str, wanted: ComponentPart) -> None:
        present = self._present.studio_components.get(name)
        what = f"studio component {name}"
        if present is None:
            self._add("create", what, (), self._steps.create_component(name, wanted))
            return
        changed = differing(present, wanted)
        _refuse_fixed(what, [each for each in changed if not getattr(wanted, each)], ("subtype", "configuration"))
        if changed:
            self._add("change", what, _spelt(changed), self._steps.change_component(name, present, wanted, changed))

    def _profile(self, name: str, wanted: ProfilePart) -> None:
        present = self._present.launch_profiles.get(name)
        what = f"launch profile {name}"
        wanted = settled(wanted)
        if present is None:
            self._add("create", what, (), self._steps.create_profile(name, wanted))
            return
        changed = [
            each for each in differing(settled(present), wanted) if not self._same_members(each, present, wanted)
        ]
        _refuse_fixed(what, changed, ("ec2_subnet_ids",))
        _refuse_fixed(
            what,
            [each for each in changed if not getattr(wanted, each)],
            ("launch_profile_protocol_versions", "studio_components", "streaming_images"),
        )
        if changed:
            self._add("change", what, _spelt(changed), self._steps.change_profile(name, present, wanted, changed))

    @staticmethod
    def _same_members(member: str, present: ProfilePart, wanted: ProfilePart) -> bool:
        return member == "members" and set(present.members) == set(wanted.members)


def _refuse_unknown(names: Names, wanted: StudioDocument) -> None:
    """Everything that the file names must be there or in the file itself; all that is not is told at once."""
    images, components = {*names.images, *wanted.streaming_images}, {*names.components, *wanted.studio_components}
    missing = [
        *_missing("licence agreement", wanted.accepted_eulas, names.eulas),
        *_missing("user", wanted.administrators, names.users),
    ]
    for profile in wanted.launch_profiles.values():
        missing += _missing("user", profile.members, names.users)
        missing += _missing("streaming image", profile.streaming_images, images)
        missing += _missing("studio component", profile.studio_components, components)
    if missing:
        raise CommandError(
            f"The file names what is not here: {', '.join(dict.fromkeys(missing))}. Users are added with "
            "`greenroom user add`; images and components must be in the studio or in the file."
        )


def _missing(noun: str, wanted: Sequence[str], known: Mapping[str, str] | set[str]) -> list[str]:
    return [f"{noun} {name}" for name in wanted if name not in known]


def _refuse_fixed(what: str, changed: Sequence[str], fixed: Sequence[str]) -> None:
    stuck = [name for name in fixed if name in changed]
    if stuck:
        raise CommandError(
            f"The {what} cannot have {', '.join(_spelt(stuck))} changed so. Give it another name in the file, "
            "to create a new one beside it."
        )


def _spelt(names: Iterable[str]) -> list[str]:
    """Members in the file's spelling."""
    return [_camel(name) for name in names]


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
