"""One database, SQLite or PostgreSQL: connections and transactions."""

import errno
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec
from sqlalchemy import URL, Connection, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, OperationalError, SQLAlchemyError

from greenroom.store import events, migrations

CONNECT_TIMEOUT_SECONDS = 10
"""How long to wait for a PostgreSQL that does not answer; `?connect_timeout=` in the URL says otherwise."""

LOCK_TIMEOUT_SECONDS = 30
"""How long to wait for another writer of a SQLite file."""
_RETRY_SECONDS = 0.01
_SQLITE_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE})
"""No room in the file or its log, or in the index of that log."""

_PRIMARY = 0xFF
"""The bits of SQLite's codes that say the kind of an error; the others tell more of it."""

_MIGRATION_LOCK = 20200801
"""Number of the advisory lock under which one replica migrates while others wait."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class DatabaseUnavailableError(SQLAlchemyError):
    """The database cannot serve; the text says which database, what is wrong and what to look at."""


class DatabaseFullError(DatabaseUnavailableError):
    """There is no space for what was to be written: nothing of it was."""


class NewerSchemaError(DatabaseUnavailableError):
    """A newer version of Greenroom has had this database; this one would not understand it."""


class Database:
    """Thread-safe. `url` is `sqlite:///FILE` or `postgresql://…` (driven by psycopg 3); ValueError for any other."""

    def __init__(self, url: str, *, pool_size: int = 16, clock: Callable[[], datetime] = _utc_now) -> None:
        """`clock` gives the time of events."""
        self.url = _parse(url)
        self.clock = clock
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        # Errors go to logs: the values of their statements, which may be anybody's secrets, stay out of them.
        options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 16, "hide_parameters": True}
        if self.is_sqlite:
            options["connect_args"] = {
                "timeout": LOCK_TIMEOUT_SECONDS,
                "check_same_thread": False,
                "isolation_level": None,
            }
        else:
            options["pool_pre_ping"] = True
            if "connect_timeout" not in self.url.query:
                options["connect_args"] = {"connect_timeout": CONNECT_TIMEOUT_SECONDS}
        self.engine = create_engine(self.url, json_deserializer=msgspec.json.decode, **options)
        self._reading = self.engine
        self._observer: sqlite3.Connection | None = None
        self._observing = Lock()
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
        else:
            self._reading = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def close(self) -> None:
        """Release every connection."""
        self.engine.dispose()
        with self._observing:
            if self._observer is not None:
                self._observer.close()
                self._observer = None

    def migrate(self) -> None:
        """Bring the schema to this version's, all of it or nothing; on one that is there already nothing happens.

        Safe to call from many processes at once. Raises NewerSchemaError, DatabaseUnavailableError.
        """
        if self._revisions() == {migrations.newest()}:
            return
        from greenroom.store.migrations.upgrade import upgrade

        with self.write() as connection:
            if not self.is_sqlite:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
            if unknown := upgrade(connection):
                raise NewerSchemaError(
                    f"The database {self} has schema {', '.join(sorted(unknown))}, written by a newer Greenroom; this "
                    f"one knows schemas up to {migrations.newest()}. Run the newer version, or bring back the database "
                    "from before it."
                )

    def _revisions(self) -> set[str]:
        """What the database says of its schema; nothing where it has none yet."""
        with self.read() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return set()
            return set(connection.scalars(text("SELECT version_num FROM alembic_version")))

    def check(self) -> None:
        """Raises DatabaseUnavailableError where it does not answer."""
        with self.read() as connection:
            connection.execute(text("SELECT 1"))

    def change_mark(self) -> int | None:
        """A number that is another one once anybody has written: what was read after an equal mark still holds.

        None where that cannot be told without a transaction, which is more than it would save (PostgreSQL), and where
        the file cannot be read.
        """
        if not self.is_sqlite:
            return None
        try:
            with self._observing:
                if self._observer is None:
                    # A connection that never writes: SQLite counts, for each, what the others wrote.
                    self._observer = sqlite3.connect(
                        str(self.url.database), check_same_thread=False, isolation_level=None
                    )
                mark: int = self._observer.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error:
            return None
        return mark

    def __str__(self) -> str:
        """Its URL, without the password."""
        return self.url.set(drivername=self.url.get_backend_name()).render_as_string(hide_password=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one moment and writes nothing. Raises DatabaseUnavailableError."""
        with self._explained(), self._reading.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            yield connection
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that commits when the block ends, and leaves nothing behind when it raises.

        On SQLite it is the only writer from its first moment, so that what it reads cannot change under it;
        on PostgreSQL rows that are read to be changed are locked by the queries that do so.
        Raises DatabaseUnavailableError.
        """
        with self._explained(), self.engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            events.begin(connection)
            yield connection
            events.write_recorded(connection, self.clock())
            connection.commit()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Faults of the database in words that say where to look; those of the statement stay as they are."""
        try:
            yield
        except DBAPIError as error:
            # SQLite tells of a file that is none of its own by the plain base class.
            if not isinstance(error, OperationalError) and type(error) is not DatabaseError:
                raise
            reason = " ".join(str(error.orig).split())
            if _is_full(error.orig) or self._takes_no_file(error.orig):
                raise DatabaseFullError(
                    f"The database {self} cannot be written: {reason}. Free some space on its disk; nothing was"
                    " changed, and what was to be done is done then."
                ) from error
            hint = (
                "Check that the file's folder exists, that this user may write to it and that its disk is not full."
                if self.is_sqlite
                else "Check that PostgreSQL runs there and lets this user in."
            )
            raise DatabaseUnavailableError(f"The database {self} cannot be used: {reason}. {hint}") from error

    def _takes_no_file(self, error: object) -> bool:
        """Whether SQLite could not open one of its files because the disk has no room for a new one.

        It keeps a log beside the database while that is open, and does not say why it cannot make one.
        """
        if getattr(error, "sqlite_errorcode", 0) & _PRIMARY != sqlite3.SQLITE_CANTOPEN or not self.url.database:
            return False
        try:
            with tempfile.NamedTemporaryFile(dir=Path(self.url.database).absolute().parent):
                return False
        except OSError as refusal:
            return refusal.errno in (errno.ENOSPC, errno.EDQUOT)


def _is_full(error: object) -> bool:
    """Whether the database says that its disk has no space left."""
    return getattr(error, "sqlite_errorcode", None) in _SQLITE_FULL or getattr(error, "sqlstate", None) == "53100"


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ValueError(
            "the database's URL cannot be read: only sqlite:///FILE and postgresql://… are known"
        ) from error
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise ValueError(f"database {parsed!r}: only sqlite:///FILE and postgresql://… are known")
    if parsed.drivername == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise ValueError(f"database {parsed!r} names no file: sqlite:///FILE is needed, to be shared by connections")
    return parsed


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    _write_ahead(cursor)
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={LOCK_TIMEOUT_SECONDS * 1000}",
        "cache_size=-32000",
        "mmap_size=268435456",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Have the file use a write-ahead log; SQLite refuses at once while another connection does the same."""
    give_up = time.monotonic() + LOCK_TIMEOUT_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(_RETRY_SECONDS)
        else:
            return
