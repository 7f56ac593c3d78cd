"""The trusted revision, on both databases."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest

from emp_gitops.errors import PlatformError
from emp_gitops.platform.base import EmptyPlatform
from emp_gitops.platform.open import open_reader, open_writer, upgrade
from emp_gitops.platform.url import PlatformUrl
from support.platforms import sql, with_accounts

ONE, OTHER = "1" * 40, "2" * 40


def test_a_new_platform_trusts_nothing(platform_url: PlatformUrl) -> None:
    with open_writer(platform_url) as writer:
        assert writer.trusted_revision() is None
    assert EmptyPlatform().trusted_revision() is None


def test_the_newest_word_counts_and_each_is_kept_with_who_said_it(platform_url: PlatformUrl) -> None:
    with open_writer(platform_url, actor="olga") as writer:
        writer.trust(ONE, by_operator=True)
    with open_writer(platform_url, actor="ci") as writer:
        writer.trust(OTHER)
        writer.trust(OTHER)
    with open_reader(platform_url) as reader:
        assert reader.trusted_revision() == OTHER
        told = [(each.revision, each.previous, each.actor, each.by_operator) for each in reader.trust_history()]
    assert told == [(ONE, None, "olga", True), (OTHER, ONE, "ci", False)]


def test_an_operator_who_says_it_again_is_recorded_again(platform_url: PlatformUrl) -> None:
    with open_writer(platform_url) as writer:
        for _ in range(2):
            writer.trust(ONE, by_operator=True)
        assert len(writer.trust_history()) == 2


@pytest.mark.parametrize("statement", ["UPDATE trusted_revisions SET actor = 'eve'", "DELETE FROM trusted_revisions"])
def test_what_was_trusted_can_neither_be_changed_nor_deleted(platform_url: PlatformUrl, statement: str) -> None:
    with open_writer(platform_url) as writer:
        writer.trust(ONE)
    with pytest.raises((sqlite3.IntegrityError, psycopg.errors.RestrictViolation), match="append-only"):
        sql(platform_url, statement)


def test_a_platform_of_the_first_version_is_upgraded_and_keeps_its_accounts(platform_url: PlatformUrl) -> None:
    with_accounts(platform_url, "acme-madrid")
    sql(platform_url, "DROP TABLE trusted_revisions")
    sql(platform_url, "UPDATE emp_gitops_schema SET version_num = '0001'")
    with pytest.raises(PlatformError, match="older"):
        open_reader(platform_url)
    assert upgrade(platform_url) == (1, 2)
    with open_writer(platform_url) as writer:
        assert "acme-madrid" in writer.accounts()
        writer.trust(ONE)
        assert writer.trusted_revision() == ONE


def test_the_newest_reconciled_revision_is_remembered(platform_url: PlatformUrl) -> None:
    assert EmptyPlatform().reconciled_revision() is None
    with open_writer(platform_url) as writer:
        assert writer.reconciled_revision() is None
        writer.note_reconciled(ONE)
        writer.note_reconciled(OTHER)
    with open_reader(platform_url) as reader:
        assert reader.reconciled_revision() == OTHER
