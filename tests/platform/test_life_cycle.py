"""How accounts come under git and leave it, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emp_gitops.core.model import LiveAccount
from emp_gitops.errors import PlatformError, VersionConflictError
from emp_gitops.platform.open import open_operator, open_reader
from emp_gitops.platform.sql.writer import SqlWriter
from emp_gitops.platform.url import PlatformUrl
from support.accounts import an_account
from support.platforms import PROVENANCE, adoption, creation, live, record_usage, retirement, sql, with_accounts

ACME, LYON = "acme-madrid", "acme-lyon"


def test_adoption_brings_an_account_under_git_and_leaves_it_as_it_is(platform_url: PlatformUrl, writer: SqlWriter) -> None:
    with open_operator(platform_url) as operator:
        operator.put_account(ACME, an_account(ACME))
    unmanaged = live(writer, ACME)
    assert unmanaged.is_unmanaged
    writer.apply([adoption(unmanaged)])
    assert live(writer, ACME) == replace(
        unmanaged, version=2, applied=unmanaged.account, applied_revision=PROVENANCE.revision,
    )
    assert [(entry.kinds, entry.before, entry.after) for entry in writer.history(ACME)] == [
        (("adoption",), None, unmanaged.account),
    ]


def test_an_adoption_that_would_change_the_account_is_refused(platform_url: PlatformUrl, writer: SqlWriter) -> None:
    with open_operator(platform_url) as operator:
        operator.put_account(ACME, an_account(ACME))
    other = replace(live(writer, ACME), account=an_account(ACME, comment="another"))
    with pytest.raises(PlatformError, match="its file and the platform differ"):
        writer.apply([adoption(other)])


def test_retirement_keeps_the_row_and_its_version(platform_url: PlatformUrl, writer: SqlWriter) -> None:
    writer.apply([creation(ACME)])
    record_usage(platform_url, {ACME: 7})
    writer.apply([retirement(live(writer, ACME))])
    found = live(writer, ACME)
    assert (found.version, found.retired, found.applied, found.used_datapoints) == (2, True, None, 7)
    assert found.account == an_account(ACME)
    assert writer.history(ACME)[-1].after is None


def test_the_same_id_created_again_goes_on_from_the_version_and_starts_with_nothing_used(
    platform_url: PlatformUrl, writer: SqlWriter,
) -> None:
    writer.apply([creation(ACME)])
    record_usage(platform_url, {ACME: 80})
    writer.apply([retirement(live(writer, ACME))])
    with pytest.raises(VersionConflictError, match="at version 2"):
        writer.apply([creation(ACME, an_account(ACME, comment="new"))])
    wanted = an_account(ACME, datapoints=30)  # fewer than the old account used
    writer.apply([creation(ACME, wanted, seen_version=2)])
    assert live(writer, ACME) == LiveAccount(
        id=ACME, version=3, account=wanted, used_datapoints=0, applied=wanted, applied_revision=PROVENANCE.revision,
    )
    assert [entry.kinds[0] for entry in writer.history(ACME)] == ["create", "retirement", "create"]


def test_acknowledging_takes_the_live_account_for_the_applied_one(platform_url: PlatformUrl, writer: SqlWriter) -> None:
    writer.apply([creation(ACME)])
    theirs = an_account(ACME, license="enterprise")
    with open_operator(platform_url) as operator:
        operator.put_account(ACME, theirs)
    writer.acknowledge(ACME, seen_version=2, revision="c" * 40)
    found = live(writer, ACME)
    assert (found.account, found.applied, found.applied_revision, found.version) == (theirs, theirs, "c" * 40, 2)
    assert len(writer.history(ACME)) == 1, "nothing was changed, so nothing is in the audit"


def test_acknowledging_an_account_that_the_platform_retired_leaves_nothing_applied(
    platform_url: PlatformUrl, writer: SqlWriter,
) -> None:
    writer.apply([creation(ACME)])
    with open_operator(platform_url) as operator:
        operator.retire_account(ACME)
    assert live(writer, ACME).applied == an_account(ACME)
    writer.acknowledge(ACME, seen_version=2, revision=None)
    found = live(writer, ACME)
    assert (found.applied, found.retired, found.version) == (None, True, 2)


def test_only_the_version_that_was_seen_can_be_acknowledged(platform_url: PlatformUrl, writer: SqlWriter) -> None:
    writer.apply([creation(ACME)])
    with open_operator(platform_url) as operator:
        operator.put_account(ACME, an_account(ACME, license="enterprise"))
    with pytest.raises(VersionConflictError, match="at version 2"):
        writer.acknowledge(ACME, seen_version=1, revision=None)
    with pytest.raises(VersionConflictError, match=f"{LYON} is gone"):
        writer.acknowledge(LYON, seen_version=1, revision=None)
    writer.acknowledge(LYON, seen_version=0, revision=None)
    assert LYON not in writer.accounts()
    assert live(writer, ACME).applied == an_account(ACME)


def test_what_was_changed_by_hand_in_the_database_is_not_taken_for_applied(platform_url: PlatformUrl) -> None:
    """Also where whoever did it left the version alone."""
    with_accounts(platform_url, "acme-madrid")
    sql(platform_url, "UPDATE accounts SET datapoints = 77 WHERE id = 'acme-madrid'")
    with open_reader(platform_url) as reader:
        account = live(reader, "acme-madrid")
    assert account.account.datapoints == 77
    assert account.applied
    assert account.applied.datapoints != 77
