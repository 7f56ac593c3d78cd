"""Everything that may go wrong with a server, before, between and in the middle of transactions."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, event

from emp_gitops.errors import PlatformError
from emp_gitops.platform.base import PlatformMissingError
from emp_gitops.platform.open import open_operator, open_reader, open_writer
from emp_gitops.platform.sql import engine
from emp_gitops.platform.url import PostgresUrl
from support.accounts import an_account
from support.platforms import creation, edit, live, sql, with_accounts
from support.postgres import ASKED_FOR_PASSWORD, PASSWORD, PostgresServer

ACME, LYON = "acme-madrid", "acme-lyon"
EVERY_SIDE = (open_reader, open_operator, open_writer)


def terminate_all(url: PostgresUrl) -> None:
    sql(url, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
             " WHERE datname = current_database() AND pid <> pg_backend_pid()")


@contextmanager
def at_statement(beginning: str, action: Callable[[], None]) -> Iterator[None]:
    """Act before each statement that begins so, or before each commit."""

    def before(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(beginning):
            action()

    def before_commit(_connection: Any) -> None:
        if beginning == "COMMIT":
            action()

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Engine, "commit", before_commit)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", before)
        event.remove(Engine, "commit", before_commit)


def test_an_empty_database_is_a_missing_platform(postgres_url: PostgresUrl) -> None:
    for touch in (open_reader, open_operator):
        with pytest.raises(PlatformMissingError, match="the database is empty"):
            touch(postgres_url)


def test_no_server_is_an_error(tmp_path: Path) -> None:
    for text in (f"postgresql:///emp?host={tmp_path}", "postgresql://ana:geheim@127.0.0.1:1/emp"):
        for side in EVERY_SIDE:
            with pytest.raises(PlatformError, match="the database cannot be reached") as caught:
                side(PostgresUrl(text))
            assert "geheim" not in f"{caught.value.message} {caught.value.where} {caught.value.hint}"
            assert "that the server runs" in (caught.value.hint or "")


@pytest.mark.parametrize("password", ["", ":wrong", ":geh%40eim"])
def test_a_wrong_password_is_an_error_that_does_not_repeat_it(
    postgres: PostgresServer, postgres_url: PostgresUrl, password: str, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGPASSFILE", "/nonexistent")
    secretive = PostgresUrl(postgres_url.text.replace("postgres@", f"{ASKED_FOR_PASSWORD}{password}@"))
    with pytest.raises(PlatformError, match="password") as caught:
        open_reader(secretive)
    assert caught.value.hint == "check the user and the password in the platform's URL"
    assert not {"wrong", "geh@eim", "geh%40eim"} & set(f"{caught.value.message} {caught.value.where}".split())
    with pytest.raises(PlatformMissingError):
        open_reader(PostgresUrl(secretive.text.replace(f"{password}@", f":{PASSWORD.replace(' ', '%20')}@")))


def test_a_database_that_does_not_exist_is_an_error(postgres: PostgresServer) -> None:
    for side in EVERY_SIDE:
        with pytest.raises(PlatformError, match=r'cannot be reached: .*"nowhere" does not exist'):
            side(postgres.url("nowhere"))


@pytest.mark.parametrize("text", [
    "postgresql://ana:geheim@[::1/emp", "postgresql:///emp?geheim=1", "postgresql://ana:gehe%zzim@/emp",
])
def test_a_url_that_postgresql_does_not_understand_is_an_error(text: str) -> None:
    with pytest.raises(PlatformError, match="does not understand the platform's URL") as caught:
        open_reader(PostgresUrl(text))
    assert "heim" not in f"{caught.value.message} {caught.value.where} {caught.value.hint}"
    assert caught.value.__suppress_context__


def test_a_user_who_may_not_create_tables_is_told_so(postgres: PostgresServer, postgres_url: PostgresUrl) -> None:
    url = PostgresUrl(postgres_url.text.replace("postgres@", f"{ASKED_FOR_PASSWORD}:{PASSWORD.replace(' ', '%20')}@"))
    with pytest.raises(PlatformError, match="the database user may not do that") as caught:
        open_writer(url)
    assert "grant" in (caught.value.hint or "")
    with_accounts(postgres_url)
    with pytest.raises(PlatformError, match="the database user may not do that"):
        open_reader(url)


def test_tables_of_something_else_are_left_alone(postgres_url: PostgresUrl) -> None:
    sql(postgres_url, "CREATE TABLE changes (price numeric)")
    with pytest.raises(PlatformError, match="holds tables of something else"):
        open_writer(postgres_url)
    assert sql(postgres_url, "SELECT relname FROM pg_class WHERE relname IN ('accounts', 'changes')") == [("changes",)]


def test_a_standby_server_is_read_but_not_written(postgres: PostgresServer, postgres_url: PostgresUrl) -> None:
    with_accounts(postgres_url, ACME)
    name = postgres_url.text.partition("@/")[2].partition("?")[0]
    sql(postgres_url, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with open_reader(postgres_url) as reader:
        assert live(reader, ACME).version == 1
    with open_writer(postgres_url) as writer, pytest.raises(PlatformError, match="the database is read-only"):
        writer.apply([creation(LYON)])


def test_a_reader_cannot_write(postgres_url: PostgresUrl) -> None:
    with_accounts(postgres_url, ACME)
    with open_reader(postgres_url) as reader:
        with pytest.raises(PlatformError, match="the database is read-only"), reader._database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM accounts")
        assert reader._database._connection.get_isolation_level() == "REPEATABLE READ"
        terminate_all(postgres_url)
        with pytest.raises(PlatformError, match="was lost"):
            reader.accounts()
        with pytest.raises(PlatformError, match="the database is read-only"), reader._database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM accounts")
        assert ACME in reader.accounts()


def test_a_row_in_use_past_the_patience_is_an_error(postgres_url: PostgresUrl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    with_accounts(postgres_url, ACME)
    with open_writer(postgres_url) as writer, open_operator(postgres_url) as operator:
        with psycopg.connect(postgres_url.text, options="-c idle_in_transaction_session_timeout=5s") as other:
            other.execute("SELECT * FROM accounts FOR UPDATE")
            with pytest.raises(PlatformError, match="locked by another program"):
                writer.apply([edit(live(writer, ACME), an_account(ACME, comment="x"))])
            with pytest.raises(PlatformError, match="locked by another program"):
                operator.record_usage({ACME: 5})
        operator.record_usage({ACME: 5})
        assert live(writer, ACME).used_datapoints == 5


@pytest.mark.parametrize("beginning", ["SELECT accounts", "UPDATE accounts", "INSERT INTO changes", "COMMIT"])
def test_a_connection_that_is_lost_in_the_middle_leaves_nothing_half_written(postgres_url: PostgresUrl, beginning: str) -> None:
    with_accounts(postgres_url, ACME, LYON)
    with open_reader(postgres_url) as reader:
        before = reader.accounts()
    legs = [edit(before[ACME], an_account(ACME, datapoints=70)), edit(before[LYON], an_account(LYON, datapoints=130))]
    with open_writer(postgres_url) as writer:
        with at_statement(beginning, lambda: terminate_all(postgres_url)):
            with pytest.raises(PlatformError, match="the connection to the database was lost"):
                writer.apply(legs)
        with open_reader(postgres_url) as reader:
            assert reader.accounts() == before
            assert [len(reader.history(id_)) for id_ in (ACME, LYON)] == [1, 1]
        writer.apply(legs)
        assert [live(writer, id_).account.datapoints for id_ in (ACME, LYON)] == [70, 130]


def test_who_lost_the_lock_cannot_write_any_more(postgres_url: PostgresUrl) -> None:
    with_accounts(postgres_url)
    with open_writer(postgres_url) as one, open_writer(postgres_url) as two:
        with one.lock():
            terminate_all(postgres_url)
            with pytest.raises(PlatformError, match="was lost"):
                one.apply([creation(ACME)])
            with open_writer(postgres_url) as three, three.lock(timeout=0):
                assert one.accounts() == {}, "reading goes on"
                for _ in range(2):
                    with pytest.raises(PlatformError, match="lost, and the lock with it"):
                        one.apply([creation(ACME)])
        with one.lock(timeout=10):
            one.apply([creation(ACME)])
        with pytest.raises(PlatformError, match="was lost"):
            two.accounts()
        assert ACME in two.accounts()


def test_a_connection_that_breaks_without_a_word_is_an_error(postgres_url: PostgresUrl) -> None:
    with_accounts(postgres_url, ACME)
    with open_writer(postgres_url) as writer:
        session = writer._database._connection.connection.driver_connection
        assert session
        with socket.fromfd(session.fileno(), socket.AF_UNIX, socket.SOCK_STREAM) as wire:
            wire.shutdown(socket.SHUT_RDWR)
        with pytest.raises(PlatformError, match="the connection to the database was lost"):
            writer.apply([creation(LYON)])
        writer.apply([creation(LYON)])


def test_a_lock_cannot_be_taken_on_a_lost_connection(postgres_url: PostgresUrl) -> None:
    with open_writer(postgres_url) as writer:
        terminate_all(postgres_url)
        with pytest.raises(PlatformError, match="the connection to the database was lost"), writer.lock():
            pass


def test_a_lock_that_was_lost_unnoticed_is_not_missed_at_the_end(postgres_url: PostgresUrl) -> None:
    with open_writer(postgres_url) as writer:
        with writer.lock():
            terminate_all(postgres_url)
        with writer.lock(timeout=10):
            writer.apply([creation(ACME)])


def test_a_server_that_stops_is_an_error(capfd: pytest.CaptureFixture[str], postgres_url: PostgresUrl) -> None:
    with_accounts(postgres_url)
    with open_writer(postgres_url):
        terminate_all(postgres_url)
    assert capfd.readouterr() == ("", ""), "closing a dead connection is nobody's business"
