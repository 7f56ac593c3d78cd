"""The policy that applications are judged by: as it was approved last, never as it is proposed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from emp_gitops.changed_accounts import Check, read_sides
from emp_gitops.core.changes import Kind, kinds_between
from emp_gitops.core.checking import CheckedTree
from emp_gitops.core.config import ApprovalPolicy, StricterApproval
from emp_gitops.core.coverage import FileChange
from emp_gitops.core.model import Account
from emp_gitops.core.tree import CONFIG_FILE, SCHEMAS_FOLDER, SIGNERS_FILE
from emp_gitops.errors import RefusedError
from emp_gitops.forge.base import PolicyInForce
from emp_gitops.repository import Repository

_REGULAR = "100644 "


class PolicyHistory:
    """The policy at the trusted revision, and after approved changes of policy files."""

    def __init__(self, repository: Repository, check: Check, trusted: str) -> None:
        self._repository = repository
        self._check = check
        self._tree = repository.policy(trusted)
        self._signers = repository.signers(trusted)
        self._known: dict[tuple[tuple[str, str | None], ...], tuple[PolicyInForce, CheckedTree]] = {}

    def after(self, approved: Mapping[str, str | None]) -> PolicyInForce:
        """The policy where the given files (mode and blob by path) took the place of the trusted revision's.

        Raises RefusedError where that policy is broken, so that nothing can be judged by it.
        """
        return self._after(approved)[0]

    def checked(self, approved: Mapping[str, str | None]) -> CheckedTree:
        """That policy as a checked tree without accounts."""
        return self._after(approved)[1]

    def _after(self, approved: Mapping[str, str | None]) -> tuple[PolicyInForce, CheckedTree]:
        key = tuple(sorted(approved.items()))
        if key not in self._known:
            self._known[key] = self._read(approved)
        return self._known[key]

    def _read(self, approved: Mapping[str, str | None]) -> tuple[PolicyInForce, CheckedTree]:
        files = dict(self._tree.schemas)
        if self._tree.config is not None:
            files[CONFIG_FILE] = self._tree.config
        if self._signers is not None:
            files[SIGNERS_FILE] = self._signers
        for path, entry in approved.items():
            files.pop(path, None)
            if _is_read(path) and entry and entry.startswith(_REGULAR):
                blob = entry.removeprefix(_REGULAR)
                files[path] = self._repository.contents([blob])[blob]
        signers = files.pop(SIGNERS_FILE, None)
        checked = self._check(replace(self._tree, config=files.pop(CONFIG_FILE, None), schemas=files))
        if checked.policy is None:
            first = checked.first_error
            raise RefusedError(
                f"the policy that applications are judged by is broken: {first.message}",
                where=first.file,
                hint="mend it on main, look at every change since, and have an operator run: "
                "emp-gitops reconcile --trust REVISION",
            )
        return PolicyInForce(config=checked.policy.config, allowed_signers=signers), checked


def required_approvals(
    checked: CheckedTree, changes: Collection[FileChange], repository: Repository, check: Check
) -> int:
    """How many people must approve these changes under the policy of a checked tree. An account that cannot be read
    counts as whatever needs most.
    """
    policy = checked.policy.config.approvals if checked.policy else ApprovalPolicy()
    if policy.source != "github":
        return 1
    needed = [policy.required]
    if policy.stricter:  # else it does not depend on the changes
        sides = read_sides(changes, checked, repository, check)
        for id_ in sides.ids:
            before, after = sides.before.get(id_), sides.after.get(id_)
            needed += [
                each.required for each in policy.stricter if id_ in sides.broken or _applies(each, before, after)
            ]
    return max(needed)


def _applies(stricter: StricterApproval, before: Account | None, after: Account | None) -> bool:
    if before and after:
        kinds: tuple[Kind, ...] = kinds_between(before, after)
    else:
        kinds = ("create",) if after else ("retirement",)
    moved = abs((after.datapoints if after else 0) - (before.datapoints if before else 0))
    return (not stricter.kinds or bool(set(kinds) & set(stricter.kinds))) and moved >= stricter.datapoints


def _is_read(path: str) -> bool:
    in_schemas = path.startswith(f"{SCHEMAS_FOLDER}/") and path.endswith(".json") and path.count("/") == 1
    return in_schemas or path in (CONFIG_FILE, SIGNERS_FILE)
