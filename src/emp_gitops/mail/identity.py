"""Names of mails and calendar entries that are the same on every run, so that a second copy is known for one."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256

from emp_gitops.core.config import Config
from emp_gitops.core.mailbox import Mailbox
from emp_gitops.errors import EmpError
from emp_gitops.mail.addresses import wire_form


def default_sender(config: Config) -> Mailbox:
    """`mail.from`, with its domain in ASCII. Raises EmpError where the configuration has none."""
    sender = config.mail.sender
    if sender is None:
        raise EmpError(
            "no mail can be written: there is no sender",
            where="emp-gitops.yaml",
            hint="set mail.from, for example to Example Energy <accounts@example.com>",
        )
    return Mailbox(sender.name, wire_form(sender.address))


def message_id(config: Config, *, account: str, expires_on: date, stage: str) -> str:
    """The Message-ID, with its angle brackets, of the reminder of one account, term and stage, whoever it goes to.

    Raises EmpError without `mail.from`.
    """
    return f"<{_name(config, 'reminder', account, expires_on.isoformat(), stage)}>"


def removed_message_id(config: Config, *, account: str, version: int) -> str:
    """The Message-ID of the notice to those who are no contacts of the account any more as of one of its versions."""
    return f"<{_name(config, 'contact-removed', account, version)}>"


def calendar_uid(config: Config, *, account: str, expires_on: date) -> str:
    """The UID of the calendar entry that comes with the reminders of one account and term."""
    return _name(config, "expiry", account, expires_on.isoformat())


def feed_uid(config: Config, *, account: str) -> str:
    """The UID of the account's entry in the feed of expiry dates, the same from one term to the next."""
    return f"{_digest('expirations', config.organisation, account)}@emp-gitops"


def _name(config: Config, kind: str, *parts: str | int) -> str:
    return f"{kind}.{_digest(kind, *parts)}@{default_sender(config).domain}"


def _digest(*parts: str | int) -> str:
    """Of parts that may hold anything, and shows none of them: a Message-ID is seen by more people than the mail."""
    return sha256(json.dumps(parts).encode()).hexdigest()[:32]
