"""Everything that may be wrong with a file: an error that says so, never a traceback."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from emp_gitops.errors import PlatformError
from emp_gitops.platform.base import PlatformMissingError
from emp_gitops.platform.open import open_operator, open_reader, open_writer
from emp_gitops.platform.sql import engine
from emp_gitops.platform.sql.reader import SqlReader
from emp_gitops.platform.url import SqliteUrl
from support.accounts import an_account
from support.platforms import creation, live, sql, with_accounts

ACME = "acme-madrid"
EVERY_SIDE: list[Callable[[SqliteUrl], SqlReader]] = [open_reader, open_operator, open_writer]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)


@pytest.mark.parametrize("content", [None, b""])
def test_no_file_or_an_empty_one_is_a_missing_platform(sqlite_url: SqliteUrl, content: bytes | None) -> None:
    if content is not None:
        sqlite_url.path.parent.mkdir()
        sqlite_url.path.write_bytes(content)
    for touch in (open_reader, open_operator):
        with pytest.raises(PlatformMissingError) as caught:
            touch(sqlite_url)
        assert caught.value.where == sqlite_url.display
        assert "reconcile" in (caught.value.hint or "")
    assert sqlite_url.path.exists() is (content is not None), "looking creates nothing"
    with open_writer(sqlite_url) as writer:
        assert writer.accounts() == {}


def test_a_database_without_tables_is_a_missing_platform(sqlite_url: SqliteUrl) -> None:
    sqlite_url.path.parent.mkdir()
    sql(sqlite_url, "PRAGMA journal_mode = WAL")
    assert sqlite_url.path.stat().st_size > 0
    with pytest.raises(PlatformMissingError):
        open_reader(sqlite_url)
    open_writer(sqlite_url).close()


def test_a_link_to_no_file_is_a_missing_platform_and_is_followed(sqlite_url: SqliteUrl, tmp_path: Path) -> None:
    sqlite_url.path.parent.mkdir()
    sqlite_url.path.symlink_to(tmp_path / "real.db")
    with pytest.raises(PlatformMissingError):
        open_reader(sqlite_url)
    with_accounts(sqlite_url, ACME)
    with open_reader(SqliteUrl("", tmp_path / "real.db")) as reader:
        assert live(reader, ACME).version == 1


def test_a_loop_of_links_is_refused(sqlite_url: SqliteUrl) -> None:
    sqlite_url.path.parent.mkdir()
    sqlite_url.path.symlink_to(sqlite_url.path.name)
    for side in EVERY_SIDE:
        with pytest.raises(PlatformError, match="symbolic links"):
            side(sqlite_url)


@pytest.mark.parametrize("content", [b"short", b"name: Acme\n" * 1000, bytes(range(256)) * 100])
def test_a_file_that_is_no_database_is_refused_and_left_alone(sqlite_url: SqliteUrl, content: bytes) -> None:
    sqlite_url.path.parent.mkdir()
    sqlite_url.path.write_bytes(content)
    for side in EVERY_SIDE:
        with pytest.raises(PlatformError, match="the file is no SQLite database"):
            side(sqlite_url)
    assert sqlite_url.path.read_bytes() == content


def test_the_database_of_another_program_is_refused_and_left_alone(sqlite_url: SqliteUrl) -> None:
    sqlite_url.path.parent.mkdir()
    sql(sqlite_url, "CREATE TABLE bookmarks (title TEXT)")
    for side in EVERY_SIDE:
        with pytest.raises(PlatformError, match="belongs to another program"):
            side(sqlite_url)
    assert sql(sqlite_url, "SELECT name FROM sqlite_master") == [("bookmarks",)]


def test_a_damaged_database_is_refused(sqlite_url: SqliteUrl) -> None:
    with_accounts(sqlite_url, *(f"account-{number}" for number in range(200)))
    whole = sqlite_url.path.read_bytes()
    sqlite_url.path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PlatformError, match="the database is damaged"), open_reader(sqlite_url) as reader:
        reader.accounts()
    sqlite_url.path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    for side in EVERY_SIDE:
        with pytest.raises(PlatformError, match="the database is damaged"), side(sqlite_url) as platform:
            platform.accounts()


def test_a_folder_or_a_pipe_is_no_platform(sqlite_url: SqliteUrl) -> None:
    sqlite_url.path.mkdir(parents=True)
    for side in EVERY_SIDE:
        with pytest.raises(PlatformError, match="the platform is a folder"):
            side(sqlite_url)
    sqlite_url.path.rmdir()
    os.mkfifo(sqlite_url.path)
    for side in EVERY_SIDE:
        with pytest.raises(PlatformError, match="the platform is no regular file"):
            side(sqlite_url)


def test_a_path_that_leads_through_a_file_is_refused(sqlite_url: SqliteUrl) -> None:
    sqlite_url.path.parent.write_text("not a folder")
    with pytest.raises(PlatformError, match="cannot be read: Not a directory"):
        open_reader(sqlite_url)
    with pytest.raises(PlatformError, match="folder cannot be made"):
        open_writer(sqlite_url)


def test_a_database_in_use_past_the_patience_is_an_error(sqlite_url: SqliteUrl, impatient: None) -> None:
    with_accounts(sqlite_url, ACME)
    with open_writer(sqlite_url) as writer, open_operator(sqlite_url) as operator:
        with closing(sqlite3.connect(sqlite_url.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for write in (lambda: writer.apply([creation("acme-lyon")]), lambda: operator.record_usage({ACME: 5})):
                with pytest.raises(PlatformError, match="locked by another program"):
                    write()
            assert live(writer, ACME).used_datapoints == 0, "reading goes on"
        writer.apply([creation("acme-lyon")])
        operator.record_usage({ACME: 5})


def test_a_database_that_others_keep_to_themselves_is_an_error(sqlite_url: SqliteUrl, impatient: None) -> None:
    with_accounts(sqlite_url, ACME)
    with closing(sqlite3.connect(sqlite_url.path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        for side in EVERY_SIDE:
            with pytest.raises(PlatformError, match="locked by another program"):
                side(sqlite_url)


def test_a_reader_cannot_write(sqlite_url: SqliteUrl) -> None:
    with_accounts(sqlite_url, ACME)
    with open_reader(sqlite_url) as reader:
        with pytest.raises(PlatformError, match="the database cannot be written"), reader._database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM accounts")
        assert ACME in reader.accounts()


def test_a_full_disk_is_an_error(sqlite_url: SqliteUrl) -> None:
    with_accounts(sqlite_url, ACME)
    with open_writer(sqlite_url) as writer:
        pages = writer._database._connection.connection.dbapi_connection
        assert pages
        pages.execute("PRAGMA max_page_count = 1")
        with pytest.raises(PlatformError, match="the disk of the database is full"):
            writer.apply([creation(f"acme-{number}", an_account(comment="x" * 2000)) for number in range(50)])
        assert list(writer.accounts()) == [ACME]


def test_a_platform_that_is_refused_is_closed(sqlite_url: SqliteUrl) -> None:
    with_accounts(sqlite_url)
    sql(sqlite_url, "UPDATE emp_gitops_schema SET version_num = '9999'")
    for side in (open_operator, open_writer):
        with pytest.raises(PlatformError) as caught:
            side(sqlite_url)
        assert caught.tb, "the error still refers to what was opened, so that nothing else can have closed it"
        assert not sqlite_url.path.with_name("platform.db-wal").exists()


def test_a_copy_of_the_file_is_the_whole_platform(sqlite_url: SqliteUrl, tmp_path: Path) -> None:
    with_accounts(sqlite_url, ACME)
    assert [file.name for file in sqlite_url.path.parent.iterdir() if "lock" not in file.name] == ["platform.db"]
    copy = Path(shutil.copy(sqlite_url.path, tmp_path))
    with open_reader(SqliteUrl("", copy)) as reader:
        assert live(reader, ACME).version == 1


def test_a_reader_leaves_every_byte_where_it_is_even_after_a_crash(sqlite_url: SqliteUrl, tmp_path: Path) -> None:
    with open_writer(sqlite_url) as writer:
        writer.apply([creation(ACME)])
        for name in ("platform.db", "platform.db-wal"):  # as a killed writer would have left them
            shutil.copy(sqlite_url.path.with_name(name), tmp_path)
    crashed = SqliteUrl("", tmp_path / "platform.db")
    before = {name: (tmp_path / name).read_bytes() for name in ("platform.db", "platform.db-wal")}
    with open_reader(crashed) as reader:
        assert live(reader, ACME).version == 1
    assert {name: (tmp_path / name).read_bytes() for name in before} == before
