"""Accounts whose row somebody deleted by hand. The audit still knows them, so their versions go on from there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, exists, select

from emp_gitops.core.model import LiveAccount
from emp_gitops.errors import PlatformError
from emp_gitops.platform.sql.sense import SENSELESS, account_from_json, said
from emp_gitops.platform.sql.tables import accounts, changes

_VANISHED: Select[Any] = (
    select(changes.c.account, changes.c.version_after, changes.c.before, changes.c.after, changes.c.revision)
    .where(~exists().where(accounts.c.id == changes.c.account))
    .order_by(changes.c.sequence)
)


def vanished_accounts(connection: Connection, account: str | None = None) -> dict[str, LiveAccount]:
    """The accounts that the audit knows and the platform has no row of, or one of them, as if the platform had retired
    them: with the version and the values of the last change that was applied. Raises PlatformError.
    """
    query = _VANISHED if account is None else _VANISHED.where(changes.c.account == account)
    last = {row[0]: row for row in connection.execute(query)}
    return {id_: _retired(*row) for id_, row in last.items()}


def _retired(id_: str, version: int, before: Any, after: Any, revision: str | None) -> LiveAccount:
    try:
        applied = account_from_json(after)
        known = applied or account_from_json(before)
    except SENSELESS as error:
        raise PlatformError(f"the audit of {id_!r} cannot be read: {said(error)}", hint="restore a backup") from error
    if known is None:
        raise PlatformError(f"the audit of {id_!r} says of no account that it was there", hint="restore a backup")
    return LiveAccount(
        id=id_, version=version, account=known, applied=applied, applied_revision=revision, retired=True
    )
