"""What the stand-in for GitHub knows, as plain values that change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal


class RefusedError(Exception):
    """An answer that GitHub gives instead of doing what was asked; `errors` are the details of a 422."""

    def __init__(self, status: int, message: str, *, errors: list[Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors


@dataclass
class User:
    """`email` is how commits are recognised as theirs."""

    login: str
    id: int
    email: str
    kind: Literal["User", "Bot", "Organization"] = "User"
    is_deleted: bool = False


@dataclass
class App:
    """A GitHub App that is installed on the repository; it acts as the user `<slug>[bot]`."""

    slug: str
    id: int
    installation: int
    private_key: str
    public_key: str
    permissions: dict[str, str]
    is_installed: bool = True

    @property
    def login(self) -> str:
        return f"{self.slug}[bot]"


@dataclass(frozen=True)
class Identity:
    """Whom a token acts as. `app` is set for an App's own signed word, which reads nothing of the repository."""

    login: str
    can_write: bool = True
    is_installation: bool = False
    app: App | None = None


@dataclass
class Team:
    """`is_readable` is false for a team that the tokens have no permission to look into."""

    organisation: str
    slug: str
    id: int
    members: list[str]
    is_readable: bool = True


@dataclass
class Label:
    id: int
    name: str
    color: str = "ededed"
    description: str | None = None


@dataclass
class Comment:
    """`editors` are those who changed it."""

    id: int
    by: str
    body: str
    created_at: str
    updated_at: str
    editors: list[str] = field(default_factory=list)


@dataclass
class Issue:
    """Also what a pull request shares with issues. `editors` are those who changed the body."""

    number: int
    id: int
    title: str
    body: str | None
    by: str
    created_at: str
    updated_at: str
    state: Literal["open", "closed"] = "open"
    state_reason: str | None = None
    closed_at: str | None = None
    labels: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    editors: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    is_locked: bool = False


@dataclass
class Review:
    id: int
    by: str
    state: str
    body: str
    commit: str
    submitted_at: str


@dataclass
class Pull:
    """`head` is the commit that is proposed now, `base_tip` where the base was when that was last pushed or merged.

    `landed` are the commits that merging it put on the base, the last one being `merge_commit`. `commits` are its own,
    oldest first; they are kept from the moment of merging or closing.
    """

    issue: Issue
    branch: str
    base: str
    owner: str
    head: str
    base_tip: str
    is_draft: bool = False
    merged_by: str | None = None
    merged_at: str | None = None
    merge_commit: str | None = None
    landed: list[str] = field(default_factory=list)
    commits: list[str] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    asked_teams: list[str] = field(default_factory=list)

    @property
    def number(self) -> int:
        return self.issue.number

    @property
    def is_open(self) -> bool:
        return self.issue.state == "open"


@dataclass
class CheckRun:
    """`given` are the members that were sent when it was created or updated."""

    id: int
    by: str
    given: dict[str, Any]


@dataclass(frozen=True)
class Recorded:
    """A request as it came in. `body` is JSON's value, None for none; `status` None where nothing was answered."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    login: str | None
    status: int | None
