"""The trusted revision, as the newest row of a table that only grows, and the one that was reconciled last."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select

from emp_gitops.platform.base import Trust
from emp_gitops.platform.sql.tables import facts
from emp_gitops.platform.sql.tables import trusted_revisions as table

_RECONCILED = "reconciled_revision"


def read_trust(connection: Connection) -> tuple[Trust, ...]:
    """Every trusted revision that there was, oldest first."""
    columns = (table.c.at, table.c.revision, table.c.previous, table.c.actor, table.c.by_operator)
    rows = connection.execute(select(*columns).order_by(table.c.sequence))
    return tuple(
        Trust(at=at, revision=revision, previous=previous, actor=actor, by_operator=by_operator)
        for at, revision, previous, actor, by_operator in rows
    )


def read_trusted_revision(connection: Connection) -> str | None:
    """The revision that is trusted now."""
    newest = select(table.c.revision).order_by(table.c.sequence.desc()).limit(1)
    return connection.execute(newest).scalar_one_or_none()


def write_trust(connection: Connection, revision: str, *, actor: str, by_operator: bool) -> None:
    """Trust the revision from now on; said again by nobody in particular, that adds nothing."""
    previous = read_trusted_revision(connection)
    if previous != revision or by_operator:
        connection.execute(insert(table), {
            "at": datetime.now(UTC), "revision": revision, "previous": previous, "actor": actor,
            "by_operator": by_operator,
        })


def read_reconciled_revision(connection: Connection) -> str | None:
    """The newest commit that was reconciled."""
    return connection.execute(select(facts.c.value).where(facts.c.key == _RECONCILED)).scalar_one_or_none()


def write_reconciled_revision(connection: Connection, revision: str) -> None:
    """Remember the commit as that."""
    connection.execute(delete(facts).where(facts.c.key == _RECONCILED))
    connection.execute(insert(facts), {"key": _RECONCILED, "value": revision})
