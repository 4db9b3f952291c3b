"""The reference pages: every setting and every command is in them, as it is now."""

from pathlib import Path

import pytest
import typer.main

from greenroom.cli.main import app
from greenroom.cli.reference import pages
from greenroom.server.settings import TABLE

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", pages())
def test_the_page_is_what_the_code_says(name: str) -> None:
    assert (REFERENCE / name).read_text() == pages()[name], "write it anew with: make reference"


@pytest.mark.parametrize("name", TABLE)
def test_every_setting_is_on_its_page_with_its_meaning(name: str) -> None:
    page = (REFERENCE / "settings.md").read_text()
    assert f"\n## {name}\n\n{TABLE[name].meaning}\n" in page
    assert TABLE[name].variable in page


def test_every_command_and_option_is_on_its_page_with_a_help_text() -> None:
    page = (REFERENCE / "commands.md").read_text()
    assert "None" not in page
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        for path in [f"{name} {child}" for child in getattr(command, "commands", ())] or [name]:
            assert f"\n## greenroom {path}\n" in page
