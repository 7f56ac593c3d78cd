"""What a run is about, and what it needs from outside: words, mails, a way to renew, the forge's open applications."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar

from emp_gitops.core.config import Config
from emp_gitops.core.model import LiveAccount
from emp_gitops.core.reminder_records import Sent
from emp_gitops.core.schedule import Stage
from emp_gitops.forge.base import Application
from emp_gitops.forge.issues import Entry, Issue
from emp_gitops.mail.base import Mail
from emp_gitops.mail.facts import ReminderFacts, RemovedContactFacts, Renewal
from emp_gitops.reminding.values import Ended, Report, Resumed

T = TypeVar("T")
Progress = Callable[[Sequence[T]], Iterable[T]]


class Ledgers(Protocol):
    """The part of an IssueTracker that reads: what plans with it cannot write. Raises ForgeError."""

    def issues(self) -> Mapping[str, Issue]: ...

    def entries(self, keys: Collection[str]) -> Mapping[str, Sequence[Entry]]: ...


class Composer(Protocol):
    """Writes mails. `at` is the moment of sending. Raises EmpError where one cannot be written."""

    def reminder(self, facts: ReminderFacts, *, at: datetime) -> Mail: ...

    def removed_contact(self, facts: RemovedContactFacts, *, at: datetime) -> Mail: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailed:
    """What there is to say of a mail that went out, once or, to those who were put off, again.

    `refused` and `put_off` map recipients to the server's words, where those are known.
    """

    sent: tuple[Sent, ...]
    refused: Mapping[str, str]
    put_off: Mapping[str, str]
    warning: str | None = None


class Words(Protocol):
    """The texts of issues, in Markdown; titles are plain text. `application` is an open one that renews the account."""

    def title(self, facts: ReminderFacts) -> str: ...

    def opening(self, facts: ReminderFacts, application: Application | None) -> str: ...

    def stage(self, facts: ReminderFacts, application: Application | None) -> str: ...

    def skipped(self, stages: Sequence[Stage], *, today: date, expires_on: date) -> str: ...

    def not_yet(self) -> str: ...

    def mailed(self, mailed: Mailed) -> str: ...

    def ended(self, ended: Ended) -> str: ...

    def resumed(self, resumed: Resumed) -> str: ...

    def notice_title(self, facts: RemovedContactFacts) -> str: ...

    def notice(self, facts: RemovedContactFacts) -> str: ...

    def notice_done(self) -> str: ...

    def failures_title(self, today: date) -> str: ...

    def failures(self, report: Report) -> str: ...

    def all_well(self, today: date) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """`config` is the policy in force, `now` the clock. `ready` raises EmpError where no mail can be written at all.
    `pending` gives the open applications that renew some of the accounts, by account; `pause` lets others who wait for
    the platform's lock have it between two turns.
    """

    today: date
    config: Config
    composer: Composer
    words: Words
    renewal: Callable[[str], Renewal]
    pending: Callable[[Mapping[str, LiveAccount]], Mapping[str, Application]]
    now: Callable[[], datetime]
    ready: Callable[[], object] = lambda: None
    progress: Callable[[Sequence[str]], Iterable[str]] = iter
    pause: Callable[[], None] = lambda: None
