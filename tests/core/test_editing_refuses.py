"""What editing refuses rather than write something else than was asked for; and new files."""

from __future__ import annotations

from typing import Any

import pytest

from emp_gitops.core.editing import REMOVE, EditError, new_file, with_values
from emp_gitops.core.loading import Path


@pytest.mark.parametrize(
    ("before", "changes", "words"),
    [
        ("a: [1\n", {("a",): 1}, "line 1: this is not valid YAML"),
        ("- a\n", {("a",): 1}, "the file is not a mapping"),
        ("s: x\n", {("s", "a"): 1}, "s is not a mapping"),
        ("s:\n", {("s", "a"): REMOVE}, "s is not a mapping"),
        ("a: 1\n", {("a",): REMOVE}, "the file is empty"),
        ("a: {b: 1}\n", {("a",): "x"}, "a is a mapping"),
        ("a: [b]\n", {("a",): "x"}, "a is a list"),
        ("a: [1]\n", {("a",): ["x"]}, "a holds more than texts"),
        ("a: 1\n", {("a",): "x\u202ey"}, "a would hold U+202E"),
        ("a: [b]\n", {("a",): ["b", "\0"]}, "a would hold U+0000"),
        ("a: 1\n", {("a",): "\udcff"}, "a would hold U+DCFF"),
        ("a: 1\n", {("s", "b"): "e\u0301"}, "s.b would not be in composed form"),
        ("a: 1\n", {("a",): 10**18}, "a would have more than 18 digits"),
        ("a: 1\n", {("a",): -(10**5000)}, "a would have more than 18 digits"),
        ("a: 1\n", {("a",): "x" * 70000}, "64 KiB"),
        ("? s\n: a: 1\n  b: 2\n", {("s", "a"): REMOVE}, "s.a cannot be changed like this: this is not valid YAML"),
        ("? c\n: - a\n  - b\n", {("c",): ["b"]}, "c cannot be changed without changing more"),
        ("a: |+\n  x\nb: 1\n\nc: 1\n", {("b",): REMOVE}, "cannot be changed without changing more"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_safely_is_refused(before: str, changes: dict[Path, Any], words: str) -> None:
    with pytest.raises(EditError) as caught:
        with_values(before.encode(), changes)
    assert words in caught.value.message


def test_a_new_file_has_the_fields_in_the_usual_order_and_style() -> None:
    values = {
        "contacts": ["facilities@acme.example", "b, c@acme.example"], "country": "NO", "rtc_lines": 0, "months": 12,
        "expires_on": "2027-03-01", "start": "2026-03-01", "datapoints": 120, "license": "advanced", "sector": "offices",
        "customer": "Acme S.A.", "name": "Acme: Madrid", "comment": None, "auto_renew": "propose",
    }  # fmt: skip
    assert (
        new_file(values, schema_path="../schemas/account.schema.json").decode()
        == """\
# yaml-language-server: $schema=../schemas/account.schema.json
name: "Acme: Madrid"
customer: Acme S.A.
license: advanced
datapoints: 120
subscription:
  start: 2026-03-01
  months: 12
sector: offices
country: NO
rtc_lines: 0
contacts: [facilities@acme.example, "b, c@acme.example"]
auto_renew: propose
"""
    )


@pytest.mark.parametrize(
    ("values", "schema_path", "words"),
    [
        ({"nmae": "x"}, "s.json", "no field 'nmae'"),
        ({"name": "x\u2067"}, "s.json", "name would hold U+2067"),
        ({"start": "\0"}, "s.json", "subscription.start would hold U+0000"),
        ({"name": "x"}, "s.json\nlicense: free", "cannot stand in a comment"),
        ({"name": "x"}, "s\x1b.json", "U+001B"),
        ({}, "s.json", "the file is empty"),
    ],
)
def test_a_new_file_that_would_not_say_what_was_given_is_refused(
    values: dict[str, Any], schema_path: str, words: str
) -> None:
    with pytest.raises(EditError) as caught:
        new_file(values, schema_path=schema_path)
    assert words in caught.value.message
