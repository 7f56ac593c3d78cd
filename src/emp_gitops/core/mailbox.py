"""The sender of mails, `Name <address>`: exactly one address."""

from __future__ import annotations

import re
from dataclasses import dataclass

from emp_gitops.core.formats import email_trouble

_FORM = re.compile(r'(?:(?P<name>"(?:[^"\\]|\\.)*"|[^"<>@]*)\s*<(?P<address>[^<>]*)>|(?P<bare>[^<>]*))')


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address, and the name that mail programs show for it; empty where there is none."""

    name: str
    address: str

    @property
    def local_part(self) -> str:
        return self.address.rpartition("@")[0]

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def read_mailbox(text: str) -> Mailbox:
    """`Name <address>`, the name in quotes or without, or an address alone.

    Raises ValueError with the end of a sentence ("it …"). What stands before the @ is ASCII: not every server takes
    anything else, and a sender has to be good for all of them.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise ValueError("it does not have the form of one address, with a name before it or without")
    address = (match["bare"] if match["address"] is None else match["address"]).strip()
    if trouble := email_trouble(address):
        raise ValueError(f"it does not hold one valid address: {trouble.rstrip('.')}")
    name = (match["name"] or "").strip()
    if name.startswith('"'):
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    mailbox = Mailbox(" ".join(name.split()), address)
    if not mailbox.local_part.isascii():
        raise ValueError("it has other letters than those of ASCII before the @, which not every server takes")
    return mailbox
