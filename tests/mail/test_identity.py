"""Names that are the same on every run, and different for different mails."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given

from emp_gitops.errors import EmpError
from emp_gitops.mail.identity import calendar_uid, default_sender, feed_uid, message_id, removed_message_id
from support import nasty
from support.mails import a_config

DAY = date(2026, 12, 10)


def named(**fields: Any) -> str:
    return message_id(fields.pop("config", a_config()), **{"account": "acme-lyon", "expires_on": DAY, "stage": "P1M"} | fields)


class TestAMessageId:
    def test_never_changes(self) -> None:
        """The ledger holds it: a new version that derived another would send a second copy under another name."""
        assert named() == "<reminder.e8efa07853d6b267c5f80ef92259f121@example.com>"
        assert removed_message_id(a_config(), account="acme-lyon", version=3) == "<contact-removed.13552805cff874acd82cbcba2b4dec61@example.com>"

    def test_differs_by_account_term_and_stage(self) -> None:
        names = {named(), named(account="acme-lyon2"), named(expires_on=date(2027, 12, 10)), named(stage="P1W")}
        assert len(names) == 4

    def test_differs_by_version_for_removed_contacts(self) -> None:
        config = a_config()
        assert len({removed_message_id(config, account=account, version=version) for account in ("aa", "bb") for version in (1, 2)}) == 4

    def test_does_not_depend_on_who_gets_it_or_on_the_senders_name(self) -> None:
        assert named(config=a_config(from_="Other <other@example.com>", cc=["a@example.com"], language="es")) == named()

    @pytest.mark.parametrize("sender", ["a@Energía.example", "A <a@xn--energa-7va.example>"])
    def test_has_the_senders_domain_in_ascii(self, sender: str) -> None:
        assert named(config=a_config(from_=sender)).endswith("@xn--energa-7va.example>")

    @given(nasty.texts, nasty.texts)
    def test_holds_nothing_of_what_it_is_made_of(self, account: str, stage: str) -> None:
        assert re.fullmatch(r"<reminder\.[0-9a-f]{32}@example\.com>", named(account=account, stage=stage))

    @given(nasty.texts, nasty.texts)
    def test_cannot_be_that_of_another_account(self, one: str, other: str) -> None:
        assert (named(account=one, stage=other) == named(account=other, stage=one)) == (one == other)


class TestACalendarsUid:
    def test_belongs_to_an_account_and_a_term(self) -> None:
        config = a_config()
        uids = {calendar_uid(config, account=account, expires_on=day) for account in ("aa", "bb") for day in (DAY, date(2027, 12, 10))}
        assert len(uids) == 4
        assert calendar_uid(config, account="aa", expires_on=DAY) in uids

    def test_of_the_feed_belongs_to_an_account_alone(self) -> None:
        assert feed_uid(a_config(), account="aa") == feed_uid(a_config(from_=None), account="aa")
        assert feed_uid(a_config(), account="aa") != feed_uid(a_config(), account="bb")
        assert feed_uid(a_config(), account="aa") != feed_uid(a_config(organisation="Other"), account="aa")


def test_without_a_sender_there_is_no_mail() -> None:
    with pytest.raises(EmpError, match="there is no sender") as caught:
        default_sender(a_config(from_=None))
    assert (caught.value.where, "mail.from" in (caught.value.hint or "")) == ("emp-gitops.yaml", True)
