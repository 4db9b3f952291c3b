"""Bringing a database's schema to this version's with Alembic."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from greenroom.store.migrations import DIRECTORY


def upgrade(connection: Connection) -> frozenset[str]:
    """Run the steps that are missing, in the transaction of `connection`.

    Where the schema has steps that this version does not know, nothing is done: their revisions come back.
    """
    config = Config()
    config.set_main_option("script_location", str(DIRECTORY))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    unknown = frozenset(MigrationContext.configure(connection).get_current_heads()) - known
    if not unknown:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return unknown
