"""What became of one stage of a term, and why, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from emp_gitops.core.reminder_records import Record, Skipped
from emp_gitops.core.reminders import Standing, believed, decide, last_day, standing_of
from emp_gitops.core.schedule import Stage, stage_date, stages_of
from emp_gitops.core.term import Term

StageOutcome = Literal["sent", "due", "later", "skipped", "never"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStory:
    """One reminder: when it was to go out (None where the calendar has no such day), what became of it, and why.

    `sent_on` is the day on which somebody accepted it first; `left` are those who were put off then and are tried
    again.
    """

    stage: str
    on: date | None
    outcome: StageOutcome
    reason: str
    sent_on: date | None = None
    message_id: str | None = None
    accepted: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def present_stages(
    term: Term, before: Sequence[str], today: date, records: Sequence[Record], *, nobody: str | None
) -> tuple[StageStory, ...]:
    """Those of the present term, earliest first. `nobody` is why the account's contacts get no reminders at all."""
    records = believed(records, today)
    stages = {stage.before: stage for stage in stages_of(term, before)}
    decision = decide(term, before, today, records)
    stories = [
        _told(each, _day(term.expires_on, each), records) or _missing(each, term, stages)
        for each in before if each not in stages
    ]
    for stage in stages.values():
        is_due = decision.due == stage and nobody is None
        if told := _told(stage.before, stage.on, records):
            stories.append(told if is_due else replace(told, left=()))
        else:
            stories.append(_open(stage, term, today, records, is_due=is_due, nobody=nobody))
    stories += _others(term.expires_on, records, known=before)
    return tuple(sorted(stories, key=_in_order))


def former_stages(expires_on: date, records: Sequence[Record]) -> tuple[StageStory, ...]:
    """Those that the ledger of another term tells of."""
    return tuple(sorted(_others(expires_on, records, known=()), key=_in_order))


def _others(expires_on: date, records: Sequence[Record], *, known: Iterable[str]) -> Iterator[StageStory]:
    for stage in dict.fromkeys(record.stage for record in records):
        if stage not in known:
            day = _day(expires_on, stage)
            yield _told(stage, day, records) or StageStory(
                stage=stage, on=day, outcome="skipped", reason="it was begun, and nobody is known to have got it"
            )


def _told(stage: str, on: date | None, records: Sequence[Record]) -> StageStory | None:
    """What the ledger says, None where it does not say how it ended."""
    standing = standing_of(stage, records)
    if standing.sent_on:
        return StageStory(
            stage=stage, on=on, outcome="sent", reason=_mailed(standing), sent_on=standing.sent_on,
            message_id=standing.message_id, accepted=tuple(sorted(standing.accepted)),
            rejected=tuple(sorted(standing.rejected)), left=standing.left,
        )
    if standing.is_skipped:
        noted = min(record.on for record in records if isinstance(record, Skipped) and record.stage == stage)
        return StageStory(
            stage=stage, on=on, outcome="skipped", message_id=standing.message_id,
            reason=f"noted as skipped by the run of {noted}: by then it was too late, or a more urgent one was due",
        )
    return None


def _mailed(standing: Standing) -> str:
    told = [f"mailed on {standing.sent_on} to {', '.join(sorted(standing.accepted)) or 'nobody'}"]
    if standing.rejected:
        told.append(f"refused by {', '.join(sorted(standing.rejected))}")
    if standing.left:
        told.append(f"put off by {', '.join(standing.left)}")
    return "; ".join(told)


def _missing(stage: str, term: Term, stages: Iterable[str]) -> StageStory:
    """A configured stage that the term does not have."""
    on = _day(term.expires_on, stage)
    if on is None or on <= term.start:
        reason = f"it would be on or before the first day of the term, {term.start}"
    else:
        reason = "another reminder is for the same day"
    return StageStory(stage=stage, on=on, outcome="never", reason=reason)


def _open(
    stage: Stage, term: Term, today: date, records: Sequence[Record], *, is_due: bool, nobody: str | None
) -> StageStory:
    outcome: StageOutcome
    if nobody:
        outcome, reason = "never", nobody
    elif stage.on > today:
        outcome, reason = "later", f"due on {stage.on}"
    elif is_due:
        outcome, reason = "due", f"due since {stage.on}; the next run sends it"
        if begun := standing_of(stage.before, records).intended_on:
            reason += f", as the same mail as on {begun}, which nobody is known to have got"
    elif today > last_day(stage, term):
        outcome, reason = "skipped", f"it is too late: the last day for it was {last_day(stage, term)}"
    else:
        outcome, reason = "skipped", "a more urgent one is due, or was sent"
    return StageStory(stage=stage.before, on=stage.on, outcome=outcome, reason=reason)


def _day(expires_on: date, stage: str) -> date | None:
    try:
        return stage_date(expires_on, stage)
    except (ValueError, OverflowError):
        return None


def _in_order(story: StageStory) -> tuple[date, str]:
    return story.on or date.min, story.stage
