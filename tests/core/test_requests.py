"""What a request makes of an account, in the words that people use."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emp_gitops.core.requests import addresses, first_day, number_of_months, whole_number, with_datapoints, with_renewal
from emp_gitops.errors import EmpError
from support.accounts import an_account


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_total_and_its_difference_ask_for_the_same(before: int, after: int) -> None:
    account = an_account(datapoints=before)
    for number in (str(after), f"{after - before:+}"):
        if before == after:
            with pytest.raises(EmpError, match="would change nothing"):
                with_datapoints("acme-lyon", account, number)
        else:
            assert with_datapoints("acme-lyon", account, number) == an_account(datapoints=after)


def test_a_renewal_that_would_still_end_in_the_past_names_the_months_that_do_not() -> None:
    account = an_account(start=date(2026, 1, 31))
    with pytest.raises(EmpError, match="would still end on 2027-02-28") as caught:
        with_renewal(account, 1, today=date(2027, 3, 2), late_days=30)
    assert (caught.value.hint or "").startswith("ask for 2 months")
    assert with_renewal(account, 2, today=date(2027, 3, 2), late_days=30).months == 14


@pytest.mark.parametrize("text", ["", "0", "121", "-1", "+1", " 1", "1.0", "\u0661", "9999"])
def test_months_are_1_to_120(text: str) -> None:
    with pytest.raises(EmpError, match="is no number of months"):
        number_of_months(text)


@pytest.mark.parametrize("text", ["", "+1", "-1", "1,000", "\u0661", "1" * 16])
def test_a_whole_number_has_digits_alone(text: str) -> None:
    with pytest.raises(EmpError, match="is no whole number"):
        whole_number(text)


def test_a_first_day_says_what_is_wrong_with_it() -> None:
    with pytest.raises(EmpError, match="'2027-02-30': that day does not exist"):
        first_day("2027-02-30")


def test_addresses_stand_apart_by_commas_blanks_or_lines() -> None:
    assert addresses(" a@x.example,b@x.example\n\nc@x.example ") == ("a@x.example", "b@x.example", "c@x.example")
