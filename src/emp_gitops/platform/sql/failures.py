"""What a database's error means to a person. The one place where driver errors become PlatformErrors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError

from emp_gitops.errors import PlatformError

Explanation = tuple[str, str | None]
"""A message, and a hint what to do."""

_RUN_AGAIN = "run the command again; what was applied is not applied twice"
_IN_USE: Explanation = ("the database is locked by another program", "wait for it, then run the command again")
_FULL: Explanation = ("the disk of the database is full", "free some space, then run the command again")
_LOST: Explanation = ("the connection to the database was lost", _RUN_AGAIN)
_STOPPING: Explanation = ("the database server is starting or stopping", _RUN_AGAIN)
_TOO_LARGE: Explanation = ("a number is too large for the database", None)

_SQLITE: Mapping[int, Explanation] = {
    sqlite3.SQLITE_BUSY: _IN_USE,
    sqlite3.SQLITE_LOCKED: _IN_USE,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: (
        "the database cannot be written", "check the permissions of the file, of those beside it and of its folder",
    ),
    sqlite3.SQLITE_CANTOPEN: ("the database cannot be opened", "check the permissions of the file and of its folder"),
    sqlite3.SQLITE_PERM: ("the database cannot be opened", "check the permissions of the file and of its folder"),
    sqlite3.SQLITE_NOTADB: ("the file is no SQLite database", "check the platform's URL, or restore a backup"),
    sqlite3.SQLITE_CORRUPT: ("the database is damaged", "restore a backup"),
    sqlite3.SQLITE_IOERR: ("the disk of the database fails", "check the disk, then run the command again"),
}

# SQLSTATE codes, and their first two characters where a whole class means one thing.
_POSTGRES: Mapping[str, Explanation] = {
    "08": _LOST,
    "25006": ("the database is read-only", "is the URL that of a standby server?"),
    "40": ("another transaction stood in the way", _RUN_AGAIN),
    "42501": ("the database user may not do that", "grant it the right to create and change tables in its schema"),
    "42P07": ("the database holds tables of something else", "give emp-gitops a database or a schema of its own"),
    "53100": _FULL,
    "53": ("the database server is short of resources", _RUN_AGAIN),
    "55P03": _IN_USE,
    "57014": ("the database server cancelled the statement", _RUN_AGAIN),
    "57P01": _LOST,
    "57P02": _LOST,
    "57P03": _STOPPING,
    "57P05": _LOST,
    "58": ("the disk of the database fails", "look into the server's log"),
    "22003": _TOO_LARGE,
    "XX": ("the database is damaged", "look into the server's log"),
}

_UNIQUE = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, "23505"})


class CollisionError(PlatformError):
    """A row that the transaction adds was added by another one in the meantime."""


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Let errors of the drivers leave the block as PlatformErrors about `where`."""
    try:
        yield
    except DBAPIError as error:
        raise _explanation(error, where) from error
    except OverflowError as error:  # SQLite's driver refuses such a number before the database sees it
        message, hint = _TOO_LARGE
        raise PlatformError(message, where=where, hint=hint) from error


def _explanation(error: DBAPIError, where: str) -> PlatformError:
    code = _code(error.orig)
    if code in _UNIQUE:
        return CollisionError("another writer added the same at the same moment", where=where, hint=_RUN_AGAIN)
    if isinstance(error.orig, psycopg.Error):
        message, hint = _explain_postgres(error, error.orig)
    else:
        known = _SQLITE.get(code & 0xFF) if isinstance(code, int) else None
        message, hint = known or (f"the database refused: {_first_line(error.orig)}", None)
    return PlatformError(message, where=where, hint=hint)


def _explain_postgres(error: DBAPIError, cause: psycopg.Error) -> Explanation:
    state = cause.sqlstate or ""
    known = _POSTGRES.get(state) or _POSTGRES.get(state[:2])
    if known:
        return known
    if error.connection_invalidated:
        return _LOST
    if not state and isinstance(cause, psycopg.OperationalError):
        asked = cause.pgconn is not None and (cause.pgconn.used_password or cause.pgconn.needs_password)
        check = "the user and the password" if asked else "that the server runs and the host, port, user and database"
        return f"the database cannot be reached: {_first_line(cause)}", f"check {check} in the platform's URL"
    return f"the database refused: {_first_line(cause)}", None


def _code(cause: BaseException | None) -> int | str | None:
    """SQLite's extended result code, or PostgreSQL's SQLSTATE."""
    if isinstance(cause, psycopg.Error):
        return cause.sqlstate
    return getattr(cause, "sqlite_errorcode", None)


def _first_line(cause: BaseException | None) -> str:
    return str(cause).strip().partition("\n")[0]
