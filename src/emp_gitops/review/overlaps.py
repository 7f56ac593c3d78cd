"""Other open applications that change the same accounts, compared field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from emp_gitops.core.differ import field_differences
from emp_gitops.core.model import FIELDS, file_path
from emp_gitops.errors import EmpError
from emp_gitops.forge.base import Application
from emp_gitops.repository import Repository
from emp_gitops.review.facts import Overlap, SharedField
from emp_gitops.review.proposals import Check, Proposals, is_open


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
    proposals = Proposals(repository=repository, base=base, fetch=fetch, check=check)
    comparison = _Comparison(application, frozenset(accounts), repository, proposals)
    found: list[Overlap] = []
    for other in others if accounts else ():
        if other.id != application.id and is_open(other):
            try:
                found += comparison.with_(other)
            except EmpError as error:  # of that one application; this one can be reviewed all the same
                found.append(Overlap(application=other, trouble=error.message))
    return tuple(found)


class _Comparison:
    def __init__(
        self, ours: Application, accounts: frozenset[str], repository: Repository, proposals: Proposals
    ) -> None:
        self._ours = ours
        self._accounts = accounts
        self._repository = repository
        self._proposals = proposals

    def with_(self, other: Application) -> Iterator[Overlap]:
        """The overlap with another application, if there is one."""
        shared = self._accounts & self._proposals.changed(other)
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

    def _fields(self, application: Application, ids: frozenset[str]) -> Mapping[str, Mapping[str, object]]:
        """What an application makes of the accounts: by id, the fields that it changes, as JSON values."""
        before = self._proposals.wanted(self._proposals.beginning(application), ids)
        after = self._proposals.wanted(application.head, ids)
        found: dict[str, Mapping[str, object]] = {}
        for id_ in ids:
            was, is_now = before.get(id_), after.get(id_)
            flat = is_now.to_flat() if is_now else {}
            # Where an account comes or goes, all of it is changed.
            names = field_differences(was, is_now) if was and is_now else FIELDS
            found[id_] = {name: flat.get(name) for name in names}
        return found
