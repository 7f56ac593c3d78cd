"""What the work tree would change on main."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from emp_gitops.core.tree import Tree, account_id
from emp_gitops.errors import EmpError, RepositoryError
from emp_gitops.repository.branches import Main
from emp_gitops.workspace import Workspace


def work_tree_changes(workspace: Workspace, ids: Sequence[str]) -> dict[str, bytes | None]:
    """The account files that the work tree has other than the commit of main that it began from; of `ids`, if any.

    Raises EmpError where a file cannot be read, where main has changed one of them since, where an account of `ids` has
    no change, and where nothing is changed at all.
    """
    repository, main = workspace.repository, workspace.repository.main()
    start = repository.merge_base(repository.resolve("HEAD"), main.commit)
    if start is None:
        raise RepositoryError(
            f"what is checked out has no history in common with {main.name}", where=str(workspace.root),
            hint=f"git switch {main.name}, and make the change there",
        )
    here, began, now = workspace.tree(None), repository.tree(start), repository.tree(main.commit)
    paths = [path for path in _differing(began, here) if not ids or account_id(path) in ids]
    _check_readable(here, ids)
    if missing := sorted(set(ids) - set(map(account_id, paths))):
        raise EmpError(f"the work tree has no change of the account {missing[0]!r}", hint="git status shows changes")
    files = {path: here.accounts.get(path) for path in paths if here.accounts.get(path) != now.accounts.get(path)}
    for path in files:
        _check_unchanged(path, began, now, main)
    if not files:
        raise EmpError(
            f"no account file of the work tree differs from {main.name}",
            hint="change one first, for example: emp-gitops account datapoints ID +30",
        )
    return files


def _differing(began: Tree, here: Tree) -> Iterator[str]:
    """The paths of accounts whose content differs; those of a file that was only moved are none."""
    before, after = _by_account(began), _by_account(here)
    for id_ in sorted(before.keys() | after.keys()):
        was, is_now = before.get(id_, {}), after.get(id_, {})
        if sorted(was.values()) != sorted(is_now.values()):
            yield from sorted(path for path in was.keys() | is_now.keys() if was.get(path) != is_now.get(path))


def _by_account(tree: Tree) -> dict[str, dict[str, bytes]]:
    found: dict[str, dict[str, bytes]] = {}
    for path, data in tree.accounts.items():
        found.setdefault(account_id(path), {})[path] = data
    return found


def _check_readable(here: Tree, ids: Sequence[str]) -> None:
    """Raises EmpError for a file that is not read: it would pass for one that is gone."""
    for finding in here.findings:
        if finding.account is None or not ids or finding.account in ids:
            raise EmpError(finding.message, where=finding.place, hint=finding.hint)


def _check_unchanged(path: str, began: Tree, now: Tree, main: Main) -> None:
    if began.accounts.get(path) != now.accounts.get(path):
        raise EmpError(
            f"{main.name} has changed this file since the work tree's commit", where=path,
            hint="bring the work tree up to date first: git pull --rebase --autostash origin main",
        )
