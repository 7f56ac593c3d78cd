"""What a run did, or would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from emp_gitops.errors import EmpError, ExitCode

Outcome = Literal["sent", "skipped", "pending", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A mail, and the issue that is its ledger (by its id).

    `recipients` are those who accepted it, or to whom it would go. `trouble` is why it failed; `warnings` are what a
    person should know although it went out; `bounced` maps recipients who refuse it for good to the server's words.
    """

    issue: str | None = None
    message_id: str | None = None
    recipients: tuple[str, ...] = ()
    trouble: str | None = None
    warnings: tuple[str, ...] = ()
    bounced: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """What became of one stage of an account's term."""

    account: str
    expires_on: date
    stage: str
    outcome: Outcome
    post: Post = Post()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What became of telling former contacts of an account, as of one of its versions, that they are none any more."""

    account: str
    version: int
    outcome: Outcome
    post: Post = Post()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A term that the account is no longer in, whose open issue has nothing left to remind of.

    `now` is the end of the term that the account is in instead, None where it is retired.
    """

    key: str
    issue: str
    account: str
    expires_on: date
    now: date | None

    @property
    def is_renewed(self) -> bool:
        return self.now is not None and self.now > self.expires_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """A term that the account is in again, whose issue the tool had closed."""

    key: str
    issue: str
    account: str
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A run. `trouble` is what stopped it before its end; what was done before stays done, and the next run goes on."""

    today: date
    reminders: tuple[Reminder, ...] = ()
    notices: tuple[Notice, ...] = ()
    ended: tuple[Ended, ...] = ()
    resumed: tuple[Resumed, ...] = ()
    trouble: EmpError | None = None

    @property
    def all(self) -> Sequence[Reminder | Notice]:
        return [*self.reminders, *self.notices]

    @property
    def failures(self) -> tuple[Reminder | Notice, ...]:
        return tuple(each for each in self.all if each.outcome == "failed")

    @property
    def bounces(self) -> tuple[Reminder | Notice, ...]:
        """Those that went out, but not to everybody: somebody refuses them for good."""
        return tuple(each for each in self.all if each.post.bounced)

    @property
    def exit_code(self) -> ExitCode:
        return ExitCode.ERROR if self.failures or self.trouble else ExitCode.OK
