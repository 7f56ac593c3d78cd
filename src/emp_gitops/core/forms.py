"""What a person asks for by filling in a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

_PROPOSED = re.compile(
    r"^<!-- emp-gitops:proposed-renewal account=([a-z0-9-]{2,63}) -->\s*$", re.ASCII | re.MULTILINE
)

FormKind = Literal["create", "datapoints", "license", "renewal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRequest:
    """A filled-in form: its kind, who sent it (a login) and when (in UTC), where it stands (`#7`), and its answers by
    field, as texts.

    An answer that was left blank is not in `answers`. `sent_at` is what the forge says of the issue, which nobody can
    date back: what depends on the day, as a late renewal does, is derived for the day on which the form was sent. So it
    is the same whenever it is derived, and a commit's own date, which anybody can set, counts for nothing.

    With `is_proposed` nobody filled in anything: it is the renewal that the tool proposes by the application `issue`,
    and `requested_by` is who took that up, or else who opened it.
    """

    kind: FormKind
    issue: str
    requested_by: str
    sent_at: datetime
    answers: Mapping[str, str]
    is_proposed: bool = False

    @property
    def source(self) -> str:
        """What asks for it, in the middle of a sentence."""
        return "the proposed renewal" if self.is_proposed else f"its form {self.issue}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormIssue:
    """An issue that may be a filled-in form, as the forge has it now.

    `issue` is how people name it (`#7`), `author` a login, `sent_at` in UTC, `text` the Markdown. `other_editors` are
    those besides the author who ever changed the text, `a deleted user` where the forge no longer knows.
    """

    issue: str
    author: str
    sent_at: datetime
    text: str
    is_open: bool = True
    other_editors: tuple[str, ...] = ()


def form_marker(number: str) -> str:
    """The hidden line by which an application says which issue it was opened for (`7`)."""
    return f"<!-- emp-gitops:form issue={number} -->"


def marked_form(body: str) -> str | None:
    """The number of the issue that an application was opened for, None where its text names none or several."""
    found = re.findall(r"^<!-- emp-gitops:form issue=([1-9][0-9]{0,9}) -->\s*$", body, re.ASCII | re.MULTILINE)
    return found[0] if len(found) == 1 else None


def renewal_marker(account: str) -> str:
    """The hidden line of an application that nobody asked for yet: the tool proposes to renew an account (its id)."""
    return f"<!-- emp-gitops:proposed-renewal account={account} -->"


def proposed_renewal(body: str) -> str | None:
    """The account whose renewal an application proposes, None where its text names none or several."""
    found = _PROPOSED.findall(body)
    return found[0] if len(found) == 1 else None
