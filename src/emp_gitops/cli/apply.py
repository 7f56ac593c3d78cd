"""`emp-gitops apply`: a saved plan, only while what it was computed from still holds."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from emp_gitops.cli.options import allow_option, format_option, jobs_option, platform_option, today_option, with_session
from emp_gitops.cli.session import Session
from emp_gitops.errors import ExitCode, StalePlanError

MAX_PLAN = 2**29
"""Bytes; a plan that creates 100,000 accounts has a third of them."""


@click.command("apply")
@click.argument("file", type=click.Path(path_type=Path))
@allow_option
@format_option("text", "json")
@today_option
@platform_option
@jobs_option
@with_session
def command(session: Session, file: Path, allow: str | None, format_: str) -> ExitCode:
    """Apply a plan that `plan --out` saved.

    The plan is computed again from git and the platform as they are now, and applied only where it is the same one.
    A plan of the work tree is compared with the work tree, a plan of a commit with HEAD. Exit code 4 means: make a
    new plan.

    Example: emp-gitops plan --out plan.json && emp-gitops apply plan.json
    """
    from emp_gitops.cli.applying import Choices, carry_out
    from emp_gitops.core.plan_json import read_plan
    from emp_gitops.reconcile import apply_saved

    saved = read_plan(_read(file), where=str(file))
    workspace = session.workspace
    head = workspace.repository.on_main("HEAD") if saved.revision else None
    checked = workspace.check(workspace.tree(head))
    revision = head or workspace.repository.head_matches(checked.tree)
    choices = Choices(allow=allow, format_=format_)
    return carry_out(session, checked, revision, choices, lambda run, platform: apply_saved(run, saved, platform))


def _read(file: Path) -> str:
    from emp_gitops.files import read_regular

    hint = "save one: emp-gitops plan --out FILE"
    try:
        return read_regular(file, what="the plan", limit=MAX_PLAN, hint=hint).decode("utf-8")
    except UnicodeDecodeError as error:
        raise StalePlanError(
            "this is not a whole saved plan", where=str(file), hint="make a new one: emp-gitops plan --out FILE"
        ) from error
