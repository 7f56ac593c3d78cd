"""Reading while nobody else may change anything, without a right to write."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from emp_gitops.errors import LockedError, PlatformError
from emp_gitops.platform.base import EmptyPlatform, PlatformMissingError
from emp_gitops.platform.open import open_locking_reader, open_operator, open_reader, open_writer
from emp_gitops.platform.url import PlatformUrl, PostgresUrl, SqliteUrl
from support.accounts import an_account
from support.platforms import creation, edit, live, retirement, sql, with_accounts
from support.postgres import ASKED_FOR_PASSWORD, PASSWORD

ACME, LYON = "acme-madrid", "acme-lyon"


class TestTheLock:
    def test_is_that_of_reconcilers_and_names_the_job(self, platform_url: PlatformUrl) -> None:
        with_accounts(platform_url, ACME)
        with open_locking_reader(platform_url, job="remind", actor="ana") as reader, open_writer(platform_url, actor="ben") as writer:
            with reader.lock():
                assert list(reader.accounts()) == [ACME]
                with pytest.raises(LockedError, match=rf"locked: remind by ana, pid {os.getpid()}, since"), writer.lock(timeout=0.05):
                    pytest.fail("both held the lock")
            with writer.lock(timeout=0):
                with pytest.raises(LockedError, match="reconcile by ben"), reader.lock(timeout=0.05):
                    pytest.fail("both held the lock")

    def test_can_be_taken_again_and_again(self, platform_url: PlatformUrl) -> None:
        """With what others wrote in between."""
        with_accounts(platform_url, ACME)
        with open_locking_reader(platform_url, job="remind") as reader:
            for datapoints in (100, 101, 102):
                with reader.lock():
                    assert live(reader, ACME).account.datapoints == datapoints
                with open_writer(platform_url) as writer, writer.lock(timeout=0):
                    writer.apply([edit(live(writer, ACME), an_account(ACME, datapoints=datapoints + 1))])

    def test_needs_a_platform(self, platform_url: PlatformUrl) -> None:
        with pytest.raises(PlatformMissingError):
            open_locking_reader(platform_url, job="remind")

    def test_needs_no_right_to_write_in_postgresql(self, postgres_url: PostgresUrl) -> None:
        with_accounts(postgres_url, ACME)
        with one_who_may_only_read(postgres_url) as url:
            with pytest.raises(PlatformError, match="may not do that"), open_writer(url) as writer:
                writer.apply([creation(LYON)])
            with open_locking_reader(url, job="remind") as reader, reader.lock():
                assert list(reader.accounts()) == list(reader.accounts_of([ACME])) == [ACME]
                with open_writer(postgres_url) as writer, pytest.raises(LockedError, match="locked: remind by"), writer.lock(timeout=0.05):
                    pass

    def test_needs_no_right_to_write_the_database_in_sqlite(self, sqlite_url: SqliteUrl) -> None:
        with_accounts(sqlite_url, ACME)
        with open_locking_reader(sqlite_url, job="remind") as reader, reader.lock():
            with pytest.raises(PlatformError, match="cannot be written"), reader._database.writing() as connection:
                connection.exec_driver_sql("UPDATE accounts SET datapoints = 1")


@contextmanager
def one_who_may_only_read(url: PostgresUrl) -> Iterator[PostgresUrl]:
    sql(url, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {ASKED_FOR_PASSWORD}")
    try:
        yield PostgresUrl(url.text.replace("postgres@", f"{ASKED_FOR_PASSWORD}:{PASSWORD.replace(' ', '%20')}@"))
    finally:
        sql(url, f"REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM {ASKED_FOR_PASSWORD}")


class TestSomeAccounts:
    def test_are_those_that_exist(self, platform_url: PlatformUrl) -> None:
        with_accounts(platform_url, ACME, LYON)
        with open_reader(platform_url) as reader:
            assert reader.accounts_of([LYON, "nobody", LYON]) == {LYON: live(reader, LYON)}
            assert reader.accounts_of([]) == {}

    def test_are_told_in_full(self, platform_url: PlatformUrl) -> None:
        """Unmanaged, retired, and renewed into a term that is yet to start."""
        with_accounts(platform_url, ACME, LYON)
        far = date.today() + timedelta(days=100)
        with open_writer(platform_url) as writer:
            writer.apply([retirement(live(writer, LYON))])
            writer.apply([edit(live(writer, ACME), an_account(ACME, start=date.today() - timedelta(days=10)))])
            near = live(writer, ACME).account.term.expires_on
            writer.apply([edit(live(writer, ACME), an_account(ACME, start=min(far, near)))])
        with open_operator(platform_url) as screen:
            screen.put_account("by-hand", an_account("by-hand"))
        with open_reader(platform_url) as reader:
            every = reader.accounts()
            assert every[ACME].active_since
            assert reader.accounts_of(every) == every

    def test_may_be_many(self, sqlite_url: SqliteUrl) -> None:
        ids = [f"account-{number}" for number in range(1200)]
        with_accounts(sqlite_url, *ids)
        with open_reader(sqlite_url) as reader:
            assert list(reader.accounts_of(ids)) == sorted(ids)

    def test_without_a_row_are_none(self, sqlite_url: SqliteUrl) -> None:
        with_accounts(sqlite_url, ACME)
        sql(sqlite_url, "DELETE FROM accounts")
        with open_reader(sqlite_url) as reader:
            assert reader.accounts()[ACME].retired
            assert reader.accounts_of([ACME]) == {}


class TestTheLatestChanges:
    def test_are_those_of_all_accounts_from_a_moment_on(self, platform_url: PlatformUrl) -> None:
        with_accounts(platform_url, ACME, LYON)
        with open_writer(platform_url) as writer:
            between = datetime.now(UTC)
            writer.apply([edit(live(writer, LYON), an_account(LYON, contacts=("new@acme.example",)))])
            writer.apply([edit(live(writer, ACME), an_account(ACME, datapoints=150))])
        with open_reader(platform_url) as reader:
            latest = reader.changes_since(between)
            assert [(entry.account, entry.version) for entry in latest] == [(LYON, 2), (ACME, 2)]
            assert latest[0].after == an_account(LYON, contacts=("new@acme.example",))
            assert latest[0] in reader.history(LYON)
            assert len(reader.changes_since(between - timedelta(days=1))) == 4
            assert list(reader.changes_since(datetime.now(UTC) + timedelta(days=1))) == []

    def test_that_make_no_sense_are_an_error(self, sqlite_url: SqliteUrl) -> None:
        with_accounts(sqlite_url, ACME)
        sql(sqlite_url, "DROP TRIGGER changes_no_update")
        sql(sqlite_url, "UPDATE changes SET kinds = 'gift'")
        with open_reader(sqlite_url) as reader, pytest.raises(PlatformError, match="the audit cannot be read: kinds is 'gift'"):
            reader.changes_since(datetime(2026, 1, 1, tzinfo=UTC))

    def test_are_none_on_a_platform_that_is_not_there(self, tmp_path: Path) -> None:
        with EmptyPlatform() as nothing:
            assert list(nothing.changes_since(datetime(2026, 1, 1, tzinfo=UTC))) == []
            assert nothing.accounts_of([ACME]) == {}
