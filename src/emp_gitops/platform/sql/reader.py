"""The sides of the platform for those who only look, and for those who keep others out while they do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Self

from emp_gitops.core.model import LiveAccount
from emp_gitops.platform.base import AuditEntry, Trust
from emp_gitops.platform.sql import rows
from emp_gitops.platform.sql.engine import Database
from emp_gitops.platform.sql.locks import Holder
from emp_gitops.platform.sql.trust import read_reconciled_revision, read_trust, read_trusted_revision


class SqlReader:
    """A PlatformReader on a database; owns it and closes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def accounts(self) -> Mapping[str, LiveAccount]:
        with self._database.reading() as connection:
            return rows.read_accounts(connection)

    def accounts_of(self, ids: Collection[str]) -> Mapping[str, LiveAccount]:
        with self._database.reading() as connection:
            return rows.read_some_accounts(connection, ids)

    def history(self, account: str) -> Sequence[AuditEntry]:
        with self._database.reading() as connection:
            return rows.read_history(connection, account)

    def changes_since(self, moment: datetime) -> Sequence[AuditEntry]:
        with self._database.reading() as connection:
            return rows.read_changes_since(connection, moment)

    def trusted_revision(self) -> str | None:
        with self._database.reading() as connection:
            return read_trusted_revision(connection)

    def reconciled_revision(self) -> str | None:
        with self._database.reading() as connection:
            return read_reconciled_revision(connection)

    def trust_history(self) -> Sequence[Trust]:
        with self._database.reading() as connection:
            return read_trust(connection)

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class SqlLockingReader(SqlReader):
    """A LockingReader on a database."""

    def __init__(self, database: Database, holder: Holder) -> None:
        super().__init__(database)
        self._holder = holder

    def lock(self, *, timeout: float = 30.0) -> AbstractContextManager[None]:
        return self._database.lock(self._holder, timeout)
