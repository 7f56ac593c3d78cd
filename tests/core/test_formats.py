"""The text formats: dates, addresses and domains."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as st

from emp_gitops.core.formats import (
    _PLAIN_ADDRESS,
    EARLIEST,
    FORMATS,
    LATEST,
    date_trouble,
    domain_key,
    email_trouble,
    is_date,
    is_email,
    parse_date,
)
from support.accounts import dates, texts
from support.thorough import examples


class TestADate:
    @given(dates)
    def test_is_read_as_it_is_written(self, day: date) -> None:
        assert parse_date(day.isoformat()) == day

    @pytest.mark.parametrize(("text", "trouble"), [
        *((text, "a date is written YYYY-MM-DD") for text in (
            "", "2026", "2026-3-1", "01-03-2026", "20260301", "2026-W10-1", "2026-03-01T00:00", " 2026-03-01", "2026-03-01\n",
            "+2026-03-01", "\uff12\uff10\uff12\uff16-03-01",
        )),
        *((text, "that day does not exist") for text in ("2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "0000-01-01")),
        *((text, "a date lies between 1970-01-01 and 2999-12-31") for text in ("1969-12-31", "3000-01-01", "0001-01-01")),
    ])
    def test_is_refused_with_the_reason(self, text: str, trouble: str) -> None:
        assert parse_date(text) is None
        assert date_trouble(text) == trouble

    def test_may_be_the_first_and_the_last_day(self) -> None:
        assert [parse_date(str(day)) for day in (EARLIEST, LATEST)] == [EARLIEST, LATEST]
        assert [parse_date(str(day)) for day in (EARLIEST - timedelta(1), LATEST + timedelta(1))] == [None, None]

    @given(st.text("0123456789-", min_size=8, max_size=11) | texts)
    def test_is_what_can_be_read(self, text: str) -> None:
        assert is_date(text) == (parse_date(text) is not None)


def trouble_of_the_library(text: str) -> str | None:
    try:
        validate_email(text, check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        return str(error)
    return None


class TestAnAddress:
    @given(st.from_regex(_PLAIN_ADDRESS, fullmatch=True))
    @settings(max_examples=examples(200))
    @example("a" * 32 + "." + "b" * 31 + "@" + ("c" * 32 + ".") * 3 + "example")
    def test_that_looks_plain_is_one_that_email_validator_accepts(self, text: str) -> None:
        if text.endswith("\n"):
            assert not _PLAIN_ADDRESS.fullmatch(text)
            return
        validate_email(text, check_deliverability=False, strict=True)

    @given(st.emails() | texts | st.from_regex(r"[a-z.@ ,<>\"]{1,20}@[a-z.-]{1,20}", fullmatch=True))
    @settings(max_examples=examples(200))
    def test_has_the_verdict_of_email_validator(self, text: str) -> None:
        assert email_trouble(text) == trouble_of_the_library(text)
        assert is_email(text) == (email_trouble(text) is None)

    @pytest.mark.parametrize("text", [
        "", "a", "a@b, c@d", "Ana <ana@acme.example>", "a@b.example,", "a@localhost", "a@[127.0.0.1]", "a b@acme.example", "a@acme..example",
        ".a@acme.example", "a@acme.example\nBcc: b@acme.example", '"a"@acme.example',
        f"{'a' * 65}@acme.example", f"{'é' * 65}@acme.example",
    ])
    def test_is_one_bare_address(self, text: str) -> None:
        assert not is_email(text)

    @pytest.mark.parametrize("text", ["facilities@acme.example", "José@acme.example", "a+b@müller.example", "ana@bücher.de", f"{'a' * 64}@acme.example"])
    def test_may_be_of_any_alphabet(self, text: str) -> None:
        assert is_email(text)


class TestADomain:
    @pytest.mark.parametrize(("text", "key"), [
        ("energy.acme.example", "energy.acme.example"),
        ("Energy.ACME.example", "energy.acme.example"),
        ("energy.acme.example.", "energy.acme.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("energy\u3002acme\uff0eexample", "energy.acme.example"),
        ("straße.example", "xn--strae-oqa.example"),
    ])
    def test_is_compared_in_lower_case_and_idna_form(self, text: str, key: str) -> None:
        assert domain_key(text) == key

    @pytest.mark.parametrize("text", ["", ".", "a..b", "a_b.example", "a b.example", "-a.example", "a" * 64 + ".example", "xn--a.example"])
    def test_that_is_none_has_no_key(self, text: str) -> None:
        assert domain_key(text) is None

    @given(texts | st.from_regex(r"[a-zA-Z0-9.ßü-]{1,30}", fullmatch=True))
    def test_has_a_key_that_is_its_own(self, text: str) -> None:
        key = domain_key(text)
        assert key is None or domain_key(key) == key


@pytest.mark.parametrize("value", [None, 5, True, ["2026-02-30"], {"a": "b"}])
def test_a_format_is_a_matter_of_texts_only(value: object) -> None:
    assert all(decides(value) for decides in FORMATS.values())
