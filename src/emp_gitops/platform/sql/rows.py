"""Accounts and audit entries as rows of the tables, both ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Integer, Select, insert, select, type_coerce, update

from emp_gitops.core.changes import KINDS, Kind
from emp_gitops.core.model import FIELDS, Account, LiveAccount
from emp_gitops.errors import PlatformError
from emp_gitops.platform.base import AuditEntry, Write
from emp_gitops.platform.sql.continued import with_continued_terms
from emp_gitops.platform.sql.sense import SENSELESS, account_from_json, checked_live, said
from emp_gitops.platform.sql.tables import accounts, changes
from emp_gitops.platform.sql.vanished import vanished_accounts

# What was applied is read in full and never inferred: somebody may have changed the other columns by hand. As a truth
# value, SQLAlchemy would take anything that SQLite holds for one.
_LIVE: Select[Any] = select(
    accounts.c.id, accounts.c.version, type_coerce(accounts.c.retired, Integer), accounts.c.used_datapoints,
    accounts.c.applied_revision, accounts.c.applied, *(accounts.c[field] for field in FIELDS),
)
_HISTORY: Select[Any] = select(
    changes.c.at, changes.c.account, changes.c.version_after, changes.c.kinds, changes.c.before, changes.c.after,
    changes.c.revision, changes.c.requested_by, changes.c.approved_by,
).order_by(changes.c.sequence)

_CHUNK = 500
"""Ids in one query: databases limit the number of its parameters."""

_MEND = "somebody wrote to the database by hand: correct the value, or restore a backup"

_SHOWN = 5
"""Accounts that an error describes."""


def read_accounts(connection: Connection) -> dict[str, LiveAccount]:
    """All accounts by id, those too whose row is gone."""
    return vanished_accounts(connection) | with_continued_terms(connection, _live_accounts(connection, _LIVE))


def read_some_accounts(connection: Connection, ids: Iterable[str]) -> dict[str, LiveAccount]:
    """Those of the accounts that exist, with a row of their own, by id."""
    found: dict[str, LiveAccount] = {}
    for some in _few(ids):
        found |= with_continued_terms(connection, _live_accounts(connection, some), are_few=True)
    return found


def lock_accounts(connection: Connection, ids: Iterable[str]) -> dict[str, LiveAccount]:
    """Those of the accounts that exist, kept from other writers until the transaction ends.

    Everyone locks in the order of the ids, so that two transactions never wait for each other.
    """
    found: dict[str, LiveAccount] = {}
    for some in _few(ids):
        found |= _live_accounts(connection, some.order_by(accounts.c.id).with_for_update())
    return found


def _few(ids: Iterable[str]) -> Iterator[Select[Any]]:
    """Queries for the accounts, in the order of their ids."""
    ordered = sorted(set(ids))
    for at in range(0, len(ordered), _CHUNK):
        yield _LIVE.where(accounts.c.id.in_(ordered[at : at + _CHUNK]))


def save_account(connection: Connection, live: LiveAccount, *, is_new: bool) -> None:
    """Write all of the account's row."""
    if is_new:
        connection.execute(insert(accounts), _columns(live))
    else:
        connection.execute(update(accounts).where(accounts.c.id == live.id), _columns(live))


def read_history(connection: Connection, account: str) -> list[AuditEntry]:
    """The audit of one account, oldest first."""
    try:
        return [_entry(*row) for row in connection.execute(_HISTORY.where(changes.c.account == account))]
    except SENSELESS as error:
        raise PlatformError(f"the audit of {account!r} cannot be read: {said(error)}", hint=_MEND) from error


def read_changes_since(connection: Connection, moment: datetime) -> list[AuditEntry]:
    """The audit of all accounts from a moment on, oldest first."""
    try:
        return [_entry(*row) for row in connection.execute(_HISTORY.where(changes.c.at >= moment))]
    except SENSELESS as error:
        raise PlatformError(f"the audit cannot be read: {said(error)}", hint=_MEND) from error


def is_audited(connection: Connection, idempotency_key: str) -> bool:
    """Whether the change was applied before."""
    query = select(changes.c.sequence).where(changes.c.idempotency_key == idempotency_key)
    return connection.execute(query).first() is not None


def audit(connection: Connection, write: Write, *, at: datetime, actor: str, version_after: int) -> None:
    """Record an applied change."""
    change, provenance = write.change, write.provenance
    connection.execute(insert(changes), {
        "at": at, "account": change.account, "kinds": ",".join(change.kinds),
        "before": change.before and change.before.to_flat(), "after": change.after and change.after.to_flat(),
        "revision": provenance.revision, "idempotency_key": change.idempotency_key,
        "requested_by": provenance.requested_by, "approved_by": provenance.approved_by, "actor": actor,
        "version_before": change.seen_version, "version_after": version_after,
    })


def _columns(live: LiveAccount) -> dict[str, Any]:
    columns = {field: getattr(live.account, field) for field in FIELDS}
    return columns | {
        "id": live.id, "version": live.version, "retired": live.retired, "used_datapoints": live.used_datapoints,
        "applied": live.applied and live.applied.to_flat(),
        "applied_revision": live.applied_revision,
    }


def _live_accounts(connection: Connection, query: Select[Any]) -> dict[str, LiveAccount]:
    try:
        return {row[0]: _live_account(*row) for row in connection.execute(query)}
    except SENSELESS as error:
        raise PlatformError(
            f"the platform holds what makes no sense: {_senseless(connection) or said(error)}", hint=_MEND
        ) from error


def _live_account(
    id_: str, version: int, retired: int, used: int | None, revision: str | None, applied: Any, *values: Any
) -> LiveAccount:
    fields = dict(zip(FIELDS, values, strict=True))
    if not isinstance(contacts := fields["contacts"], list):
        raise TypeError(f"contacts is {contacts!r}")
    if retired not in (0, 1):
        raise ValueError(f"retired is {retired!r}")
    return checked_live(LiveAccount(
        id=id_, version=version, account=Account(**fields | {"contacts": tuple(contacts)}), used_datapoints=used,
        retired=bool(retired), applied=account_from_json(applied), applied_revision=revision,
    ))


def _senseless(connection: Connection) -> str:
    """Which accounts cannot be read, and why: a query that fails as a whole does not say at which row."""
    found = []
    for id_ in connection.scalars(select(accounts.c.id).order_by(accounts.c.id)).all():
        try:
            _live_account(*connection.execute(_LIVE.where(accounts.c.id == id_)).one())
        except SENSELESS as error:
            found.append(f"{id_}: {said(error)}")
    more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return "; ".join(found[:_SHOWN] + more)


def _entry(
    at: datetime, account: str, version: int, kinds: str, before: Any, after: Any,
    revision: str | None, requested_by: str | None, approved_by: str | None,
) -> AuditEntry:
    known = tuple(kinds.split(","))
    if not set(known) <= set(KINDS):
        raise ValueError(f"kinds is {kinds!r}")
    return AuditEntry(
        at=at, account=account, version=version, kinds=cast("tuple[Kind, ...]", known),
        before=account_from_json(before), after=account_from_json(after), revision=revision,
        requested_by=requested_by, approved_by=approved_by,
    )
