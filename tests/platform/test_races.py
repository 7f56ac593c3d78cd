"""Several at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest

from emp_gitops.errors import VersionConflictError
from emp_gitops.platform.base import Write
from emp_gitops.platform.open import open_operator, open_reader, open_writer
from emp_gitops.platform.sql.schema import VERSION
from emp_gitops.platform.url import PlatformUrl, PostgresUrl
from support.accounts import an_account
from support.crashing import Processes
from support.jobs import CONFLICT
from support.platforms import creation, edit, live, sql, with_accounts

ACME, LYON = "acme-madrid", "acme-lyon"


def test_processes_that_create_the_platform_together_all_succeed(platform_url: PlatformUrl, forks: Processes) -> None:
    assert forks.run("support.jobs:create_platform", platform_url.text, times=6) == [0] * 6
    assert sql(platform_url, "SELECT version_num FROM emp_gitops_schema") == [(f"{VERSION:04}",)]


def test_of_different_changes_to_one_version_exactly_one_is_applied(platform_url: PlatformUrl) -> None:
    with_accounts(platform_url, ACME)
    barrier = Barrier(4)

    def change(datapoints: int) -> int | None:
        with open_writer(platform_url) as writer:
            planned = edit(live(writer, ACME), an_account(ACME, datapoints=datapoints))
            barrier.wait()
            try:
                writer.apply([planned])
            except VersionConflictError:
                return None
            return datapoints

    with ThreadPoolExecutor(4) as pool:
        winners = [won for won in pool.map(change, (110, 120, 130, 140)) if won]
    with open_reader(platform_url) as reader:
        assert winners == [live(reader, ACME).account.datapoints]
        assert live(reader, ACME).version == len(reader.history(ACME)) == 2


def test_the_same_creation_by_many_processes_is_applied_once(platform_url: PlatformUrl, forks: Processes) -> None:
    with_accounts(platform_url)
    codes = forks.run("support.jobs:create_account", platform_url.text, ACME, "same", times=6)
    assert codes == [0] * 6
    with open_reader(platform_url) as reader:
        assert live(reader, ACME).version == len(reader.history(ACME)) == 1


def while_another_creates(url: PostgresUrl, theirs: Write, ours: Callable[[], None]) -> None:
    """Begin `ours` when `theirs` is written but not committed, so that an INSERT waits, and then commit."""
    with open_writer(url) as other, psycopg.connect(url.text, autocommit=True) as watcher:
        with ThreadPoolExecutor(1) as pool:
            with other._database.writing() as connection:
                other._apply_one(connection, {}, theirs)
                result = pool.submit(ours)
                while watcher.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone() == (0,):
                    assert not result.done()
            result.result()


def created(comment: str) -> Write:
    return creation(ACME, an_account(ACME, comment=comment))


def test_a_creation_that_meets_the_same_one_is_done(postgres_url: PostgresUrl) -> None:
    def create() -> None:
        with open_writer(postgres_url) as writer:
            writer.apply([created("same")])

    with_accounts(postgres_url)
    while_another_creates(postgres_url, created("same"), create)
    with open_reader(postgres_url) as reader:
        assert live(reader, ACME).version == len(reader.history(ACME)) == 1


def test_a_creation_that_meets_another_one_is_a_conflict(postgres_url: PostgresUrl) -> None:
    def create() -> None:
        with open_writer(postgres_url) as writer, pytest.raises(VersionConflictError, match="at version 1"):
            writer.apply([created("ours")])

    with_accounts(postgres_url)
    while_another_creates(postgres_url, created("theirs"), create)
    with open_reader(postgres_url) as reader:
        assert live(reader, ACME).account.comment == "theirs"


def test_what_the_platform_puts_while_reconcile_creates_it_is_a_change_of_it(postgres_url: PostgresUrl) -> None:
    def put() -> None:
        with open_operator(postgres_url) as operator:
            operator.put_account(ACME, an_account(ACME, comment="ours"))

    with_accounts(postgres_url)
    while_another_creates(postgres_url, created("theirs"), put)
    with open_reader(postgres_url) as reader:
        found = live(reader, ACME)
    assert (found.version, found.account.comment) == (2, "ours")
    assert found.applied == an_account(ACME, comment="theirs")


def test_different_creations_by_many_processes_leave_the_first(platform_url: PlatformUrl, forks: Processes) -> None:
    with_accounts(platform_url)
    assert forks.run("support.jobs:create_account", platform_url.text, ACME, "first") == [0]
    assert forks.run("support.jobs:create_account", platform_url.text, ACME, "second", times=3) == [CONFLICT] * 3


def test_transfers_in_opposite_directions_do_not_wait_for_each_other_in_a_circle(platform_url: PlatformUrl) -> None:
    with_accounts(platform_url, ACME, LYON)
    barrier = Barrier(2)

    def move(giver: str, taker: str) -> int:
        moved = 0
        with open_writer(platform_url) as writer:
            barrier.wait()
            for _ in range(15):
                now = writer.accounts()
                legs = [edit(now[id_], an_account(id_, datapoints=now[id_].account.datapoints + delta))
                        for id_, delta in ((giver, -1), (taker, +1))]
                try:
                    writer.apply(legs)
                except VersionConflictError:
                    continue
                moved += 1
        return moved

    with ThreadPoolExecutor(2) as pool:
        there, back = pool.map(move, (ACME, LYON), (LYON, ACME))
    with open_reader(platform_url) as reader:
        found = reader.accounts()
        assert [found[id_].account.datapoints for id_ in (ACME, LYON)] == [100 - there + back, 100 + there - back]
        assert found[ACME].version == found[LYON].version == 1 + there + back


def test_a_reader_never_sees_half_of_a_transfer(platform_url: PlatformUrl) -> None:
    with_accounts(platform_url, ACME, LYON)

    def move() -> None:
        with open_writer(platform_url) as writer:
            for datapoints in range(99, 70, -1):
                now = writer.accounts()
                writer.apply([edit(now[ACME], an_account(ACME, datapoints=datapoints)),
                              edit(now[LYON], an_account(LYON, datapoints=200 - datapoints))])

    with ThreadPoolExecutor(1) as pool, open_reader(platform_url) as reader:
        done = pool.submit(move)
        sums = {200}
        while not done.done():
            sums.add(sum(each.account.datapoints for each in reader.accounts().values()))
        done.result()
    assert sums == {200}
