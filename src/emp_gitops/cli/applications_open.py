"""`emp-gitops applications open`: the work tree's changed account files become an application."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from emp_gitops.cli.opening import Opening, key_option
from emp_gitops.cli.options import platform_option, today_option, with_session
from emp_gitops.cli.session import Session
from emp_gitops.errors import ExitCode, UsageError


@click.command("open")
@click.argument("accounts", metavar="[ID]...", nargs=-1)
@click.option("-m", "--title", metavar="TITLE", help="What to call it; without one, what it does.")
@key_option
@today_option
@platform_option
@with_session
def open_(session: Session, accounts: tuple[str, ...], title: str | None, key: Path | None) -> ExitCode:
    """Ask for what the work tree's account files say and main does not: of the given accounts, or of all.

    A commit on a new branch from main, pushed to origin where there is one; on GitHub, a pull request. The work tree
    stays as it is.

    Example: emp-gitops applications open acme-madrid-hq -m "More datapoints for the new hall"
    """
    from emp_gitops.applications.changed_files import work_tree_changes

    if title is not None and not (title.strip() and title.isprintable()):
        raise UsageError(f"{title!r} cannot be a title", hint="one line of text")
    opening = Opening.of(session, key)
    opening.open(work_tree_changes(session.workspace, accounts), title=title and title.strip())
    return ExitCode.OK
