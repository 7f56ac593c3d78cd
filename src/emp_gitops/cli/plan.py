"""`emp-gitops plan`: what git would change on the platform."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from emp_gitops.cli.options import format_option, jobs_option, platform_option, today_option, with_session
from emp_gitops.cli.session import Session, note, out, out_json, style
from emp_gitops.errors import ExitCode

if TYPE_CHECKING:
    from emp_gitops.core.plan import Plan


@click.command("plan")
@click.option("--ref", metavar="REF", help="Plan a commit, branch or tag instead of the work tree.")
@format_option("text", "json", "markdown")
@click.option(
    "--out",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Save the plan for `emp-gitops apply`.",
)
@click.option("--exit-code", "tell", is_flag=True, help="Exit with 10 where changes are pending.")
@today_option
@platform_option
@jobs_option
@with_session
def command(session: Session, ref: str | None, format_: str, file: Path | None, tell: bool) -> ExitCode:
    """Show the difference between git and the platform. Nothing is written: the platform is opened for reading.

    Example: emp-gitops plan --ref main --out plan.json
    """
    import json

    from emp_gitops.core.findings import has_errors
    from emp_gitops.core.plan_json import plan_file
    from emp_gitops.files import write_whole
    from emp_gitops.render.plan_markdown import plan_markdown
    from emp_gitops.render.plan_text import plan_text

    plan = _make(session, ref)
    if file:
        write_whole(file, json.dumps(plan_file(plan), indent=2, ensure_ascii=False).encode() + b"\n")
        note(f"plan saved to {file}")
    if format_ == "json":
        out_json(plan_file(plan))
    else:
        out(plan_markdown(plan) if format_ == "markdown" else plan_text(plan, style()))
    if has_errors(plan.findings):
        return ExitCode.ERROR
    return ExitCode.CHANGES_PENDING if tell and plan.changes else ExitCode.OK


def _make(session: Session, ref: str | None) -> Plan:
    from emp_gitops.core.planning import make_plan

    workspace = session.workspace
    workspace.repository.resolve(ref or "HEAD")
    checked = workspace.check(workspace.tree(ref))
    if checked.policy is None:
        # Without a policy nothing can be planned, and the platform need not be reached to say so.
        return make_plan(checked, {}, session.day(checked))
    return make_plan(checked, session.live_accounts(checked, may_be_missing=True), session.day(checked))
