"""Accounts and audit entries as rows of the tables, both ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Select, insert, select, update

from emp_gitops.core.changes import Kind
from emp_gitops.core.model import FIELDS, Account, LiveAccount
from emp_gitops.errors import PlatformError
from emp_gitops.platform.base import AuditEntry, Write
from emp_gitops.platform.sql.tables import accounts, changes

# What was applied is read in full and never inferred: somebody may have changed the other columns by hand.
_LIVE: Select[Any] = select(
    accounts.c.id, accounts.c.version, accounts.c.retired, accounts.c.used_datapoints,
    accounts.c.applied_revision, accounts.c.applied, *(accounts.c[field] for field in FIELDS),
)
_HISTORY: Select[Any] = select(
    changes.c.at, changes.c.account, changes.c.kinds, changes.c.before, changes.c.after,
    changes.c.revision, changes.c.requested_by, changes.c.approved_by,
).order_by(changes.c.sequence)

_CHUNK = 500
"""Ids in one query: databases limit the number of its parameters."""


def read_accounts(connection: Connection) -> dict[str, LiveAccount]:
    """All accounts by id."""
    return _live_accounts(connection.execute(_LIVE))


def lock_accounts(connection: Connection, ids: Iterable[str]) -> dict[str, LiveAccount]:
    """Those of the accounts that exist, kept from other writers until the transaction ends.

    Everyone locks in the order of the ids, so that two transactions never wait for each other.
    """
    found: dict[str, LiveAccount] = {}
    ordered = sorted(set(ids))
    for at in range(0, len(ordered), _CHUNK):
        some = _LIVE.where(accounts.c.id.in_(ordered[at : at + _CHUNK])).order_by(accounts.c.id).with_for_update()
        found |= _live_accounts(connection.execute(some))
    return found


def save_account(connection: Connection, live: LiveAccount, *, is_new: bool) -> None:
    """Write all of the account's row."""
    if is_new:
        connection.execute(insert(accounts), _columns(live))
    else:
        connection.execute(update(accounts).where(accounts.c.id == live.id), _columns(live))


def read_history(connection: Connection, account: str) -> list[AuditEntry]:
    """The audit of one account, oldest first."""
    with _readable(f"the audit of {account}"):
        return [
            AuditEntry(
                at=at, account=id_, kinds=cast("tuple[Kind, ...]", tuple(kinds.split(","))),
                before=_account(before), after=_account(after),
                revision=revision, requested_by=requested_by, approved_by=approved_by,
            )
            for at, id_, kinds, before, after, revision, requested_by, approved_by
            in connection.execute(_HISTORY.where(changes.c.account == account))
        ]


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


def _live_accounts(rows: Iterable[Any]) -> dict[str, LiveAccount]:
    found: dict[str, LiveAccount] = {}
    with _readable("an account on the platform"):
        for id_, version, retired, used, revision, applied, *values in rows:
            fields = dict(zip(FIELDS, values, strict=True))
            fields["contacts"] = tuple(fields["contacts"])
            account = Account(**fields)
            found[id_] = LiveAccount(
                id=id_, version=version, account=account, used_datapoints=used, retired=retired,
                applied=_account(applied),
                applied_revision=revision,
            )
    return found


def _account(flat: Any) -> Account | None:
    return None if flat is None else Account.from_flat(flat)


@contextmanager
def _readable(what: str) -> Iterator[None]:
    """Values that no version of this tool wrote are the platform's trouble, not a defect here."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise PlatformError(f"{what} cannot be read: a value in the database makes no sense ({error})") from error
