"""Accounts whose row was deleted by hand: retired on the platform, their versions never restart. On both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emp_gitops.core.model import LiveAccount
from emp_gitops.errors import PlatformError, VersionConflictError
from emp_gitops.platform.open import open_operator, open_reader
from emp_gitops.platform.sql.writer import SqlWriter
from emp_gitops.platform.url import PlatformUrl
from support.accounts import an_account
from support.platforms import PROVENANCE, creation, edit, live, retirement, sql, with_accounts

ACME, LYON = "acme-madrid", "acme-lyon"
DELETE = f"DELETE FROM accounts WHERE id = '{ACME}'"


@pytest.fixture
def deleted(platform_url: PlatformUrl, writer: SqlWriter) -> LiveAccount:
    """What was there: at version 2, and another account beside it."""
    writer.apply([creation(ACME), creation(LYON)])
    writer.apply([edit(live(writer, ACME), an_account(ACME, datapoints=130))])
    was = live(writer, ACME)
    sql(platform_url, DELETE)
    return was


def test_is_known_as_retired_with_what_was_applied_last(platform_url: PlatformUrl, deleted: LiveAccount) -> None:
    with open_reader(platform_url) as reader:
        found = reader.accounts()
    assert found[ACME] == replace(deleted, retired=True, used_datapoints=None)
    assert (found[ACME].version, found[ACME].applied_revision) == (2, PROVENANCE.revision)
    assert not found[LYON].retired


def test_can_be_created_again_and_again_and_the_versions_go_on(
    platform_url: PlatformUrl, writer: SqlWriter, deleted: LiveAccount,
) -> None:
    for version in (2, 3, 4):
        writer.apply([creation(ACME, deleted.account, seen_version=version)])
        assert live(writer, ACME) == replace(deleted, version=version + 1, used_datapoints=0)
        sql(platform_url, DELETE)
    assert [entry.kinds[0] for entry in writer.history(ACME)] == ["create", "datapoints", "create", "create", "create"]


def test_cannot_be_created_as_if_it_never_had_been_there(writer: SqlWriter, deleted: LiveAccount) -> None:
    with pytest.raises(VersionConflictError, match=r"at version 2 .* it was not there"):
        writer.apply([creation(ACME, an_account(ACME, comment="another"))])


def test_cannot_be_changed_or_measured(platform_url: PlatformUrl, writer: SqlWriter, deleted: LiveAccount) -> None:
    with pytest.raises(PlatformError, match="there is no such account"):
        writer.apply([edit(deleted, an_account(ACME, comment="x"))])
    with open_operator(platform_url) as operator, pytest.raises(PlatformError, match="no such account on the platform"):
        operator.record_usage({ACME: 1})


def test_can_be_acknowledged(platform_url: PlatformUrl, writer: SqlWriter, deleted: LiveAccount) -> None:
    writer.acknowledge(ACME, seen_version=2, revision="c" * 40)
    expected = replace(deleted, retired=True, applied=None, applied_revision="c" * 40, used_datapoints=None)
    assert live(writer, ACME) == expected
    assert sql(platform_url, f"SELECT version FROM accounts WHERE id = '{ACME}'") == [(2,)]


def test_may_be_created_by_the_platform_again(platform_url: PlatformUrl, deleted: LiveAccount) -> None:
    with open_operator(platform_url) as operator:
        operator.put_account(ACME, an_account(ACME, datapoints=30))
        assert live(operator, ACME) == LiveAccount(id=ACME, version=3, account=an_account(ACME, datapoints=30))


def test_that_git_had_retired_stays_so(platform_url: PlatformUrl, writer: SqlWriter, deleted: LiveAccount) -> None:
    writer.apply([creation(ACME, seen_version=2)])
    writer.apply([retirement(live(writer, ACME))])
    sql(platform_url, DELETE)
    found = live(writer, ACME)
    assert (found.retired, found.applied, found.version, found.account) == (True, None, 4, an_account(ACME))


@pytest.mark.parametrize(("after", "says"), [("'{}'", "cannot be read: 'name' is missing"), ("NULL", "says of no account")])
def test_with_an_audit_that_makes_no_sense_is_an_error(platform_url: PlatformUrl, after: str, says: str) -> None:
    with_accounts(platform_url)
    sql(platform_url, (
        'INSERT INTO changes (at, account, kinds, "after", idempotency_key, actor, version_before, version_after)'
        f" VALUES ('2026-11-23 10:00:00', '{ACME}', 'create', {after}, 'key', 'eve', 0, 1)"
    ))
    with open_reader(platform_url) as reader, pytest.raises(PlatformError, match=f"the audit of '{ACME}' {says}"):
        reader.accounts()
