"""What a template is given: plain values, each already such that it can do nothing where it is shown."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from emp_gitops.core.catalogue import Catalogue
from emp_gitops.core.config import Config
from emp_gitops.core.model import Account
from emp_gitops.errors import EmpError
from emp_gitops.mail.facts import ReminderFacts, RemovedContactFacts
from emp_gitops.mail.plain import one_line, unlinked

Values = dict[str, Any]


def reminder_values(facts: ReminderFacts, config: Config, catalogue: Catalogue | None) -> Values:
    """Of one reminder. Raises EmpError for an address that is no web page's."""
    value = facts.value
    choice = catalogue.licenses.get(value.license) if catalogue else None
    return {
        **_common(facts.account, value, config),
        "license": unlinked(choice.title if choice else value.license),
        "datapoints": value.datapoints,
        "used": facts.used_datapoints,
        "rtc_lines": value.rtc_lines,
        "starts_on": value.start,
        "expires_on": value.term.expires_on,
        "days_left": value.term.days_left(facts.today),
        "pending": unlinked(facts.pending) if facts.pending else None,
        "renew_url": _web_address(facts.renewal.url),
        "renew_commands": tuple(map(one_line, facts.renewal.commands)),
        "issue_url": _web_address(facts.issue_url),
    }


def removed_values(facts: RemovedContactFacts, config: Config) -> Values:
    """Of one notice to former contacts: the account's name, its customer and the day, and nothing else of it."""
    values = _common(facts.account, facts.value, config) | {"changed_on": facts.changed_on}
    del values["account"]["id"]
    return values


def _common(account: str, value: Account, config: Config) -> Values:
    return {
        "language": config.mail.language_of(value),
        "organisation": unlinked(config.organisation),
        "account": {"id": unlinked(account), "name": unlinked(value.name), "customer": unlinked(value.customer)},
    }


def _web_address(text: str | None) -> str | None:
    """An address that a button may lead to. Raises EmpError for another scheme, or for what is no address at all."""
    if text is None:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("https", "http") or not parts.hostname or not _is_printable(text):
        raise EmpError("a mail can only link to a web page", where=one_line(text), hint="such as https://github.com/…")
    return text


def _is_printable(text: str) -> bool:
    return text.isascii() and text.isprintable() and not set(text) & set(' "<>\\^`{|}')
