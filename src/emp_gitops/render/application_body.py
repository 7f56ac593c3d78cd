"""The words of an application that is being opened: its title, and its description as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from emp_gitops.applications.opening import Words
from emp_gitops.core.forms import renewal_marker
from emp_gitops.render import review_tables as tables
from emp_gitops.render.fitting import COMMENT_LIMIT, Part, clipped, fitted, name
from emp_gitops.render.review_subject import MARKDOWN, TITLE, subject
from emp_gitops.review.facts import Review

_LONGEST_TITLE = 200


def opening_words() -> Words:
    return Words(title=application_title, body=application_body)


def proposal_words(account: str) -> Words:
    """Those of a renewal that the tool proposes, with the marker by which reconcile derives it again."""
    said = (
        "This account wants its renewals proposed (`auto_renew: propose`), and nobody has asked for this one yet. A "
        "SuperAdmin who approves it makes it a request; Customer Success then approves it as any other.\n"
    )
    return Words(
        title=application_title,
        body=lambda review: fitted([f"{renewal_marker(account)}\n{said}\n", *_parts(review)], COMMENT_LIMIT),
    )


def application_title(review: Review) -> str:
    """One line of plain text: the kind, before and after, and the new expiry date."""
    return clipped(subject(review, TITLE), _LONGEST_TITLE)


def application_body(review: Review) -> str:
    """What the application asks for, account by account, as it was when it was opened; within a comment's size."""
    return fitted(list(_parts(review)), COMMENT_LIMIT)


def _parts(review: Review) -> Iterator[str | Part]:
    yield f"{subject(review, MARKDOWN)}\n"
    yield from tables.changes(review)
    yield from tables.overlaps(review)
    yield from tables.dates(review)
    yield f"<sub>Opened with emp-gitops on {review.plan.today}, on top of main at {name(review.base[:12])}.</sub>\n"
