"""The reference pages that are derived from the code: every setting, every command."""

from collections.abc import Iterator
from typing import Any

import typer.main

from greenroom.server.settings import FILE_NAME, TABLE

SETTINGS_PAGE = "settings.md"
COMMANDS_PAGE = "commands.md"

_SETTINGS = f"""\
# Settings

A setting has the value of the first of these that names it:

1. the command line (`greenroom serve --host … --port …`);
2. the environment variable `GREENROOM_` with the setting's name in capitals;
3. the file `{FILE_NAME}` in the data directory, one `name = value` a line, in TOML;
4. the default.

`greenroom settings --data DIR` shows each with its value and where that came from. In the defaults, `DIR` is the data
directory; relative paths start there. What cannot be understood is refused when a command starts, with the name, the
source and what is accepted."""

_COMMANDS = """\
# Commands

Exit status: 0 done, 1 refused or failed with a message on stderr, 2 not understood. `session exec` ends with the status
of the command that it ran. `--data` may also come from the variable `GREENROOM_DATA`. With `--json`, one thing is a
JSON object and a listing is an array of them, members spelt as in the API."""


def pages() -> dict[str, str]:
    """The pages by the name of their file."""
    return {SETTINGS_PAGE: "\n".join(_settings()) + "\n", COMMANDS_PAGE: "\n".join(_commands()) + "\n"}


def _settings() -> Iterator[str]:
    yield _SETTINGS
    for setting in TABLE.values():
        yield ""
        yield f"## {setting.name}"
        yield ""
        yield setting.meaning
        yield ""
        yield f"- Variable: `{setting.variable}`"
        yield f"- Accepted: {setting.form.accepts}"
        yield f"- Default: {f'`{setting.default}`' if setting.default else 'nothing'}"


def _commands() -> Iterator[str]:
    from greenroom.cli.main import app

    yield _COMMANDS
    yield from _command("greenroom", typer.main.get_command(app))


def _command(path: str, command: Any) -> Iterator[str]:
    """A command's section, or those of all commands of a group."""
    if hasattr(command, "commands"):
        for name, child in command.commands.items():
            yield from _command(f"{path} {name}", child)
        return
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option" and each.name != "help"]
    yield ""
    yield f"## {path}"
    yield ""
    yield f"    {' '.join([path, *(each.metavar or each.name.upper() for each in arguments), '[OPTIONS]'])}"
    yield ""
    yield command.help.strip()
    if arguments or options:
        yield ""
    for each in arguments:
        yield f"- `{each.metavar or each.name.upper()}`: {each.help}"
    for each in options:
        names = ", ".join([*each.opts, *each.secondary_opts])
        value = "" if each.is_flag else f" {each.metavar or each.type.name.upper()}"
        yield f"- `{names}{value}`{' (required)' if each.required else ''}: {each.help}"
