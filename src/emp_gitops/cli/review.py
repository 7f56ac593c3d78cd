"""`emp-gitops review`: what merging an application would do, said where it is discussed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from emp_gitops.cli.desk import desk
from emp_gitops.cli.options import format_option, platform_option, today_option, with_session
from emp_gitops.cli.session import Session, note, out, out_json, style
from emp_gitops.errors import EmpError, ExitCode

if TYPE_CHECKING:
    from emp_gitops.forge.base import Discussion, Forge
    from emp_gitops.review.facts import FailedReview, Review


@click.command("review")
@click.argument("application", metavar="NUMBER")
@format_option("markdown", "text", "json")
@click.option("--dry-run", "only_print", is_flag=True, help="Only print: write nothing on the forge.")
@click.option(
    "--out",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write the whole review to a file, as Markdown.",
)
@today_option
@platform_option
@with_session
def command(session: Session, application: str, format_: str, only_print: bool, file: Path | None) -> ExitCode:
    """Review an application: a pull request's number, or in plain git its branch.

    On GitHub the review becomes a comment, which later runs edit, a check on the commit, and labels. It is made on the
    merge with main and under main's rules. A failure to make it is reported there too.

    Example: emp-gitops review 12 --dry-run
    """
    from emp_gitops.files import write_whole
    from emp_gitops.forge.open import open_discussion
    from emp_gitops.render.fitting import name
    from emp_gitops.render.review_markdown import review_markdown
    from emp_gitops.review.facts import FailedReview
    from emp_gitops.review.judging import judge

    config = session.workspace.policy().config
    # What a comment says must be known: only in plain git may the platform still be missing.
    may_be_missing = not config.is_on_github
    forge, reviewer = desk(session, lambda checked: session.live_accounts(checked, may_be_missing=may_be_missing))
    review = reviewer.review(forge.application(application))
    _print(review, format_)
    if file:
        write_whole(file, review_markdown(review, None).encode())
        note(f"review saved to {file}")
    if not only_print:
        rest = _summarise(review) or (f", in the file {name(file.name)} of this run" if file else "")
        if discussion := open_discussion(config, say=note):
            _publish(review, forge, discussion, rest)
    if isinstance(review, FailedReview):
        raise review.error
    return judge(review)[0].exit_code


def _print(review: Review | FailedReview, format_: str) -> None:
    from emp_gitops.render.applications_text import application_details
    from emp_gitops.render.review_json import review_json
    from emp_gitops.render.review_markdown import review_markdown

    if format_ == "json":
        out_json(review_json(review))
    else:
        out(review_markdown(review, None) if format_ == "markdown" else application_details(review, style()))


def _publish(review: Review | FailedReview, forge: Forge, discussion: Discussion, rest: str) -> None:
    """Where the application moved on meanwhile, its newer review is the one to be seen."""
    from emp_gitops.render.review_markdown import change_notice, review_markdown, review_title
    from emp_gitops.review.facts import FailedReview
    from emp_gitops.review.publishing import Words, outdated, publish

    try:
        if reason := outdated(forge, review.application):
            note(f"not published: {reason}")
            return
        words = Words(
            body=review_markdown(review, rest=rest),
            title=review_title(review),
            changed=lambda memory: "" if isinstance(review, FailedReview) else change_notice(review, memory),
        )
        publish(discussion, review, words)
    except EmpError as error:
        if isinstance(review, FailedReview):
            error.others += (review.error,)
        raise
    note(f"published on application {review.application.id}")


def _summarise(review: Review | FailedReview) -> str:
    """Append the review to the summary of the job that GitHub Actions shows, and say where that is (Markdown)."""
    from emp_gitops.render.fitting import SUMMARY_LIMIT
    from emp_gitops.render.review_markdown import review_markdown

    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return ""
    try:
        with Path(file).open("a", encoding="utf-8") as summary:
            summary.write(review_markdown(review, SUMMARY_LIMIT - summary.tell()))
    except OSError as error:
        note(f"the summary of this job cannot be written: {error.strerror}")
        return ""
    parts = [os.environ.get(f"GITHUB_{part}", "") for part in ("SERVER_URL", "REPOSITORY", "RUN_ID")]
    if all(parts):
        return f", in the [summary of this run]({parts[0]}/{parts[1]}/actions/runs/{parts[2]})"
    return ", in the summary of this run"
