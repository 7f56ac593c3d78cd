"""The account as a value: its flat form, and what a live one tells about itself."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given

from emp_gitops.core.model import FIELDS, Account, file_path
from emp_gitops.core.term import Term
from support.accounts import an_account, any_accounts, on_platform


class TestTheFlatForm:
    @given(any_accounts)
    def test_can_be_read_back(self, account: Account) -> None:
        assert Account.from_flat(account.to_flat()) == account

    def test_has_every_field_and_the_end_of_the_term_after_its_length(self) -> None:
        flat = an_account(start=date(2026, 1, 31), months=1).to_flat()
        assert list(flat) == [*FIELDS[:6], "expires_on", *FIELDS[6:]]
        assert (flat["start"], flat["months"], flat["expires_on"]) == ("2026-01-31", 1, "2026-02-28")
        assert flat["contacts"] == ["facilities@acme.example"]
        assert flat["comment"] is None

    def test_cannot_be_read_without_a_field(self) -> None:
        with pytest.raises(KeyError, match="sector"):
            Account.from_flat({name: value for name, value in an_account().to_flat().items() if name != "sector"})

    @pytest.mark.parametrize("field", ["country", "rtc_lines", "email_domain", "contacts", "comment", "language", "auto_renew"])
    def test_can_be_read_without_a_field_that_has_a_default(self, field: str) -> None:
        """As one is that was written before the field was added."""
        account = an_account(contacts=())
        assert Account.from_flat({name: value for name, value in account.to_flat().items() if name != field}) == account

    @pytest.mark.parametrize("contacts", ["a@acme.example", None, 5, {}])
    def test_has_contacts_in_a_list(self, contacts: object) -> None:
        with pytest.raises(TypeError, match="contacts is"):
            Account.from_flat(an_account().to_flat() | {"contacts": contacts})

    @pytest.mark.parametrize(("field", "path"), [("start", "subscription.start"), ("months", "subscription.months"), ("name", "name")])
    def test_knows_where_a_field_stands_in_the_file(self, field: str, path: str) -> None:
        assert file_path(field) == path


def test_an_account_has_a_term() -> None:
    assert an_account(start=date(2026, 3, 1), months=24).term == Term(date(2026, 3, 1), 24)


class TestALiveAccount:
    @pytest.mark.parametrize(("used", "left", "over"), [(None, None, False), (0, 100, False), (100, 0, False), (101, -1, True)])
    def test_counts_what_is_left(self, used: int | None, left: int | None, over: bool) -> None:
        live = on_platform(used_datapoints=used)
        assert live.datapoints_left == left
        assert live.is_over_quota is over

    @pytest.mark.parametrize(("applied", "retired", "unmanaged"), [
        (None, False, True), (None, True, False), (an_account(), False, False), (an_account(), True, False),
    ])
    def test_is_unmanaged_where_git_never_had_it(self, applied: Account | None, retired: bool, unmanaged: bool) -> None:
        assert on_platform(applied=applied, retired=retired).is_unmanaged is unmanaged

    @pytest.mark.parametrize(("today", "state"), [
        (date(2026, 2, 28), "scheduled"), (date(2026, 3, 1), "active"), (date(2027, 2, 28), "active"), (date(2027, 3, 1), "active"),
        (date(2028, 3, 1), "active"), (date(2028, 3, 2), "expired"),
    ])
    def test_is_active_from_the_first_of_its_joined_terms(self, today: date, state: str) -> None:
        account = an_account(start=date(2027, 3, 1), months=12)
        assert on_platform(account=account, active_since=date(2026, 3, 1)).state(today) == state
        assert on_platform(account=account).state(today) == account.term.state(today)
