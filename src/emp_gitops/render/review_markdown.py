"""A review as Markdown: the verdict first, then what a reviewer decides by, within any size."""

from __future__ import annotations

from collections.abc import Iterator

from emp_gitops.errors import EmpError
from emp_gitops.forge.base import Application
from emp_gitops.render import review_tables as tables
from emp_gitops.render.findings import counted
from emp_gitops.render.fitting import COMMENT_LIMIT, Part, fitted, name, value
from emp_gitops.render.review_alerts import alerts
from emp_gitops.render.review_subject import MARKDOWN, PLAIN, subject
from emp_gitops.review.facts import FailedReview, Review
from emp_gitops.review.judging import Judgement, Step, judge, next_steps
from emp_gitops.review.publishing import Memory

_LONGEST_TITLE = 250


def review_title(review: Review | FailedReview) -> str:
    """The first line as plain text, for the title of a check."""
    if isinstance(review, FailedReview):
        return "Could not be reviewed"
    text = f"{PLAIN.text(judge(review)[0].headline)} · {subject(review, PLAIN)}"
    return text if len(text) <= _LONGEST_TITLE else f"{text[: _LONGEST_TITLE - 1]}…"


def review_markdown(review: Review | FailedReview, limit: int | None = COMMENT_LIMIT, *, rest: str = "") -> str:
    """The review in at most `limit` bytes, if any. `rest` is Markdown: where the rows are that find no room."""
    parts = _failed(review) if isinstance(review, FailedReview) else _parts(review)
    return fitted(list(parts), limit, rest=rest)


def change_notice(review: Review, before: Memory) -> str:
    """A few words for people who reviewed another plan than this one."""
    then, now = name(before.head[:12]), name(review.application.head[:12])
    if before.head == review.application.head:
        why = f"The commit is the same; main or the platform moved on (main is at {name(review.base[:12])})."
    else:
        why = f"It was made for commit {then}; the last commit is {now} now."
    return (
        f"**This plan changed after it was reviewed, please look again** · {subject(review, MARKDOWN)}\n\n"
        f"{why} The review above shows the plan as it is now.\n"
    )


def _parts(review: Review) -> Iterator[str | Part]:
    judgements = judge(review)
    yield f"**{value(judgements[0].headline, 300)}** · {subject(review, MARKDOWN)}\n"
    yield from alerts(review)
    yield from tables.changes(review)
    yield _next(judgements)
    yield from tables.conflicts(review)
    yield from tables.findings(review)
    yield from _guards(review)
    yield from tables.drift(review)
    yield from tables.overlaps(review)
    yield from tables.dates(review)
    yield _footer(review)


def _next(judgements: tuple[Judgement, ...]) -> str:
    steps = (f"{at}. {_step(step)}" for at, step in enumerate(next_steps(judgements), 1))
    return "\n".join(["### What happens next\n", *steps, ""])


def _step(step: Step) -> str:
    people = f" ({value(', '.join(step.people))})" if step.people else ""
    command = f": {name(step.command)}" if step.command else ""
    return f"**{value(step.who)}**{people}: {value(step.what, 600)}{command}"


def _guards(review: Review) -> Iterator[str]:
    if review.plan.guards:
        yield "\n".join([
            "### Guards in the way\n",
            *(f"- {value(guard.message, 600)} ({name(guard.rule)})" for guard in review.plan.guards), "",
        ])


def _footer(review: Review) -> str:
    how = "as it is, for it cannot be merged into" if review.conflicts else "as if merged into"
    commit, base = name(review.application.head[:12]), name(review.base[:12])
    told = [f"{_asked(review.application)}. Commit {commit} {how} main at {base}."]
    if review.config and review.config.approvals.source == "none":
        told.append("approvals.source is none: whoever can change main can change accounts.")
    if review.changes_elsewhere and not review.conflicts:
        told.append(f"Not shown: {counted(review.changes_elsewhere, 'change')} that main has ready for reconcile.")
    if review.findings_elsewhere:
        told.append(f"Not shown: {counted(review.findings_elsewhere, 'finding')} on accounts that this leaves alone.")
    return f"<sub>{' '.join(told)} Plan {name(review.digest[:19])} on {review.plan.today}.</sub>\n"


def _asked(application: Application) -> str:
    if application.proposed_by:
        return f"Proposed by {value(application.proposed_by)}; nobody has asked for it yet"
    return f"Requested by {value(application.requester)}"


def _failed(review: FailedReview) -> Iterator[str | Part]:
    """Nothing is known, and that is said, with the reason and what to do."""
    yield "**Could not be reviewed** · what merging this would do is not known; do not approve it yet\n"
    yield Part("", tuple(map(_error, (review.error, *review.error.others))), "reason")
    yield "### What happens next\n\n1. **Whoever runs this repository**: mend that, then run this check again\n"
    yield f"<sub>Commit {name(review.application.head[:12])}.</sub>\n"


def _error(error: EmpError) -> str:
    where = f" (in {value(error.where)})" if error.where else ""
    hint = f"<br>_{value(error.hint, 400)}_" if error.hint else ""
    return f"- {value(error.message, 1000)}{where}{hint}"
