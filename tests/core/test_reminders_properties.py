"""Any sequence of job days: gaps, repeats, a clock that is put back, renewals, crashes, recipients that are put off.

The job is as small as can be: it decides, notes the intent, sends, notes what was accepted. What it sends is looked at.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from emp_gitops.core.reminder_records import Intent, Sent, Skipped, read_records, to_line
from emp_gitops.core.reminders import LATE_DAYS, decide, is_day_of
from emp_gitops.core.schedule import Stage, stage_date, stages_of
from emp_gitops.core.term import Term, renewed

CONTACTS = ("a@x.example", "b@x.example")
Crash = Literal["none", "before the intent", "before sending", "before it is noted"]
crashes: st.SearchStrategy[Crash] = st.sampled_from(["none", "none", "none", "before the intent", "before sending", "before it is noted"])


@dataclass(frozen=True)
class Posted:
    """One message to one address. `number` counts what happened: job days, renewals and messages."""

    number: int
    expires_on: date
    stage: str
    message_id: str
    recipient: str


class JobDays(RuleBasedStateMachine):
    @initialize(
        start=st.dates(date(2024, 1, 1), date(2028, 12, 31)), months=st.integers(1, 24), days_before=st.integers(-12, 45),
        before=st.sampled_from([("P1M", "P1W", "P0D"), ("P1W",), ("P2M", "P10D", "P0D"), ("P1D", "P0D")]),
    )
    def begin(self, start: date, months: int, days_before: int, before: tuple[str, ...]) -> None:
        self.term = Term(start, months)
        self.before = before
        self.today = self.latest = self.term.expires_on - timedelta(days=days_before)
        self.ledgers: dict[date, list[str]] = defaultdict(list)
        self.posted: list[Posted] = []
        self.crashed: set[tuple[date, str]] = set()
        self.renewed_at: dict[date, int] = {}
        self.number = 0

    @rule(days=st.integers(0, 12))
    def days_pass(self, days: int) -> None:
        self.today += timedelta(days=days)
        self.latest = max(self.latest, self.today)

    @precondition(lambda self: self.today == self.latest)
    @rule()
    def the_clock_is_put_back(self) -> None:
        self.today -= timedelta(days=1)

    @rule(months=st.integers(1, 12))
    def somebody_renews(self, months: int) -> None:
        self.number += 1
        self.renewed_at[self.term.expires_on] = self.number
        self.term = renewed(self.term, self.today, months=months)

    @rule(crash=crashes, refuses=st.sampled_from([(), (), (CONTACTS[1],)]))
    def the_job_runs(self, crash: Crash, refuses: tuple[str, ...]) -> None:
        self.number += 1
        lines = self.ledgers[self.term.expires_on]
        decision = decide(self.term, self.before, self.today, read_records(lines))
        if crash == "before the intent":
            return
        if (lines or decision.due) and decision.passed:
            lines += [to_line(Skipped(stage=stage.before, on=self.today)) for stage in decision.passed]
        if decision.due is None:
            return
        standing = decision.standing
        recipients = tuple(each for each in standing.left or CONTACTS if each not in standing.reached)
        intent = Intent(stage=decision.due.before, on=self.today, message_id=self._message_id(decision.due), recipients=recipients)
        if standing.message_id is None:
            lines.append(to_line(intent))
        if crash == "before sending":
            return
        accepted = self._post(replace(intent, message_id=standing.message_id or intent.message_id), refuses)
        if crash == "before it is noted":
            self.crashed.add((self.term.expires_on, intent.stage))
        elif accepted:
            lines.append(to_line(Sent(stage=intent.stage, on=self.today, message_id=intent.message_id, accepted=accepted)))

    def _message_id(self, stage: Stage) -> str:
        """As if it were never the same twice, so that only the ledger can make it so."""
        return f"<{self.term.expires_on}.{stage.before}.{self.number}@x.example>"

    def _post(self, intent: Intent, refuses: tuple[str, ...]) -> tuple[str, ...]:
        accepted = tuple(each for each in intent.recipients if each not in refuses)
        for each in accepted:
            self.number += 1
            self.posted.append(Posted(self.number, self.term.expires_on, intent.stage, intent.message_id, each))
        return accepted

    @invariant()
    def each_gets_each_stage_at_most_once_and_after_a_crash_only_copies(self) -> None:
        got: dict[tuple[date, str, str], list[str]] = defaultdict(list)
        for each in self.posted:
            got[each.expires_on, each.stage, each.recipient].append(each.message_id)
        for (expires_on, stage, _), message_ids in got.items():
            assert len(set(message_ids)) == 1
            assert len(message_ids) == 1 or (expires_on, stage) in self.crashed

    @invariant()
    def no_mail_follows_a_renewal(self) -> None:
        for each in self.posted:
            assert each.number < self.renewed_at.get(each.expires_on, each.number + 1)

    @invariant()
    def no_stage_follows_a_more_urgent_one(self) -> None:
        for expires_on in {each.expires_on for each in self.posted}:
            days = [stage_date(expires_on, each.stage) for each in self.posted if each.expires_on == expires_on]
            assert days == sorted(days)

    @rule()
    def the_job_runs_and_all_is_well(self) -> None:
        """Whatever happened before: what is due has arrived afterwards."""
        self.the_job_runs("none", ())
        due = [stage for stage in stages_of(self.term, self.before) if stage.on <= self.latest]
        if due and self.today == self.latest and self.latest <= self.term.expires_on + timedelta(days=LATE_DAYS):
            got = {each.recipient for each in self.posted if (each.expires_on, each.stage) == (self.term.expires_on, due[-1].before)}
            assert got == set(CONTACTS) or (self.latest > self.term.expires_on and not is_day_of(due[-1], self.term))


TestJobDays = JobDays.TestCase
TestJobDays.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
