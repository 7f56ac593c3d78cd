"""A PostgreSQL database as the platform's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, text

from emp_gitops.errors import PlatformError
from emp_gitops.platform.sql import engine
from emp_gitops.platform.sql.engine import Access, Database
from emp_gitops.platform.sql.locks import Holder, locked_by
from emp_gitops.platform.url import PostgresUrl

CONNECT_SECONDS = 10

# An advisory lock is a pair of numbers that the users of a database agree on: "EMPg", and 1 for the one of reconcilers.
_LOCK = {"family": 0x454D5067, "number": 1}
_NAME_LIMIT = 63
"""PostgreSQL keeps this many bytes of an application's name."""

_SET = text("SELECT set_config(:name, :value, :until_commit)")
_TAKE = text("SELECT pg_advisory_lock(:family, :number)")
_RELEASE = text("SELECT pg_advisory_unlock(:family, :number)")
_HOLDER = text("""
    SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.classid = :family AND l.objid = :number
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
""")


class PostgresDatabase(Database):
    """A PostgreSQL database.

    The lock belongs to the session that writes, not to one beside it: whoever loses the lock has lost the means to
    write at the same moment, and a transaction under way is rolled back.
    """

    def __init__(self, url: PostgresUrl, access: Access) -> None:
        self._locked_session: object = None
        options = _connection_options(url)
        super().__init__(
            url.display, "postgresql+psycopg://", creator=lambda: _connect(options, access), use_native_hstore=False,
        )

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        if self._locked_session and not self._has_lock():
            # SQLAlchemy would open another session, but others may hold the lock by now.
            raise PlatformError(
                "the connection to the database was lost, and the lock with it", where=self.where,
                hint="run the command again; what was applied is not applied twice",
            )
        with super().writing() as connection:
            yield connection

    @contextmanager
    def lock(self, holder: Holder, timeout: float) -> Iterator[None]:
        self._take_lock(holder, timeout)
        self._locked_session = self._connection.connection.dbapi_connection
        try:
            yield
        finally:
            # Where the session is gone, so is the lock; the block has met the loss itself if it mattered.
            with suppress(PlatformError):
                if self._has_lock():
                    self._release_lock()
            self._locked_session = None

    def _has_lock(self) -> bool:
        connection = self._connection
        return not connection.invalidated and connection.connection.dbapi_connection is self._locked_session

    def _take_lock(self, holder: Holder, timeout: float) -> None:
        limit = max(1, round(timeout * 1000))  # in milliseconds, where 0 would be forever
        try:
            with self.reading() as connection:
                connection.execute(_SET, {"name": "lock_timeout", "value": f"{limit}ms", "until_commit": True})
                connection.execute(_TAKE, _LOCK)
                name = holder.describe().encode("ascii", "replace")[:_NAME_LIMIT].decode()
                connection.execute(_SET, {"name": "application_name", "value": name, "until_commit": False})
        except PlatformError as error:
            if not isinstance(getattr(error.__cause__, "orig", None), psycopg.errors.LockNotAvailable):
                raise
            with self.reading() as connection:
                found = connection.execute(_HOLDER, _LOCK).scalar()
            raise locked_by(found, self.where) from None

    def _release_lock(self) -> None:
        with self.reading() as connection:
            connection.execute(_RELEASE, _LOCK)


def _connection_options(url: PostgresUrl) -> dict[str, Any]:
    try:
        given = conninfo_to_dict(url.text)
    except psycopg.Error:
        # The driver's message may repeat the URL with its password.
        raise PlatformError(
            "PostgreSQL does not understand the platform's URL", where=url.display,
            hint="the form is postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with %40 for an @ in the password",
        ) from None
    return {"connect_timeout": CONNECT_SECONDS, "application_name": "emp-gitops", **given, "client_encoding": "UTF8"}


def _connect(options: dict[str, Any], access: Access) -> psycopg.Connection[Any]:
    isolation = psycopg.IsolationLevel
    with ExitStack() as on_error:
        connection = on_error.enter_context(closing(psycopg.connect(**options)))
        if access is Access.READ:
            connection.read_only, connection.isolation_level = True, isolation.REPEATABLE_READ
        else:
            connection.isolation_level = isolation.READ_COMMITTED
            connection.execute(f"SET lock_timeout = {engine.BUSY_SECONDS * 1000:.0f}")
            connection.commit()
        on_error.pop_all()
    return connection
