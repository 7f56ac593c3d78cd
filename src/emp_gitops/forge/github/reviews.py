"""What the reviews of a pull request amount to: whose approval counts, and why there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from github.Commit import Commit
from github.PullRequest import PullRequest
from github.PullRequestReview import PullRequestReview

from emp_gitops.errors import ForgeError
from emp_gitops.forge.github.roles import login_of

MOST_COMMITS = 250
"""GitHub lists no more commits of one pull request, so a longer one may have authors that nobody sees."""

_OPINIONS = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")
_FLAGS = re.IGNORECASE | re.MULTILINE
_CO_AUTHOR = re.compile(r"^co-authored-by:[^<\n]*<(?:[0-9]+\+)?([^<>@\s]+)@users\.noreply\.[^<>@\s]+>", _FLAGS)


class People(Protocol):
    def is_customer_success(self, login: str) -> bool:
        """Raises ForgeError where it cannot be known."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far the approval of a pull request is: logins whose approval counts, and of Customer Success those who ask
    for changes. With `trouble` it is not approved, in words that end a sentence.
    """

    approved_by: tuple[str, ...] = ()
    changes_requested_by: tuple[str, ...] = ()
    trouble: str | None = None


def standing_of(pull: PullRequest, people: People, *, requesters: Iterable[str]) -> Standing:
    """Reads the reviews and commits of a pull request. `requesters` are the logins of those who ask for it.

    Raises ForgeError where the answers do not fit together, and what PyGithub raises: to be called inside `asking`.
    """
    opinions = _opinions(pull.get_reviews())
    asked = tuple(
        login for login, review in opinions.items()
        if review.state == "CHANGES_REQUESTED" and people.is_customer_success(login)
    )
    if asked:
        return Standing(changes_requested_by=asked, trouble=f"{asked[0]} of Customer Success asks for changes")
    if pull.commits >= MOST_COMMITS:
        trouble = f"it has {pull.commits} commits, and GitHub lists no more than {MOST_COMMITS}: split it"
        return Standing(trouble=trouble)
    commits = _commits(pull)
    if unknown := next((each.sha for each in commits if login_of(each.author) is None), None):
        return Standing(trouble=(
            f"GitHub knows no author of its commit {unknown[:12]}: whoever made it adds the commit's address to their "
            "GitHub account, or commits again with one of theirs"
        ))
    authors = {login for each in commits for login in _authors(each)}
    own = {login.lower() for login in requesters}
    refusals = {
        login: _refusal(login, review, pull, people, own=own, authors=authors)
        for login, review in opinions.items() if review.state == "APPROVED"
    }
    if counted := tuple(login for login, refusal in refusals.items() if refusal is None):
        return Standing(approved_by=counted)
    return Standing(trouble=next(iter(refusals.values()), "nobody of Customer Success approved its last commit"))


def _refusal(
    login: str, review: PullRequestReview, pull: PullRequest, people: People, *, own: set[str], authors: set[str]
) -> str | None:
    """Why an approval does not count."""
    if not people.is_customer_success(login):
        return f"{login}, who approved it, is not in Customer Success"
    if login.lower() in own:
        return f"{login} approved an application of their own"
    if login.lower() in authors:
        return f"{login} approved commits of their own"
    if not pull.head.sha or review.commit_id != pull.head.sha:
        return f"{login} approved an earlier commit of it, not its last one"
    return None


def _opinions(reviews: Iterable[PullRequestReview]) -> dict[str, PullRequestReview]:
    """The last review of each person that is no mere comment, by login. Who has left GitHub has no say."""
    opinions: dict[str, PullRequestReview] = {}
    spelling: dict[str, str] = {}
    for review in reviews:  # GitHub lists them from the oldest on
        login = login_of(review.user)
        if login and review.state in _OPINIONS:
            opinions[spelling.setdefault(login.lower(), login)] = review
    return opinions


def _commits(pull: PullRequest) -> list[Commit]:
    commits = [*pull.get_commits()]
    if len(commits) != pull.commits or pull.head.sha not in {each.sha for each in commits}:
        raise ForgeError(f"application #{pull.number} changed while it was read", hint="run again")
    return commits


def _authors(commit: Commit) -> Iterator[str]:
    """The logins, in small letters, of the author and of the co-authors that GitHub knows by its own addresses."""
    yield (login_of(commit.author) or "").lower()
    yield from (login.lower() for login in _CO_AUTHOR.findall(commit.commit.message or ""))
