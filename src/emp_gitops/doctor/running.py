"""Does reconcile run, by itself and on a platform that is still there the next time?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from emp_gitops.doctor.secrets import PLATFORM, PRODUCTION
from emp_gitops.doctor.values import WORKFLOWS, Check, Problem, Subject, error, on_forge
from emp_gitops.forge.base import MAIN

RECONCILE = "reconcile.yml"
LATEST = timedelta(hours=36)
"""How long ago the last good run may be."""


def _platform(subject: Subject) -> Iterator[Problem]:
    """An embedded platform would be a file on a machine that is thrown away after each run."""
    if not subject.config.platform.startswith("sqlite:") or not _on_hosted_runner(subject):
        return
    settings = subject.forge
    known = settings.environments()
    if PRODUCTION not in known or PLATFORM not in settings.secrets(PRODUCTION):
        yield error(
            "the platform is embedded, and on GitHub's runners each run would start with an empty one",
            f"use postgresql:// or https://, and set the secret {PLATFORM} of {PRODUCTION} to it",
        )


def _on_hosted_runner(subject: Subject) -> bool:
    text = (subject.file(f"{WORKFLOWS}/{RECONCILE}") or b"").decode("utf-8", "replace")
    return "self-hosted" not in text


def _schedule(subject: Subject) -> Iterator[Problem]:
    settings = subject.forge
    branch = settings.facts().default_branch
    if branch != MAIN:
        yield error(
            f"the default branch is {branch}: schedules and forms run there, and applications go to {MAIN}",
            f"make {MAIN} the default branch",
        )
    state = settings.workflow_state(RECONCILE)
    if state is None:
        yield error(f"GitHub knows no workflow {RECONCILE}", f"push {WORKFLOWS}/{RECONCILE} to {MAIN}")
    elif state != "active":
        yield error(f"the workflow {RECONCILE} is off ({state})", f"gh workflow enable {RECONCILE}")
    else:
        yield from _last_run(subject)


def _last_run(subject: Subject) -> Iterator[Problem]:
    settings = subject.forge
    hint = f"gh run list --workflow {RECONCILE} shows what became of the last ones"
    last = settings.last_success(RECONCILE, MAIN)
    if last is None:
        yield error(f"{RECONCILE} never ended well", hint)
    elif subject.now - last > LATEST:
        hours = int((subject.now - last) / timedelta(hours=1))
        yield error(f"{RECONCILE} last ended well {hours} hours ago, and should every hour", hint)


CHECKS = (
    Check(id="platform", fine="the platform outlives a run", examine=_platform, concerns=on_forge),
    Check(id="schedule", fine="reconcile runs every hour, and lately ended well", examine=_schedule, concerns=on_forge),
)
