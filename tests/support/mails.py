"""Facts of mails with good defaults, the mails that become of them, and ways to look into these."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from email import message_from_bytes
from email.errors import NonASCIILocalPartDefect, UndecodableBytesDefect
from email.message import EmailMessage
from email.policy import default
from functools import cache
from html.parser import HTMLParser
from typing import Any, Final

from emp_gitops.core.config import Config
from emp_gitops.core.model import Account
from emp_gitops.mail.base import Mail
from emp_gitops.mail.composing import Composer
from emp_gitops.mail.facts import ReminderFacts, RemovedContactFacts, Renewal
from support.accounts import an_account, policy

AT: Final = datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=1)))
FORM: Final = "https://github.com/example-energy/accounts/issues/new?template=renew-account.yml&account=acme-lyon"
UTF8_ADDRESS: Final = (NonASCIILocalPartDefect, UndecodableBytesDefect)
"""How the standard library calls an address with other letters than those of ASCII before the @, which it reads all the same."""
LINK: Final = re.compile(r"[^\W\d_]:[^\s\u200c.,):]|www\.[^\u200c]|\w[.\u3002\uff0e\uff61][^\W\d_]{2}|[@\uff20]\w", re.IGNORECASE)
"""What mail programs make links of: schemes, hosts that begin with www, domains, addresses."""
DOMAINS: Final = {
    "energy.acme.example": {"customer": "Acme S.A.", "verified": True},
    "energia.brisa.example": {"customer": "Hoteles Brisa S.L.", "verified": False},
}


def a_config(*, organisation: str = "Example Energy", **mail: Any) -> Config:
    """A configuration whose `mail` has a sender and two domains; None takes an entry away."""
    entries = {"from": "Example Energy <accounts@example.com>", "domains": DOMAINS} | {
        "from" if name == "from_" else name: value for name, value in mail.items()
    }
    given = {name: value for name, value in entries.items() if value is not None}
    return Config.from_value({"organisation": organisation, "timezone": "Europe/Madrid", "mail": given})


def lyon(**fields: Any) -> Account:
    """An account that ends on 10 December 2026."""
    return an_account(**{
        "name": "Acme Lyon Part-Dieu", "license": "advanced", "datapoints": 60, "start": date(2025, 12, 10),
    } | fields)


def a_reminder(**fields: Any) -> ReminderFacts:
    """A month before the end of `lyon`; a field of the account is given as one of the facts' own."""
    own = {name: fields.pop(name) for name in [*fields] if name not in ReminderFacts.__dataclass_fields__}
    return ReminderFacts(**{
        "account": "acme-lyon", "value": lyon(**own), "used_datapoints": 58, "stage": "P1M", "today": date(2026, 11, 10),
        "to": ("facilities@acme.example",), "renewal": Renewal(url=FORM),
    } | fields)


def a_removal(**fields: Any) -> RemovedContactFacts:
    own = {name: fields.pop(name) for name in [*fields] if name not in RemovedContactFacts.__dataclass_fields__}
    return RemovedContactFacts(**{
        "account": "acme-lyon", "value": lyon(**own), "removed": ("old@acme.example",), "version": 3,
        "changed_on": date(2026, 11, 23),
    } | fields)


def composed(
    facts: ReminderFacts | RemovedContactFacts | None = None, *, config: Config | None = None, at: datetime = AT,
    templates: Mapping[str, bytes] | None = None,
) -> Mail:
    composer = _usual() if config is templates is None else _composer(config, templates)
    facts = facts or a_reminder()
    return composer.reminder(facts, at=at) if isinstance(facts, ReminderFacts) else composer.removed_contact(facts, at=at)


def _composer(config: Config | None, templates: Mapping[str, bytes] | None) -> Composer:
    return Composer(config or a_config(), catalogue=policy().catalogue, templates=templates)


@cache
def _usual() -> Composer:
    return _composer(None, None)


def parsed(mail: Mail) -> EmailMessage:
    """The message as somebody else reads it from its bytes."""
    message = message_from_bytes(mail.message.as_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        assert part.defects == []
        defects = [defect for header in part.values() for defect in header.defects]
        assert [defect for defect in defects if not isinstance(defect, UTF8_ADDRESS)] == []
    return message


def text_of(mail: Mail) -> str:
    return _body(mail, "plain")


def html_of(mail: Mail) -> str:
    return _body(mail, "html")


def calendar_of(mail: Mail) -> bytes:
    attachment, = parsed(mail).iter_attachments()
    content = attachment.get_content()
    return content if isinstance(content, bytes) else content.encode()


def _body(mail: Mail, kind: str) -> str:
    part = parsed(mail).get_body((kind,))
    assert part
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


class Page(HTMLParser):
    """What a browser makes of a page: `tags` with their attributes, and the `words` that are shown, but
    for commands.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.title = ""
        self._open = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open == "title":
            self.title += data
        elif self._open not in ("style", "pre"):
            self.words.append(data)


def visible(html: str) -> str:
    """The words of a page on one line."""
    return " ".join(" ".join(Page(html).words).split())
