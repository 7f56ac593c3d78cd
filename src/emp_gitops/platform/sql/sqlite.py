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
        if access is Access.CREATE:
            _make_folder(url)
        _check_file(url, access)
        self.path = url.path.resolve()  # SQLite's other files, and the lock, are beside the file that a link leads to
        # A database in WAL mode has two files beside it, which a reader without a right to the folder cannot make.
        # Where they are missing, nobody has the database open: it may be read as it lies there, as long as it does.
        is_shut_out = access is Access.READ and not _may_write(self.path.parent)
        self._at_rest = _state_at_rest(self.path) if is_shut_out else None
        address = f"{self.path.as_uri()}?mode={_MODES[access]}{'&immutable=1' if self._at_rest else ''}"
        super().__init__(url.display, "sqlite://", creator=lambda: _connect(address, access))
        # Python's sqlite3 would begin transactions on its own, and not before every statement.
        event.listen(self._engine, "begin", _begin)

    def prepare_for_schema(self) -> None:
        with explained(self.where), closing(self._connection.connection.cursor()) as cursor:
            cursor.execute("PRAGMA journal_mode = WAL")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with super().reading() as connection:
            yield connection
        if self._at_rest and self._at_rest != _state_at_rest(self.path):
            raise PlatformError(
                "the database was changed while it was read", where=self.where, hint="run the command again",
            )

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
        return file_lock(self.path.with_name(f"{self.path.name}-lock"), holder, timeout, where=self.where)


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
    # Opened for writing without the right to, SQLite would go on as a reader, and fail much later.
    if access is not Access.READ and not _may_write(url.path):
        raise PlatformError(
            "the platform cannot be written", where=url.display, hint="check the permissions of the file",
        )


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _state_at_rest(path: Path) -> tuple[int, ...] | None:
    """What changes when somebody writes the database; None while somebody has it open, or it is gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    is_open = path.with_name(f"{path.name}-wal").exists()
    return None if is_open else (found.st_ino, found.st_size, found.st_mtime_ns)


def _connect(address: str, access: Access) -> sqlite3.Connection:
    with ExitStack() as on_error:
        connection = on_error.enter_context(
            closing(sqlite3.connect(address, uri=True, timeout=engine.BUSY_SECONDS, isolation_level=None)),
        )
        # What was committed survives a crash of any process. After a power cut the last commits may be missing, each as
        # a whole, and the next reconcile applies them again; a sync to the disk for each account would cost far more.
        if access is not Access.READ:
            connection.execute("PRAGMA synchronous = NORMAL")
        on_error.pop_all()
    return connection
