"""Groups that belong together, and what stands of a plan."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from emp_gitops.core.standing import Standing, joined

GROUPS = st.lists(st.frozensets(st.sampled_from("abcdefgh"), max_size=4))


@given(GROUPS)
def test_joined_groups_have_nothing_in_common_and_keep_together_what_was(groups: list[frozenset[str]]) -> None:
    found = joined(groups)
    assert all(one.isdisjoint(other) for one, other in combinations(found, 2))
    assert all(any(group <= each for each in found) for group in groups if len(group) > 1)
    assert frozenset().union(*found) <= frozenset().union(*groups)


@given(GROUPS, st.randoms())
def test_their_order_does_not_matter(groups: list[frozenset[str]], random: object) -> None:
    other = list(groups)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert joined(groups) == joined(other)


def test_a_group_of_one_holds_nobody_up() -> None:
    assert joined([frozenset("a"), frozenset("b")]) == ()
    assert replace(Standing(), transfers=(frozenset("ab"),)).unapproved == {}
