"""Everything the stand-in knows about one repository and the people around it, and how that changes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from support.github.bare import Bare
from support.github.model import App, CheckRun, Identity, Issue, Label, Pull, RefusedError, Review, Team, User
from support.github.settings import Settings

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
GHOST = "ghost"
"""As whom GitHub shows those who left."""

ACTIONS = 15368
"""The id of the App that GitHub's own workflows are, everywhere."""

_NOREPLY = re.compile(r"([0-9]+)\+(.+)@users\.noreply\.")


@dataclass
class Behaviour:
    """What tests may turn. `page_limit` bounds `per_page`, and the comments in one answer of GraphQL; `knows_creators` is
    false for a host whose list of issues by creator is empty for bots.
    """

    page_limit: int = 100
    knows_creators: bool = True
    dismisses_stale_reviews: bool = False
    is_private: bool = True
    title: str = "Accounts"


@dataclass
class State:
    """`folder` holds the bare repositories, as `<owner>/<name>.git`."""

    owner: str
    name: str
    folder: Path
    url: str = ""
    now: datetime = START
    behaviour: Behaviour = field(default_factory=Behaviour)
    settings: Settings = field(default_factory=Settings)
    users: dict[str, User] = field(default_factory=dict)
    teams: list[Team] = field(default_factory=list)
    apps: list[App] = field(default_factory=list)
    tokens: dict[str, Identity] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    pulls: dict[int, Pull] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    checks: dict[int, CheckRun] = field(default_factory=dict)
    forks: dict[str, Bare] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)
    unassignable: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.bare = Bare(self.folder / self.owner / f"{self.name}.git")
        self._ids = count(1001)
        self._numbers = count(1)
        for login, kind in ((self.owner, "Organization"), ("web-flow", "User"), ("github-actions[bot]", "Bot")):
            self.add_user(login, kind=kind)
        self.users["web-flow"].email = "noreply@github.com"
        self.apps.append(App("github-actions", ACTIONS, self.new_id(), "", "", {"checks": "write"}))

    @property
    def api(self) -> str:
        return f"{self.url}/api/v3"

    @property
    def repository(self) -> str:
        """The address of the repository in the API."""
        return f"{self.api}/repos/{self.owner}/{self.name}"

    @property
    def page(self) -> str:
        """The address of the repository for people."""
        return f"{self.url}/{self.owner}/{self.name}"

    def tick(self) -> str:
        """The time of something that happens now. No two happen at once."""
        self.now += timedelta(seconds=1)
        return self.now.strftime("%Y-%m-%dT%H:%M:%SZ")

    def new_id(self) -> int:
        return next(self._ids)

    # People

    def add_user(self, login: str, *, email: str | None = None, kind: Any = "User") -> User:
        user = User(login, self.new_id(), email or f"{login}@example.com", kind)
        self.users[login] = user
        return user

    def user(self, login: str) -> User:
        """Somebody by login, in any case. Refuses with 404."""
        found = {known.lower(): user for known, user in self.users.items()}.get(login.lower())
        if found is None or found.is_deleted:
            raise RefusedError(404, "Not Found")
        return found

    def shown(self, login: str) -> User:
        """Whom to show for a login: GitHub's ghost for those who left."""
        user = self.users[login]
        return User(GHOST, 10137, "ghost@example.com") if user.is_deleted else user

    def login_of(self, email: str) -> str | None:
        """Whose a commit with this address is, or None."""
        if noreply := _NOREPLY.match(email):
            known = self.users.get(noreply[2])
            return known.login if known and known.id == int(noreply[1]) and not known.is_deleted else None
        found = [user for user in self.users.values() if user.email.lower() == email.lower() and not user.is_deleted]
        return found[0].login if found else None

    # Issues and labels

    def open_issue(self, title: str, body: str | None, *, by: str, labels: list[str]) -> Issue:
        now = self.tick()
        issue = Issue(next(self._numbers), self.new_id(), title, body, by, now, now)
        self.issues[issue.number] = issue
        self.put_labels(issue, labels)
        return issue

    def issue(self, number: int) -> Issue:
        """An issue or a pull request. Refuses with 404, and with 410 where it was deleted."""
        if number in self.deleted:
            raise RefusedError(410, "This issue was deleted")
        if number not in self.issues:
            raise RefusedError(404, "Not Found")
        return self.issues[number]

    def put_labels(self, issue: Issue, names: list[str]) -> None:
        """Make these the issue's labels; GitHub creates those that the repository has not got yet."""
        known = {name.lower(): name for name in self.labels}
        issue.labels = list(dict.fromkeys(known.get(name.lower()) or self.add_label(name).name for name in names))

    def add_label(self, name: str, color: str = "ededed", description: str | None = None) -> Label:
        label = Label(self.new_id(), name, color, description)
        self.labels[name] = label
        return label

    # Pull requests

    def pull(self, number: int) -> Pull:
        """Refuses with 404."""
        if number not in self.pulls:
            raise RefusedError(404, "Not Found")
        return self.pulls[number]

    def add_fork(self, owner: str) -> Bare:
        """A fork with the branches of now."""
        fork = Bare(self.folder / owner / f"{self.name}.git")
        fork.git("fetch", "--quiet", str(self.bare.path), "refs/heads/*:refs/heads/*")
        self.forks[owner] = fork
        return fork

    def bare_of(self, owner: str) -> Bare:
        return self.bare if owner == self.owner else self.forks[owner]

    def add_review(self, pull: Pull, *, by: str, state: str, body: str = "", commit: str | None = None) -> Review:
        review = Review(self.new_id(), by, state, body, commit or pull.head, self.tick())
        pull.reviews.append(review)
        pull.asked = [login for login in pull.asked if login != by]
        return review
