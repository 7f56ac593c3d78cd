"""The platform's own side: what its screen and its meters do, and the reconciler never does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import bindparam, update

from emp_gitops.core.model import Account, LiveAccount
from emp_gitops.errors import PlatformError
from emp_gitops.platform.sql import rows
from emp_gitops.platform.sql.failures import CollisionError
from emp_gitops.platform.sql.reader import SqlReader
from emp_gitops.platform.sql.tables import accounts
from emp_gitops.platform.sql.vanished import vanished_accounts

_SHOWN = 5
"""Ids that an error names before it only counts."""

_SET_USAGE = (
    update(accounts).where(accounts.c.id == bindparam("account")).values(used_datapoints=bindparam("used"))
)


class SqlOperator(SqlReader):
    """A PlatformOperator on a database."""

    def record_usage(self, readings: Mapping[str, int]) -> None:
        if negative := sorted(account for account, used in readings.items() if used < 0):
            raise PlatformError(f"used datapoints cannot be negative: {_listed(negative)}")
        if not readings:
            return
        with self._database.writing() as connection:
            found = rows.lock_accounts(connection, readings)
            if unknown := sorted(account for account in readings if account not in found or found[account].retired):
                raise PlatformError(f"no such account on the platform: {_listed(unknown)}", hint="nothing was recorded")
            connection.execute(_SET_USAGE, [{"account": account, "used": used} for account, used in readings.items()])

    def put_account(self, account: str, value: Account) -> None:
        try:
            self._put(account, value)
        except CollisionError:
            self._put(account, value)  # someone else created it in the meantime: now it can be changed

    def _put(self, account: str, value: Account) -> None:
        with self._database.writing() as connection:
            found = rows.lock_accounts(connection, [account])
            live = (found or vanished_accounts(connection, account)).get(account)
            if live is None or live.retired:
                after = LiveAccount(id=account, version=live.version + 1 if live else 1, account=value)
            else:
                after = replace(live, version=live.version + 1, account=value)
            rows.save_account(connection, after, is_new=account not in found)

    def retire_account(self, account: str) -> None:
        with self._database.writing() as connection:
            live = rows.lock_accounts(connection, [account]).get(account)
            if live is None or live.retired:
                raise PlatformError(f"no such account on the platform: {account}")
            rows.save_account(connection, replace(live, version=live.version + 1, retired=True), is_new=False)


def _listed(ids: Iterable[str]) -> str:
    some = list(ids)
    more = f" and {len(some) - _SHOWN} more" if len(some) > _SHOWN else ""
    return ", ".join(some[:_SHOWN]) + more
