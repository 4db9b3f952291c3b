"""Where the values of settings come from, and how a setting is declared.

A value comes from the first of these that has one: the command line, `GREENROOM_<NAME>` in the environment,
`greenroom.toml` in the data directory, the default.
"""

import dataclasses
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Self, TypeVar, cast

from greenroom.server.setting_forms import Form
from greenroom.server.settings_file import Setting, Table, read_file, read_value

T = TypeVar("T")

FILE_NAME = "greenroom.toml"


@dataclass(frozen=True, slots=True)
class _Row(Generic[T]):
    form: Form[T]
    default: str
    meaning: str


def setting(form: Form[T], default: str, meaning: str) -> T:
    """Declare a setting: the value of a field in the body of a SourcedValues."""
    # A field's real value is read by `load`; what stands in the class body is only its declaration.
    return cast(T, field(metadata={"row": _Row(form, default, meaning)}))


@dataclass(frozen=True, kw_only=True)
class SourcedValues:
    """Values of declared settings as attributes; `sources` says where each came from."""

    data: Path
    """The data directory, absolute."""
    sources: Mapping[str, str]
    """Of each setting: `default`, `greenroom.toml:3`, `GREENROOM_ENGINE` or `command line`."""

    @classmethod
    def load(cls, data: Path, environ: Mapping[str, str] | None = None, **overrides: object) -> Self:
        """Read all sources. `overrides` come from the command line; those that are None count as absent.

        Raises SettingsError for a value that cannot be read and for a name in the file that is no setting.
        """
        data = Path(os.path.abspath(data))  # noqa: PTH100  `..` is removed as a shell's user means it, links stay
        environ = os.environ if environ is None else environ
        table = table_of(cls)
        file = read_file(data / FILE_NAME, table)
        values: dict[str, Any] = {}
        sources: dict[str, str] = {}
        for setting in table.values():
            text, source = setting.default.replace("DIR", str(data)), "default"
            if setting.name in file:
                text, source = file[setting.name]
            if setting.variable in environ:
                text, source = environ[setting.variable].strip(), setting.variable
            if (override := overrides.get(setting.name)) is not None:
                text, source = str(override), "command line"
            value = read_value(setting, text, source)
            values[setting.name] = setting.form.anchor(value, data)
            sources[setting.name] = source
        return cls(data=data, sources=sources, **values)

    def shown(self) -> Iterator[tuple[Setting[Any], str, str]]:
        """Each setting with its value as text, passwords hidden, and its source."""
        for setting in table_of(type(self)).values():
            yield setting, setting.form.show(getattr(self, setting.name)), self.sources[setting.name]


def table_of(declared: type[SourcedValues]) -> Table:
    """Every setting that is declared there, by name."""
    return {
        each.name: Setting(each.name, row.form, row.default, row.meaning)
        for each in dataclasses.fields(declared)
        if (row := each.metadata.get("row")) is not None
    }
