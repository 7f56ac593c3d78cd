"""Whether a run may write at all, and for which accounts: what a commit of main needs in approvals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from emp_gitops.approvals import walk
from emp_gitops.approved import Approved, Memory
from emp_gitops.core.checking import CheckedTree
from emp_gitops.core.config import Config
from emp_gitops.core.tree import account_id
from emp_gitops.errors import RefusedError
from emp_gitops.forge.base import ApprovalSource
from emp_gitops.forge.open import open_approvals
from emp_gitops.forms import FormCheck
from emp_gitops.platform_address import asked_for_approvals
from emp_gitops.repository import Repository
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

    def __call__(self, memory: Memory) -> Approved | None:
        """What is approved from the trusted revision on; None where nobody asks for approvals, as on a first trial.

        Once a revision is trusted, the policy of that revision decides, whatever the commit says of itself; and before,
        a commit that asks for no approvals has no say where an earlier one did. Raises RefusedError where approvals are
        demanded and cannot be there, OffMainError, RepositoryError, ForgeError.
        """
        trusted = memory.trusted
        demanded = None if trusted else self._demanded()
        if trusted is None and demanded is None:
            return None
        if self.revision is None:
            raise RefusedError(
                "a plan of the work tree has no approval, and approvals are required here",
                hint="commit the change and open an application: emp-gitops applications open",
            )
        if trusted is None:
            raise RefusedError(
                f"{demanded}, and this platform trusts no commit of main yet",
                hint="look at the accounts of a commit, then start from it: emp-gitops reconcile --trust REVISION",
            )
        repository = self.workspace.repository
        approved = walk(
            repository,
            trusted,
            repository.on_main(self.revision),
            check=self.workspace.check,
            sources=_Sources(repository, self.say, memory.since),
            check_form=FormCheck(repository, self.workspace.check),
        )
        if memory.reconciled:  # older content would undo what was approved and applied
            what = "the last approved change that was reconciled,"
            repository.line_since(memory.reconciled, self.revision, what=what)
        return approved

    def judged(self, approved: Approved) -> CheckedTree:
        """The checked tree, without the findings on approved accounts that are there only for what nobody approved,
        such as a name that a pushed file takes as well.
        """
        unapproved = approved.refused
        blamed = {f.account for f in self.checked.findings if f.severity == "error" and f.account}
        if not unapproved or blamed <= unapproved.keys():
            return self.checked
        tree = self.checked.tree
        others = {path: data for path, data in tree.accounts.items() if account_id(path) not in unapproved}
        standing = set(self.workspace.check(replace(tree, accounts=others)).findings)
        kept = (f for f in self.checked.findings if not f.account or f.account in unapproved or f in standing)
        return replace(self.checked, findings=tuple(kept))

    def _demanded(self) -> str | None:
        """Who asks for approvals, in words: the commit, or one before it on main; `--config` has no say in it."""
        own = self.workspace.committed_policy(self.revision) if self.workspace.replaces_config else None
        policy = (own or self.checked).policy
        if policy and policy.config.approvals.source != "none":
            return f"approvals.source is {policy.config.approvals.source!r}"
        start = self.revision or self.workspace.head()
        if start and asked_for_approvals(self.workspace, start):
            return "approvals.source was not always 'none' on main"
        return None


class _Sources:
    """One source for each policy, which keeps what it has read and how long it has waited."""

    def __init__(self, repository: Repository, say: Callable[[str], None], since: datetime | None) -> None:
        self._repository = repository
        self._say = say
        self._since = since
        self._known: list[tuple[Config, ApprovalSource]] = []

    def __call__(self, config: Config) -> ApprovalSource:
        for other, source in self._known:
            if other == config:
                return source
        self._known.append((config, open_approvals(config, self._repository, say=self._say, since=self._since)))
        return self._known[-1][1]
