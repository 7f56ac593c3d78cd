"""The differ: an algebra of two mappings."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from emp_gitops.core.differ import difference, field_differences, patched
from support.accounts import any_accounts

mappings = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 2))


@given(mappings)
def test_a_mapping_does_not_differ_from_itself(a: dict[str, int]) -> None:
    assert difference(a, a).is_empty
    assert difference(a, a).unchanged == a


@given(mappings, mappings)
def test_applying_a_difference_gives_the_other_mapping(a: dict[str, int], b: dict[str, int]) -> None:
    assert patched(a, difference(a, b)) == b


@given(mappings, mappings)
def test_a_difference_is_empty_only_between_equals(a: dict[str, int], b: dict[str, int]) -> None:
    assert difference(a, b).is_empty == (a == b)


@given(mappings, mappings)
def test_every_key_is_in_exactly_one_part_and_each_part_in_order(a: dict[str, int], b: dict[str, int]) -> None:
    found = difference(a, b)
    parts = [list(part) for part in (found.added, found.removed, found.changed, found.unchanged)]
    assert sorted(key for part in parts for key in part) == sorted(a.keys() | b.keys())
    assert all(part == sorted(part) for part in parts)


@given(mappings, mappings)
def test_the_way_back_is_the_mirror_image(a: dict[str, int], b: dict[str, int]) -> None:
    there, back = difference(a, b), difference(b, a)
    assert (there.added, there.removed) == (back.removed, back.added)
    assert there.changed == {key: (old, new) for key, (new, old) in back.changed.items()}


@given(mappings, mappings, mappings)
def test_a_difference_is_refused_by_another_mapping(a: dict[str, int], b: dict[str, int], other: dict[str, int]) -> None:
    assume(other != a)
    with pytest.raises(ValueError, match="another mapping"):
        patched(other, difference(a, b))


@dataclass
class Point:
    x: int
    y: int


def test_two_values_differ_in_the_named_fields_in_their_order() -> None:
    assert field_differences(Point(1, 2), Point(3, 4)) == {"x": (1, 3), "y": (2, 4)}
    assert list(field_differences(Point(1, 2), Point(3, 4))) == ["x", "y"]
    assert field_differences(Point(1, 2), Point(1, 4)) == {"y": (2, 4)}


@given(any_accounts, any_accounts)
def test_two_accounts_differ_in_a_field_exactly_where_they_are_not_equal(a: object, b: object) -> None:
    assert (field_differences(a, b) == {}) == (a == b)
    assert field_differences(a, a) == {}
