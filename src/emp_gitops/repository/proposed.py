"""What merging a commit would make of the accounts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from emp_gitops.core.tree import ACCOUNTS_FOLDER, Tree
from emp_gitops.repository.difference import Differences, keys_changed
from emp_gitops.repository.merging import merge
from emp_gitops.repository.process import Git
from emp_gitops.repository.revision import POLICY, read_tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What merging a commit into a base would make: the accounts of the merge, under the policy of the base.

    Where the two conflict the accounts are those of the commit. `accounts` are the ids that the merge changes,
    `policy_files` the changed paths of the configuration, `allowed_signers`, schemas and `.github`.
    """

    tree: Tree
    accounts: tuple[str, ...]
    policy_files: tuple[str, ...]
    conflicts: tuple[str, ...]


def proposed(git: Git, base: str, head: str) -> Proposed:
    """The merge of commit `head` into commit `base` (full ids), judged by the policy of `base`."""
    merged = merge(git, base, head)
    result = merged.tree or head
    changed = keys_changed(Differences(git).between(base, result))
    policy, wanted = read_tree(git, base, limits=POLICY), read_tree(git, result, limits=[ACCOUNTS_FOLDER])
    return Proposed(
        tree=replace(
            wanted, revision=head, config=policy.config, schemas=policy.schemas,
            findings=policy.findings + wanted.findings,
        ),
        accounts=tuple(key.name for key in changed if key.what == "account"),
        policy_files=tuple(key.name for key in changed if key.what == "policy"),
        conflicts=merged.conflicts,
    )
