"""Saying what a review found where the application is discussed: a check, one comment edited in place, labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from emp_gitops.errors import try_each
from emp_gitops.forge.base import Application, Check, Discussion, Forge
from emp_gitops.review.facts import FailedReview, Review
from emp_gitops.review.judging import Conclusion, judge

MARKER = "<!-- emp-gitops:review -->"
CHECK_NAME = "emp-gitops review"  # not the name of the job, which main requires: of two alike, either might count
KIND_PREFIX = "kind: "
HIGH_RISK = "high-risk"

_CLOSED = ("applied", "rejected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the comment of an earlier review says of itself, in a hidden line: the digest of what it showed, the commit,
    and whether Customer Success had said yes or no by then.
    """

    digest: str
    head: str
    reviewed: bool

    def line(self) -> str:
        return f"<!-- emp-gitops:plan {self.digest} {self.head} {'reviewed' if self.reviewed else 'open'} -->"

    @classmethod
    def of(cls, body: str | None) -> Memory | None:
        """From the last line of a comment, where nothing but we ourselves writes."""
        last = body.rstrip().rpartition("\n")[2].strip() if body else ""
        found = _MEMORY.fullmatch(last)
        return found and cls(digest=found[1], head=found[2], reviewed=found[3] == "reviewed")


_MEMORY = re.compile(r"<!-- emp-gitops:plan (sha256:[0-9a-f]{64}) ([0-9a-f]{40,64}) (reviewed|open) -->", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What to say: the comment, the title of the check (one line of plain text), and how to tell that the plan is
    another one than the one an earlier review showed (Markdown).
    """

    body: str
    title: str
    changed: Callable[[Memory], str] = lambda _memory: ""


def publish(discussion: Discussion, review: Review | FailedReview, words: Words) -> None:
    """Say it all. Each part is tried; raises the first error with the others in it, ForgeError."""
    try_each(partial(part, discussion, review, words) for part in (_put_check, _put_comment, _put_labels))


def outdated(forge: Forge, application: Application) -> str | None:
    """Why a review of the application, as it was when the review began, need not be published any more."""
    now = forge.application(application.id)
    if now.state in _CLOSED:
        return f"the application was closed meanwhile ({now.state})"
    if now.head != application.head:
        return f"its branch moved on to {now.head[:12]} meanwhile; the review of that commit counts"
    return None


def labels(review: Review) -> tuple[str, ...]:
    return tuple(f"{KIND_PREFIX}{kind}" for kind in review.kinds)


def conclusion(review: Review | FailedReview) -> Conclusion:
    return "failure" if isinstance(review, FailedReview) else judge(review)[0].conclusion


def _put_check(discussion: Discussion, review: Review | FailedReview, words: Words) -> None:
    discussion.put_check(Check(
        name=CHECK_NAME,
        head=review.application.head,
        conclusion=conclusion(review),
        title=words.title,
        summary=words.body,
    ))


def _put_comment(discussion: Discussion, review: Review | FailedReview, words: Words) -> None:
    application = review.application
    before = Memory.of(discussion.find_comment(application.id, MARKER))
    if isinstance(review, FailedReview):
        now = before  # what was shown last is still what was shown last
    else:
        reviewed = bool(application.approved_by) or application.state == "changes_requested"
        now = Memory(digest=review.digest, head=application.head, reviewed=reviewed)
        if before and before.digest != now.digest and (before.reviewed or now.reviewed):
            marker = f"<!-- emp-gitops:changed {before.digest} {now.digest} {now.head} -->"
            discussion.comment(application.id, marker, f"{words.changed(before)}\n{marker}")
    discussion.put_comment(application.id, MARKER, "\n".join([words.body.rstrip("\n"), "", *_hidden(now)]))


def _hidden(memory: Memory | None) -> Iterator[str]:
    yield MARKER
    if memory:
        yield memory.line()


def _put_labels(discussion: Discussion, review: Review | FailedReview, _words: Words) -> None:
    if isinstance(review, Review):
        application = review.application.id
        discussion.set_labels(application, prefix=KIND_PREFIX, labels=labels(review))
        discussion.set_labels(application, prefix=HIGH_RISK, labels=[HIGH_RISK] if review.is_high_risk else [])
