"""Plain git's applications: branches named `application/…`, here or on a remote."""

from __future__ import annotations

from collections.abc import Sequence

from emp_gitops.errors import ForgeError
from emp_gitops.forge.base import Application, Proposal
from emp_gitops.repository import ApplicationBranch, Repository


class PlainForge:
    """A Forge that needs nothing but the repository, and origin where there is one."""

    name = "git"

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def applications(self) -> Sequence[Application]:
        """The branches that main does not contain, oldest first."""
        branches = self._repository.applications(self._repository.tip_of_main())
        return sorted(map(_application, branches), key=lambda each: (each.opened_at, each.id))

    def application(self, id_: str) -> Application:
        """An open application by its branch, without a remote's name. Raises ForgeError."""
        for each in self.applications():
            if each.id == id_:
                return each
        raise ForgeError(
            f"there is no open application {id_!r}",
            hint="`emp-gitops applications` lists them; a branch that main contains is applied already",
        )

    def propose(self, proposal: Proposal) -> Application:
        self._repository.create_branch(proposal.branch, proposal.commit)
        self._repository.push_to_origin(proposal.branch, proposal.commit)
        return self.application(proposal.branch)

    def fetch(self, commit: str) -> None:
        if not self._repository.has(commit):
            raise ForgeError(f"commit {commit[:12]} is not in this clone", hint="git fetch --all")


def _application(branch: ApplicationBranch) -> Application:
    return Application(
        id=branch.name,
        title=branch.name,
        state="pending",
        requester=branch.author,
        opened_at=branch.opened_at,
        branch=branch.name,
        head=branch.commit,
    )
