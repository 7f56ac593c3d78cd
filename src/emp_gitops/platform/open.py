"""Open a platform by its URL, as one of its three sides. The databases are imported here, when they are needed."""

from __future__ import annotations

import getpass
import os

from emp_gitops.platform.sql import schema
from emp_gitops.platform.sql.engine import Access, Database
from emp_gitops.platform.sql.locks import Holder
from emp_gitops.platform.sql.operator import SqlOperator
from emp_gitops.platform.sql.postgresql import PostgresDatabase
from emp_gitops.platform.sql.reader import SqlLockingReader, SqlReader
from emp_gitops.platform.sql.sqlite import SqliteDatabase
from emp_gitops.platform.sql.writer import SqlWriter
from emp_gitops.platform.url import PlatformUrl, SqliteUrl

LOCK_TIMEOUT = 30.0
"""Seconds to wait for a reconciler before the schema is created or upgraded."""


def open_reader(url: PlatformUrl) -> SqlReader:
    """For planning: the database itself refuses to write. Raises PlatformMissingError where there is no platform yet,
    PlatformError where it cannot be read or has another schema version.
    """
    return SqlReader(_open_existing(url, Access.READ))


def open_locking_reader(url: PlatformUrl, *, job: str, actor: str | None = None) -> SqlLockingReader:
    """For jobs that only read, while nobody else may change anything. `actor` and `job` are for those who wait for the
    lock; see `open_writer`. Beside SQLite the lock is a file, whose folder must be writable. Raises as `open_reader`.
    """
    return SqlLockingReader(_open_existing(url, Access.READ), Holder(job=job, actor=actor or user_name()))


def open_operator(url: PlatformUrl) -> SqlOperator:
    """For the platform's own side. Raises as `open_reader` does."""
    return SqlOperator(_open_existing(url, Access.WRITE))


def open_writer(url: PlatformUrl, *, actor: str | None = None, job: str = "reconcile") -> SqlWriter:
    """For reconciling; creates a platform where there is none.

    `actor` is who runs this, for the audit and for those who wait for the lock; by default the operating system's
    user. `job` is what they run. Raises PlatformError, LockedError where the platform cannot be created for a lock.
    """
    holder = Holder(job=job, actor=actor or user_name())
    database = _connect(url, Access.CREATE)
    with database.closed_on_error():
        if schema.found_version(database) is None:
            with database.lock(holder, LOCK_TIMEOUT):
                schema.create_missing(database)
        schema.check_version(database)
    return SqlWriter(database, holder)


def upgrade(url: PlatformUrl) -> tuple[int, int]:
    """Bring the schema to this tool's version, from nothing too; returns the versions before (0 for nothing) and after,
    equal where nothing was to do. Raises LockedError, PlatformError.
    """
    with _connect(url, Access.CREATE) as database:
        _is_new(database)  # what cannot be upgraded is refused before the wait
        with database.lock(Holder(job="platform upgrade", actor=user_name()), LOCK_TIMEOUT):
            if _is_new(database):  # asked again: others may have held the lock
                database.prepare_for_schema()
            return schema.upgrade(database)


def _is_new(database: Database) -> bool:
    """Whether there are no tables yet. Raises PlatformError for tables that this tool cannot know."""
    if schema.found_version(database) is None:
        return True
    schema.check_not_newer(database)
    return False


def user_name() -> str:
    """The operating system's name for the user, or the bare number where it has none, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _open_existing(url: PlatformUrl, access: Access) -> Database:
    database = _connect(url, access)
    with database.closed_on_error():
        schema.check_version(database)
    return database


def _connect(url: PlatformUrl, access: Access) -> Database:
    return SqliteDatabase(url, access) if isinstance(url, SqliteUrl) else PostgresDatabase(url, access)
