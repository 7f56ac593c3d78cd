"""Whom a mail comes from."""

from __future__ import annotations

from typing import Any

import pytest

from emp_gitops.core.mailbox import Mailbox
from emp_gitops.errors import EmpError
from emp_gitops.mail.senders import Senders, senders
from support.mails import a_config, lyon

DEFAULT = Mailbox("Example Energy", "accounts@example.com")


def test_an_account_without_a_domain_has_the_default_sender() -> None:
    assert senders(a_config(), lyon()) == Senders(sender=DEFAULT)


@pytest.mark.parametrize("spelling", ["energy.acme.example", "Energy.ACME.example", "energy\u3002acme.example."])
def test_a_verified_domain_of_the_customer_is_used_and_answers_come_to_us(spelling: str) -> None:
    assert senders(a_config(), lyon(email_domain=spelling)) == Senders(
        sender=Mailbox("Example Energy", "accounts@energy.acme.example"), reply_to=DEFAULT,
    )


@pytest.mark.parametrize(("fields", "trouble"), [
    ({"email_domain": "energia.brisa.example", "customer": "Hoteles Brisa S.L."}, "energia.brisa.example is not verified for sending"),
    ({"email_domain": "energy.acme.example", "customer": "Other"}, "energy.acme.example is registered for Acme S.A."),
    ({"email_domain": "evil.example"}, "evil.example is not registered in mail.domains"),
    ({"email_domain": "no domain"}, "no domain is not registered in mail.domains"),
    ({"email_domain": "a.example\r\nBcc: b@evil.example"}, "a.example Bcc: b@evil.example is not registered in mail.domains"),
    ({"email_domain": ""}, "is not registered in mail.domains"),
])
def test_any_other_domain_gives_way_to_the_default_with_a_warning(fields: dict[str, Any], trouble: str) -> None:
    found = senders(a_config(), lyon(**fields))
    assert (found.sender, found.reply_to) == (DEFAULT, None)
    assert found.warning
    assert trouble in found.warning
    assert found.warning.endswith("; the mail comes from accounts@example.com")


def test_without_a_default_sender_nothing_can_be_sent() -> None:
    with pytest.raises(EmpError, match="there is no sender"):
        senders(a_config(from_=None), lyon(email_domain="energy.acme.example"))
