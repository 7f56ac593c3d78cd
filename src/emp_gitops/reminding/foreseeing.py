"""What a run would do, found out by parts that cannot write anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from emp_gitops.core.model import LiveAccount
from emp_gitops.errors import EmpError
from emp_gitops.forge.base import Application
from emp_gitops.forge.issues import Issue
from emp_gitops.platform.base import PlatformReader
from emp_gitops.reminding.ending import ended_terms, resumed_terms
from emp_gitops.reminding.errands import Errand
from emp_gitops.reminding.notices import notice_errand, removals, untold
from emp_gitops.reminding.planning import Case, cases
from emp_gitops.reminding.reminder_errands import reminder_errand
from emp_gitops.reminding.running import Ledgers, Run
from emp_gitops.reminding.values import Notice, Outcome, Post, Reminder, Report


def foresee(run: Run, platform: PlatformReader, ledgers: Ledgers) -> Report:
    """What `remind` would do now. Raises EmpError as it does."""
    live, issues = platform.accounts(), ledgers.issues()
    found = list(cases((live[id_] for id_ in sorted(live)), ledgers, issues, run.config.reminders_before, run.today))
    if found:
        run.ready()
    pending = run.pending({case.live.id: case.live for case in found if case.decision.due})
    reminders = [each for case in found for each in _foreseen(case, run, pending, issues.get(case.key))]
    notices = []
    for each in untold(removals(platform, run), ledgers):
        outcome, post = _written(notice_errand(each, run), issues.get(each.key))
        notices.append(Notice(account=each.facts.account, version=each.facts.version, outcome=outcome, post=post))
    return Report(
        today=run.today, reminders=tuple(reminders), notices=tuple(notices),
        ended=tuple(ended_terms(issues.values(), live)), resumed=tuple(resumed_terms(issues.values(), live, ledgers)),
    )


def _foreseen(
    case: Case, run: Run, pending: Mapping[str, Application], issue: Issue | None
) -> Iterator[Reminder]:
    for passed in case.decision.passed:
        yield _reminder(case.live, passed.before, "skipped", Post(issue=issue.id if issue else None))
    if stage := case.decision.due:
        outcome, post = _written(reminder_errand(case, stage, run, pending.get(case.live.id)), issue)
        if post.recipients or post.trouble:
            yield _reminder(case.live, stage.before, outcome, post)


def _written(errand: Errand, issue: Issue | None) -> tuple[Outcome, Post]:
    id_, url = (issue.id, issue.url) if issue else (None, None)
    try:
        mail = errand.written(url)
    except EmpError as error:
        return "failed", Post(issue=id_, trouble=error.in_one_line)
    warnings = (mail.warning,) if mail.warning else ()
    return "pending", Post(issue=id_, message_id=mail.message_id, recipients=mail.recipients, warnings=warnings)


def _reminder(live: LiveAccount, stage: str, outcome: Outcome, post: Post) -> Reminder:
    return Reminder(
        account=live.id, expires_on=live.account.term.expires_on, stage=stage, outcome=outcome, post=post
    )
