"""What `support.crashing` runs in processes of its own. A job takes texts, the first of them a platform's URL."""

from __future__ import annotations

from pathlib import Path

from emp_gitops.errors import VersionConflictError
from emp_gitops.platform.open import open_writer
from emp_gitops.platform.sql.writer import SqlWriter
from emp_gitops.platform.url import parse_platform_url
from support.accounts import an_account
from support.platforms import creation, edit

CONFLICT = 7
"""The exit code of a job that met a VersionConflictError."""


def create_platform(url: str) -> None:
    _open(url).close()


def create_account(url: str, account: str, comment: str) -> int | None:
    """Who passes the same comment wants the same change."""
    with _open(url) as writer:
        try:
            writer.apply([creation(account, an_account(account, comment=comment))])
        except VersionConflictError:
            return CONFLICT
    return None


def transfer(url: str, giver: str, taker: str) -> None:
    """Move 30 of 100 datapoints and create a third account, as far as that is still to do: a small reconcile."""
    with _open(url) as writer, writer.lock():
        live = writer.accounts()
        if live[giver].account.datapoints == 100:
            writer.apply([
                edit(live[giver], an_account(giver, datapoints=70)), edit(live[taker], an_account(taker, datapoints=130)),
            ])
        if f"{giver}-new" not in live:
            writer.apply([creation(f"{giver}-new")])


def _open(url: str) -> SqlWriter:
    return open_writer(parse_platform_url(url, Path("/")), actor="ci")
