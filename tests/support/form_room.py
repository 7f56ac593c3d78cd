"""A forge with issues and pull requests, kept in memory over a real repository: where forms are sent and dealt with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from emp_gitops.core.forms import FormIssue, FormKind
from emp_gitops.errors import ForgeError
from emp_gitops.forge.base import Application, Proposal
from emp_gitops.form_opening import FormDesk
from emp_gitops.render.form_markdown import form_words
from emp_gitops.workspace import Workspace
from support.accounts import SCHEMAS
from support.discussions import RecordedDiscussion
from support.forms import SENT_AT, markdown_of
from support.repos import ConfigRepo

APP = "accounts-forms[bot]"


@dataclass
class FormRoom:
    """A FormSource and a Forge in one. A branch can only be added to, as a push without force would."""

    repo: ConfigRepo
    issues: dict[str, FormIssue] = field(default_factory=dict)
    known: dict[str, Application] = field(default_factory=dict)
    bodies: dict[str, str] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    super_admins: tuple[str, ...] = ("ana",)
    discussion: RecordedDiscussion = field(default_factory=RecordedDiscussion)
    name: str = "github:example-energy/accounts"

    @classmethod
    def of(cls, path: Path) -> FormRoom:
        """With two accounts on main."""
        repo = ConfigRepo(path)
        repo.config(forge="github:example-energy/accounts")
        for schema, data in SCHEMAS.items():
            repo.write(schema, data)
        repo.account("acme-lyon")
        repo.account("acme-nice", folder="south")
        repo.commit("accounts")
        return cls(repo)

    def send(self, kind: FormKind, number: str = "7", author: str = "ana", **answers: str) -> str:
        """Send a form, or write it anew; gives its number."""
        text = markdown_of(kind, {"account": "acme-lyon", **answers})
        self.issues[number] = FormIssue(issue=f"#{number}", author=author, sent_at=SENT_AT, text=text)
        return number

    def open(self, number: str = "7") -> Application:
        """Deal with the form as the workflow does, in a clone that has what was pushed."""
        for branch, commit in self.branches.items():
            self.repo.git("update-ref", f"refs/remotes/origin/{branch}", commit)
        workspace = Workspace(self.repo.root)
        desk = FormDesk(
            workspace=workspace, source=self, forge=self, discussion=self.discussion, words=form_words(),
        )
        return desk.open(number)[1]

    def close(self, id_: str) -> None:
        self.known[id_] = replace(self.known[id_], state="rejected")

    @property
    def answers(self) -> Sequence[str]:
        """The comments on form 7."""
        return [text for where, text in self.discussion.comments if where == "7"]

    def identity(self) -> str:
        return f"{APP} <41+{APP}@users.noreply.github.com>"

    def form_issue(self, number: str) -> FormIssue:
        if number not in self.issues:
            raise ForgeError(f"there is no issue #{number}")
        return self.issues[number]

    def requester_trouble(self, login: str) -> str | None:
        return None if login in self.super_admins else f"{login} is no SuperAdmin"

    def applications(self) -> Sequence[Application]:
        return [each for each in self.known.values() if each.state == "pending"]

    def application(self, id_: str) -> Application:
        return self.known[id_]

    def propose(self, proposal: Proposal) -> Application:
        before = self.branches.get(proposal.branch)
        if before:
            self.repo.git("merge-base", "--is-ancestor", before, proposal.commit)
        self.branches[proposal.branch] = proposal.commit
        found = next((each for each in self.applications() if each.branch == proposal.branch), None)
        id_ = found.id if found else str(12 + len(self.known))
        self.known[id_] = Application(
            id=id_, title=found.title if found else proposal.title, state="pending", requester=APP, opened_at=SENT_AT,
            branch=proposal.branch, head=proposal.commit, url=f"https://github.com/example-energy/accounts/pull/{id_}",
        )
        self.bodies.setdefault(id_, proposal.body)
        return self.known[id_]

    def describe(self, application: str, *, title: str, body: str) -> None:
        self.known[application] = replace(self.known[application], title=title)
        self.bodies[application] = body

    def fetch(self, commit: str) -> None:
        self.repo.git("cat-file", "-e", commit)


def files_of(room: FormRoom, commit: str) -> Mapping[str, str]:
    """What the commit changes against main, by path."""
    paths = room.repo.git("diff", "--name-only", "main", commit).splitlines()
    return {path: room.repo.git("show", f"{commit}:{path}") for path in paths}
