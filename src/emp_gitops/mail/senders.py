"""Whom a mail comes from: the account's own sender domain where we may send from it, else the default sender."""

from __future__ import annotations

from dataclasses import dataclass

from emp_gitops.core.config import Config
from emp_gitops.core.formats import domain_key
from emp_gitops.core.mailbox import Mailbox
from emp_gitops.core.model import Account
from emp_gitops.mail.identity import default_sender
from emp_gitops.mail.plain import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Senders:
    """`reply_to` is None where answers to `sender` reach us anyway; `warning` says why the default had to do."""

    sender: Mailbox
    reply_to: Mailbox | None = None
    warning: str | None = None


def senders(config: Config, account: Account) -> Senders:
    """Raises EmpError without `mail.from`."""
    default = default_sender(config)
    if account.email_domain is None:
        return Senders(sender=default)
    domain = domain_key(account.email_domain)
    known = config.domains.get(domain) if domain else None
    if domain is None or known is None:
        trouble = "is not registered in mail.domains"
    elif known.customer != account.customer:
        trouble = f"is registered for {known.customer}"
    elif not known.verified:
        trouble = "is not verified for sending"
    else:
        return Senders(sender=Mailbox(default.name, f"{default.local_part}@{domain}"), reply_to=default)
    warning = f"email_domain {one_line(account.email_domain)} {trouble}; the mail comes from {default.address}"
    return Senders(sender=default, warning=warning)
