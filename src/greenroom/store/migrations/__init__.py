"""The steps of the schema, in order; `upgrade` runs them.

Alembic, which runs them, takes a good part of a command's start to read: only `upgrade` imports it.
"""

from pathlib import Path

DIRECTORY = Path(__file__).parent


def newest() -> str:
    """The revision of the schema that this version writes: the number before the name of the last step's file."""
    return max(step.name for step in (DIRECTORY / "versions").glob("[0-9]*.py")).partition("_")[0]
