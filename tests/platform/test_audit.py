"""The audit can only grow, whoever tries."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest

from emp_gitops.platform.open import open_writer
from emp_gitops.platform.sql import rows
from emp_gitops.platform.url import PlatformUrl
from support.platforms import creation, sql, with_accounts

Refused = (sqlite3.IntegrityError, psycopg.errors.RestrictViolation)


@pytest.mark.parametrize("statement", ["UPDATE changes SET requested_by = 'eve'", "DELETE FROM changes"])
def test_no_row_of_the_audit_can_be_changed_or_deleted(platform_url: PlatformUrl, statement: str) -> None:
    with_accounts(platform_url, "acme-madrid")
    before = sql(platform_url, "SELECT * FROM changes")
    with pytest.raises(Refused, match="the audit is append-only"):
        sql(platform_url, statement)
    assert sql(platform_url, "SELECT * FROM changes") == before


@pytest.mark.parametrize("key", ["sequence", "idempotency_key"])
def test_no_row_of_the_audit_can_be_replaced_in_sqlite(sqlite_url: PlatformUrl, key: str) -> None:
    with_accounts(sqlite_url, "acme-madrid")
    other = "sequence + 1, at, account, kinds, revision, idempotency_key" if key == "idempotency_key" else (
        "sequence, at, account, kinds, revision, 'another'"
    )
    with pytest.raises(Refused, match="the audit is append-only"):
        sql(sqlite_url, (
            "INSERT OR REPLACE INTO changes (sequence, at, account, kinds, revision, idempotency_key, actor, version_before,"
            f" version_after) SELECT {other}, 'eve', 0, 1 FROM changes"
        ))


def test_a_moment_of_any_time_zone_is_kept(platform_url: PlatformUrl) -> None:
    with_accounts(platform_url)
    moment = datetime(2026, 11, 23, 0, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    with open_writer(platform_url) as writer:
        with writer._database.writing() as connection:
            rows.audit(connection, creation("acme-madrid"), at=moment, actor="ana", version_after=1)
        (entry,) = writer.history("acme-madrid")
    assert entry.at == moment
    assert entry.at.tzinfo is UTC


def test_the_audit_cannot_be_emptied_in_postgresql(postgres_url: PlatformUrl) -> None:
    with_accounts(postgres_url, "acme-madrid")
    with pytest.raises(Refused, match="the audit is append-only"):
        sql(postgres_url, "TRUNCATE changes")
