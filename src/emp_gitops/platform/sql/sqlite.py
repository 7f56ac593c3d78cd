"""A SQLite file as the platform's database."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, event

from emp_gitops.errors import PlatformError
from emp_gitops.platform.base import PlatformMissingError
from emp_gitops.platform.sql import engine
from emp_gitops.platform.sql.engine import Access, Database
from emp_gitops.platform.sql.failures import explained
from emp_gitops.platform.sql.locks import Holder, file_lock
from emp_gitops.platform.url import SqliteUrl

_MODES = {Access.READ: "ro", Access.WRITE: "rw", Access.CREATE: "rwc"}
_BEGIN = "sqlite_begin"


class SqliteDatabase(Database):
    """A SQLite file in WAL mode: readers see the last commit while one writer writes."""

    def __init__(self, url: SqliteUrl, access: Access) -> None:
        self.path = url.path
        if access is Access.CREATE:
            _make_folder(url)
        _check_file(url, access)
        super().__init__(url.display, "sqlite://", creator=lambda: _connect(url.path, access))
        # Python's sqlite3 would begin transactions on its own, and not before every statement.
        event.listen(self._engine, "begin", _begin)

    def prepare_for_schema(self) -> None:
        with explained(self.where):
            raw = self._connection.connection.driver_connection
            if raw is not None:
                raw.execute("PRAGMA journal_mode = WAL")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        # A transaction that reads first and takes the write lock later could find that it read what is no longer true.
        self._connection.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
        try:
            with super().writing() as connection:
                yield connection
        finally:
            self._connection.execution_options(**{_BEGIN: "BEGIN"})

    def lock(self, holder: Holder, timeout: float) -> AbstractContextManager[None]:
        real = self.path.resolve()  # whichever link led here, there is one lock
        return file_lock(real.with_name(f"{real.name}-lock"), holder, timeout, where=self.where)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))


def _make_folder(url: SqliteUrl) -> None:
    try:
        url.path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PlatformError(f"the platform's folder cannot be made: {error.strerror}", where=url.display) from error


def _check_file(url: SqliteUrl, access: Access) -> None:
    """Refuse what SQLite would wait for, or refuse in riddles."""
    try:
        mode = url.path.stat().st_mode
    except FileNotFoundError:
        if access is Access.CREATE:
            return
        raise PlatformMissingError(
            "there is no platform yet", where=url.display, hint="emp-gitops reconcile creates it",
        ) from None
    except OSError as error:
        raise PlatformError(f"the platform cannot be read: {error.strerror}", where=url.display) from error
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "no regular file"
        raise PlatformError(f"the platform is {what}", where=url.display, hint="check the platform's URL")
    wish = os.R_OK if access is Access.READ else os.R_OK | os.W_OK
    if not os.access(url.path, wish, effective_ids=os.access in os.supports_effective_ids):
        what = "read" if access is Access.READ else "written"
        raise PlatformError(
            f"the platform cannot be {what}: permission denied", where=url.display,
            hint="check the permissions of the file",
        )


def _connect(path: Path, access: Access) -> sqlite3.Connection:
    address = f"{path.as_uri()}?mode={_MODES[access]}"
    with ExitStack() as on_error:
        connection = on_error.enter_context(
            closing(sqlite3.connect(address, uri=True, timeout=engine.BUSY_SECONDS, isolation_level=None)),
        )
        # What was committed survives a crash of any process. After a power cut the last commits may be missing, each as
        # a whole, and the next reconcile applies them again; a sync to the disk for each account would cost far more.
        connection.execute("PRAGMA query_only = ON" if access is Access.READ else "PRAGMA synchronous = NORMAL")
        on_error.pop_all()
    return connection
