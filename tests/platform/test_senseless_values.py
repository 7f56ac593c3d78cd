"""Values that somebody wrote to the database by hand: an error that names the account, and never a traceback."""

from __future__ import annotations

import pytest

from emp_gitops.errors import PlatformError
from emp_gitops.platform.open import open_reader, open_writer
from emp_gitops.platform.url import PlatformUrl, SqliteUrl
from support.accounts import an_account
from support.platforms import creation, live, sql, with_accounts

ACME, LYON = "acme-madrid", "acme-lyon"


def trouble_with(url: PlatformUrl, assignment: str) -> str:
    with_accounts(url, ACME, LYON)
    sql(url, f"UPDATE accounts SET {assignment} WHERE id = '{LYON}'")
    with open_reader(url) as reader, pytest.raises(PlatformError) as caught:
        reader.accounts()
    assert caught.value.hint
    assert "by hand" in caught.value.hint
    return caught.value.message


@pytest.mark.parametrize(("assignment", "says"), [
    ("start = '9999-12-31'", "12 months from 9999-12-31 is outside the calendar"),
    ("start = '12000-01-01'", "12000-01-01"),
    ("datapoints = -1", "datapoints is -1"),
    ("rtc_lines = -3", "rtc_lines is -3"),
    ("months = 0", "months is 0"),
    ("""contacts = '"x"'""", "contacts is 'x'"),
    ("contacts = '[1]'", "contacts is (1,)"),
    ("contacts = 'null'", "contacts is None"),
    ("applied = '5'", "5 is no account"),
    ("applied = '{}'", "'name' is missing"),
    ("applied = '{\"name\": \"x\"}'", "'customer' is missing"),
])
def test_in_either_database_name_the_account(platform_url: PlatformUrl, assignment: str, says: str) -> None:
    message = trouble_with(platform_url, assignment)
    assert message.startswith(f"the platform holds what makes no sense: {LYON}: ")
    assert says in message


@pytest.mark.parametrize("assignment", [
    "datapoints = 'abc'", "datapoints = 1.5", "used_datapoints = 'abc'", "used_datapoints = 1.5", "months = x'ff'",
    "version = 'x'", "version = 1.5", "retired = 'x'", "retired = 7", "name = x'ff'", "id = x'ff'", "start = 'someday'",
    "start = 5", "contacts = '{'", "applied = '{'", "comment = x'ff'",
])
def test_of_a_type_that_only_sqlite_lets_in_are_found(sqlite_url: SqliteUrl, assignment: str) -> None:
    assert trouble_with(sqlite_url, assignment).startswith("the platform holds what makes no sense: ")


def test_of_text_in_another_encoding_are_found(sqlite_url: SqliteUrl) -> None:
    with_accounts(sqlite_url, ACME)
    sql(sqlite_url, "UPDATE accounts SET name = CAST(x'ff' AS TEXT)")
    with open_reader(sqlite_url) as reader, pytest.raises(PlatformError, match="Could not decode to UTF-8 column 'name'"):
        reader.accounts()


def test_are_all_told_as_long_as_they_are_few(platform_url: PlatformUrl) -> None:
    ids = [f"account-{number}" for number in range(7)]
    with_accounts(platform_url, *ids)
    sql(platform_url, "UPDATE accounts SET datapoints = -1 WHERE id <> 'account-3'")
    with open_reader(platform_url) as reader, pytest.raises(PlatformError) as caught:
        reader.accounts()
    told = caught.value.message.partition("no sense: ")[2].split("; ")
    assert told == [f"account-{number}: datapoints is -1" for number in (0, 1, 2, 4, 5)] + ["and 1 more"]


def test_stop_the_writes_of_their_own_account(platform_url: PlatformUrl) -> None:
    with_accounts(platform_url, ACME)
    sql(platform_url, "UPDATE accounts SET datapoints = -1")
    with open_writer(platform_url) as writer:
        writer.apply([creation(LYON)])
        with pytest.raises(PlatformError, match=f"{ACME}: datapoints is -1"):
            writer.apply([creation(ACME)])


@pytest.mark.parametrize(("column", "value"), [
    ("kinds", "'create,rename'"), ("after", "'{}'"), ("before", "'5'"), ("after", "'[]'"),
])
def test_in_the_audit_name_the_account(platform_url: PlatformUrl, column: str, value: str) -> None:
    with_accounts(platform_url)
    kinds, before, after = ({"kinds": "'create'", "before": "NULL", "after": "NULL"} | {column: value}).values()
    sql(platform_url, (
        'INSERT INTO changes (at, account, kinds, "before", "after", idempotency_key, actor, version_before, version_after)'
        f" VALUES ('2026-11-23 10:00:00', '{ACME}', {kinds}, {before}, {after}, 'key', 'eve', 0, 1)"
    ))
    with open_reader(platform_url) as reader, pytest.raises(PlatformError, match=f"the audit of '{ACME}' cannot be read"):
        reader.history(ACME)


def test_that_an_older_version_left_out_are_the_defaults(platform_url: PlatformUrl) -> None:
    with_accounts(platform_url, ACME)
    flat = "json_remove(applied, '$.comment')" if platform_url.is_embedded else "applied::jsonb - 'comment'"
    sql(platform_url, f"UPDATE accounts SET applied = {flat}")
    with open_reader(platform_url) as reader:
        assert live(reader, ACME).applied == an_account(ACME)
