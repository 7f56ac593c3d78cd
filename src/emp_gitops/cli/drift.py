"""`emp-gitops drift`: what the platform changed on its own."""

from __future__ import annotations

import rich_click as click

from emp_gitops.cli.options import format_option, jobs_option, platform_option, today_option, with_session
from emp_gitops.cli.session import Session, out, out_json, style
from emp_gitops.errors import ExitCode


@click.command("drift")
@click.option("--ref", metavar="REF", help="Compare with a commit, branch or tag instead of the work tree.")
@format_option("text", "json")
@click.option("--exit-code", "tell", is_flag=True, help="Exit with 10 where something drifted.")
@today_option
@platform_option
@jobs_option
@with_session
def command(session: Session, ref: str | None, format_: str, tell: bool) -> ExitCode:
    """Show the fields that were changed on the platform and that git does not want so. Read-only.

    Example: emp-gitops drift --exit-code
    """
    from emp_gitops.core.plan_json import FORMAT_VERSION, drift_to_json
    from emp_gitops.core.planning import make_plan
    from emp_gitops.render.findings import findings_text
    from emp_gitops.render.plan_text import drift_text
    from emp_gitops.render.style import Style

    workspace = session.workspace
    workspace.repository.resolve(ref or "HEAD")
    checked = workspace.check(workspace.tree(ref))
    plan = make_plan(checked, session.live_accounts(checked), session.day(checked))
    if plan.run_errors:
        click.echo(findings_text(plan.run_errors, Style()), nl=False, err=True)
        return ExitCode.ERROR
    if format_ == "json":
        out_json(
            {
                "format_version": FORMAT_VERSION,
                "today": plan.today.isoformat(),
                "drift": [drift_to_json(each) for each in plan.drift],
            }
        )
    else:
        out(drift_text(plan.drift, style()))
    return ExitCode.CHANGES_PENDING if tell and plan.drift else ExitCode.OK
