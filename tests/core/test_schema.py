"""The two validators: one verdict on every value, and quick on hostile ones."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emp_gitops.core.schema import DRAFT, Schema, first_repeat
from support.accounts import policy, texts, valid_accounts

PATH = "schemas/x.json"

scalars = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4))
"""What the strict loader can make of a file: no fractions, keys are texts."""


def schema_of(document: dict[str, Any]) -> Schema:
    return Schema(PATH, {PATH: {"$schema": DRAFT} | document})


def agree(schema: Schema, value: Any) -> bool:
    """The verdict of both validators."""
    verdict = schema.is_valid(value)
    assert verdict == (not list(schema.errors(value))), value
    return verdict


class TestBothValidators:
    @given(values)
    def test_agree_on_any_value(self, value: Any) -> None:
        agree(policy().schema, value)

    @given(valid_accounts("acme-lyon"), st.data())
    def test_agree_on_an_account_with_any_field_replaced(self, account: Any, data: st.DataObject) -> None:
        value = {key: each for key, each in account.to_flat().items() if each is not None}
        start, months = value.pop("start"), value.pop("months")
        del value["expires_on"]
        value["subscription"] = {"start": start, "months": months}
        assert agree(policy().schema, value)
        field = data.draw(st.sampled_from([*value, "comment", "color"]))
        agree(policy().schema, value | {field: data.draw(values)})

    @pytest.mark.parametrize("format_", ["date", "email"])
    @given(text=st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\s?") | st.emails() | texts)
    @example(text="2026-02-29")
    @example(text="2024-02-29")
    @example(text="a@b, c@d")
    def test_agree_on_a_format(self, format_: str, text: str) -> None:
        agree(schema_of({"format": format_}), text)

    @pytest.mark.parametrize("format_", [
        "date-time", "duration", "email-list", "hostname", "idn-email", "idn-hostname", "ipv4", "ipv6", "iri", "iri-reference",
        "json-pointer", "regex", "relative-json-pointer", "time", "uri", "uri-reference", "uri-template", "uuid",
    ])
    @pytest.mark.parametrize("value", ["((", "", "x", 5])
    def test_take_any_other_format_for_a_remark(self, format_: str, value: Any) -> None:
        assert agree(schema_of({"format": format_}), value)

    @given(st.lists(values, max_size=5))
    @example([0, False])
    @example([{"a": 1, "b": 2}, {"b": 2, "a": 1}])
    @example([[1], [1]])
    @example(["1", 1])
    def test_agree_on_what_repeats(self, items: list[Any]) -> None:
        agree(schema_of({"uniqueItems": True}), items)
        assert agree(schema_of({"uniqueItems": False}), items)

    def test_check_a_format_of_a_text_only(self) -> None:
        assert agree(schema_of({"format": "date"}), 5)
        assert agree(schema_of({"format": "email"}), ["a@b, c@d"])


def test_items_are_not_compared_each_with_each() -> None:
    """A file of 64 KiB can hold 10,000 items that are alike; to compare all pairs took minutes."""
    looks = 0

    class Watched(dict[str, int]):
        def __len__(self) -> int:
            nonlocal looks
            looks += 1
            return super().__len__()

    items = [Watched(a=number) for number in range(300)]
    assert list(schema_of({"uniqueItems": True}).errors(items)) == []
    assert looks < 10 * len(items)


@pytest.mark.parametrize(("items", "index"), [
    ([], None), ([1, 2], None), ([1, 2, 1], 2), (["a", "b", "b", "a"], 2), ([True, 1], None), ([None, None], 1),
])
def test_the_first_repeat_is_found(items: list[Any], index: int | None) -> None:
    assert first_repeat(items) == index
