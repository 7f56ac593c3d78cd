"""The accounts on both sides of a step of main, read from the files that it changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from emp_gitops.core.checking import CheckedTree
from emp_gitops.core.coverage import FileChange, key_of
from emp_gitops.core.model import Account
from emp_gitops.core.tree import Tree
from emp_gitops.repository import Repository

Check = Callable[[Tree], CheckedTree]
"""Checks a tree; see `Workspace.check`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Accounts by id before and after. `broken` are those of which one side cannot be read."""

    before: Mapping[str, Account]
    after: Mapping[str, Account]
    broken: frozenset[str]

    @property
    def ids(self) -> frozenset[str]:
        return self.broken.union(self.before, self.after)


def read_sides(
    changes: Collection[FileChange], checked: CheckedTree, repository: Repository, check: Check
) -> Sides:
    """The changed accounts, under the policy of a checked tree. Raises RepositoryError."""
    blobs_before, blobs_after = _blobs(changes, "before"), _blobs(changes, "after")
    before, after = (_accounts(blobs, checked, repository, check) for blobs in (blobs_before, blobs_after))
    broken = (blobs_before.keys() - before.keys()) | (blobs_after.keys() - after.keys())
    return Sides(before=before, after=after, broken=frozenset(broken))


def transfers_within(sides: Sides) -> tuple[frozenset[str], ...]:
    """The legs of each transfer: the accounts of a customer whose datapoints changed, where that is zero in all."""
    legs: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for id_ in sides.before.keys() & sides.after.keys():
        before, after = sides.before[id_], sides.after[id_]
        if before.customer == after.customer and before.datapoints != after.datapoints:
            legs[after.customer][id_] = after.datapoints - before.datapoints
    return tuple(frozenset(deltas) for _, deltas in sorted(legs.items()) if sum(deltas.values()) == 0)


def _blobs(changes: Collection[FileChange], side: Literal["before", "after"]) -> dict[str, tuple[str, str]]:
    """Path and blob of each changed account on one side, by id; without those that had no file there."""
    found = {}
    for change in changes:
        key, entry = key_of(change), change.before if side == "before" else change.after
        if key and key.what == "account" and entry:
            found[key.name] = change.path, entry.partition(" ")[2]
    return found


def _accounts(
    blobs: Mapping[str, tuple[str, str]], checked: CheckedTree, repository: Repository, check: Check
) -> dict[str, Account]:
    """Those of the accounts that can be read, by id."""
    contents = repository.contents({blob for _, blob in blobs.values()})
    files = {path: contents[blob] for path, blob in blobs.values()}
    found = check(replace(checked.tree, accounts=files, findings=()))
    return {id_: wanted.account for id_, wanted in found.wanted.items()}
