"""What the reviews of a pull request amount to: whose approval counts, and why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from github.Commit import Commit
from github.PullRequest import PullRequest
from github.PullRequestReview import PullRequestReview

from emp_gitops.errors import ForgeError
from emp_gitops.forge.base import Obstacle
from emp_gitops.forge.github.client import GitHub
from emp_gitops.forge.github.makers import Makers, makers_of
from emp_gitops.forge.github.roles import login_of

MOST_COMMITS = 250
"""GitHub lists no more commits of one pull request, so a longer one may have authors that nobody sees."""

_OPINIONS = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")
_MOVES = ("base_ref_changed", "automatic_base_change_succeeded")


class People(Protocol):
    def is_customer_success(self, login: str) -> bool:
        """Raises ForgeError where it cannot be known."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far the approval of a pull request is: logins whose approval counts, and of Customer Success those who ask
    for changes.

    With `trouble` it is not approved, in words that end a sentence; `obstacle` is that trouble where it is more than
    that nobody approved yet.
    """

    approved_by: tuple[str, ...] = ()
    changes_requested_by: tuple[str, ...] = ()
    trouble: str | None = None
    obstacle: Obstacle | None = None

    @classmethod
    def held(cls, words: str, *, lasts: bool) -> Standing:
        return cls(trouble=words, obstacle=Obstacle(words=words, lasts=lasts))


def standing_of(
    pull: PullRequest, people: People, client: GitHub, *, requesters: Iterable[str], asking: str | None = None
) -> Standing:
    """Reads the reviews and commits of a pull request. `requesters` are the logins of those who ask for it; by the
    approval of `asking` it was made a request, so that is none of what was asked for.

    Raises ForgeError where the answers do not fit together, and what PyGithub raises: to be called inside `asking`.
    """
    opinions = _opinions(pull.get_reviews())
    asked = tuple(
        login for login, review in opinions.items()
        if review.state == "CHANGES_REQUESTED" and people.is_customer_success(login)
    )
    if asked:
        return Standing(changes_requested_by=asked, trouble=f"{asked[0]} of Customer Success asks for changes")
    makers = _makers(pull, client)
    if makers.trouble:
        return Standing.held(makers.trouble, lasts=True)
    own = {login.lower() for login in requesters}
    approvals = {
        login: review for login, review in opinions.items() if review.state == "APPROVED" and login != asking
    }
    refusals = {
        login: _refusal(login, review, pull, people, own=own, makers=makers) for login, review in approvals.items()
    }
    if counted := _after_moves(pull, {login: approvals[login] for login, refusal in refusals.items() if not refusal}):
        return Standing(approved_by=counted)
    early = (f"{login} approved it before it went into main" for login, refusal in refusals.items() if not refusal)
    if refusal := next(early, None) or next(filter(None, refusals.values()), None):
        return Standing.held(refusal, lasts=False)
    if asking:
        by_that = f"{asking} made it a request by approving it"
        return Standing(trouble=f"{by_that}, and nobody else in Customer Success approved its last commit")
    return Standing(trouble="nobody of Customer Success approved its last commit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvers:
    """Logins in the order in which they approved; none with `trouble`, which ends a sentence."""

    logins: tuple[str, ...] = ()
    trouble: str | None = None


def approvers_of(pull: PullRequest, client: GitHub) -> Approvers:
    """Everybody, in whatever role, who approves the last commit of a pull request and did not make it.

    Raises as `standing_of` does.
    """
    makers = _makers(pull, client)
    if makers.trouble:
        return Approvers(trouble=makers.trouble)
    return Approvers(logins=_after_moves(pull, {
        login: review for login, review in _opinions(pull.get_reviews()).items()
        if review.state == "APPROVED" and _word_of(login, review, pull, makers) is None
    }))


def _refusal(
    login: str, review: PullRequestReview, pull: PullRequest, people: People, *, own: set[str], makers: Makers
) -> str | None:
    """Why an approval does not count."""
    if not people.is_customer_success(login):
        return f"{login}, who approved it, is not in Customer Success"
    if login.lower() in own:
        return f"{login} approved an application of their own"
    return _word_of(login, review, pull, makers)


def _word_of(login: str, review: PullRequestReview, pull: PullRequest, makers: Makers) -> str | None:
    """Why an approval is not one of the last commit by somebody else."""
    if login.lower() in makers.logins or (makers.ids and review.user.id in makers.ids):
        return f"{login} approved commits of their own"
    if not pull.head.sha or review.commit_id != pull.head.sha:
        return f"{login} approved an earlier commit of it, not its last one"
    return None


def _after_moves(pull: PullRequest, approvals: Mapping[str, PullRequestReview]) -> tuple[str, ...]:
    """Those whose approval is younger than the last change of the base: who approves says yes to what it does there.

    GitHub keeps an approval when a pull request is pointed to another branch, and does not tell from which.
    """
    if not approvals:
        return ()
    moved = max((each.created_at for each in pull.get_issue_events() if each.event in _MOVES), default=None)
    given: dict[str, datetime | None] = {login: review.submitted_at for login, review in approvals.items()}
    return tuple(login for login, at in given.items() if moved is None or (at is not None and at > moved))


def _opinions(reviews: Iterable[PullRequestReview]) -> dict[str, PullRequestReview]:
    """The last review of each person that is no mere comment, by login. Who has left GitHub has no say."""
    opinions: dict[str, PullRequestReview] = {}
    spelling: dict[str, str] = {}
    for review in reviews:  # GitHub lists them from the oldest on
        login = login_of(review.user)
        if login and review.state in _OPINIONS:
            opinions[spelling.setdefault(login.lower(), login)] = review
    return opinions


def _makers(pull: PullRequest, client: GitHub) -> Makers:
    if pull.commits >= MOST_COMMITS:
        return Makers(trouble=f"it has {pull.commits} commits, and GitHub lists no more than {MOST_COMMITS}: split it")
    return makers_of(_commits(pull), client)


def _commits(pull: PullRequest) -> list[Commit]:
    commits = [*pull.get_commits()]
    if len(commits) != pull.commits or pull.head.sha not in {each.sha for each in commits}:
        raise ForgeError(f"application #{pull.number} changed while it was read", hint="run again")
    return commits
