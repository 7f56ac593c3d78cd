"""Renewals that are proposed once the first reminder of a term went out, for accounts that want that.

The ledger says that it was done, so that a proposal which somebody declined, branch and all, does not come back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from emp_gitops.core.issue_records import is_proposed, proposed_line
from emp_gitops.core.model import LiveAccount
from emp_gitops.core.reminders import LATE_DAYS
from emp_gitops.core.schedule import stages_of
from emp_gitops.errors import EmpError
from emp_gitops.forge.base import Application
from emp_gitops.forge.issues import Comment, IssueTracker
from emp_gitops.platform.base import LockingReader
from emp_gitops.reminding.keys import reminder_key
from emp_gitops.reminding.planning import is_reminded

PROPOSE = "propose"
"""What `auto_renew` says in an account that wants this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposing:
    """`propose` opens the application, or gives the one that is there; None where main renews the account already.
    `words` is what the reminder's issue is told, in Markdown. `pending` gives open applications that renew accounts.
    """

    before: Sequence[str]
    today: date
    propose: Callable[[LiveAccount], Application | None]
    words: Callable[[Application], str]
    pending: Callable[[Mapping[str, LiveAccount]], Mapping[str, Application]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What became of one account: the application, or why there is none."""

    account: str
    application: Application | None = None
    trouble: EmpError | None = None


def propose_renewals(proposing: Proposing, platform: LockingReader, tracker: IssueTracker) -> tuple[Proposed, ...]:
    """Propose what is due, each account by itself, under the platform's lock.

    Raises PlatformError, LockedError and ForgeError where it cannot be seen what that is.
    """
    due = dict(_due(proposing, platform.accounts(), tracker))
    asked_for = proposing.pending({live.id: live for live in due.values()}) if due else {}
    # A proposal of ours that is open is not noted yet: an earlier run was stopped before it could.
    keys = [key for key, live in due.items() if live.id not in asked_for or asked_for[live.id].is_proposal]
    return tuple(each for key in keys if (each := _in_turn(proposing, platform, tracker, due[key])))


def _in_turn(
    proposing: Proposing, platform: LockingReader, tracker: IssueTracker, live: LiveAccount
) -> Proposed | None:
    """One account, under the lock: others wait for no more than that. None where it is not due any more."""
    with platform.lock():
        for key, now in _due(proposing, platform.accounts_of([live.id]), tracker):
            return _proposed(proposing, now, key, tracker)
    return None


def _due(
    proposing: Proposing, accounts: Mapping[str, LiveAccount], tracker: IssueTracker
) -> Iterator[tuple[str, LiveAccount]]:
    """The accounts whose first reminder has its issue, and no proposal in it, by the issue's key."""
    wanting = {
        reminder_key(live): live for _, live in sorted(accounts.items())
        if live.account.auto_renew == PROPOSE and is_reminded(live) and _is_time(proposing, live)
    }
    ledgers = tracker.entries(list(wanting)) if wanting else {}
    for key, entries in ledgers.items():
        if not is_proposed(line for entry in entries for line in entry.records):
            yield key, wanting[key]


def _is_time(proposing: Proposing, live: LiveAccount) -> bool:
    term = live.account.term
    begun = any(stage.on <= proposing.today for stage in stages_of(term, proposing.before))
    return begun and proposing.today <= term.expires_on + timedelta(days=LATE_DAYS)


def _proposed(proposing: Proposing, live: LiveAccount, key: str, tracker: IssueTracker) -> Proposed:
    try:
        application = proposing.propose(live)
        if application:
            records = (proposed_line(proposing.today),)
            tracker.do([Comment(key=key, body=proposing.words(application), records=records)])
    except EmpError as error:  # the others are proposed all the same
        return Proposed(account=live.id, trouble=error)
    return Proposed(account=live.id, application=application)
