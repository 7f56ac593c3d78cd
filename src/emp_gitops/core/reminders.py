"""Which reminder of a term is to go out on a day, given what its ledger says (blueprint, rules 25 to 28)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from emp_gitops.core.reminder_records import Intent, Record, Sent, Skipped
from emp_gitops.core.schedule import Stage, stage_date, stages_of
from emp_gitops.core.term import Term

LATE_DAYS = 7
"""How long after the end of a term the notice of the day itself may go out."""

_CLOCKS_DIFFER = timedelta(days=1)
"""How far the clocks of two machines, or their time zones, may be apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a ledger says of one mail. `message_id` is that of the first intent: every copy has it.

    `recipients` are those of the last intent, `accepted` and `rejected` whoever is done with; `sent_on` is the day on
    which somebody accepted it first, None where nobody did.
    """

    message_id: str | None = None
    intended_on: date | None = None
    sent_on: date | None = None
    recipients: tuple[str, ...] = ()
    accepted: frozenset[str] = frozenset()
    rejected: frozenset[str] = frozenset()
    is_skipped: bool = False

    @property
    def reached(self) -> frozenset[str]:
        """Whoever is not to be tried again."""
        return self.accepted | self.rejected

    @property
    def left(self) -> tuple[str, ...]:
        """Of a mail that somebody accepted: who was put off and may be reached by another try."""
        if self.sent_on is None:
            return ()
        return tuple(each for each in self.recipients if each not in self.reached)

    @property
    def is_done(self) -> bool:
        return self.is_skipped or (self.sent_on is not None and not self.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do for one account and term. `due` is the stage to mail now, `standing` what was done for it before;
    `passed` are the stages that will never go out and are not recorded as skipped yet, `later` those to come.
    """

    due: Stage | None
    standing: Standing
    passed: tuple[Stage, ...]
    later: tuple[Stage, ...]


def decide(term: Term, before: Iterable[str], today: date, records: Sequence[Record]) -> Decision:
    """Of the configured stages, only the most urgent one that is due may go out; earlier ones are passed over.

    A stage is passed over, too, once the ledger knows of another that is as urgent or more: neither a clock that is put
    back nor another configuration brings an earlier stage up again. Raises ValueError, see `schedule.stage_date`.
    """
    records = believed(records, today)
    stages = stages_of(term, before)
    reached = [stage for stage in stages if stage.on <= today]
    due = reached[-1] if reached and _may_go_out(reached[-1], term, today) else None
    if due and any(on >= due.on for on in _known_days(term, due, records, today)):
        due = None
    standing = standing_of(due.before, records) if due else Standing()
    if standing.is_done:
        due = None
    passed = [stage for stage in reached if stage != due and _is_open(standing_of(stage.before, records))]
    return Decision(
        due=due, standing=standing, passed=tuple(passed), later=tuple(stage for stage in stages if stage.on > today)
    )


def believed(records: Iterable[Record], today: date) -> tuple[Record, ...]:
    """What counts of a ledger: not what a run of a day still to come passed over. A mistyped date costs nobody a
    reminder.
    """
    return tuple(record for record in records if not (isinstance(record, Skipped) and record.on > today))


def standing_of(stage: str, records: Iterable[Record]) -> Standing:
    """What the records say of one stage."""
    mine = [record for record in records if record.stage == stage]
    intents = [record for record in mine if isinstance(record, Intent)]
    sent = [record for record in mine if isinstance(record, Sent)]
    known: list[Intent | Sent] = [*intents, *sent]
    return Standing(
        message_id=known[0].message_id if known else None,
        intended_on=min((record.on for record in intents), default=None),
        sent_on=min((record.on for record in sent), default=None),
        recipients=intents[-1].recipients if intents else (),
        accepted=frozenset(each for record in sent for each in record.accepted),
        rejected=frozenset(each for record in sent for each in record.rejected),
        is_skipped=any(isinstance(record, Skipped) for record in mine),
    )


def is_day_of(stage: Stage, term: Term) -> bool:
    """Whether the stage is the notice of the last day itself."""
    return stage.on == term.expires_on


def last_day(stage: Stage, term: Term) -> date:
    """The last day on which the stage may go out, where no later stage takes its place."""
    return term.expires_on + timedelta(days=LATE_DAYS if is_day_of(stage, term) else 0)


def _may_go_out(stage: Stage, term: Term, today: date) -> bool:
    return stage.on <= today <= last_day(stage, term)


def _is_open(standing: Standing) -> bool:
    """Whether the ledger leaves it open that the stage goes out: nobody got it, and it is not known to be skipped."""
    return standing.sent_on is None and not standing.is_skipped


def _known_days(term: Term, due: Stage, records: Sequence[Record], today: date) -> Iterator[date]:
    """The days of the other stages that the ledger knows a mail of; what a run of a day far ahead could not send is
    none.
    """
    sent = {record.stage for record in records if isinstance(record, Sent)}
    for record in records:
        if record.stage != due.before and (
            record.stage in sent or (isinstance(record, Intent) and record.on - today <= _CLOCKS_DIFFER)
        ):
            try:
                yield stage_date(term.expires_on, record.stage)
            except (ValueError, OverflowError):
                continue  # a record of something else
