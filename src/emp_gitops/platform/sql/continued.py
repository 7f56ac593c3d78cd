"""Accounts that were renewed into a new term before it starts: the audit knows since when they have been active."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, select

from emp_gitops.core.model import LiveAccount
from emp_gitops.core.term import Term
from emp_gitops.errors import PlatformError
from emp_gitops.platform.sql.sense import SENSELESS, account_from_json, said
from emp_gitops.platform.sql.tables import accounts, changes

# Of all renewals those after which the account has a start that was still to come. Databases compare the two columns:
# PostgreSQL as a day and a moment, SQLite as texts of which one goes on where the other ends.
_INTO_THE_FUTURE: Select[Any] = (
    select(changes.c.account, changes.c.before, changes.c.after)
    .join(accounts, accounts.c.id == changes.c.account)
    .where(changes.c.kinds.contains("renewal"), accounts.c.start > changes.c.at, ~accounts.c.retired)
    .order_by(changes.c.sequence)
)


def with_continued_terms(
    connection: Connection, found: Mapping[str, LiveAccount], *, are_few: bool = False
) -> dict[str, LiveAccount]:
    """The same accounts, with `active_since` where it applies. Raises PlatformError.

    For a few, only their part of the audit is read.
    """
    since: dict[str, tuple[date, date | None]] = {}
    renewals = _INTO_THE_FUTURE.where(changes.c.account.in_(found)) if are_few else _INTO_THE_FUTURE
    for id_, before, after in connection.execute(renewals):
        try:
            old, new = account_from_json(before), account_from_json(after)
        except SENSELESS as error:
            message = f"the audit of {id_!r} cannot be read: {said(error)}"
            raise PlatformError(message, hint="restore a backup") from error
        if old and new:
            start, began = since.get(id_, (old.start, None))
            since[id_] = new.start, _began(began if start == old.start else None, old.term, new.term)
    return dict(found) | {
        id_: replace(found[id_], active_since=began)
        for id_, (start, began) in since.items()
        if began and id_ in found and found[id_].account.start == start
    }


def _began(known: date | None, old: Term, new: Term) -> date | None:
    """Since when an account is active whose term changed; `known` is since when it was before, None for `old.start`."""
    if new.start == old.start:
        return known
    return (known or old.start) if old.start < new.start <= old.expires_on else None
