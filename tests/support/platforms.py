"""Changes as the planner would make them, and a way into the databases that goes around the platform's code."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import psycopg

from emp_gitops.core.changes import Change, kinds_between
from emp_gitops.core.model import Account, LiveAccount
from emp_gitops.platform.base import PlatformReader, Provenance, Write
from emp_gitops.platform.open import open_operator, open_writer
from emp_gitops.platform.url import PlatformUrl, SqliteUrl
from support.accounts import an_account

PROVENANCE = Provenance(revision="a" * 40, requested_by="ana", approved_by="carla")


def a_change(account: str, **fields: Any) -> Change:
    file = f"accounts/{account}.yaml"
    return Change(**{"account": account, "file": file, "seen_version": 0, "before": None, "after": None} | fields)


def creation(account: str, wanted: Account | None = None, *, seen_version: int = 0) -> Write:
    after = wanted or an_account(account)
    return Write(a_change(account, kinds=("create",), seen_version=seen_version, after=after), PROVENANCE)


def edit(live: LiveAccount, wanted: Account) -> Write:
    """From what the platform has to what git wants."""
    kinds = kinds_between(live.account, wanted)
    return Write(
        a_change(live.id, kinds=kinds, seen_version=live.version, before=live.account, after=wanted), PROVENANCE,
    )


def adoption(live: LiveAccount) -> Write:
    return Write(a_change(live.id, kinds=("adoption",), seen_version=live.version, after=live.account), PROVENANCE)


def retirement(live: LiveAccount) -> Write:
    change = a_change(live.id, kinds=("retirement",), seen_version=live.version, before=live.account)
    return Write(change, PROVENANCE)


def with_accounts(url: PlatformUrl, *accounts: str) -> PlatformUrl:
    """The same platform, holding these accounts."""
    with open_writer(url) as writer:
        writer.apply([creation(account) for account in accounts])
    return url


def record_usage(url: PlatformUrl, readings: Mapping[str, int]) -> None:
    with open_operator(url) as operator:
        operator.record_usage(readings)


def live(platform: PlatformReader, account: str) -> LiveAccount:
    return platform.accounts()[account]


def sql(url: PlatformUrl, statement: str) -> list[tuple[Any, ...]]:
    """Run one statement on the database itself and commit it; returns its rows, if it has any."""
    if isinstance(url, SqliteUrl):
        with closing(sqlite3.connect(url.path, isolation_level=None)) as file:
            return file.execute(statement).fetchall()
    with psycopg.connect(url.text, autocommit=True) as session:
        cursor = session.execute(statement)
        return cursor.fetchall() if cursor.description else []
