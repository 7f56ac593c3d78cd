"""What applications make of accounts, as far as that can be told from git alone."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from emp_gitops.core.checking import CheckedTree
from emp_gitops.core.model import Account
from emp_gitops.core.tree import Tree, account_id
from emp_gitops.errors import EmpError
from emp_gitops.forge.base import Application
from emp_gitops.repository import Repository
from emp_gitops.repository.difference import keys_changed

Check = Callable[[Tree], CheckedTree]

_OPEN = ("draft", "pending", "approved", "changes_requested", "failed")


def is_open(application: Application) -> bool:
    return application.state in _OPEN


class Proposals:
    """Reads applications. `base` is the full id of the commit of main that they merge into; `fetch` makes a commit
    available here. Every method raises EmpError where that one application cannot be read.
    """

    def __init__(
        self, *, repository: Repository, base: str, fetch: Callable[[str], None], check: Check
    ) -> None:
        self._repository = repository
        self._base = base
        self._fetch = fetch
        self._check = check
        self._policy = repository.policy(base)

    def changed(self, application: Application) -> frozenset[str]:
        """The ids of the accounts that it changes."""
        self._fetch(application.head)
        changes = self._repository.changes_between(self.beginning(application), application.head)
        return frozenset(key.name for key in keys_changed(changes) if key.what == "account")

    def wanted(self, commit: str, ids: Collection[str]) -> dict[str, Account]:
        """Those of the accounts that have a file in a commit, by id."""
        accounts = self._repository.tree(commit).accounts
        few = {path: data for path, data in accounts.items() if account_id(path) in ids}
        checked = self._check(replace(self._policy, accounts=few))
        if unread := sorted(checked.ids - checked.wanted.keys()):
            raise EmpError(f"the file of {unread[0]} in {commit[:12]} cannot be read")
        return {id_: wanted.account for id_, wanted in checked.wanted.items()}

    def beginning(self, application: Application) -> str:
        """The commit of main that an application starts from."""
        return self._repository.merge_base(self._base, application.head) or self._base
