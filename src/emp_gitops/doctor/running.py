"""Does reconcile run, by itself and on a platform that is still there the next time?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from emp_gitops.doctor.jobs import Workflow, read_workflow
from emp_gitops.doctor.secrets import PLATFORM, PRODUCTION
from emp_gitops.doctor.values import WORKFLOWS, Check, Problem, Subject, error, on_forge, unknown, warning
from emp_gitops.errors import ForgeError
from emp_gitops.forge.base import MAIN
from emp_gitops.forge.settings import Settings
from emp_gitops.platform.url import PlatformUrl, SqliteUrl, parse_platform_url

RECONCILE = "reconcile.yml"
LATEST = timedelta(hours=36)
"""How long ago the last good run may be."""

_EMPTY = "on GitHub's runners each run would start with an empty one"


def _platform(subject: Subject) -> Iterator[Problem]:
    """An embedded platform would be a file on a machine that is thrown away, or cleaned, after each run."""
    if not subject.config.platform.startswith("sqlite:"):
        return
    problems = list(_lost(subject, parse_platform_url(subject.config.platform, subject.workspace.root)))
    try:
        if not problems or _names_another(subject.forge):
            return
    except ForgeError as trouble:
        asked = f"whether {PLATFORM} of {PRODUCTION} names another is not known: {trouble.message}"
        yield unknown(trouble, f"{problems[0].message}; {asked}")
        return
    yield from problems


def _lost(subject: Subject, url: PlatformUrl) -> Iterator[Problem]:
    hint = f"use postgresql://, and set the secret {PLATFORM} of {PRODUCTION} to it"
    for job in _workflow(subject).jobs:
        if job.machine == "hosted":
            yield error(f"the platform is embedded, and {_EMPTY}", hint)
        elif job.machine == "unknown":
            yield warning(
                f"the platform is embedded, and whose machines {RECONCILE} runs on cannot be told ({job.runs_on}): "
                + _EMPTY,
                f"{hint}; or name self-hosted in runs-on",
            )
        elif job.is_cleaned and isinstance(url, SqliteUrl) and url.path.resolve().is_relative_to(subject.top):
            yield error(
                "the platform is embedded in the folder of the checkout, which is cleaned before each run",
                f"put it elsewhere: set the secret {PLATFORM} of {PRODUCTION} to such as "
                "sqlite:////var/lib/emp-gitops/platform.db, or to postgresql://",
            )


def _names_another(settings: Settings) -> bool:
    return PRODUCTION in settings.environments() and PLATFORM in settings.secrets(PRODUCTION)


def _workflow(subject: Subject) -> Workflow:
    """The workflow that reconciles, as the work tree has it; an empty one where it is missing, or no workflow: that
    other checks tell.
    """
    try:
        return read_workflow(subject.file(f"{WORKFLOWS}/{RECONCILE}") or b"")
    except ValueError:
        return Workflow(events=frozenset(), jobs=())


def _schedule(subject: Subject) -> Iterator[Problem]:
    workflow = _workflow(subject)
    if workflow.jobs and "schedule" not in workflow.events:
        yield error(
            f"{RECONCILE} has no schedule: what was missed, or put right on the platform, waits for the next push",
            f'give it one in {WORKFLOWS}/{RECONCILE}: on: {{schedule: [{{cron: "17 * * * *"}}]}}',
        )
    settings = subject.forge
    branch = settings.facts().default_branch
    if branch != MAIN:
        yield error(
            f"the default branch is {branch}: schedules and forms run there, and applications go to {MAIN}",
            f"make {MAIN} the default branch",
        )
    problems = list(switched_on(settings, RECONCILE))
    yield from problems or _last_run(subject)


def switched_on(settings: Settings, workflow: str) -> Iterator[Problem]:
    """What keeps a workflow, by the name of its file, from being run."""
    state = settings.workflow_state(workflow)
    if state is None:
        yield error(f"GitHub knows no workflow {workflow}", f"push {WORKFLOWS}/{workflow} to {MAIN}")
    elif state != "active":
        yield error(f"the workflow {workflow} is off ({state})", f"gh workflow enable {workflow}")


def _last_run(subject: Subject) -> Iterator[Problem]:
    hint = f"gh run list --workflow {RECONCILE} shows what became of the last ones"
    last = subject.forge.last_success(RECONCILE, MAIN)
    if last is None:
        yield error(f"{RECONCILE} never ended well", hint)
    elif subject.now - last > LATEST:
        yield error(f"{RECONCILE} last ended well {_hours(subject.now - last)} hours ago, and should every hour", hint)
    else:
        by_itself = subject.forge.last_success(RECONCILE, MAIN, event="schedule")
        if by_itself is None or subject.now - by_itself > LATEST:
            ago = "never yet" if by_itself is None else f"last {_hours(subject.now - by_itself)} hours ago"
            yield warning(
                f"{RECONCILE} ends well when it is started, but by its schedule it did {ago}",
                "a new repository waits up to an hour for it; else commit a change of its cron line, which GitHub then "
                "takes up again",
            )


def _hours(time: timedelta) -> int:
    return int(time / timedelta(hours=1))


CHECKS = (
    Check(id="platform", fine="the platform outlives a run", examine=_platform, concerns=on_forge),
    Check(id="schedule", fine="reconcile runs every hour, and lately ended well", examine=_schedule, concerns=on_forge),
)
