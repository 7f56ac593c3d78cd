"""What a run has done so far, and what it planned to do: nothing that was due goes without a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from emp_gitops.errors import EmpError
from emp_gitops.reminding.planning import Case
from emp_gitops.reminding.values import Ended, Notice, Outcome, Post, Reminder, Report, Resumed


@dataclass(frozen=True, slots=True)
class Planned:
    """An account with something to do; `stage` is None where a stage is only to be recorded as skipped."""

    account: str
    expires_on: date
    stage: str | None

    @classmethod
    def of(cls, case: Case) -> Planned:
        due = case.decision.due
        return cls(case.live.id, case.expires_on, due.before if due else None)


@dataclass(slots=True)
class Journal:
    """Collects results by account; `planned` are those that nothing was done for yet."""

    planned: dict[str, Planned]
    reminders: list[Reminder] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    resumed: list[Resumed] = field(default_factory=list)
    trouble: EmpError | None = None

    def add(self, case: Case, outcome: Outcome, post: Post) -> None:
        """What became of the stage that was due. With its intent, those that were passed over were noted."""
        if post.message_id:
            self.add_skipped(case, post.issue)
        if due := case.decision.due:
            self.reminders.append(_reminder(case, due.before, outcome, post))

    def add_skipped(self, case: Case, issue: str | None) -> None:
        for stage in case.decision.passed:
            self.reminders.append(_reminder(case, stage.before, "skipped", Post(issue=issue)))

    def finish(self, accounts: Iterable[str]) -> None:
        """Nothing more is planned for these; others may have done it meanwhile."""
        for account in accounts:
            self.planned.pop(account, None)

    def report(self, today: date, *, left: str | None = None) -> Report:
        """In the order of accounts. `left` is why nothing was done for what is still planned, where no trouble says
        so.
        """
        why = left or (self.trouble.message if self.trouble else None)
        return Report(
            today=today,
            reminders=tuple(sorted((*self.reminders, *self._left(why)), key=lambda each: each.account)),
            notices=tuple(self.notices),
            ended=tuple(self.ended),
            resumed=tuple(self.resumed),
            trouble=self.trouble,
        )

    def _left(self, why: str | None) -> Iterator[Reminder]:
        done = {each.account for each in self.reminders}
        for each in self.planned.values():
            if each.stage and each.account not in done:
                yield Reminder(
                    account=each.account, expires_on=each.expires_on, stage=each.stage, outcome="failed",
                    post=Post(trouble=why),
                )


def _reminder(case: Case, stage: str, outcome: Outcome, post: Post) -> Reminder:
    return Reminder(
        account=case.live.id, expires_on=case.expires_on, stage=stage, outcome=outcome, post=post
    )
