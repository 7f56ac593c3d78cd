"""One connection to a platform's database, on which every call is one transaction."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import Enum
from typing import Any, Self

from sqlalchemy import Connection, NullPool, create_engine

from emp_gitops.platform.sql.failures import explained
from emp_gitops.platform.sql.locks import Holder

BUSY_SECONDS = 10.0
"""How long a transaction waits for the transactions of others."""


class Access(Enum):
    """What a connection is for. Only CREATE makes a SQLite file that is not there."""

    READ = "read"
    WRITE = "write"
    CREATE = "create"


class Database(ABC):
    """A database and one open connection. All of its errors are PlatformErrors."""

    def __init__(self, where: str, dialect: str, **options: Any) -> None:
        """`where` names the database to people. Raises PlatformError where it cannot be reached."""
        self.where = where
        self._engine = create_engine(dialect, poolclass=NullPool, hide_parameters=True, **options)
        with explained(where):
            self._connection = self._engine.connect()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment. Raises PlatformError, also for what fails inside of the block."""
        with explained(self.where), self._connection.begin():
            yield self._connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed whole, or not at all when the block raises. Raises PlatformError."""
        with explained(self.where), self._connection.begin():
            yield self._connection

    @abstractmethod
    def lock(self, holder: Holder, timeout: float) -> AbstractContextManager[None]:
        """Keep others out who take the same lock. Raises LockedError after `timeout` seconds."""

    def prepare_for_schema(self) -> None:  # noqa: B027 - most databases need nothing
        """What has to be set before the first table and outside of a transaction."""

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()

    @contextmanager
    def closed_on_error(self) -> Iterator[None]:
        """Close the connection when the block raises; after it, whoever takes the database over closes it."""
        try:
            yield
        except BaseException:  # Ctrl-C too: nobody else would close it; the cause goes on
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
