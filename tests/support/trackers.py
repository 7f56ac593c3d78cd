"""Both kinds of issue tracker behind one set of hands: what people do to issues, on GitHub and in files."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from emp_gitops.core.config import Config
from emp_gitops.forge.github.client import GitHub as Client
from emp_gitops.forge.github.issues import GitHubIssues
from emp_gitops.forge.issues import Entry, Issue, IssueTracker, OpenIssue
from emp_gitops.forge.plain.issue_file import field_of, labels_of, sections_of, with_field, with_labels
from emp_gitops.forge.plain.issue_paths import path_of
from emp_gitops.forge.plain.issues import BRANCH, PlainIssues
from emp_gitops.repository import Repository
from support.github import Comment, GitHub
from support.github.graphql_schema import graphql_schema
from support.github.model import Issue as GitHubIssue
from support.repos import ANA, ConfigRepo, git

BOT = "emp-reminders[bot]"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Europe/Madrid"))
KEY, OTHER = "reminder acme-madrid 2027-03-01", "reminder acme-lyon 2027-03-01"
OPEN = OpenIssue(
    key=KEY, title="Acme Madrid ends on 1 March 2027", body="Please *renew* it.", labels=("stage: month", "urgent"),
    assignees=("carla",), records=("intent P1M <1@acme.example>",),
)


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


class InFiles(Hands):
    """In a clone; `shared` for one with a remote, which people write to from another clone."""

    def __init__(self, folder: Path, *, shared: bool, object_format: str = "sha1") -> None:
        super().__init__()
        self.folder, self.shared = folder, shared
        self.repo = ConfigRepo(folder / "ours", object_format=object_format)
        self.repo.config()
        self.repo.commit()
        self.origin = folder / "origin.git"
        if shared:
            options = ("--quiet", "--bare", "--initial-branch=main", f"--object-format={object_format}")
            git(folder, "init", *options, str(self.origin))
            self.repo.git("remote", "add", "origin", f"../{self.origin.name}")
            self.repo.git("push", "--quiet", "origin", "main")

    def moved(self, folder: Path, clone: str = "ours") -> InFiles:
        """The same with a copy of everything in another folder, or with another clone."""
        found = copy(self)
        found.folder, found.origin, found.said = folder, folder / self.origin.name, []
        found.repo = copy(self.repo)
        found.repo.top = found.repo.root = folder / clone
        return found

    def tracker(self, *, moment: datetime = NOON) -> PlainIssues:
        config = Config(organisation="Example Energy", timezone="Europe/Madrid")
        return PlainIssues.of(config, Repository.open(self.repo.root), say=self.said.append, moment=moment)

    @property
    def place(self) -> Path:
        """The repository whose branch counts."""
        return self.origin if self.shared else self.repo.top

    def text(self, key: str = KEY) -> str:
        return self.file(self.issue(key).id)

    def file(self, path: str) -> str:
        return git(self.place, "show", f"{BRANCH}:{path}") + "\n"

    def labels(self, key: str = KEY) -> list[str]:
        return labels_of(self.text(key))

    def assignees(self, key: str = KEY) -> list[str]:
        return (field_of(self.text(key), "assignees") or "").split(", ")

    def label(self, label: str) -> None:
        self.change(lambda text: with_labels(text, [*labels_of(text), label]))

    def set_open(self, *, is_open: bool) -> None:
        self.change(lambda text: with_field(text, "state", "open" if is_open else "Closed, says Ana"))

    def write(self, text: str) -> None:
        self.change(lambda before: f"{before}\n{text}\n")

    def edit(self, entry: str, change: Callable[[str], str]) -> None:
        section = sections_of(self.text())[entry].text
        self.change(lambda text: text.replace(section, change(section)))

    def remove(self, entry: str) -> None:
        self.edit(entry, lambda _text: "")

    def forge_issue(self, key: str, *records: str) -> None:
        with self.by_hand() as work:
            file = work / path_of(key)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("\n".join(["# Mine", "", *map(hidden_record, records), ""]), encoding="utf-8")

    def writes(self) -> int:
        listed = git(self.place, "rev-list", "--count", "--branches=emp-gitops/*")
        return int(listed)

    def change(self, change: Callable[[str], str], path: str = path_of(KEY)) -> None:
        with self.by_hand() as work:
            file = work / path
            file.write_bytes(change(file.read_bytes().decode()).encode())

    @contextmanager
    def by_hand(self, *, author: str = ANA) -> Iterator[Path]:
        """A work tree of the branch, which is committed as somebody's in the end, and published."""
        work = self.folder / "by-hand"
        if git(self.place, "for-each-ref", f"refs/heads/{BRANCH}"):
            git(self.place, "worktree", "add", "--quiet", "--detach", str(work), BRANCH)
        else:
            git(self.place, "worktree", "add", "--quiet", "--detach", str(work), "main")
            git(work, "switch", "--quiet", "--orphan", "by-hand")
        yield work
        git(work, "add", "--all")
        git(work, "commit", "--quiet", "--allow-empty", "--message=by hand", **self.repo.identity(author))
        git(self.place, "update-ref", f"refs/heads/{BRANCH}", git(work, "rev-parse", "HEAD"))
        git(self.place, "worktree", "remove", "--force", str(work))
        shutil.rmtree(work, ignore_errors=True)
