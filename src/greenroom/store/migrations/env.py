"""How Alembic reaches the database: over the connection that `Database.migrate` hands it."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from greenroom.store.tables import metadata


def render_item(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """How our own column types are written in a new migration."""
    if kind == "type" and type(item).__module__ == "greenroom.store.types":
        return f"types.{type(item).__name__}()"
    return False


context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_item=render_item)
with context.begin_transaction():
    context.run_migrations()
