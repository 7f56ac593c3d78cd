"""`emp-gitops forms …`: the forms of GitHub's issues, and the applications that they become."""

from __future__ import annotations

import re
from os.path import relpath

import rich_click as click

from emp_gitops.cli.options import with_session
from emp_gitops.cli.session import Session, note, say
from emp_gitops.errors import EmpError, ExitCode, UsageError


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


@command.command("open")
@click.argument("issue", metavar="ISSUE")
@with_session
def open_(session: Session, issue: str) -> ExitCode:
    """Open the application that a filled-in form asks for; ISSUE is the number of its issue on GitHub.

    What the forms workflow runs. The answer is also a comment on the issue. Run again, also after the form was edited,
    it brings the open application up to date.

    Example: emp-gitops forms open 7
    """
    from emp_gitops.forge.open import open_discussion, open_forge, open_forms
    from emp_gitops.form_opening import FormDesk
    from emp_gitops.render.form_markdown import application_title, form_words

    if not re.fullmatch(r"#?[1-9][0-9]{0,9}", issue, re.ASCII):
        raise UsageError(f"{issue!r} is no number of an issue", hint="emp-gitops forms open 7")
    workspace = session.workspace
    config = workspace.policy().config
    source, discussion = open_forms(config, say=note), open_discussion(config, say=note)
    if source is None or discussion is None:
        raise EmpError(
            "forms are for GitHub, and forge names no repository there",
            where="emp-gitops.yaml",
            hint="set forge to github:OWNER/REPO; without it: emp-gitops account, and applications open",
        )
    forge = open_forge(config, workspace.repository, say=note)
    desk = FormDesk(workspace=workspace, source=source, forge=forge, discussion=discussion, words=form_words())
    asked, application = desk.open(issue.removeprefix("#"))
    say(application_title(asked), f"opened as {application.id} {application.url or ''}".rstrip())
    return ExitCode.OK
