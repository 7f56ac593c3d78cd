"""Why a mail went out, or did not: every stage of an account's terms, with what the ledgers say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from emp_gitops.core.model import LiveAccount
from emp_gitops.forge.issues import Issue
from emp_gitops.reminding.keys import reminder_key, term_in
from emp_gitops.reminding.planning import records_of
from emp_gitops.reminding.running import Ledgers
from emp_gitops.reminding.stages import StageStory, former_stages, present_stages

AccountState = Literal["scheduled", "active", "expired", "retired", "unmanaged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermStory:
    """The reminders of one term, and the issue that is their ledger."""

    expires_on: date
    is_current: bool
    issue: Issue | None
    stages: tuple[StageStory, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`reason` sums up what is next. `terms` are the present one and those that there are issues of, the latest
    first.
    """

    account: str
    today: date
    state: AccountState
    contacts: tuple[str, ...]
    reason: str
    terms: tuple[TermStory, ...]


def explain(live: LiveAccount, ledgers: Ledgers, before: Sequence[str], today: date) -> Explanation:
    """Raises ForgeError."""
    mine = {key: issue for key, issue in ledgers.issues().items() if (term_in(key) or ("",))[0] == live.id}
    found = ledgers.entries(list(mine)) if mine else {}
    records = {key: records_of(entries) for key, entries in found.items()}
    term, current, nobody = live.account.term, reminder_key(live), _nobody(live)
    stages = present_stages(term, before, today, records.get(current, ()), nobody=nobody)
    terms = [TermStory(expires_on=term.expires_on, is_current=True, issue=mine.get(current), stages=stages)]
    for key, issue in mine.items():
        if key != current and (named := term_in(key)):
            told = former_stages(named[1], records.get(key, ()))
            terms.append(TermStory(expires_on=named[1], is_current=False, issue=issue, stages=told))
    return Explanation(
        account=live.id,
        today=today,
        state=_state(live, today),
        contacts=live.account.contacts,
        reason=nobody or _next(stages),
        terms=tuple(sorted(terms, key=lambda each: each.expires_on, reverse=True)),
    )


def _nobody(live: LiveAccount) -> str | None:
    """Why the contacts get no reminders at all."""
    if live.retired:
        return "the account is retired, so there is nothing to remind of"
    if live.is_unmanaged:
        return "the account never came under git, and reminders are for those that did"
    return None


def _state(live: LiveAccount, today: date) -> AccountState:
    if live.retired:
        return "retired"
    return "unmanaged" if live.is_unmanaged else live.state(today)


def _next(stages: Sequence[StageStory]) -> str:
    if due := next((each for each in stages if each.outcome == "due"), None):
        return f"{due.stage} is due since {due.on}: the next run of `emp-gitops remind` mails it"
    if left := next((each for each in stages if each.left), None):
        return f"{left.stage} went out on {left.sent_on}, but some were put off: the next run tries them again"
    if later := next((each for each in stages if each.outcome == "later"), None):
        return f"the next one is {later.stage}, on {later.on}"
    return "nothing more goes out for this term; a renewal begins a new one"
