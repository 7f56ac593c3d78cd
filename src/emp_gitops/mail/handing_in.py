"""Handing one mail in: the sender, each recipient, the whole message, and what the server answers to each."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from email.message import EmailMessage

from emp_gitops.mail.addresses import wire_form
from emp_gitops.mail.base import Delivery, Mail, MailError
from emp_gitops.mail.message import WIRE, WIRE_UTF8
from emp_gitops.mail.session import reply, said

_CLOSING = 421  # what a server says, whatever it was asked, when it is about to hang up
_GO_AHEAD = 354
_NOT_ASCII = "the server takes no address with other letters than those of ASCII before the @ (SMTPUTF8)"


class UnansweredError(OSError):
    """The connection broke after the message was given, before the server said whether it takes it; why, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    """A mail in the form that this server takes: recipients as they are given and on the wire."""

    content: bytes
    recipients: Mapping[str, str]
    options: tuple[str, ...]
    refused: Mapping[str, str]


def hand_in(session: smtplib.SMTP, mail: Mail, where: str) -> Delivery:
    """Raises MailError where nobody is taken or the mail is refused, and the conversation can go on; OSError, which may
    be an UnansweredError, where it broke.
    """
    letter = _letter(session, mail)
    code, words = session.mail(wire_form(mail.sender), letter.options)
    if not _is_fine(code):
        raise MailError(f"the mail server refuses the sender {mail.sender}: {reply(code, words)}", where=where)
    accepted: list[str] = []
    rejected, deferred = dict(letter.refused), dict[str, str]()
    for address, on_the_wire in letter.recipients.items():
        code, words = session.rcpt(on_the_wire)
        if code == _CLOSING:
            raise smtplib.SMTPServerDisconnected(reply(code, words))
        if _is_fine(code):
            accepted.append(address)
        else:
            (deferred if code < 500 else rejected)[address] = reply(code, words)
    if not accepted:
        told = "; ".join(f"{address}: {trouble}" for address, trouble in (deferred | rejected).items())
        raise MailError(f"the mail server takes none of the recipients: {told}", where=where)
    _give(session, letter.content, where)
    return Delivery(accepted=tuple(accepted), rejected=rejected, deferred=deferred)


def _letter(session: smtplib.SMTP, mail: Mail) -> _Letter:
    recipients = {address: wire_form(address) for address in mail.recipients}
    odd = [address for address, on_the_wire in recipients.items() if not on_the_wire.isascii()]
    if odd and session.has_extn("smtputf8"):
        content, options = mail.message.as_bytes(policy=WIRE_UTF8), ("SMTPUTF8", "BODY=8BITMIME")
        return _Letter(content=content, recipients=recipients, options=options, refused=mail.unusable)
    message = _in_ascii(mail.message) if odd else mail.message
    return _Letter(
        content=message.as_bytes(policy=WIRE),
        recipients={address: recipients[address] for address in mail.recipients if address not in odd},
        options=(),
        refused={**mail.unusable, **dict.fromkeys(odd, _NOT_ASCII)},
    )


def _in_ascii(message: EmailMessage) -> EmailMessage:
    """The message without the addresses that ASCII cannot say, which get no copy of it anyway."""
    message = deepcopy(message)
    for header in ("To", "Cc"):
        addresses = message[header].addresses if header in message else ()
        kept = [address.addr_spec for address in addresses if address.addr_spec.isascii()]
        if len(kept) < len(addresses):
            message.replace_header(header, ", ".join(kept) or "undisclosed-recipients:;")
    return message


def _give(session: smtplib.SMTP, content: bytes, where: str) -> None:
    code, words = session.docmd("DATA")
    if code == _GO_AHEAD:
        try:
            session.send(re.sub(rb"(?m)^\.", b"..", content) + b".\r\n")  # RFC 5321, section 4.5.2
            code, words = session.getreply()
        except OSError as error:
            raise UnansweredError(said(error)) from error
    if not _is_fine(code):
        raise MailError(f"the mail server refuses the mail: {reply(code, words)}", where=where)


def _is_fine(code: int) -> bool:
    return 200 <= code <= 299
