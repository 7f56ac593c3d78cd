"""The job: see what is due, send it in batches under the platform's lock, close what is over, tell what went wrong.

Outside the lock nothing is decided for good: each batch reads its accounts and ledgers again before it acts. So two
jobs at once make one issue and one mail, and between two batches a reconciler has its turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from emp_gitops.core.model import LiveAccount
from emp_gitops.errors import EmpError, ForgeError, PlatformError
from emp_gitops.forge.base import Application
from emp_gitops.forge.issues import Issue, IssueTracker
from emp_gitops.mail.base import Outbox
from emp_gitops.mail.facts import RemovedContactFacts
from emp_gitops.platform.base import LockingReader
from emp_gitops.reminding.delivering import Sender, Turn, deliver
from emp_gitops.reminding.ending import closing, ended_terms, reopening, resumed_terms
from emp_gitops.reminding.failures import tell_operator
from emp_gitops.reminding.journal import Journal, Planned
from emp_gitops.reminding.keys import notice_key, reminder_key
from emp_gitops.reminding.notices import notice_errand, removals, untold
from emp_gitops.reminding.planning import Case, batches, cases, cases_of
from emp_gitops.reminding.reminder_errands import reminder_errand, skipping
from emp_gitops.reminding.running import Run
from emp_gitops.reminding.values import Ended, Notice, Outcome, Post, Report, Resumed
from emp_gitops.reminding.writing import write

BATCH = 25
"""Mails under one lock, whose writes to the forge are made together."""

LONGEST_TURN = timedelta(seconds=10)
"""After this, no other mail is begun under the same lock: others wait for it, and not for longer than 30 seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """A run at work. `issues` are those that are known so far."""

    run: Run
    platform: LockingReader
    tracker: IssueTracker
    sender: Sender
    issues: dict[str, Issue]
    journal: Journal
    unnoted: list[ForgeError] = field(default_factory=list)
    turns: Iterator[int] = field(default_factory=count)

    def look_for(self, keys: Iterable[str]) -> None:
        """Under the lock: another job may have opened an issue since they were listed. Raises ForgeError."""
        if missing := set(keys) - self.issues.keys():
            self.issues.update(self.tracker.find(missing))

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """Under the lock for a while, after a pause in which others can have it. Raises LockedError, PlatformError."""
        if next(self.turns):
            self.run.pause()
        with self.platform.lock():
            until = self.run.now() + LONGEST_TURN
            yield Turn(
                tracker=self.tracker, sender=self.sender, known=self.issues,
                is_over=lambda: self.run.now() > until, unnoted=self.unnoted,
            )


def remind(run: Run, platform: LockingReader, tracker: IssueTracker, outbox: Outbox) -> Report:
    """Do all that is due on the day of the run.

    Raises EmpError where it cannot even be seen what that is, or no mail can be written; what goes wrong later is in
    the report.
    """
    live, issues = platform.accounts(), tracker.issues()
    planned = map(Planned.of, _cases(run, live, tracker, issues))
    due = {each.account: each for each in sorted(planned, key=lambda each: each.expires_on)}  # the most urgent first
    over = list(ended_terms(issues.values(), live))
    back = list(resumed_terms(issues.values(), live, tracker))
    if due:
        run.ready()
    pending = run.pending({id_: live[id_] for id_, each in due.items() if each.stage})
    del live  # each batch reads its own
    job = _Job(
        run=run, platform=platform, tracker=tracker, sender=Sender(outbox), issues=dict(issues), journal=Journal(due)
    )
    try:
        _reopen(job, back)
        _send_reminders(job, pending)
        _tell_leavers(job)
        _close(job, over)
    except (ForgeError, PlatformError) as error:
        return _finished(job, error, at_its_end=False)
    return _finished(job, _all_in_one(job.unnoted), at_its_end=True)


def _cases(
    run: Run, live: Mapping[str, LiveAccount], tracker: IssueTracker, issues: Mapping[str, Issue]
) -> Iterator[Case]:
    accounts = (live[id_] for id_ in sorted(live))
    return cases(accounts, tracker, issues, run.config.reminders_before, run.today)


def _send_reminders(job: _Job, pending: Mapping[str, Application]) -> None:
    for batch in batches(job.run.progress(list(job.journal.planned)), BATCH):
        left = batch
        while left and not job.sender.trouble:
            with job.turn() as turn:
                left = _remind(job, turn, left, pending)
        if left:
            return
        job.journal.finish(batch)


def _remind(job: _Job, turn: Turn, accounts: Sequence[str], pending: Mapping[str, Application]) -> list[str]:
    """One batch, under the lock. Gives the accounts for which there was no time."""
    run, live = job.run, job.platform.accounts_of(accounts)
    present = [live[id_] for id_ in accounts if id_ in live]
    job.look_for(map(reminder_key, present))
    found = {
        case.key: case for case in cases_of(present, job.tracker, None, run.config.reminders_before, run.today)
    }
    _skip(job, [case for case in found.values() if case.decision.due is None])
    errands = [
        reminder_errand(case, case.decision.due, run, pending.get(case.live.id))
        for case in found.values() if case.decision.due
    ]
    left = []
    for errand, outcome, post in deliver(errands, turn):
        if outcome:
            job.journal.add(found[errand.key], outcome, post)
        else:
            left.append(found[errand.key].live.id)
    return left


def _skip(job: _Job, missed: Sequence[Case]) -> None:
    written = write(job.tracker, [[skipping(case, job.run)] for case in missed])
    job.unnoted.extend(written.refused.values())
    for case in missed:
        if issue := written.issues.get(case.key):
            job.journal.add_skipped(case, issue.id)


def _tell_leavers(job: _Job) -> None:
    leavers = [each.facts for each in untold(removals(job.platform, job.run), job.tracker)]
    for batch in batches(leavers, BATCH):
        left = batch
        while left and not job.sender.trouble:
            with job.turn() as turn:
                left = _tell(job, turn, left)
        job.journal.notices += (_notice(facts, "failed", Post(trouble=job.sender.trouble)) for facts in left)


def _tell(job: _Job, turn: Turn, some: Sequence[RemovedContactFacts]) -> list[RemovedContactFacts]:
    job.look_for(notice_key(each.account, each.version) for each in some)
    found = {each.key: each for each in untold(some, job.tracker)}
    left = []
    for errand, outcome, post in deliver([notice_errand(each, job.run) for each in found.values()], turn):
        facts = found[errand.key].facts
        if outcome:
            job.journal.notices.append(_notice(facts, outcome, post))
        else:
            left.append(facts)
    return left


def _notice(facts: RemovedContactFacts, outcome: Outcome, post: Post) -> Notice:
    return Notice(account=facts.account, version=facts.version, outcome=outcome, post=post)


def _reopen(job: _Job, back: Sequence[Resumed]) -> None:
    for some in batches(back, BATCH):
        issues = [job.issues[each.key] for each in some]
        with job.turn():
            live = job.platform.accounts_of({each.account for each in some})
            resumed = list(resumed_terms(issues, live, job.tracker))
            written = write(job.tracker, [[reopening(each, job.run.words, on=job.run.today)] for each in resumed])
        job.issues.update(written.issues)
        job.unnoted.extend(written.refused.values())
        job.journal.resumed += (each for each in resumed if each.key in written.issues)


def _close(job: _Job, over: Sequence[Ended]) -> None:
    for some in batches(over, BATCH):
        issues = {each.key: job.issues[each.key] for each in some}
        with job.turn():
            live = job.platform.accounts_of({each.account for each in some})
            ended = list(ended_terms(issues.values(), live))
            written = write(job.tracker, [[closing(each, job.run.words, on=job.run.today)] for each in ended])
        job.unnoted.extend(written.refused.values())
        job.journal.ended += (each for each in ended if each.key in written.issues)


def _all_in_one(errors: Sequence[ForgeError]) -> ForgeError | None:
    """What the forge did not take, as one trouble of the run."""
    if not errors:
        return None
    errors[0].others += tuple(errors[1:])
    return errors[0]


def _finished(job: _Job, trouble: EmpError | None, *, at_its_end: bool) -> Report:
    """The report, after the operator was told and the run was noted as one that reached its end."""
    job.journal.trouble, left = trouble, job.sender.trouble
    report = job.journal.report(job.run.today, left=left)
    try:
        if at_its_end or report.failures:
            tell_operator(report, job.tracker, job.issues, job.run.words)
        if at_its_end:
            job.tracker.heartbeat()
    except ForgeError as error:
        job.journal.trouble = trouble or error
    return job.journal.report(job.run.today, left=left)
