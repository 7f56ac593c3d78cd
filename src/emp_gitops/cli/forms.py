"""`emp-gitops forms …`: the forms of GitHub's issues, and the applications that they become."""

from __future__ import annotations

from os.path import relpath

import rich_click as click

from emp_gitops.cli.options import with_session
from emp_gitops.cli.session import Session, note, say
from emp_gitops.errors import ExitCode


@click.group("forms")
def command() -> None:
    """Forms on GitHub, by which people open applications without git.

    Example: emp-gitops forms write
    """


@command.command("write")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where the forms are not as the schema makes them.")
@with_session
def write(session: Session, check: bool) -> ExitCode:
    """Write the forms for new accounts, datapoints, licenses and renewals from the account schema.

    They go to .github/ISSUE_TEMPLATE; commit them with the schema, and GitHub offers them.

    Example: emp-gitops forms write --check
    """
    from emp_gitops.forms import differing_forms, write_forms

    files = differing_forms(session.workspace)
    if not files:
        say("the forms are as the schema makes them")
        return ExitCode.OK
    if check:
        say(*(f"{relpath(path)}: not as the schema makes it" for path in files))
        note("hint: emp-gitops forms write")
        return ExitCode.ERROR
    write_forms(files)
    say(*(f"{relpath(path)} written" for path in files), "commit them to make them count")
    return ExitCode.OK
