from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emp_gitops.errors import EmpError
from emp_gitops.platform.url import PostgresUrl, SqliteUrl, parse_platform_url

ROOT = Path("/srv/accounts")


@pytest.mark.parametrize(("text", "path"), [
    ("sqlite:///.emp-gitops/platform.db", "/srv/accounts/.emp-gitops/platform.db"),
    ("sqlite:////var/lib/emp.db", "/var/lib/emp.db"),
    ("sqlite:///with space/ünïcode%20.db", "/srv/accounts/with space/ünïcode%20.db"),
])
def test_a_sqlite_path_is_relative_to_the_root_unless_it_begins_there(text: str, path: str) -> None:
    url = parse_platform_url(text, ROOT)
    assert isinstance(url, SqliteUrl)
    assert url.path == Path(path)
    assert url.is_embedded
    assert str(url) == text


def test_a_relative_root_still_gives_an_absolute_path() -> None:
    url = parse_platform_url("sqlite:///platform.db", Path("somewhere"))
    assert isinstance(url, SqliteUrl)
    assert url.path == Path.cwd() / "somewhere/platform.db"


@pytest.mark.parametrize("text", ["postgresql://ana@db/emp", "postgres://db/emp"])
def test_postgresql_goes_by_both_of_its_schemes(text: str) -> None:
    url = parse_platform_url(text, ROOT)
    assert isinstance(url, PostgresUrl)
    assert url.text == text
    assert not url.is_embedded


@pytest.mark.parametrize(("text", "message"), [
    ("https://emp.example/api", "a platform at https:// is not supported"),
    ("mysql://ana:geheim@db/emp", "a platform at mysql:// is not supported"),
    ("platform.db", "the platform's URL does not begin with a scheme such as sqlite://"),
    ("", "the platform's URL does not begin with a scheme such as sqlite://"),
    ("ana:geheim://db", "the platform's URL does not begin with a scheme such as sqlite://"),
    ("sqlite://platform.db", "the URL of a SQLite platform has three slashes before its path"),
    ("sqlite:///", "the URL of a SQLite platform names one file, and no options"),
    ("sqlite:///:memory:", "the URL of a SQLite platform names one file, and no options"),
    ("sqlite:///platform.db?mode=ro", "the URL of a SQLite platform names one file, and no options"),
    ("sqlite:///platform.db\0", "the URL of a SQLite platform names one file, and no options"),
])
def test_any_other_url_is_an_error_that_names_what_is_supported(text: str, message: str) -> None:
    with pytest.raises(EmpError) as caught:
        parse_platform_url(text, ROOT)
    assert caught.value.message == message
    assert "sqlite:///PATH" in (caught.value.hint or "")
    assert "postgresql://" in (caught.value.hint or "")


@pytest.mark.parametrize(("text", "display"), [
    ("postgresql://ana:geheim@db.example:5432/emp", "postgresql://ana:***@db.example:5432/emp"),
    ("postgresql://ana@db/emp", "postgresql://ana@db/emp"),
    ("postgresql://one:5432,two:5433/emp", "postgresql://one:5432,two:5433/emp"),
    ("postgresql:///emp?host=/run/pg&sslpassword=geheim", "postgresql:///emp?host=/run/pg"),
    ("postgresql://ana:ge@heim@db/emp", "postgresql://ana:***@db/emp"),
    ("postgresql://ana:ge/heim@db/emp", "postgresql://ana:***@db/emp"),
    ("postgresql://ana:ge?heim@db/emp", "postgresql://…"),
    ("postgresql://ana:geheim", "postgresql://ana:***"),
    ("postgresql://ana:geheim@[::1]:5432/emp", "postgresql://ana:***@[::1]:5432/emp"),
    ("postgresql:///emp?password=ge@heim", "postgresql://…"),
])
def test_a_password_is_not_displayed(text: str, display: str) -> None:
    url = PostgresUrl(text)
    assert url.display == display
    assert str(url) == display


@given(middle=st.text(st.characters(codec="utf-8")))
def test_no_part_of_a_password_is_displayed_whatever_it_holds(middle: str) -> None:
    password = f"«{middle}»"
    for text in (f"postgresql://ana:{password}@db/emp", f"postgresql://db/emp?host=x&password={password}"):
        url = parse_platform_url(text, ROOT)
        assert not set("«»") & set(f"{url} {url!r} {url.display}")
