"""Everything that the strict loader refuses, each with its rule, line and column."""

from __future__ import annotations

import pytest
from yaml.reader import ReaderError

from emp_gitops.core.findings import Position
from emp_gitops.core.loading import load
from emp_gitops.core.loading_problems import syntax_problem
from emp_gitops.core.tree import MAX_FILE_BYTES

Place = tuple[str, int, int]


def places(data: bytes | str) -> list[Place]:
    loaded = load(data if isinstance(data, bytes) else data.encode())
    assert loaded.value is None
    return [(problem.rule, problem.position.line, problem.position.column) for problem in loaded.problems]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        # nothing to read
        ("", ("empty-file", 1, 1)),
        ("\n\n", ("empty-file", 1, 1)),
        ("# only\n# comments\n", ("empty-file", 1, 1)),
        ("---\n...\n", ("empty-file", 1, 1)),
        # encodings
        (b"\xef\xbb\xbfa: 1\n", ("byte-order-mark", 1, 1)),
        ("a: 1\n".encode("utf-16"), ("not-utf-8", 1, 1)),
        ("a: 1\n".encode("utf-16-le"), ("not-utf-8", 1, 1)),
        ("a: 1\n".encode("utf-16-be"), ("not-utf-8", 1, 1)),
        ("a: 1\n".encode("utf-32-be"), ("not-utf-8", 1, 1)),
        ("a: 1\nb: España\n".encode("latin-1"), ("not-utf-8", 2, 8)),
        ("ñ: é\r\nb: ".encode() + b"\xed\xa0\x80", ("not-utf-8", 2, 4)),
        (b"\x89PNG\r\n\x1a\n\0\0", ("not-utf-8", 1, 1)),
        # size and nesting
        (b"a: " + b"x" * MAX_FILE_BYTES, ("file-too-large", 1, 1)),
        ("[" * 11 + "]" * 11, ("nested-too-deep", 1, 11)),
        ("".join(" " * level + "a:\n" for level in range(11)) + " " * 11 + "- x\n", ("nested-too-deep", 11, 11)),
        # anchors, aliases, tags, directives
        ("a: &x 1\n", ("yaml-anchor", 1, 4)),
        ("a:\n  - &x [1]\n", ("yaml-anchor", 2, 5)),
        ("&x a: 1\n", ("yaml-anchor", 1, 1)),
        ("&x\na: 1\n", ("yaml-anchor", 1, 1)),
        ("a: *x\n", ("yaml-alias", 1, 4)),
        ("é: 1\n*x : 1\n", ("yaml-alias", 2, 1)),
        ("a: !!int 3\n", ("yaml-tag", 1, 4)),
        ("a: ! 3\n", ("yaml-tag", 1, 4)),
        ("a: !<tag:x> [1]\n", ("yaml-tag", 1, 4)),
        ("a: !e!x 1\n", ("yaml-tag", 1, 4)),
        ("!!str a: 1\n", ("yaml-tag", 1, 1)),
        ("!!python/object:os.system {}\n", ("yaml-tag", 1, 1)),
        ("a: 1\nb: !%ED%A0%80 1\n", ("yaml-tag", 2, 2)),
        ("a: !%FF 1\n", ("yaml-tag", 1, 4)),
        ("a: !<x 1\n", ("yaml-tag", 1, 4)),
        ("%TAG ! %FF\n---\na: 1\n", ("yaml-directive", 1, 1)),
        ("%TAG ! %ED%A0%80\n---\na: 1\n", ("yaml-tag", 1, 1)),
        ("%YAML x\n---\na: 1\n", ("yaml-directive", 1, 1)),
        ("%YAML 1.2\n---\na: 1\n", ("yaml-directive", 1, 1)),
        ("# c\n%YAML 2.0\n---\na: 1\n", ("yaml-directive", 2, 1)),
        ("%TAG !e! tag:x,2000:\n---\na: 1\n", ("yaml-directive", 1, 1)),
        ("%FOO bar\n---\na: 1\n", ("yaml-directive", 1, 1)),
        # documents
        ("a: 1\n---\nb: 1\n---\nc: 1\n", ("several-documents", 2, 1)),
        ("---\na: 1\n---\n", ("several-documents", 3, 1)),
        # keys
        ("a: 1\nb: 2\na: 3\n", ("duplicate-key", 3, 1)),
        ("s: {a: 1, a: 1}\n", ("duplicate-key", 1, 11)),
        ('"a": 1\n"\\u0061": 2\n', ("duplicate-key", 2, 1)),
        ("'a': 1\na: 2\n", ("duplicate-key", 2, 1)),
        ("<<: {a: 1}\n", ("merge-key", 1, 1)),
        ("a: {<<: {b: 1}}\n", ("merge-key", 1, 5)),
        ("true: 1\n", ("key-not-text", 1, 1)),
        ("a: {~: 1}\n", ("key-not-text", 1, 5)),
        ("12: 1\n", ("key-not-text", 1, 1)),
        ("a: {? : 1}\n", ("key-not-text", 1, 7)),
        ("? [a, b]\n: 1\n", ("key-not-text", 1, 3)),
        ("{a: 1}: 1\n", ("key-not-text", 1, 1)),
        ("? |\n  a\n: 1\n", ("key-not-text", 1, 3)),
        # numbers
        ("a: " + "9" * 5000, ("number-too-long", 1, 4)),
        ("a: -1234567890123456789", ("number-too-long", 1, 4)),
        # characters, raw and by escape
        ("a: b\0c\n", ("refused-character", 1, 5)),
        ("a: 1\n# ok\u202edesrever\n", ("refused-character", 2, 5)),
        ("é: '\u2066x'\n", ("refused-character", 1, 5)),
        ("a: b\x85\n", ("refused-character", 1, 5)),
        ("a: x\ny\u2028z: 1\n", ("refused-character", 2, 2)),
        ("a: \ufeff1\n", ("refused-character", 1, 4)),
        ("a: \ue000\n", ("refused-character", 1, 4)),
        ("a: \uffff\n", ("refused-character", 1, 4)),
        ("a: \x07\x07\x07 \n", ("refused-character", 1, 4)),
        ('a: 1\nb: "x\\u202ey"\n', ("refused-character", 2, 4)),
        ('a: "\\0"\n', ("refused-character", 1, 4)),
        ('a: "\\x1b[31m"\n', ("refused-character", 1, 4)),
        ('a: "\\N"\n', ("refused-character", 1, 4)),
        ('a: "\\L"\n', ("refused-character", 1, 4)),
        ('a: "\\U0010FFFF"\n', ("refused-character", 1, 4)),
        ('"\\uFEFF": 1\n', ("refused-character", 1, 1)),
        ('a: "\\uD800"\n', ("yaml-syntax", 1, 7)),
        ("a: cafe\u0301\n", ("not-nfc", 1, 7)),
        ("a: 1 # \u212bngstrom\n", ("not-nfc", 1, 8)),
        ('a: "cafe\u0301"\n', ("not-nfc", 1, 8)),
        ('a: "cafe\\u0301"\n', ("not-nfc", 1, 4)),
        ('a: "cafe\\\n  \u0301"\n', ("not-nfc", 1, 4)),
        # syntax
        ("a: b: c\n", ("yaml-syntax", 1, 5)),
        ("a: 1\n b: 2\n", ("yaml-syntax", 2, 3)),
        ("a: 1\nb\nc: 1\n", ("yaml-syntax", 2, 1)),
        ("a: 1\nb: 'open\nc: 1\n", ("yaml-syntax", 2, 4)),
        ("a: [1\nb: 2\n", ("yaml-syntax", 1, 4)),
        ("a: {b: 1\nc: 2\n", ("yaml-syntax", 1, 4)),
        ("a:\n\tb: 1\n", ("yaml-syntax", 2, 1)),
        ("a: @b\n", ("yaml-syntax", 1, 4)),
        ("a: *\n", ("yaml-syntax", 1, 4)),
        ("a: ]\n", ("yaml-syntax", 1, 4)),
        ("a: - b\n", ("yaml-syntax", 1, 4)),
        ('a: "\\q"\n', ("yaml-syntax", 1, 5)),
        ("a: 1\n...\nb: 1\n", ("yaml-syntax", 3, 1)),
    ],
)
def test_a_trap_is_refused_where_it_stands(data: bytes | str, expected: Place) -> None:
    assert places(data) == [expected]


def test_all_problems_are_reported_in_order_of_position() -> None:
    text = """\
# \u202e
a: &one 1
"\\u0061": *one
s:
  <<: !!map {b: 1, b: 2}
  1: x
n: 1234567890123456789
a: "\\e"
f: e\u0301
---
t: &two 1
u: 'open
"""
    assert places(text) == [
        ("refused-character", 1, 3),
        ("yaml-anchor", 2, 4),
        ("duplicate-key", 3, 1),
        ("yaml-alias", 3, 11),
        ("merge-key", 5, 3),
        ("yaml-tag", 5, 7),
        ("duplicate-key", 5, 20),
        ("key-not-text", 6, 3),
        ("number-too-long", 7, 4),
        ("duplicate-key", 8, 1),
        ("refused-character", 8, 4),
        ("not-nfc", 9, 4),
        ("several-documents", 10, 1),
        ("yaml-anchor", 11, 4),
        ("yaml-syntax", 12, 4),
    ]


def test_every_problem_says_how_to_mend_it() -> None:
    for data in (b"", b"a: &x 1\nb: *x\na: !t 2\n", b"\xff", b"a: [", b"a: \x01", b"~: 1", b"[" * 20, b"a: e\xcc\x81"):
        for problem in load(data).problems:
            assert problem.message
            assert problem.hint


def test_a_duplicate_names_the_line_of_the_first() -> None:
    (problem,) = load(b"datapoints: 1\nname: x\n\ndatapoints: 2\n").problems
    assert problem.message == "the key 'datapoints' is given twice; the first is in line 1"


def test_every_repetition_of_a_key_names_the_first_and_merge_keys_are_no_repetition() -> None:
    problems = load(b"a: 1\nb: 1\na: 2\na: 3\n<<: 1\n<<: 2\n").problems
    assert [problem.rule for problem in problems] == ["duplicate-key"] * 2 + ["merge-key"] * 2
    assert all(problem.message.endswith("the first is in line 1") for problem in problems[:2])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: Acme: Madrid\n", "no value can begin with the colon here"),
        ("a: 'b' c\n", "here should be a 'key: value'"),
        ("- a\nb: 1\n", "here should be the next item"),
        ("a: - b\n", "a list cannot begin on the line of its key"),
        ("a: `b`\n", "cannot begin with this character"),
        ("a: [,]\n", "a bracket or comma stands where a value should be"),
        ('a: "\\q"\n', "begins no escape"),
        ('a: "\\u12"\n', "lacks hexadecimal digits"),
        ('a: "\\uDC00"\n', "stands for no character"),
        ("a: |x\n  b\n", "nothing but a comment can follow"),
        ("a: 1\n...\nb: 1\n", "the document has ended"),
        ("a: 1\nb\n", "no colon after the key"),
        ("a: 'b\n", "never closed"),
        ("a: [b\n", "the list that begins here"),
        ("a: {b: 1\n", "the mapping that begins here"),
        ("a: *\n", "cannot begin with & or *"),
    ],
)
def test_a_syntax_error_is_told_in_plain_words(text: str, words: str) -> None:
    (problem,) = load(text.encode()).problems
    assert problem.message.startswith("this is not valid YAML: ")
    assert words in problem.message


def test_an_error_that_libyaml_gives_no_place_is_told_where_reading_had_come_to() -> None:
    problem = syntax_problem(ReaderError("x", 3, 0xFF, "utf-8", "odd byte"), Position(4, 2), end=9)
    assert (problem.rule, problem.position) == ("yaml-syntax", Position(4, 2))
    assert "odd byte" in problem.message


def test_a_key_in_a_message_is_short_and_shows_nothing_invisible() -> None:
    key = "k" * 200
    assert len(load(f"{key}: 1\n{key}: 2\n".encode()).problems[0].message) < 120
    problems = load(b'"\\u202e": 1\n"\\u202e": 2\n').problems
    assert "\u202e" not in "".join(problem.message for problem in problems)


@pytest.mark.parametrize(
    "data",
    [
        b"[" * MAX_FILE_BYTES,
        b"{" * MAX_FILE_BYTES,
        b"- " * (MAX_FILE_BYTES // 2),
        b"? " * (MAX_FILE_BYTES // 2),
        b"[a: " * (MAX_FILE_BYTES // 4),
        b"a: " + b"9" * 5000,
        b"9" * MAX_FILE_BYTES,
        b"\0" * MAX_FILE_BYTES,
        b"\x01\n" * (MAX_FILE_BYTES // 2),
        b"*a : &b !c\n" * 5000,
        b"---\n" * (MAX_FILE_BYTES // 4),
        b"a0: &a0 [x, x]\n" + b"".join(b"a%d: &a%d [*a%d, *a%d]\n" % (i, i, i - 1, i - 1) for i in range(1, 40)),
        b"a0: &a0 {k: v}\n" + b"".join(b"a%d: &a%d {<<: [*a%d, *a%d]}\n" % (i, i, i - 1, i - 1) for i in range(1, 24)),
        b'"' + "e\u0301\n".encode() * 15000 + b'"',
    ],
    ids=lambda data: data[:12].decode(errors="replace").replace("\0", "0").replace("\x01", "1"),
)
def test_a_bomb_is_refused_soon(data: bytes) -> None:
    assert load(data).problems
