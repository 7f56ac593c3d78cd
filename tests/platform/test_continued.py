"""Accounts that go from one term into the next stay active, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from emp_gitops.core.model import Account
from emp_gitops.errors import PlatformError
from emp_gitops.platform.open import open_operator, open_reader
from emp_gitops.platform.sql.writer import SqlWriter
from emp_gitops.platform.url import PlatformUrl
from support.accounts import an_account
from support.platforms import creation, edit, live, retirement, sql, with_accounts

ACME = "acme-madrid"
BEGAN = date(2990, 1, 31)
FIRST = an_account(ACME, start=BEGAN, months=120)
SECOND = replace(FIRST, start=FIRST.term.expires_on, months=12)
THIRD = replace(SECOND, start=SECOND.term.expires_on)
LATER = replace(SECOND, start=date(3200, 1, 1))


def since(writer: SqlWriter, *steps: Account) -> date | None:
    """Since when an account is active that was created as the first of these and changed to each of the others."""
    writer.apply([creation(ACME, steps[0])])
    for step in steps[1:]:
        writer.apply([edit(live(writer, ACME), step)])
    return live(writer, ACME).active_since


@pytest.mark.parametrize(("steps", "began"), [
    ((FIRST,), None),
    ((FIRST, replace(FIRST, months=60)), None),
    ((FIRST, SECOND), BEGAN),
    ((FIRST, SECOND, replace(SECOND, comment="more")), BEGAN),
    ((FIRST, SECOND, replace(SECOND, months=24)), BEGAN),
    ((FIRST, SECOND, THIRD), BEGAN),
    ((FIRST, replace(FIRST, start=date(2991, 1, 1))), BEGAN),
    ((FIRST, LATER), None),
    ((FIRST, SECOND, LATER), None),
    ((FIRST, SECOND, FIRST), None),
    ((FIRST, SECOND, FIRST, LATER), None),
], ids=[
    "one term", "only its length", "the next term", "and a comment", "and longer", "two more terms", "moved within the term",
    "after a gap", "after a gap again", "back again", "back and after a gap",
])
def test_an_account_is_active_since_its_terms_join(writer: SqlWriter, steps: tuple[Account, ...], began: date | None) -> None:
    assert since(writer, *steps) == began


def test_a_term_that_begins_in_time_needs_no_other(writer: SqlWriter) -> None:
    first = an_account(ACME, start=date(2010, 1, 31), months=120)
    assert since(writer, first, replace(first, start=first.term.expires_on, months=120)) is None


def test_what_the_platform_moved_is_not_continued(platform_url: PlatformUrl, writer: SqlWriter) -> None:
    since(writer, FIRST, SECOND)
    with open_operator(platform_url) as operator:
        operator.put_account(ACME, LATER)
    assert live(writer, ACME).active_since is None
    writer.apply([edit(live(writer, ACME), replace(LATER, start=LATER.term.expires_on))])
    assert live(writer, ACME).active_since == LATER.start


def test_a_retired_account_is_active_since_never(writer: SqlWriter) -> None:
    since(writer, FIRST, SECOND)
    writer.apply([retirement(live(writer, ACME))])
    assert live(writer, ACME).active_since is None


def test_an_audit_that_makes_no_sense_is_an_error(platform_url: PlatformUrl) -> None:
    with_accounts(platform_url, ACME)
    sql(platform_url, "UPDATE accounts SET start = '2999-01-01'")
    sql(platform_url, (
        'INSERT INTO changes (at, account, kinds, "before", "after", idempotency_key, actor, version_before, version_after)'
        f" VALUES ('2026-11-23 10:00:00', '{ACME}', 'renewal', '5', '{{}}', 'key', 'eve', 1, 2)"
    ))
    with open_reader(platform_url) as reader, pytest.raises(PlatformError, match=f"the audit of '{ACME}' cannot be read"):
        reader.accounts()
