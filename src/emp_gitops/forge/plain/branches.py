"""Plain git's applications: branches named `application/…`, here or on a remote."""

from __future__ import annotations

from collections.abc import Sequence

from emp_gitops.core.wording import did_you_mean
from emp_gitops.errors import ForgeError
from emp_gitops.forge.base import Application, Proposal, State
from emp_gitops.forge.plain.identity import IDENTITY
from emp_gitops.repository import ApplicationBranch, Repository


class PlainForge:
    """A Forge that needs nothing but the repository, and origin where there is one.

    What others pushed is known as far as it was fetched.
    """

    name = "git"

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def applications(self) -> Sequence[Application]:
        """The branches that main does not contain, oldest first."""
        branches = self._repository.applications(self._repository.tip_of_main())
        return sorted((_application(each, "pending") for each in branches), key=lambda each: (each.opened_at, each.id))

    def application(self, id_: str) -> Application:
        """An application by its branch, without a remote's name, merged or not. Raises ForgeError."""
        main = self._repository.tip_of_main()
        opened = {each.name: each for each in self._repository.applications(main)}
        if id_ in opened:
            return _application(opened[id_], "pending")
        for each in self._repository.applications(main, merged=True):
            if each.name == id_:
                return _application(each, "applied")
        raise ForgeError(
            f"there is no open application {id_!r}{did_you_mean(id_, opened)}",
            hint="`emp-gitops applications` lists them; `git fetch` brings those of others",
        )

    def propose(self, proposal: Proposal) -> Application:
        """See `Forge.propose`. Where the branch cannot be pushed it stays here, and the error says how to push it."""
        branch = proposal.branch
        self._repository.create_branch(branch, proposal.commit)
        self._repository.push_to_origin(branch, proposal.commit, again=f"git push origin {branch}")
        return self.application(branch)

    def fetch(self, commit: str) -> None:
        if not self._repository.has(commit):
            raise ForgeError(f"commit {commit[:12]} is not in this clone", hint="git fetch --all")


def _application(branch: ApplicationBranch, state: State) -> Application:
    return Application(
        is_proposal=state == "pending" and branch.author == IDENTITY,
        id=branch.name,
        title=branch.title,
        state=state,
        requester=branch.author,
        opened_at=branch.opened_at,
        branch=branch.name,
        head=branch.commit,
    )
