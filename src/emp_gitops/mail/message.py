"""A message from its parts, the same bytes for the same parts."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

from emp_gitops.core.mailbox import Mailbox
from emp_gitops.mail.addresses import wire_form
from emp_gitops.mail.plain import in_header

_WIDTH = 76
_LONGEST_WORD = 60


class _Wire(EmailPolicy):
    """As `email.policy.SMTP`, which loses or doubles blanks of long headers with long words or letters outside ASCII.

    Subjects and names of senders are folded here.
    """

    def fold(self, name: str, value: Any) -> str:
        match name.lower():
            case "subject":
                return self._folded_text(name, str(value))
            case "from" | "reply-to" if not value.addresses[0].display_name.isascii():  # ours have one address each
                address = value.addresses[0]
                return f"{self._encoded(name, address.display_name)} <{address.addr_spec}>{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode()

    def _folded_text(self, name: str, text: str) -> str:
        """A text with single blanks, broken at these where it is ASCII."""
        if not text.isascii() or any(len(word) > _LONGEST_WORD for word in text.split(" ")):
            return self._encoded(name, text)
        lines = textwrap.wrap(f"{name}: {text}", _WIDTH, break_long_words=False, break_on_hyphens=False)
        return f"{self.linesep} ".join(lines) + self.linesep

    def _encoded(self, name: str, text: str) -> str:
        """As encoded words (RFC 2047)."""
        words = Header(text, "utf-8", maxlinelen=_WIDTH, header_name=name).encode(linesep=self.linesep)
        return f"{name}: {words}{self.linesep}"


WIRE = _Wire(linesep="\r\n")
WIRE_UTF8 = WIRE.clone(utf8=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a message says to whom. Texts of headers are single lines; `at` knows its time zone; `calendar` is the
    attached calendar, if any, and what its file is called.
    """

    message_id: str
    at: datetime
    sender: Mailbox
    reply_to: Mailbox | None
    to: Sequence[str]
    cc: Sequence[str]
    language: str
    subject: str
    text: str
    html: str
    calendar: tuple[str, bytes] | None = None


def build(parts: Parts) -> EmailMessage:
    """Raises ValueError where `at` has no time zone."""
    if parts.at.tzinfo is None:
        raise ValueError("the moment of a mail needs a time zone")
    message = EmailMessage(WIRE_UTF8 if _needs_utf8(parts) else WIRE)
    message["Date"] = format_datetime(parts.at.replace(microsecond=0))
    message["From"] = _address(parts.sender)
    message["To"] = ", ".join(map(wire_form, parts.to))
    if parts.cc:
        message["Cc"] = ", ".join(map(wire_form, parts.cc))
    if parts.reply_to:
        message["Reply-To"] = _address(parts.reply_to)
    message["Subject"] = parts.subject
    message["Message-ID"] = parts.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer by a machine, please
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"  # the same for Exchange
    message.set_content(parts.text, cte="quoted-printable")
    message.add_alternative(parts.html, subtype="html", cte="quoted-printable")
    if parts.calendar:
        name, data = parts.calendar
        message.add_attachment(
            data, "text", "calendar", filename=name, params={"charset": "utf-8", "method": "PUBLISH"}
        )
    message["Content-Language"] = parts.language  # last: adding parts moves the content's headers into the first
    _fix_boundaries(message)
    return message


def _address(mailbox: Mailbox) -> Address:
    return Address(in_header(mailbox.name), addr_spec=wire_form(mailbox.address))


def _needs_utf8(parts: Parts) -> bool:
    """Whether an address has other letters than ASCII's before the @ (RFC 6531); domains never need it."""
    return not all(wire_form(address).isascii() for address in (*parts.to, *parts.cc))


def _fix_boundaries(message: EmailMessage) -> None:
    """Boundaries that are no accident; `=_` cannot occur in the encodings of the parts (RFC 2045, section 6.7)."""
    digest = sha256(str(message["Message-ID"]).encode()).hexdigest()[:24]
    containers = (part for part in message.walk() if part.is_multipart())
    for number, part in enumerate(containers, start=1):
        part.set_boundary(f"=_{digest}_{number}")
