"""Any sequence of job days: gaps, repeats, a clock that is put back, a day far ahead, renewals, crashes, and people whose
server puts a mail off.

The job is as small as can be: it decides, notes the intent, sends, notes what was accepted. What it sends is looked at.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from emp_gitops.core.reminder_records import Intent, Sent, Skipped, read_records, to_line
from emp_gitops.core.reminders import decide, is_day_of
from emp_gitops.core.schedule import stage_date, stages_of
from emp_gitops.core.term import Term, renewed
from support.thorough import examples

CONTACTS = ("a@x.example", "b@x.example")
Crash = Literal["none", "before the intent", "before sending", "before it is noted"]


@dataclass(frozen=True)
class Run:
    """The job, so many days after it ran last; `refuses` puts the mail off."""

    days: int
    crash: Crash = "none"
    refuses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Renewal:
    months: int


@dataclass(frozen=True)
class Mistyped:
    """The job of a day so long after the end of the term, or before it."""

    days: int
    crash: Crash = "none"


Event = Run | Renewal | Mistyped | Literal["the clock is put back"]

crashes: st.SearchStrategy[Crash] = st.sampled_from(["none", "none", "before the intent", "before sending", "before it is noted"])
runs = st.builds(
    Run, days=st.sampled_from([0, 0, 0, 1, 1, 6, 7]), refuses=st.sampled_from([(), CONTACTS[1:]]),
    crash=crashes,
)


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Mostly job days: a year after a renewal there is nothing to see for long."""
    match draw(st.sampled_from(range(13))):
        case 10:
            return "the clock is put back"
        case 12:
            return Mistyped(draw(st.sampled_from([100, 100, 8, 7, 0, -7])), draw(crashes))
        case 11:
            return Renewal(draw(st.sampled_from([1, 1, 2, 12])))
        case _:
            return draw(runs)


terms = st.builds(Term, st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.sampled_from([1, 2, 12]))
stages = st.sampled_from([("P1M", "P1W", "P0D"), ("P1W", "P0D"), ("P1D",)])


@dataclass(frozen=True)
class Posted:
    """One message to one address. `number` counts what happened: job days, renewals and messages."""

    number: int
    expires_on: date
    stage: str
    message_id: str
    recipient: str


class World:
    def __init__(self, term: Term, before: tuple[str, ...], days_before: int) -> None:
        self.term = term
        self.before = before
        self.today = self.latest = term.expires_on - timedelta(days=days_before)
        self.ledgers: dict[date, list[str]] = defaultdict(list)
        self.posted: list[Posted] = []
        self.crashed: set[tuple[date, str]] = set()
        self.too_early: set[date] = set()
        """Terms of which a run with a mistyped date mailed something: nobody can take that back."""
        self.begun_on: set[tuple[date, date]] = set()
        """Terms and days of which a run with a mistyped date began a mail: the day before, it may have gone out."""
        self.renewed_at: dict[date, int] = {}
        self.number = 0

    def meets(self, event: Event) -> None:
        self.number += 1
        match event:
            case Run():
                self.today += timedelta(days=event.days)
                self.latest = max(self.latest, self.today)
                self._run(event)
            case Renewal():
                self.renewed_at[self.term.expires_on] = self.number
                self.term = renewed(self.term, self.today, months=event.months)
            case Mistyped():
                today, self.today = self.today, self.term.expires_on + timedelta(days=event.days)
                if self._run(Run(days=0, crash=event.crash)):
                    self.too_early.add(self.term.expires_on)
                self.begun_on.add((self.term.expires_on, self.today))
                self.today = today
            case _:
                self.today = max(self.today - timedelta(days=1), self.latest - timedelta(days=1))

    def _run(self, run: Run) -> bool:
        """Whether a mail may have gone out."""
        lines = self.ledgers[self.term.expires_on]
        decision = decide(self.term, self.before, self.today, read_records(lines))
        if run.crash == "before the intent":
            return False
        if lines or decision.due:
            lines += [to_line(Skipped(stage=stage.before, on=self.today)) for stage in decision.passed]
        if decision.due is None:
            return False
        # As if a Message-ID were never the same twice, so that only the ledger can make it so.
        stage, fresh = decision.due.before, f"<{self.term.expires_on}.{decision.due.before}.{self.number}@x.example>"
        recipients = decision.standing.left or CONTACTS
        lines.append(to_line(Intent(stage=stage, on=self.today, message_id=fresh, recipients=recipients)))
        if run.crash == "before sending":
            return False
        message_id = decision.standing.message_id or fresh
        accepted = tuple(each for each in recipients if each not in run.refuses)
        for each in accepted:
            self.number += 1
            self.posted.append(Posted(self.number, self.term.expires_on, stage, message_id, each))
        if run.crash == "before it is noted":
            self.crashed.add((self.term.expires_on, stage))
        elif accepted:
            lines.append(to_line(Sent(stage=stage, on=self.today, message_id=message_id, accepted=accepted)))
        return True

    def got(self) -> dict[tuple[date, str, str], list[str]]:
        """The Message-IDs that came, by term, stage and recipient."""
        found: dict[tuple[date, str, str], list[str]] = defaultdict(list)
        for each in self.posted:
            found[each.expires_on, each.stage, each.recipient].append(each.message_id)
        return found


def told(term: Term, before: tuple[str, ...], days_before: int, story: list[Event]) -> World:
    world = World(term, before, days_before)
    for event in story:
        world.meets(event)
    return world


any_story = {
    "term": terms, "before": stages, "days_before": st.sampled_from([0, 1, 7, 8, 28, -7]),
    "story": st.lists(events(), min_size=8, max_size=24),
}
often = settings(max_examples=examples(300), deadline=None)


@often
@given(**any_story)
@example(  # somebody was put off before a more urgent stage went out, and then the clock is put back
    term=Term(date(2025, 12, 10), 12), before=("P1M", "P1W", "P0D"), days_before=8,
    story=[Run(days=0, refuses=CONTACTS[1:]), Run(days=1), "the clock is put back", Run(days=0)],
)
def test_each_gets_each_stage_once_in_their_order_and_none_after_a_renewal(
    term: Term, before: tuple[str, ...], days_before: int, story: list[Event]
) -> None:
    world = told(term, before, days_before, story)
    for (expires_on, stage, _), message_ids in world.got().items():
        assert len(set(message_ids)) == 1, "every copy has the same Message-ID"
        assert len(message_ids) == 1 or (expires_on, stage) in world.crashed
    assert all(each.number < world.renewed_at.get(each.expires_on, each.number + 1) for each in world.posted)
    for expires_on in {each.expires_on for each in world.posted} - world.too_early:
        days = [stage_date(expires_on, each.stage) for each in world.posted if each.expires_on == expires_on]
        assert days == sorted(days)


@often
@given(**any_story, days=st.sampled_from([1, 6, 7]))
def test_what_is_due_arrives_whatever_happened_before(
    term: Term, before: tuple[str, ...], days_before: int, story: list[Event], days: int
) -> None:
    """The notice of the last day itself, or a later catch-up, if the job runs within a week after it."""
    world = told(term, before, days_before, [*story, Run(days=days)])
    due = [stage for stage in stages_of(world.term, before) if stage.on <= world.today]
    late = world.today - world.term.expires_on
    end, tomorrow = world.term.expires_on, world.today + timedelta(days=1)
    if due and end not in world.too_early and (end, tomorrow) not in world.begun_on and late <= timedelta(days=7 if is_day_of(due[-1], world.term) else 0):
        got = world.got()
        assert all((world.term.expires_on, due[-1].before, each) in got for each in CONTACTS)
