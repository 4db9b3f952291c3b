"""One database, SQLite or PostgreSQL: connections and transactions."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

MIGRATIONS = Path(__file__).parent / "migrations"


class DatabaseUnavailableError(Exception):
    """The database does not answer; the text says which and what to look at."""


class Database:
    """Thread-safe. `url` is `sqlite:///FILE` or `postgresql://…` (driven by psycopg 3)."""

    def __init__(self, url: str, *, pool_size: int = 16) -> None:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
            raise ValueError(f"database {parsed!r}: only sqlite:///FILE and postgresql://… are known")
        self.url = parsed
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 16}
        if self.is_sqlite:
            options["connect_args"] = {"timeout": 30, "check_same_thread": False, "isolation_level": None}
        else:
            options["pool_pre_ping"] = True
        self.engine = create_engine(parsed, **options)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)

    def close(self) -> None:
        """Release every connection."""
        self.engine.dispose()

    def migrate(self) -> None:
        """Bring the schema to this version's; on one that is there already nothing happens."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        try:
            with self.engine.connect() as connection:
                if not self.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_lock(20200801)"))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                connection.commit()
        except OperationalError as error:
            raise self._unavailable(error) from error

    def check(self) -> None:
        """Raises DatabaseUnavailableError where it does not answer."""
        try:
            with self.read() as connection:
                connection.execute(text("SELECT 1"))
        except OperationalError as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: DBAPIError) -> DatabaseUnavailableError:
        name = self.url.render_as_string(hide_password=True)
        return DatabaseUnavailableError(f"The database {name} does not answer: {error.orig}. Check that it runs.")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one moment and writes nothing."""
        with self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            yield connection
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that commits when the block ends, and leaves nothing behind when it raises.

        On SQLite it is the only writer from its first moment, so that what it reads cannot change under it;
        on PostgreSQL rows that are read to be changed are locked by the queries that do so.
        """
        with self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "cache_size=-32000",
        "mmap_size=268435456",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
