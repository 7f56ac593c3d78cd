"""The lock between reconcilers, on both databases."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event

import pytest

from emp_gitops.errors import LockedError, PlatformError
from emp_gitops.platform.open import open_writer, upgrade
from emp_gitops.platform.url import PlatformUrl, PostgresUrl, SqliteUrl
from support.platforms import creation, with_accounts

from .conftest import NewPlatform

HOLD = """
import signal, sys
from pathlib import Path
from emp_gitops.platform.open import open_writer
from emp_gitops.platform.url import parse_platform_url
with open_writer(parse_platform_url(sys.argv[1], Path.cwd()), actor="ana") as writer, writer.lock():
    print("held", flush=True)
    signal.pause()
"""


def test_who_waits_in_vain_is_told_who_holds_the_lock(platform_url: PlatformUrl) -> None:
    with open_writer(platform_url, actor="ana") as one, open_writer(platform_url, actor="ben") as two:
        with one.lock():
            with pytest.raises(LockedError, match=rf"locked: reconcile by ana, pid {os.getpid()}, since \d\d:\d\d UTC on") as caught:
                with two.lock(timeout=0.05):
                    pytest.fail("two reconcilers held the lock")
        assert caught.value.where == platform_url.display
        with two.lock(timeout=0):
            with pytest.raises(LockedError, match="reconcile by ben"), one.lock(timeout=0):
                pytest.fail("two reconcilers held the lock")


def test_a_waiter_gets_the_lock_when_it_is_released(platform_url: PlatformUrl) -> None:
    release, waiting = Event(), Event()

    def hold() -> None:
        with open_writer(platform_url) as writer, writer.lock():
            waiting.set()
            assert release.wait(10)

    with ThreadPoolExecutor(1) as pool, open_writer(platform_url) as writer:
        holder = pool.submit(hold)
        assert waiting.wait(10)
        with pytest.raises(LockedError), writer.lock(timeout=0.05):
            pass
        release.set()
        with writer.lock(timeout=10):
            holder.result()


def test_a_block_that_fails_releases_the_lock(platform_url: PlatformUrl) -> None:
    with open_writer(platform_url) as one, open_writer(platform_url) as two:
        with suppress(KeyboardInterrupt), one.lock():
            raise KeyboardInterrupt
        with two.lock(timeout=0):
            pass
        with one.lock(timeout=0):
            pass


def test_the_lock_keeps_nobody_from_reading_or_writing(platform_url: PlatformUrl) -> None:
    with open_writer(platform_url) as one, open_writer(platform_url) as two, one.lock():
        two.apply([creation("acme-madrid")])
        assert one.accounts() == two.accounts()


def test_the_lock_dies_with_its_holder(platform_url: PlatformUrl) -> None:
    with_accounts(platform_url)
    text = platform_url.text
    with subprocess.Popen([sys.executable, "-c", HOLD, text], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with open_writer(platform_url) as writer:
            with pytest.raises(LockedError, match=f"reconcile by ana, pid {holder.pid}"), writer.lock(timeout=0.05):
                pass
            holder.kill()
            with writer.lock(timeout=10):
                writer.apply([creation("acme-madrid")])


def test_an_upgrade_waits_for_reconcilers(platform_url: PlatformUrl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emp_gitops.platform.open.LOCK_TIMEOUT", 0.05)
    with open_writer(platform_url, actor="ana", job="apply") as writer, writer.lock():
        with pytest.raises(LockedError, match="apply by ana"):
            upgrade(platform_url)


def test_platforms_have_locks_of_their_own(new_platform: NewPlatform) -> None:
    with new_platform() as here, new_platform() as there:
        with open_writer(here) as one, open_writer(there) as two, one.lock(), two.lock(timeout=0):
            pass


def test_a_link_to_a_platform_leads_to_the_same_lock(sqlite_url: SqliteUrl) -> None:
    with_accounts(sqlite_url)
    link = sqlite_url.path.with_name("link.db")
    link.symlink_to(sqlite_url.path)
    with open_writer(sqlite_url) as one, open_writer(SqliteUrl("", link)) as two, one.lock():
        with pytest.raises(LockedError), two.lock(timeout=0):
            pass


def test_a_holder_whose_name_is_unknown_is_another_process(sqlite_url: SqliteUrl) -> None:
    with open_writer(sqlite_url) as one, open_writer(sqlite_url) as two, one.lock():
        sqlite_url.path.with_name("platform.db-lock-holder").unlink()
        with pytest.raises(LockedError, match="locked: by another process"), two.lock(timeout=0):
            pass


def test_a_lock_whose_holder_cannot_be_named_is_an_error_and_not_held(sqlite_url: SqliteUrl) -> None:
    with_accounts(sqlite_url)
    name = sqlite_url.path.with_name("platform.db-lock-holder")
    name.mkdir()
    with open_writer(sqlite_url) as writer:
        with pytest.raises(PlatformError, match="cannot be locked"), writer.lock():
            pass
        name.rmdir()
        with writer.lock(timeout=0):
            pass


def test_a_long_foreign_name_is_shown_as_far_as_postgresql_keeps_it(postgres_url: PostgresUrl) -> None:
    with open_writer(postgres_url, actor="Ñandú " * 20) as one, open_writer(postgres_url) as two, one.lock():
        with pytest.raises(LockedError, match=r"locked: reconcile by \?and\? \?and\?"), two.lock(timeout=0):
            pass
