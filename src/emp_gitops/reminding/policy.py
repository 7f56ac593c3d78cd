"""The policy that reminders go by, and the organisation's own templates: what was approved, where anything was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from emp_gitops.core.checking import CheckedTree, Policy
from emp_gitops.errors import EmpError, RepositoryError
from emp_gitops.repository.folder import folder_on_disk
from emp_gitops.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPolicy:
    """`templates` by their path in the repository. `revision` is the commit that all of it is from, None for the work
    tree; `remark` is what to know where the work tree shows another policy.
    """

    checked: CheckedTree
    policy: Policy
    templates: Mapping[str, bytes]
    revision: str | None = None
    remark: str | None = None


Here = CheckedTree | EmpError
"""What the work tree shows: its policy, or what is wrong with it."""


def policy_here(workspace: Workspace) -> Here:
    """Never raises: what is wrong with the work tree's policy matters only where that one counts."""
    try:
        return workspace.check_policy()
    except EmpError as error:
        return error


def policy_in_force(workspace: Workspace, here: Here, trusted: str | None, folder: str) -> MailPolicy:
    """That of the trusted revision where there is one: a push that nobody approved must neither redirect customers'
    mail nor stop it. Else that of the work tree, `here`. `folder` is where the templates are.

    Raises EmpError where it is broken, RepositoryError where it cannot be read.
    """
    if trusted is None:
        if isinstance(here, EmpError):
            raise here
        return _in_force(here, folder_on_disk(workspace.root, folder))
    if not workspace.repository.has(trusted):
        raise RepositoryError(
            f"the trusted revision {trusted[:12]}, whose policy counts, is not in this clone",
            where=str(workspace.root),
            hint="git fetch --all (in a shallow clone: --unshallow)",
        )
    checked = workspace.policy_at(trusted)
    found = _in_force(checked, workspace.repository.folder(trusted, folder), revision=trusted)
    if other := _other(workspace, here, found, folder):
        return replace(found, remark=f"the policy of the trusted revision {trusted[:12]} counts; {other}")
    return found


def _other(workspace: Workspace, here: Here, found: MailPolicy, folder: str) -> str | None:
    """How the work tree's policy differs from the one found."""
    if isinstance(here, EmpError):
        return f"the work tree's is broken: {here.message}"
    try:
        templates = folder_on_disk(workspace.root, folder)
    except RepositoryError as error:
        return f"the work tree's is broken: {error.message}"
    tree = found.checked.tree
    if (here.tree.config, here.tree.schemas, templates) == (tree.config, tree.schemas, found.templates):
        return None
    return "the work tree has another one"


def _in_force(checked: CheckedTree, templates: Mapping[str, bytes], *, revision: str | None = None) -> MailPolicy:
    assert checked.policy is not None  # noqa: S101 - both ways to a checked tree raise without one
    return MailPolicy(checked=checked, policy=checked.policy, templates=templates, revision=revision)
