"""What every way of sending mail offers, as a protocol and the values that pass through it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Protocol, Self

from emp_gitops.errors import EmpError


class MailError(EmpError):
    """A mail that nobody accepted, or of which nobody knows whether somebody did: the next run sends it again."""


class UnreachableError(MailError):
    """The server itself is the trouble: no other mail would fare better now."""


class LostError(MailError):
    """The connection broke off, or nothing came for too long, in the middle of a mail: that may be the server's
    trouble, or this mail's.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A whole message and its envelope. `recipients` are addresses without names, of To and Cc, as the facts and the
    configuration write them; `unusable` maps what should have been one to why it is none. `warning` says what a person
    should know about how it was made, such as a sender that had to be replaced.
    """

    message: EmailMessage
    recipients: tuple[str, ...]
    unusable: Mapping[str, str] = field(default_factory=dict)
    warning: str | None = None

    @property
    def message_id(self) -> str:
        """With its angle brackets; the same for each copy of the same mail."""
        return str(self.message["Message-ID"])

    @property
    def sender(self) -> str:
        """The envelope's: what cannot be delivered goes where answers go, and so never to a customer's domain."""
        header = self.message["Reply-To"] or self.message["From"]
        return str(header.addresses[0].addr_spec)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of a mail that somebody accepted. `rejected` maps an address to the server's words where it is
    refused for good (5xx), or to why it is `unusable`; `deferred` where another try may help (4xx).
    """

    accepted: tuple[str, ...]
    rejected: Mapping[str, str] = field(default_factory=dict)
    deferred: Mapping[str, str] = field(default_factory=dict)


class Outbox(Protocol):
    """Sends mails, one after the other. Nothing is tried twice: what failed is for the next run."""

    @property
    def where(self) -> str:
        """The server or the folder, for people; no credentials."""
        ...

    def send(self, mail: Mail) -> Delivery:
        """Raises MailError where nobody accepted it, or the connection was lost before the answer came."""
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...
