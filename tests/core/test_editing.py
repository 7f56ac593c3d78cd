"""Edits of account files, byte for byte."""

from __future__ import annotations

from typing import Any

import pytest

from emp_gitops.core.editing import REMOVE, with_values
from emp_gitops.core.loading import Path

FILE = """\
# yaml-language-server: $schema=../schemas/account.schema.json
name: 'Acme Madrid'       # as on the contract
customer: Acme S.A.
datapoints: 120            # at least 20
subscription:              # renewed twice
  start: 2026-03-01        # the anchor of the term

  # billed yearly
sector: "offices"
contacts:
# first the site
- facilities@acme.example  # by day
- 'noc@acme.example'
-
  night@acme.example
comment: >-  # for the team
  Pilot site,
  see contract.

# the end
"""

CASES: dict[str, tuple[dict[Path, Any], list[tuple[str, str]]]] = {
    "a number keeps the comment behind it": (
        {("datapoints",): 90},
        [("120            # at", "90            # at")],
    ),
    "a text keeps its single quotes": (
        {("name",): "Acme's"},
        [("'Acme Madrid'  ", "'Acme''s'  ")],
    ),
    "a text keeps its double quotes": (
        {("sector",): "retail"},
        [('"offices"', '"retail"')],
    ),
    "a plain text stays plain": (
        {("customer",): "NO"},
        [("Acme S.A.", "NO")],
    ),
    "a text that is no plain text gets quotes": (
        {("customer",): "12"},
        [("Acme S.A.", '"12"')],
    ),
    "a line end in single quotes is escaped in double ones": (
        {("name",): "Acme\nMadrid"},
        [("'Acme Madrid'", '"Acme\\nMadrid"')],
    ),
    "a nested value": (
        {("subscription", "start"): "2027-03-01"},
        [("2026-03-01", "2027-03-01")],
    ),
    "a missing nested key comes after the last one": (
        {("subscription", "months"): 24},
        [("the anchor of the term\n", "the anchor of the term\n  months: 24\n")],
    ),
    "a missing key comes after the last entry": (
        {("country",): "ES", ("rtc_lines",): 4},
        [("  see contract.\n", "  see contract.\ncountry: ES\nrtc_lines: 4\n")],
    ),
    "a block text is replaced whole and keeps the comment of its header": (
        {("comment",): "Short: yes"},
        [(">-  # for the team\n  Pilot site,\n  see contract.\n", '"Short: yes"  # for the team\n')],
    ),
    "a removed entry takes its lines with it": (
        {("datapoints",): REMOVE},
        [("datapoints: 120            # at least 20\n", "")],
    ),
    "a removed block text takes all of its lines with it": (
        {("comment",): REMOVE},
        [("comment: >-  # for the team\n  Pilot site,\n  see contract.\n", "")],
    ),
    "a mapping that loses its last key is an empty one": (
        {("subscription", "start"): REMOVE},
        [
            ("subscription:              #", "subscription: {}              #"),
            ("  start: 2026-03-01        # the anchor of the term\n", ""),
        ],
    ),
    "an added item is written like the others": (
        {("contacts",): ["facilities@acme.example", "noc@acme.example", "night@acme.example", "x@acme.example"]},
        [("  night@acme.example\n", "  night@acme.example\n- x@acme.example\n")],
    ),
    "an item is added in front": (
        {("contacts",): ["x@acme.example", "facilities@acme.example", "noc@acme.example", "night@acme.example"]},
        [("- facilities", "- x@acme.example\n- facilities")],
    ),
    "a removed item takes its line with it": (
        {("contacts",): ["noc@acme.example", "night@acme.example"]},
        [("- facilities@acme.example  # by day\n", "")],
    ),
    "an item that stands below its dash is removed with the dash": (
        {("contacts",): ["facilities@acme.example", "noc@acme.example"]},
        [("-\n  night@acme.example\n", "")],
    ),
    "a changed item keeps its place and quotes": (
        {("contacts",): ["facilities@acme.example", "ops@acme.example", "night@acme.example"]},
        [("'noc@acme.example'", "'ops@acme.example'")],
    ),
    "items that go, change and come": (
        {("contacts",): ["night@acme.example", "a@acme.example", "b@acme.example"]},
        [
            ("- facilities@acme.example  # by day\n- 'noc@acme.example'\n", ""),
            ("  night@acme.example\n", "  night@acme.example\n- a@acme.example\n- b@acme.example\n"),
        ],
    ),
    "a list that loses its last item is an empty one": (
        {("contacts",): []},
        [
            ("contacts:\n", "contacts: []\n"),
            ("- facilities@acme.example  # by day\n- 'noc@acme.example'\n-\n  night@acme.example\n", ""),
        ],
    ),
    "what is so already is no change": (
        {("datapoints",): 120, ("name",): "Acme Madrid", ("country",): REMOVE, ("term", "end"): REMOVE},
        [],
    ),
}


@pytest.mark.parametrize("line_break", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize(("changes", "differences"), CASES.values(), ids=CASES.keys())
def test_an_edit_changes_only_what_it_must(
    changes: dict[Path, Any], differences: list[tuple[str, str]], line_break: str
) -> None:
    expected = FILE
    for old, new in differences:
        assert expected.count(old) == 1
        expected = expected.replace(old, new)
    result = with_values(FILE.replace("\n", line_break).encode(), changes)
    assert result.decode() == expected.replace("\n", line_break)


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        # braces and brackets
        ("s: {a: 1, b: 2}  # c\n", {("s", "b"): 3}, "s: {a: 1, b: 3}  # c\n"),
        ("s: { a: 1 }\n", {("s", "b"): "x, y"}, 's: { a: 1, b: "x, y" }\n'),
        ("s: {a: 1, b: 2, c: 3}\n", {("s", "a"): REMOVE}, "s: {b: 2, c: 3}\n"),
        ("s: {a: 1, b: 2, c: 3}\n", {("s", "c"): REMOVE}, "s: {a: 1, b: 2}\n"),
        ("s: { a: 1 }\n", {("s", "a"): REMOVE}, "s: {}\n"),
        ("s: {}\n", {("s", "a"): True}, "s: {a: true}\n"),
        ("{s: 1}\n", {("t", "a"): 1}, "{s: 1, t: {a: 1}}\n"),
        ("s: {a, b: }\n", {("s", "a"): 1, ("s", "b"): 2}, "s: {a: 1, b: 2}\n"),
        ("c: [a@x, 'b@x']  # c\n", {("c",): ["n@x", "b@x"]}, "c: [n@x, 'b@x']  # c\n"),
        ("c: [a, b, c]\n", {("c",): ["b"]}, "c: [b]\n"),
        ("c: [a]\n", {("c",): ["x", "a", "y: z"]}, 'c: [x, a, "y: z"]\n'),
        ("c: [ ]\n", {("c",): ["x", "y"]}, "c: [x, y ]\n"),
        ("c: [a]\n", {("c",): []}, "c: []\n"),
        ("c: [\n  a,  # one\n  b,  # two\n]\n", {("c",): ["b"]}, "c: [\n  b,  # two\n]\n"),
        ("c: [\n  a,  # one\n  b,  # two\n]\n", {("c",): ["a", "x"]}, "c: [\n  a,  # one\n  x,  # two\n]\n"),
        ("c: [\n  a,  # one\n  b\n]\n", {("c",): ["a"]}, "c: [\n  a,  # one\n  \n]\n"),
        ("{c: [a]}\n", {("d",): 1}, "{c: [a], d: 1}\n"),
        ("{'a:b'}\n", {("a:b",): 1}, "{'a:b': 1}\n"),
        ("'s:':\n  a: 1\n", {("s:", "a"): REMOVE}, "'s:': {}\n"),
        # nothing there yet
        ("a:  # c\nb: 1\n", {("a",): "x"}, "a: x  # c\nb: 1\n"),
        ("a:\nb: 1\n", {("a",): ["x", "y"]}, "a: [x, y]\nb: 1\n"),
        ("a: 1\n", {("s", "x"): 1, ("s", "y"): 2}, "a: 1\ns:\n  x: 1\n  y: 2\n"),
        # values on lines of their own, and over several
        ("a:\n    old text\n    goes on  # c\nb: 1\n", {("a",): "new"}, "a:\n    new  # c\nb: 1\n"),
        ('a: "old\n  text"\nb: 1\n', {("a",): "new"}, 'a: "new"\nb: 1\n'),
        ("a: |+\n  x\n\nb: 1\n", {("a",): "y"}, "a: y\n\nb: 1\n"),
        ("a: |+\n  x\n\nb: 1\n", {("a",): REMOVE}, "b: 1\n"),
        ("a: |\n  x\n\nb: 1\n", {("a",): REMOVE}, "\nb: 1\n"),
        # another kind of value
        ("a: '1'\n", {("a",): 1}, "a: 1\n"),
        ("a: 1\n", {("a",): "1"}, 'a: "1"\n'),
        ("a: 1\n", {("a",): True}, "a: true\n"),
        ("a: x@y\n", {("a",): ["x@y"]}, "a: [x@y]\n"),
        # keys with a question mark
        ("? a\n: 1\n? b\n: 2\n", {("b",): REMOVE, ("a",): 3, ("c",): 4}, "? a\n: 3\nc: 4\n"),
        # the end of the file
        ("a: 1", {("b",): 2}, "a: 1\nb: 2"),
        ("a: 1\r\nb: 2", {("c",): 3}, "a: 1\r\nb: 2\r\nc: 3"),
        ("a: 1\nb: 2", {("b",): REMOVE}, "a: 1\n"),
        ("a: 1  # c", {("a",): 2}, "a: 2  # c"),
        ("a: 1\n...\n", {("b",): 2}, "a: 1\nb: 2\n...\n"),
        ("---\na: 1\n# end", {("b",): 2}, "---\na: 1\nb: 2\n# end"),
        ("a: |\n  x", {("b",): 2}, "b: 2\na: |\n  x"),
        ("s:\n  a: 1\n  b: |\n    x", {("t",): 2}, "t: 2\ns:\n  a: 1\n  b: |\n    x"),
        ("b: 1\na: |\n  x", {("c",): 2}, "b: 1\nc: 2\na: |\n  x"),
        ("a: |\n  x\nb: 1", {("c",): "y, z"}, "a: |\n  x\nb: 1\nc: y, z"),
        ("  a: 1\n  b: 2\n", {("c",): 3}, "  a: 1\n  b: 2\n  c: 3\n"),
        ("l:\n  -   a\n  - b\n", {("l",): ["a", "b", "c"]}, "l:\n  -   a\n  - b\n  -   c\n"),
        ("l:\n  -\n    a\n", {("l",): ["a", "b"]}, "l:\n  -\n    a\n  - b\n"),
    ],
)
def test_an_edit_keeps_the_style_that_it_finds(before: str, changes: dict[Path, Any], after: str) -> None:
    assert with_values(before.encode(), changes).decode() == after


@pytest.mark.parametrize(
    "text",
    ["", "12", "true", "~", "null", " x", "x ", "a: b", "a #b", "x:", "- x", "#", "&a", "*a", "!a", "%a", "@a", "`a", "[",
     "{", "]", "}", ",", "|", ">", "?", ":", "'", '"', "a\nb", "a\tb", "<<", "1.5", "0x1F", "True", "\xa0x"],
)  # fmt: skip
def test_a_text_that_would_read_as_something_else_is_quoted(text: str) -> None:
    assert with_values(b"a: x\n", {("a",): text}).startswith(b'a: "')


@pytest.mark.parametrize(
    "text", ["NO", "yes", "2026-03-01", "a-b", "a:b", "a#b", "x@y.z", "[x"[1:], "é", "it's", "a, b"]
)
def test_a_text_that_reads_as_itself_is_not_quoted(text: str) -> None:
    assert with_values(b"a: x\n", {("a",): text}).decode() == f"a: {text}\n"
