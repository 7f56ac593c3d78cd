"""From a schema-valid value to the account, whatever the organisation made of its schema."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from emp_gitops.core.loading import load
from emp_gitops.core.model import Account
from emp_gitops.core.reading_account import DisagreementError, account_from_value
from support.accounts import an_account, file_text, valid_accounts

VALUE: dict[str, Any] = {
    "name": "Acme Lyon", "customer": "Acme S.A.", "license": "advanced", "datapoints": 100, "sector": "offices",
    "subscription": {"start": "2026-03-01"}, "contacts": ["facilities@acme.example"],
}


def test_a_file_of_the_required_fields_gets_the_documented_defaults() -> None:
    account = account_from_value(VALUE)
    assert account == an_account(months=12, rtc_lines=0, country=None)


@pytest.mark.parametrize("months", [1, 120])
def test_a_term_has_from_one_to_120_months(months: int) -> None:
    assert account_from_value(VALUE | {"subscription": {"start": "2026-03-01", "months": months}}).months == months


@given(valid_accounts("acme-lyon"))
def test_a_file_says_the_account_that_it_was_written_from(account: Account) -> None:
    assert account_from_value(load(file_text(account).encode()).value) == account


def test_every_field_is_taken_over() -> None:
    account = an_account(
        start=date(2026, 1, 31), months=36, country="ES", rtc_lines=4, email_domain="energy.acme.example",
        contacts=("a@acme.example", "b@acme.example"), comment="Pilot", language="es", auto_renew="propose",
    )
    assert account_from_value(load(file_text(account).encode()).value) == account


@pytest.mark.parametrize(("path", "change", "message"), [
    (("color",), {"color": "red"}, "color is a field that emp-gitops does not know"),
    (("start",), {"start": "2026-03-01"}, "start is a field that emp-gitops does not know"),
    (("datapoints",), {"datapoints": "100"}, "datapoints must be a whole number of at least 0"),
    (("datapoints",), {"datapoints": True}, "datapoints must be a whole number of at least 0"),
    (("datapoints",), {"datapoints": -1}, "datapoints must be a whole number of at least 0"),
    (("rtc_lines",), {"rtc_lines": None}, "rtc_lines must be a whole number of at least 0"),
    (("name",), {"name": 5}, "name must be a text"),
    (("comment",), {"comment": None}, "comment must be a text"),
    (("contacts",), {"contacts": "a@acme.example"}, "contacts must be a list of addresses"),
    (("contacts",), {"contacts": []}, "contacts must be a list of addresses"),
    (("contacts",), {"contacts": ["a@acme.example", 5]}, "contacts must be a list of addresses"),
    (("subscription",), {"subscription": "2026-03-01"}, "subscription must be a mapping of start and months"),
    (("subscription",), {"subscription": {"start": "2026-03-01", "end": "x"}}, "subscription must be a mapping of start and months"),
    (("subscription", "start"), {"subscription": {}}, "subscription.start must be a date"),
    (("subscription", "start"), {"subscription": {"start": 2026}}, "subscription.start must be a date"),
    (("subscription", "start"), {"subscription": {"start": "2026-02-30"}}, "subscription.start must be a date"),
    *(
        (("subscription", "months"), {"subscription": {"start": "2026-03-01", "months": months}},
         "subscription.months must be a whole number from 1 to 120")
        for months in (0, 121, "12", True, None)
    ),
])
def test_what_the_model_cannot_hold_is_refused_where_it_stands(path: tuple[str, ...], change: dict[str, Any], message: str) -> None:
    with pytest.raises(DisagreementError) as caught:
        account_from_value(VALUE | change)
    assert (caught.value.explanation.path, caught.value.explanation.message) == (path, message)


@pytest.mark.parametrize(("path", "missing"), [
    *(((name,), name) for name in ("name", "customer", "license", "datapoints", "sector", "contacts")),
    (("subscription", "start"), "subscription"),
])
def test_a_missing_field_is_named(path: tuple[str, ...], missing: str) -> None:
    with pytest.raises(DisagreementError, match=f"{'.'.join(path)} is missing"):
        account_from_value({name: value for name, value in VALUE.items() if name != missing})


@pytest.mark.parametrize("value", ["text", 5, None, ["name"], True])
def test_a_file_that_is_no_mapping_is_refused_as_a_whole(value: Any) -> None:
    with pytest.raises(DisagreementError, match="this file must be a mapping of fields"):
        account_from_value(value)
