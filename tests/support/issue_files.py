"""The issues of plain git, and people who edit their files."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from pathlib import Path

from emp_gitops.core.config import Config
from emp_gitops.forge.plain.issue_file import field_of, labels_of, sections_of, with_field, with_labels
from emp_gitops.forge.plain.issue_paths import path_of
from emp_gitops.forge.plain.issues import BRANCH, PlainIssues
from emp_gitops.repository import Repository
from support.repos import ANA, ConfigRepo, git
from support.trackers import KEY, NOON, Hands, hidden_record


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
