"""Which accounts have something to be done for: a reminder that is due, or one to be recorded as skipped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import TypeVar

from emp_gitops.core.model import LiveAccount
from emp_gitops.core.reminder_records import Record, read_records
from emp_gitops.core.reminders import LATE_DAYS, Decision, decide
from emp_gitops.core.schedule import stages_of
from emp_gitops.core.tree import account_id_trouble
from emp_gitops.forge.issues import Entry
from emp_gitops.reminding.keys import reminder_key
from emp_gitops.reminding.running import Ledgers

T = TypeVar("T")

READ_AT_ONCE = 100
"""Ledgers that are in memory together."""

_RECORDED_DAYS = 31
"""How long after its last chance a reminder that never went out is still recorded as skipped. Ledgers of terms that are
over for longer need not be read again every day.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An account with something to be done for it. `entries` is its ledger, None where there is no issue yet."""

    live: LiveAccount
    entries: Sequence[Entry] | None
    decision: Decision

    @property
    def key(self) -> str:
        return reminder_key(self.live)

    @property
    def expires_on(self) -> date:
        return self.live.account.term.expires_on


def cases(
    accounts: Iterable[LiveAccount], ledgers: Ledgers, with_issue: Collection[str], before: Sequence[str], today: date
) -> Iterator[Case]:
    """Those of the accounts with something to do, in their order. `with_issue` are the keys of all issues there are.

    Raises ForgeError.
    """
    candidates = (live for live in accounts if _may_matter(live, reminder_key(live) in with_issue, before, today))
    for some in batches(candidates, READ_AT_ONCE):
        yield from cases_of(some, ledgers, with_issue, before, today)


def cases_of(
    accounts: Sequence[LiveAccount], ledgers: Ledgers, with_issue: Collection[str] | None, before: Sequence[str],
    today: date,
) -> Iterator[Case]:
    """As `cases`, for a few accounts, whose ledgers are read at once; without `with_issue`, all of them."""
    keys = [reminder_key(live) for live in accounts if is_reminded(live)]
    asked_for = [key for key in keys if with_issue is None or key in with_issue]
    found: Mapping[str, Sequence[Entry]] = ledgers.entries(asked_for) if asked_for else {}
    for live in accounts:
        entries = found.get(reminder_key(live))
        decision = decide(live.account.term, before, today, records_of(entries or ()))
        # Without an issue, what was missed is left as it is: an account that expired long ago gets none.
        if is_reminded(live) and (decision.due or (decision.passed and entries is not None)):
            yield Case(live=live, entries=entries, decision=decision)


def is_reminded(live: LiveAccount) -> bool:
    """Whether the account's contacts get reminders at all: those of accounts that git manages do."""
    return not live.retired and not live.is_unmanaged and account_id_trouble(live.id) is None


def records_of(entries: Iterable[Entry]) -> tuple[Record, ...]:
    """What a ledger says, oldest first."""
    return read_records(line for entry in entries for line in entry.records)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some


def _may_matter(live: LiveAccount, has_issue: bool, before: Sequence[str], today: date) -> bool:
    term = live.account.term
    last = term.expires_on + timedelta(days=LATE_DAYS + (_RECORDED_DAYS if has_issue else 0))
    return is_reminded(live) and today <= last and any(stage.on <= today for stage in stages_of(term, before))
