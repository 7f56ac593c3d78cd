"""Whether a run may write at all, and for which accounts: what a commit of main needs in approvals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from emp_gitops.approvals import Approved, walk
from emp_gitops.core.checking import CheckedTree
from emp_gitops.core.config import Config
from emp_gitops.errors import RefusedError
from emp_gitops.forge.base import ApprovalSource
from emp_gitops.forge.open import open_approvals
from emp_gitops.forms import FormCheck
from emp_gitops.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The check of approvals for one revision; None stands for a work tree that no commit equals.

    `say` is told what takes time, such as waiting for a forge.
    """

    workspace: Workspace
    checked: CheckedTree
    revision: str | None
    say: Callable[[str], None] = lambda _text: None

    def __call__(self, trusted: str | None) -> Approved | None:
        """What is approved from the trusted revision on; None where nobody asks for approvals, as on a first trial.

        Once a revision is trusted, the policy of that revision decides, whatever the commit says of itself. Raises
        RefusedError where approvals are demanded and cannot be there, OffMainError, RepositoryError, ForgeError.
        """
        source = self.checked.policy.config.approvals.source if self.checked.policy else "none"
        if trusted is None and source == "none":
            return None
        if self.revision is None:
            raise RefusedError(
                "a plan of the work tree has no approval, and approvals are required here",
                hint="commit the change and open an application: emp-gitops applications open",
            )
        if trusted is None:
            raise RefusedError(
                f"approvals.source is {source!r}, and this platform trusts no commit of main yet",
                hint="look at the accounts of a commit, then start from it: emp-gitops reconcile --trust REVISION",
            )
        repository = self.workspace.repository
        known: list[tuple[Config, ApprovalSource]] = []

        def source_of(config: Config) -> ApprovalSource:
            """One source for each policy, which keeps what it has read and how long it has waited."""
            for other, source in known:
                if other == config:
                    return source
            known.append((config, open_approvals(config, repository, say=self.say)))
            return known[-1][1]

        return walk(
            repository,
            trusted,
            repository.on_main(self.revision),
            check=self.workspace.check,
            sources=source_of,
            check_form=FormCheck(repository, self.workspace.check),
        )
