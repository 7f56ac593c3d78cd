"""Do the reminders run, with a mail server and a platform to read?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

from emp_gitops.core.tree import CONFIG_FILE, MAIL_TEMPLATES_FOLDER
from emp_gitops.doctor.running import LATEST, switched_on
from emp_gitops.doctor.secrets import PLATFORM, REMINDERS
from emp_gitops.doctor.values import WORKFLOWS, Check, Problem, Subject, error, on_forge, warning
from emp_gitops.forge.base import MAIN
from emp_gitops.forge.plain.issues import PlainIssues
from emp_gitops.template_findings import template_findings

WORKFLOW = "reminders.yml"
SMTP = "EMP_SMTP"
_DAILY = "let something run it once a day, for example cron: 23 6 * * * emp-gitops -C FOLDER remind"


def _on_github(subject: Subject) -> Iterator[Problem]:
    if not (subject.top / WORKFLOWS / WORKFLOW).is_file():
        yield error(
            f"there is no {WORKFLOWS}/{WORKFLOW}, so nobody is reminded",
            "write it again, as `emp-gitops init --forge github:OWNER/REPO` does",
        )
        return
    yield from _credentials(subject)
    problems = list(switched_on(subject.forge, WORKFLOW))
    yield from problems or _last_run(subject)


def _credentials(subject: Subject) -> Iterator[Problem]:
    settings = subject.forge
    if REMINDERS not in settings.environments():
        yield error(f"there is no environment {REMINDERS}", "make it in the repository's settings, under Environments")
        return
    present = settings.secrets(REMINDERS)
    if PLATFORM not in present:
        yield error(f"{REMINDERS} has no secret {PLATFORM}", "set it there to a credential that can only read")
    if SMTP not in present and subject.config.mail.smtp is None:
        yield error(
            f"no mail server is named: {REMINDERS} has no secret {SMTP}, and {CONFIG_FILE} no mail.smtp",
            "set one of the two to smtps://HOST",
        )


def _last_run(subject: Subject) -> Iterator[Problem]:
    hint = f"gh run list --workflow {WORKFLOW} shows what became of the last ones; the next one catches up"
    last = subject.forge.last_success(WORKFLOW, MAIN)
    if last is None:
        yield warning(f"{WORKFLOW} never ended well", f"start it once: gh workflow run {WORKFLOW}")
    elif subject.now - last > LATEST:
        hours = int((subject.now - last) / timedelta(hours=1))
        yield error(f"{WORKFLOW} last ended well {hours} hours ago, and should every day", hint)


def _heartbeat(subject: Subject) -> Iterator[Problem]:
    """In plain git the job notes each day on which it came to its end."""
    last = PlainIssues.of(subject.config, subject.workspace.repository, say=lambda _text: None).last_heartbeat()
    if last is None:
        yield warning("reminders never ran to their end here", _DAILY)
    elif subject.now - last > LATEST:
        hours = int((subject.now - last) / timedelta(hours=1))
        yield error(f"reminders last ran to their end {hours} hours ago, and should every day", _DAILY)


def _templates(subject: Subject) -> Iterator[Problem]:
    for each in template_findings(subject.workspace.root, subject.workspace.policy()):
        yield error(f"{each.file}:{each.line}: {each.message}", each.hint or "mend that file, or remove it")


CHECKS = (
    Check(id="reminders", fine="reminders run every day, and lately ended well", examine=_on_github, concerns=on_forge),
    Check(
        id="heartbeat", fine="reminders ran to their end within the last day and a half", examine=_heartbeat,
        concerns=lambda subject: not subject.config.is_on_github and os.path.lexists(subject.top / ".git"),
    ),
    Check(
        id="mail-templates", fine="the mail templates go with every kind of account", examine=_templates,
        concerns=lambda subject: os.path.lexists(subject.workspace.root / MAIL_TEMPLATES_FOLDER),
    ),
)
