"""Explanations under keywords that the shipped schemas do not use and an organisation's own may."""

from __future__ import annotations

from typing import Any

import pytest

from emp_gitops.core.explaining import Explanation, explanations
from emp_gitops.core.schema import DRAFT, Schema

PATH = "schemas/x.json"


def explained(schema: dict[str, Any], value: Any) -> list[Explanation]:
    document = {"$schema": DRAFT, "properties": {"size": schema}}
    return explanations([Schema(PATH, {PATH: document})], {"size": value}, noun="an account")


@pytest.mark.parametrize(("schema", "value", "message"), [
    ({"exclusiveMinimum": 0}, 0, "size is 0; an account has more than 0"),
    ({"exclusiveMaximum": 9}, 9, "size is 9; an account has less than 9"),
    ({"multipleOf": 10}, 15, "size is 15, which the schema does not allow (multipleOf)"),
    ({"const": "large"}, "larg", "size 'larg' is unknown; did you mean 'large'?"),
    ({"enum": [True, 5]}, False, "size false is unknown"),
    ({"enum": []}, 5, "size is 5, which the schema does not allow (enum)"),
    ({"anyOf": [{"const": "s"}, {"const": "m"}]}, "x", "size 'x' is unknown"),
    ({"oneOf": [{"const": "s"}, {"type": "integer"}]}, "x", "size is 'x', which the schema does not allow (oneOf)"),
    ({"not": {"type": "string"}}, "x", "size is 'x', which the schema does not allow (not)"),
    ({"minProperties": 1}, {}, "size is a mapping, which the schema does not allow (minProperties)"),
    ({"contains": {"const": 1}}, [2], "size is a list, which the schema does not allow (contains)"),
    ({"type": ["integer", "null"]}, "x", "size is 'x' (a text); it must be a whole number or empty"),
    ({"type": "number"}, "0.3", "size is '0.3' (a text); it must be a number"),
    ({"minLength": 3}, "ab", "size is 'ab', which does not have the right form"),
    ({"pattern": "[a-z]"}, "", "size is blank"),
    ({"pattern": "[a-z]", "minLength": 0}, "", "size does not have the form that the schema asks for"),
    ({"minItems": 3}, [1, 2], "size has 2 entries; at least 3 needed"),
    ({"uniqueItems": True}, ["a", "b", "b", "a"], "size names 'b' twice"),
    ({"additionalProperties": False}, {"a": 1}, "unknown field 'size.a'"),
    ({"allOf": [{"minimum": 5}]}, 4, "size is 4; an account has at least 5"),
    ({"if": {"type": "integer"}, "then": {"maximum": 5}}, 6, "size is 6; an account has at most 5"),
    (False, 5, "this file has 5 in a field that the schema does not allow"),
    ({"properties": {"a": False}}, {"a": "x"}, "size has 'x' in a field that the schema does not allow"),
    ({"type": "string", "pattern": "^[a-z]+$"}, "a\n", "size does not have the form that the schema asks for"),
], ids=str)
def test_every_keyword_has_words(schema: Any, value: Any, message: str) -> None:
    assert [each.message for each in explained(schema, value)] == [message]


def test_a_choice_has_a_rule_of_the_name_of_its_field_where_it_has_one() -> None:
    assert [each.rule for each in explained({"enum": ["s", "m"]}, "x")] == ["size-unknown"]
    assert [each.rule for each in explained({"items": {"enum": ["s", "m"]}}, ["x"])] == ["value-unknown"]
    root = Schema(PATH, {PATH: {"$schema": DRAFT, "enum": ["s", "m"]}})
    assert [each.rule for each in explanations([root], "x", noun="an account")] == ["value-unknown"]


@pytest.mark.parametrize(("number", "hint"), [(30, "one of: "), (31, "The size.")])
def test_a_few_choices_are_listed_and_many_described(number: int, hint: str) -> None:
    [explanation] = explained({"enum": [f"size-{each}" for each in range(number)], "description": "The size."}, "x")
    assert (explanation.hint or "").startswith(hint)


def test_a_key_that_a_pattern_allows_is_not_unknown() -> None:
    schema = {"properties": {"name": {}}, "patternProperties": {"^x-": {}}, "additionalProperties": False}
    assert [each.path for each in explained(schema, {"x-note": 1, "nmae": 2})] == [("size", "nmae")]


def test_a_value_that_is_valid_needs_no_words() -> None:
    assert explained({"type": "integer"}, 5) == []


def test_a_hint_is_what_the_schema_says_of_the_field() -> None:
    [explanation] = explained({"type": "integer", "description": "How large it is."}, "x")
    assert explanation.hint == "How large it is."
    [explanation] = explained({"type": "integer", "description": ["odd"]}, "x")
    assert explanation.hint is None
