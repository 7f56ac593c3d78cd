"""Both kinds of issue tracker behind one set of hands: what people do to issues, on GitHub and in files."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from emp_gitops.core.config import Config
from emp_gitops.forge.github.client import GitHub as Client
from emp_gitops.forge.github.issues import GitHubIssues
from emp_gitops.forge.issues import Comment as NewComment
from emp_gitops.forge.issues import Entry, Issue, IssueTracker, OpenIssue
from support.github import Comment, GitHub
from support.github.graphql_schema import graphql_schema
from support.github.model import Issue as GitHubIssue

BOT = "emp-reminders[bot]"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Europe/Madrid"))
KEY, OTHER = "reminder acme-madrid 2027-03-01", "reminder acme-lyon 2027-03-01"
OPEN = OpenIssue(
    key=KEY, title="Acme Madrid ends on 1 March 2027", body="Please *renew* it.", labels=("stage: month", "urgent"),
    assignees=("carla",), records=("intent P1M <1@acme.example>",),
)

SENT = NewComment(key=KEY, body="A mail went out.", records=("sent P1M <1@acme.example>",))


def hidden_record(record: str) -> str:
    return f"<!-- emp-gitops:record {record} -->"


class Hands(ABC):
    """A tracker, and people who have their hands on the same issues. `said` is what runs were told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    @abstractmethod
    def tracker(self, *, moment: datetime = NOON) -> IssueTracker:
        """As a new run opens it."""

    @abstractmethod
    def text(self, key: str = KEY) -> str:
        """All that is to be read in an issue: title, description, comments."""

    @abstractmethod
    def labels(self, key: str = KEY) -> list[str]: ...

    @abstractmethod
    def assignees(self, key: str = KEY) -> list[str]: ...

    @abstractmethod
    def label(self, label: str) -> None: ...

    @abstractmethod
    def set_open(self, *, is_open: bool) -> None: ...

    @abstractmethod
    def write(self, text: str) -> None:
        """A person adds something at the end."""

    @abstractmethod
    def edit(self, entry: str, change: Callable[[str], str]) -> None:
        """A person changes the description, or a comment by the id of its entry."""

    @abstractmethod
    def remove(self, entry: str) -> None: ...

    @abstractmethod
    def forge_issue(self, key: str, *records: str) -> None:
        """A person makes an issue that looks like ours."""

    @abstractmethod
    def writes(self) -> int:
        """How often something was written so far, by anybody."""

    def issue(self, key: str = KEY) -> Issue:
        return self.tracker().issues()[key]

    def entries(self, key: str = KEY) -> list[Entry]:
        return list(self.tracker().entries([key])[key])

    def records(self, key: str = KEY) -> list[tuple[str, ...]]:
        return [entry.records for entry in self.entries(key)]


class OnGitHub(Hands):
    def __init__(self, github: GitHub) -> None:
        super().__init__()
        graphql_schema()  # skips the test where it is not to be had
        self.github = github
        for app in (BOT, "other[bot]"):
            github.app(app.removesuffix("[bot]"))
        for login in ("ana", "carla", "mallory"):
            github.user(login)

    def client(self, login: str = BOT) -> Client:
        config = Config(organisation="Example Energy", timezone="Europe/Madrid", forge="github:example-energy/accounts")
        return Client.of(
            config, say=self.said.append, sleep=lambda _seconds: None, environment=self.github.environment(login)
        )

    def tracker(self, *, moment: datetime = NOON) -> GitHubIssues:
        return GitHubIssues(self.client())

    def found(self, key: str = KEY) -> GitHubIssue:
        number = int(self.issue(key).id.removeprefix("#"))
        return self.github.state.issues[number]

    def text(self, key: str = KEY) -> str:
        found = self.found(key)
        return "\n\n".join([found.title, found.body or "", *(comment.body for comment in found.comments)])

    def labels(self, key: str = KEY) -> list[str]:
        return [label for label in self.found(key).labels if label != "emp-gitops"]

    def assignees(self, key: str = KEY) -> list[str]:
        return self.found(key).assignees

    def label(self, label: str) -> None:
        self.github.state.put_labels(self.found(), [*self.found().labels, label])

    def set_open(self, *, is_open: bool) -> None:
        (self.github.reopen if is_open else self.github.close)(self.found())

    def write(self, text: str) -> None:
        self.github.comment(self.found(), text, by="ana")

    def comment(self, entry: str) -> Comment:
        return next(comment for comment in self.found().comments if str(comment.id) == entry)

    def edit(self, entry: str, change: Callable[[str], str]) -> None:
        if entry:
            comment = self.comment(entry)
            self.github.edit_comment(comment, by="ana", body=change(comment.body))
        else:
            self.github.edit(self.found(), by="ana", body=change(self.found().body or ""))

    def remove(self, entry: str) -> None:
        self.github.delete_comment(self.comment(entry))

    def forge_issue(self, key: str, *records: str) -> None:
        body = "\n".join(["Mine", "", f"<!-- emp-gitops:issue {key} -->", *map(hidden_record, records)])
        self.github.open_issue("Mine", body, by="mallory", labels=["emp-gitops"])

    def writes(self) -> int:
        return len(self.github.writes())
