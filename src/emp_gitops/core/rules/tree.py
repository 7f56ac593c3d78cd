"""Rules on all account files together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from emp_gitops.core.names import NameKey, name_key
from emp_gitops.core.rules.registry import TreeCase, Violation, tree_rule
from emp_gitops.core.tree import account_id


@tree_rule("account-id-duplicate")
def account_id_duplicate(case: TreeCase) -> Iterator[Violation]:
    """Upper and lower case are the same here: some file systems could not hold both files."""
    first_with: dict[str, str] = {}
    for path in sorted(case.paths):
        folded = account_id(path).casefold()
        if (first := first_with.setdefault(folded, path)) != path:
            yield Violation(
                None,
                f"the id {account_id(path)!r} is taken: {first} has it too",
                "an id is unique in the whole tree; rename one of the files",
                file=path,
            )


@tree_rule("account-name-duplicate")
def account_name_duplicate(case: TreeCase) -> Iterator[Violation]:
    """Unique per customer, as people read it. Every account involved is told; which one came last is not known here."""
    by_name: dict[NameKey, list[str]] = defaultdict(list)
    for id_, wanted in case.wanted.items():
        by_name[name_key(wanted.account.customer, wanted.account.name)].append(id_)
    for ids in by_name.values():
        for id_ in ids if len(ids) > 1 else ():
            others = ", ".join(sorted(set(ids) - {id_}))
            wanted = case.wanted[id_]
            yield Violation(
                "name",
                f"{wanted.account.customer} has another account with the name {wanted.account.name!r}: {others}",
                "a name is unique among a customer's accounts",
                file=wanted.file,
                account=id_,
            )
