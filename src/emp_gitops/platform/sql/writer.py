"""The side of the platform for reconciling: conditional, audited writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from emp_gitops.core.model import LiveAccount
from emp_gitops.platform.base import Write
from emp_gitops.platform.sql import rows
from emp_gitops.platform.sql.failures import CollisionError
from emp_gitops.platform.sql.reader import SqlLockingReader
from emp_gitops.platform.sql.transition import after_write, check_version
from emp_gitops.platform.sql.trust import write_reconciled_revision, write_trust
from emp_gitops.platform.sql.vanished import vanished_accounts


class SqlWriter(SqlLockingReader):
    """A PlatformWriter on a database."""

    def apply(self, writes: Sequence[Write]) -> None:
        try:
            self._apply(writes)
        except CollisionError:
            # Another writer created one of the accounts while this one looked; now it is there, and decides.
            self._apply(writes)

    def _apply(self, writes: Sequence[Write]) -> None:
        with self._database.writing() as connection:
            found = rows.lock_accounts(connection, (write.change.account for write in writes))
            for write in sorted(writes, key=lambda write: write.change.account):
                self._apply_one(connection, found, write)

    def _apply_one(self, connection: Connection, found: Mapping[str, LiveAccount], write: Write) -> None:
        change = write.change
        live = found.get(change.account) or vanished_accounts(connection, change.account).get(change.account)
        # Whatever was applied moved the version on, so the audit can hold the change only where the versions differ.
        if change.seen_version != (live.version if live else 0) and rows.is_audited(connection, change.idempotency_key):
            return
        after = after_write(live, write)
        rows.save_account(connection, after, is_new=change.account not in found)
        rows.audit(connection, write, at=datetime.now(UTC), actor=self._holder.actor, version_after=after.version)

    def acknowledge(self, account: str, *, seen_version: int, revision: str | None) -> None:
        with self._database.writing() as connection:
            found = rows.lock_accounts(connection, [account])
            known = found or vanished_accounts(connection, account)
            live = check_version(account, known.get(account), seen_version)
            if live is not None:
                after = replace(live, applied=None if live.retired else live.account, applied_revision=revision)
                rows.save_account(connection, after, is_new=account not in found)

    def trust(self, revision: str, *, by_operator: bool = False) -> None:
        with self._database.writing() as connection:
            write_trust(connection, revision, actor=self._holder.actor, by_operator=by_operator)

    def note_reconciled(self, revision: str) -> None:
        with self._database.writing() as connection:
            write_reconciled_revision(connection, revision)
