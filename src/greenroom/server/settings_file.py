"""The settings as a file has them: read with their lines, written all or nothing."""

import difflib
import json
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from greenroom.server.setting_forms import Form, UnreadableError, hide_password

T = TypeVar("T")

VARIABLE_PREFIX = "GREENROOM_"

_HEADING = "# Settings of this studio; `greenroom settings` shows them all with their meaning."


class SettingsError(Exception):
    """A setting cannot be understood; the text names it, its source, its value and what is accepted."""


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One row of the table."""

    name: str
    form: Form[T]
    default: str
    """As it would be written; `DIR` stands for the data directory."""
    meaning: str

    @property
    def variable(self) -> str:
        """The environment's name for it."""
        return VARIABLE_PREFIX + self.name.upper()


Table = Mapping[str, Setting[Any]]
"""Every setting, by name."""


def read_file(path: Path, table: Table) -> dict[str, tuple[str, str]]:
    """The file's settings as text, each with `greenroom.toml:LINE`. Raises SettingsError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.") from error
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}. Correct that line.") from error
    settings = {}
    for name, value in content.items():
        line = _line_of(name, text)
        source = f"{path.name}:{line}" if line else path.name
        if name not in table:
            near = difflib.get_close_matches(name, table, n=1)
            hint = f"Did you mean {near[0]}?" if near else "`greenroom settings` lists every name."
            raise SettingsError(f"{path}, line {line or '?'}: there is no setting {name!r}. {hint}")
        if isinstance(value, bool):
            settings[name] = (str(value).lower(), source)
        elif isinstance(value, str | int | float):
            settings[name] = (str(value), source)
        elif isinstance(value, dict) and table[name].form.structured:
            settings[name] = (json.dumps(value, default=str), source)
        else:
            accepts = table[name].form.accepts
            raise SettingsError(f"{path}, line {line or '?'}: {name} is a {type(value).__name__}. Accepted: {accepts}.")
    return settings


def _line_of(name: str, text: str) -> int | None:
    pattern = re.compile(rf"\s*(\[\s*)?[\"']?{re.escape(name)}[\"']?\s*[=.\]]")
    return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), None)


def read_value(setting: Setting[T], text: str, source: str) -> T:
    """What the text says, of which the source is told where it cannot be read. Raises SettingsError."""
    try:
        return setting.form.read(text)
    except UnreadableError as error:
        shown = hide_password(text)
        shown = shown if len(shown) <= 200 else shown[:200] + "…"
        raise SettingsError(
            f"The setting {setting.name} (from {source}) cannot be {shown!r}: {error}. "
            f"Accepted: {setting.form.accepts}."
        ) from None


def write_file(path: Path, values: Mapping[str, object], table: Table) -> None:
    """Write settings into that file, replacing those already there; all or nothing.

    Raises SettingsError where a value cannot be read back.
    """
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else [_HEADING]
    for name, value in values.items():
        setting = table[name]
        read_value(setting, str(value), str(path))
        line = f"{name} = {json.dumps(value if isinstance(value, int | bool) else str(value), ensure_ascii=False)}"
        places = [place for place, text in enumerate(lines) if re.match(rf"\s*{name}\s*=", text)]
        lines = [line if place in places[:1] else text for place, text in enumerate(lines) if place not in places[1:]]
        if not places:
            lines.append(line)
    beside = path.with_name(f".{path.name}.new")
    # The file may hold a database's password.
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
