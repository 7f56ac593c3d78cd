"""From an account with something due to its errand: the facts, the issue's texts, the mail."""

from __future__ import annotations

from emp_gitops.core.reminder_records import Skipped, to_line
from emp_gitops.core.schedule import Stage
from emp_gitops.forge.base import Application
from emp_gitops.forge.issues import Comment, OpenIssue, Relabel
from emp_gitops.mail.base import Mail
from emp_gitops.mail.facts import ReminderFacts
from emp_gitops.reminding.errands import Errand
from emp_gitops.reminding.keys import LABEL, STAGE_LABEL, stage_label
from emp_gitops.reminding.planning import Case
from emp_gitops.reminding.running import Run


def reminder_errand(case: Case, stage: Stage, run: Run, application: Application | None) -> Errand:
    """The errand of the stage that is due. `application` is an open one that renews the account; while the tool only
    proposes it, the customer still has to ask somebody.
    """
    facts = _facts(case, stage, run, application)

    def mail(url: str | None) -> Mail:
        return run.composer.reminder(_facts(case, stage, run, application, issue_url=url), at=run.now())

    label = stage_label(stage.before)
    return Errand(
        key=case.key,
        stage=stage.before,
        on=run.today,
        entries=case.entries,
        skips=tuple(passed.before for passed in case.decision.passed),
        opening=OpenIssue(
            key=case.key,
            title=run.words.title(facts),
            body=run.words.opening(facts, application),
            labels=(LABEL, label),
            assignees=assignees(run),
        ),
        announcement=run.words.stage(facts, application),
        not_yet=run.words.not_yet(),
        label=Relabel(key=case.key, prefix=STAGE_LABEL, labels=(label,)),
        mail=mail,
        mailed=run.words.mailed,
    )


def skipping(case: Case, run: Run) -> Comment:
    """What the ledger of an account gets for which nothing goes out any more."""
    stages = case.decision.passed
    return Comment(
        key=case.key,
        body=run.words.skipped(stages, today=run.today, expires_on=case.expires_on),
        records=tuple(to_line(Skipped(stage=stage.before, on=run.today)) for stage in stages),
    )


def assignees(run: Run) -> tuple[str, ...]:
    """Who looks after an issue: the people of Customer Success that the configuration names, no teams."""
    return tuple(each for each in run.config.roles.customer_success if "/" not in each and not each.startswith("@"))


def _facts(
    case: Case, stage: Stage, run: Run, application: Application | None, *, issue_url: str | None = None
) -> ReminderFacts:
    """It is addressed to the contacts who are still to be reached; where none of them is, but somebody else who gets a
    copy, to all.
    """
    live, standing = case.live, case.decision.standing
    contacts = live.account.contacts
    left = contacts if standing.sent_on is None else tuple(each for each in contacts if each in standing.left)
    return ReminderFacts(
        account=live.id,
        value=live.account,
        used_datapoints=live.used_datapoints,
        stage=stage.before,
        today=run.today,
        to=left or contacts,
        renewal=run.renewal(live.id),
        pending=None if application is None or application.is_proposal else _name(application),
        issue_url=issue_url,
    )


def _name(application: Application) -> str:
    """As people call it: `#14` where it is a pull request, else the name of its branch."""
    return f"#{application.id}" if application.id.isdecimal() else application.id
