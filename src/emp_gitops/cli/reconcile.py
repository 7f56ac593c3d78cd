"""`emp-gitops reconcile`: make the platform what a commit wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import rich_click as click

from emp_gitops.cli.options import allow_option, format_option, platform_option, today_option, with_session
from emp_gitops.cli.session import Session, note, out, out_json, style
from emp_gitops.errors import ExitCode, RefusedError

if TYPE_CHECKING:
    from emp_gitops.core.checking import CheckedTree
    from emp_gitops.platform.base import PlatformWriter
    from emp_gitops.reconcile import Report, Run
    from emp_gitops.workspace import Workspace


@click.command("reconcile")
@click.option(
    "--ref",
    metavar="REF",
    default="HEAD",
    show_default=True,
    help="The commit to reconcile, on main's first-parent line.",
)
@allow_option
@format_option("text", "json")
@today_option
@platform_option
@with_session
def command(session: Session, ref: str, allow: str | None, format_: str) -> ExitCode:
    """Apply what a commit wants to the platform, account by account, and report each outcome.

    Only committed content counts. Run it again at any time: what is already as wanted is left alone.

    Example: emp-gitops reconcile --ref main
    """
    from emp_gitops.reconcile import reconcile

    workspace = session.workspace
    revision = workspace.repository.on_main(ref)
    checked = workspace.check(workspace.tree(revision))
    if not workspace.repository.head_matches(workspace.tree(None)):
        note("the work tree differs from HEAD; only what is committed is reconciled")
    return carry_out(session, checked, revision, allow, format_, reconcile)


def carry_out(
    session: Session,
    checked: CheckedTree,
    revision: str | None,
    allow: str | None,
    format_: str,
    job: Callable[[Run, PlatformWriter], Report],
) -> ExitCode:
    """Run a job that writes, on the platform that the checked tree names, and print its report."""
    from emp_gitops.cli.progress import progress
    from emp_gitops.core.plan_json import plan_to_json
    from emp_gitops.core.planning import make_plan
    from emp_gitops.platform.open import open_writer
    from emp_gitops.reconcile import Report, Run
    from emp_gitops.render.report_text import report_text

    _check_approvals(checked)
    today = session.day(checked)
    if checked.policy is None:
        report = Report(plan=make_plan(checked, {}, today), blocked="the configuration or a schema is broken")
    else:
        run = Run(
            checked=checked,
            today=today,
            revision=revision,
            allow=allow,
            requested_by=_authors(session.workspace, revision),
            progress=lambda groups: progress(groups, "applying"),
        )
        with open_writer(session.workspace.platform_url(checked, session.platform), actor=session.actor) as writer:
            report = job(run, writer)
    if format_ == "json":
        results = [{"account": r.account, "outcome": r.outcome, "error": r.error} for r in report.results]
        out_json(plan_to_json(report.plan) | {"results": results})
        if report.blocked:
            note(f"refused, nothing was applied: {report.blocked}")
    else:
        out(report_text(report, style()))
    return report.exit_code


def _check_approvals(checked: CheckedTree) -> None:
    source = checked.policy.config.approvals.source if checked.policy else "none"
    if source != "none":
        raise RefusedError(
            f"approvals.source is {source!r}, and this version cannot check such approvals yet; nothing was applied",
            where="emp-gitops.yaml",
            hint="set approvals.source to none to try the tool out without approvals",
        )
    note("approvals: none. Whoever can change the repository can change accounts; nobody's approval is checked.")


def _authors(workspace: Workspace, revision: str | None) -> Callable[[Sequence[str]], Mapping[str, str]]:
    """Who last changed each file, as git tells; nobody for a work tree."""
    if revision is None:
        return lambda _files: {}
    return lambda files: workspace.repository.last_authors(revision, files)
