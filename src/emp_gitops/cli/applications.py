"""`emp-gitops applications`: proposed changes, on the forge or as branches."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from emp_gitops.cli.applications_open import open_
from emp_gitops.cli.desk import desk
from emp_gitops.cli.opening import key_option
from emp_gitops.cli.options import format_option, platform_option, today_option, with_session
from emp_gitops.cli.session import Session, note, out, out_json, say, style
from emp_gitops.errors import EmpError, ExitCode, RefusedError

if TYPE_CHECKING:
    from emp_gitops.review.facts import FailedReview, Review


@click.group("applications", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """List, show, open and approve applications: changes that a SuperAdmin asks for and Customer Success approves.

    Example: emp-gitops applications show application/acme-madrid-hq-datapoints
    """
    if context.invoked_subcommand is None:
        context.invoke(list_)


command.add_command(open_)


@command.command("list")
@format_option("text", "json")
@today_option
@platform_option
@with_session
def list_(session: Session, format_: str) -> ExitCode:
    """The open applications: what each would do, who asked, since when, and for whom it waits.

    Example: emp-gitops applications list --format json
    """
    from emp_gitops.render.applications_text import applications_json, applications_text

    forge, reviewer = desk(session)
    today = session.day(session.workspace.check_policy())
    reviews = [reviewer.review(application, others=()) for application in forge.applications()]
    if format_ == "json":
        out_json(applications_json(reviews, today))
    else:
        out(applications_text(reviews, today, style()))
    return ExitCode.OK


@command.command("show")
@click.argument("application")
@format_option("text", "json")
@today_option
@platform_option
@with_session
def show(session: Session, application: str, format_: str) -> ExitCode:
    """One application: what merging it would do, and who must do what next.

    Example: emp-gitops applications show 12
    """
    from emp_gitops.render.applications_text import application_details
    from emp_gitops.render.review_json import review_json

    forge, reviewer = desk(session)
    review = reviewer.review(forge.application(application))
    if format_ == "json":
        out_json(review_json(review))
    else:
        out(application_details(review, style()))
    _made(review)
    return ExitCode.OK


def _commit_id(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[0-9a-fA-F]{7,64}", value):
        raise click.BadParameter(f"{value!r} is no commit id: give 7 of its digits or more")
    return value.lower() if value else None


@command.command("approve")
@click.argument("branch")
@click.option(
    "--commit", metavar="ID", callback=_commit_id, help="Only while the branch is at this commit, such as `show` names."
)
@key_option
@today_option
@platform_option
@with_session
def approve(session: Session, branch: str, commit: str | None, key: Path | None) -> ExitCode:
    """Approve an application in plain git: merge its branch into main with your signature.

    For Customer Success, and never for one's own application. The merge is checked as reconcile will check it; where
    it would not count, main stays as it is. With --commit, what was pushed since you looked is not approved.

    Example: emp-gitops applications approve application/acme-madrid-hq-datapoints --commit 1a2b3c4d5e6f
    """
    from emp_gitops.applications.approving import approve as merge
    from emp_gitops.render.applications_text import application_details

    if key is not None and not key.is_file():
        raise EmpError("there is no such key", where=str(key), hint="name a file such as ~/.ssh/id_ed25519")
    forge, reviewer = desk(session)
    application = forge.application(branch)
    if commit and not application.head.startswith(commit):
        raise RefusedError(
            f"the branch is at {application.head[:12]} now, and no longer at {commit}", where=branch,
            hint=f"look at it again: emp-gitops applications show {branch}",
        )
    review = _made(reviewer.review(application))
    out(application_details(review, style()))
    merged = merge(session.workspace, review, key=key)
    if merged.approved_by is None:
        note("approvals: none. The merge is not checked by anybody.")
    if merged.left_behind:
        note(f"main here did not follow: {merged.left_behind}; git pull brings it up to date")
    people = f", asked for by {merged.requested_by}, approved by {merged.approved_by}" if merged.approved_by else ""
    say(
        f"merged {branch} into main at {merged.commit[:12]}{people}",
        "pushed to origin" if merged.pushed else "the next reconcile applies it",
    )
    return ExitCode.OK


def _made(review: Review | FailedReview) -> Review:
    from emp_gitops.review.facts import FailedReview

    if isinstance(review, FailedReview):
        raise review.error
    return review
