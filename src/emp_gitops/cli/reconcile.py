"""`emp-gitops reconcile`: make the platform what a commit wants."""

from __future__ import annotations

import rich_click as click

from emp_gitops.cli.options import allow_option, filled, format_option, platform_option, today_option, with_session
from emp_gitops.cli.session import Session, note
from emp_gitops.errors import ExitCode


@click.command("reconcile")
@click.option(
    "--ref",
    metavar="REF",
    default="HEAD",
    show_default=True,
    help="The commit to reconcile, on main's first-parent line.",
)
@allow_option
@click.option(
    "--trust",
    metavar="REVISION",
    callback=filled,
    help="For operators: take this commit of main, and all before it, as approved. It is recorded in the audit.",
)
@format_option("text", "json")
@today_option
@platform_option
@with_session
def command(session: Session, ref: str, allow: str | None, trust: str | None, format_: str) -> ExitCode:
    """Apply what a commit wants to the platform, account by account, and report each outcome.

    Only committed content counts, and with approvals only what came in by approved applications: anything else is
    refused, account by account. Run it again at any time: what is already as wanted is left alone.

    Example: emp-gitops reconcile --ref main
    """
    from emp_gitops.cli.applying import Choices, carry_out
    from emp_gitops.reconcile import reconcile

    workspace = session.workspace
    revision = workspace.repository.on_main(ref)
    checked = workspace.check(workspace.tree(revision))
    if not workspace.repository.head_matches(workspace.tree(None)):
        note("the work tree differs from HEAD; only what is committed is reconciled")
    choices = Choices(allow=allow, trust=workspace.repository.on_main(trust) if trust else None, format_=format_)
    return carry_out(session, checked, revision, choices, reconcile)
