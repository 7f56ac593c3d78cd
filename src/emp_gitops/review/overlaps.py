"""Other open applications that change the same accounts, compared field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from emp_gitops.core.checking import CheckedTree
from emp_gitops.core.differ import field_differences
from emp_gitops.core.model import FIELDS, Account, file_path
from emp_gitops.core.tree import Tree, account_id
from emp_gitops.errors import EmpError
from emp_gitops.forge.base import Application
from emp_gitops.repository import Repository
from emp_gitops.repository.difference import keys_changed
from emp_gitops.review.facts import Overlap, SharedField

Check = Callable[[Tree], CheckedTree]

_OPEN = ("draft", "pending", "approved", "changes_requested", "failed")


def overlaps(
    application: Application,
    accounts: Sequence[str],
    others: Sequence[Application],
    *,
    base: str,
    repository: Repository,
    fetch: Callable[[str], None],
    check: Check,
) -> tuple[Overlap, ...]:
    """Which of the others are open and change some of `accounts` too, and which of them cannot be compared.

    `base` is the full id of the commit of main that applications merge into; `fetch` makes a commit available here.
    """
    comparison = _Comparison(application, frozenset(accounts), base, repository, fetch, check)
    found: list[Overlap] = []
    for other in others if accounts else ():
        if other.id != application.id and other.state in _OPEN:
            try:
                found += comparison.with_(other)
            except EmpError as error:  # of that one application; this one can be reviewed all the same
                found.append(Overlap(application=other, trouble=error.message))
    return tuple(found)


class _Comparison:
    def __init__(
        self,
        ours: Application,
        accounts: frozenset[str],
        base: str,
        repository: Repository,
        fetch: Callable[[str], None],
        check: Check,
    ) -> None:
        self._ours = ours
        self._accounts = accounts
        self._base = base
        self._repository = repository
        self._fetch = fetch
        self._policy = repository.policy(base)
        self._check = check

    def with_(self, other: Application) -> Iterator[Overlap]:
        """The overlap with another application, if there is one."""
        self._fetch(other.head)
        shared = self._accounts & set(self._changed(other))
        if shared:
            ours, theirs = (self._fields(each, shared) for each in (self._ours, other))
            fields = (
                SharedField(id_, file_path(name), ours[id_][name], theirs[id_][name])
                for id_ in sorted(shared)
                for name in ours[id_].keys() & theirs[id_].keys()
            )
            yield Overlap(
                application=other,
                accounts=tuple(sorted(shared)),
                fields=tuple(sorted(fields, key=lambda field: (field.account, field.path))),
                merges=self._repository.merge(self._ours.head, other.head).tree is not None,
            )

    def _changed(self, application: Application) -> list[str]:
        changes = self._repository.changes_between(self._beginning(application), application.head)
        return [key.name for key in keys_changed(changes) if key.what == "account"]

    def _fields(self, application: Application, ids: frozenset[str]) -> Mapping[str, Mapping[str, object]]:
        """What an application makes of the accounts: by id, the fields that it changes, as JSON values."""
        before = self._wanted(self._beginning(application), ids)
        after = self._wanted(application.head, ids)
        found: dict[str, Mapping[str, object]] = {}
        for id_ in ids:
            was, is_now = before.get(id_), after.get(id_)
            flat = is_now.to_flat() if is_now else {}
            # Where an account comes or goes, all of it is changed.
            names = field_differences(was, is_now) if was and is_now else FIELDS
            found[id_] = {name: flat.get(name) for name in names}
        return found

    def _wanted(self, commit: str, ids: frozenset[str]) -> dict[str, Account]:
        accounts = self._repository.tree(commit).accounts
        few = {path: data for path, data in accounts.items() if account_id(path) in ids}
        checked = self._check(replace(self._policy, accounts=few))
        if unread := sorted(checked.ids - checked.wanted.keys()):
            raise EmpError(f"the file of {unread[0]} in {commit[:12]} cannot be read")
        return {id_: wanted.account for id_, wanted in checked.wanted.items()}

    def _beginning(self, application: Application) -> str:
        """The commit of main that an application starts from."""
        return self._repository.merge_base(self._base, application.head) or self._base
