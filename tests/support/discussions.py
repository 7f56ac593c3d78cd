"""A forge's applications and their discussions, kept in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from emp_gitops.errors import ForgeError
from emp_gitops.forge.base import Application, Check, Proposal


@dataclass
class RecordedDiscussion:
    """A Discussion. What is named in `broken` fails: `comment`, `label`, `check`."""

    comments: list[tuple[str, str]] = field(default_factory=list)
    labels: dict[str, set[str]] = field(default_factory=dict)
    checks: dict[tuple[str, str], Check] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def put_comment(self, application: str, marker: str, body: str) -> None:
        self._use("comment")
        assert marker in body
        for at, (where, text) in enumerate(self.comments):
            if where == application and marker in text:
                self.comments[at] = (application, body)
                return
        self.comments.append((application, body))

    def comment(self, application: str, marker: str, body: str) -> None:
        self._use("comment")
        assert marker in body
        if self.find_comment(application, marker) is None:
            self.comments.append((application, body))

    def find_comment(self, application: str, marker: str) -> str | None:
        self._use("comment")
        found = [text for where, text in self.comments if where == application and marker in text]
        return found[-1] if found else None

    def set_labels(self, application: str, *, prefix: str, labels: Sequence[str]) -> None:
        self._use("label")
        assert all(label.startswith(prefix) for label in labels)
        others = {label for label in self.labels.get(application, set()) if not label.startswith(prefix)}
        self.labels[application] = others | set(labels)

    def put_check(self, check: Check) -> None:
        self._use("check")
        assert len(check.summary.encode()) <= 65_535
        self.checks[check.head, check.name] = check

    def _use(self, what: str) -> None:
        if what in self.broken:
            raise ForgeError(f"the {what} cannot be written")


@dataclass
class RecordedForge:
    """A Forge of applications that were opened before; their commits are in the repository, except `missing` ones."""

    known: Mapping[str, Application] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    name: str = "github:example-energy/accounts"

    def applications(self) -> Sequence[Application]:
        return [each for each in self.known.values() if each.state not in ("applied", "rejected")]

    def application(self, id_: str) -> Application:
        if id_ not in self.known:
            raise ForgeError(f"there is no application {id_}")
        return self.known[id_]

    def propose(self, proposal: Proposal) -> Application:
        raise NotImplementedError

    def fetch(self, commit: str) -> None:
        if commit in self.missing:
            raise ForgeError(f"commit {commit[:12]} cannot be fetched")
