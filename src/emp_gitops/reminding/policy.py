"""The policy that reminders go by, and the organisation's own templates: what was approved, where anything was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from emp_gitops.core.checking import CheckedTree, Policy
from emp_gitops.errors import RepositoryError
from emp_gitops.repository.folder import folder_on_disk
from emp_gitops.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPolicy:
    """`templates` by their path in the repository. `revision` is the commit that all of it is from, None for the work
    tree; `differs` says whether the work tree shows another policy.
    """

    checked: CheckedTree
    policy: Policy
    templates: Mapping[str, bytes]
    revision: str | None = None
    differs: bool = False


def policy_in_force(workspace: Workspace, here: CheckedTree, trusted: str | None, folder: str) -> MailPolicy:
    """That of the trusted revision where there is one: a push that nobody approved must not redirect customers' mail.
    Else that of the work tree, `here`. `folder` is where the templates are.

    Raises EmpError where it is broken, RepositoryError where it cannot be read.
    """
    if trusted is None:
        return _in_force(here, folder_on_disk(workspace.root, folder))
    if not workspace.repository.has(trusted):
        raise RepositoryError(
            f"the trusted revision {trusted[:12]}, whose policy counts, is not in this clone",
            where=str(workspace.root),
            hint="git fetch --all (in a shallow clone: --unshallow)",
        )
    checked = workspace.policy_at(trusted)
    found = _in_force(checked, workspace.repository.folder(trusted, folder), revision=trusted)
    shown = (here.tree.config, here.tree.schemas, folder_on_disk(workspace.root, folder))
    return replace(found, differs=shown != (checked.tree.config, checked.tree.schemas, found.templates))


def _in_force(checked: CheckedTree, templates: Mapping[str, bytes], *, revision: str | None = None) -> MailPolicy:
    assert checked.policy is not None  # noqa: S101 - both ways to a checked tree raise without one
    return MailPolicy(checked=checked, policy=checked.policy, templates=templates, revision=revision)
