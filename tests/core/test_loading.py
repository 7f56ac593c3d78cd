"""What the strict loader reads, where it says that things stand, and that nothing makes it raise."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from emp_gitops.core.characters import refused_character
from emp_gitops.core.findings import Position
from emp_gitops.core.loading import Loaded, Path, load, locate
from emp_gitops.core.loading_nodes import nodes_of
from support.thorough import examples

EXAMPLE = """\
# yaml-language-server: $schema=../schemas/account.schema.json
name: Acme Madrid HQ
customer: 'Acme S.A.'
datapoints: 120            # at least 20
subscription:
  start: 2026-03-01        # the anchor of the term
  months: 12
"país": España
contacts: [facilities@acme.example, "b@acme.example"]
more:
- one
-   - two
comment: >-
  Pilot site,
  see contract.
empty:
"""

VALUE = {
    "name": "Acme Madrid HQ",
    "customer": "Acme S.A.",
    "datapoints": 120,
    "subscription": {"start": "2026-03-01", "months": 12},
    "país": "España",
    "contacts": ["facilities@acme.example", "b@acme.example"],
    "more": ["one", ["two"]],
    "comment": "Pilot site, see contract.",
    "empty": None,
}


def value_of(text: str) -> Any:
    loaded = load(text.encode())
    assert loaded.problems == ()
    return loaded.value


def test_an_account_file_is_read() -> None:
    assert value_of(EXAMPLE) == VALUE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True), ("false", False), ("null", None), ("~", None),
        ("0", 0), ("-0", 0), ("7", 7), ("-12", -12), ("999999999999999999", 999999999999999999),
        ("True", "True"), ("yes", "yes"), ("NO", "NO"), ("on", "on"), ("Null", "Null"), ("NULL", "NULL"),
        ("1.0", "1.0"), ("1e3", "1e3"), ("01", "01"), ("0o144", "0o144"), ("0x1F", "0x1F"), ("1_000", "1_000"),
        ("+1", "+1"), ("-", [None]), ("--1", "--1"), ("1:30", "1:30"), (".5", ".5"), (".inf", ".inf"), ("١٢", "١٢"),
        ("2026-03-01", "2026-03-01"), ("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"), ("<<", "<<"), ("=", "="),
        ("'true'", "true"), ('"12"', "12"), ("'~'", "~"), ("''", ""), ("|\n  12", "12\n"), (">-\n  true\n", "true"),
        ('"\\u0061\\t\\n"', "a\t\n"), ("a\tb", "a\tb"), ("'<<'", "<<"),
    ],
)  # fmt: skip
def test_a_scalar_is_what_the_rules_say(text: str, expected: Any) -> None:
    found = value_of(f"- {text}\n")[0]
    assert (type(found), found) == (type(expected), expected)


@pytest.mark.parametrize("key", ["no", "1.0", "'1'", '"true"', "'<<'", "2026-03-01", "a b", "'a: b'", "ключ"])
def test_a_text_is_a_key(key: str) -> None:
    assert list(value_of(f"{key}: 1\n")) == [key.strip("'\"")]


@pytest.mark.parametrize(
    "text", ["---\na: 1\n", "a: 1\n...\n", "a: 1", "a: 1\r\n", "a: 1\r", "# c\n\n---\n# d\na: 1\n"]
)
def test_one_document_may_be_marked_as_such(text: str) -> None:
    assert value_of(text) == {"a": 1}


@pytest.mark.parametrize(("text", "expected"), [("[1]", [1]), ("word", "word"), ("null", None), ("''", ""), ("12", 12)])
def test_the_root_may_be_anything_that_is_there(text: str, expected: Any) -> None:
    assert value_of(text) == expected


def test_ten_levels_and_18_digits_and_64_kib_are_allowed() -> None:
    assert value_of("[" * 10 + "]" * 10) is not None
    assert value_of("-" + "9" * 18) == -(10**18) + 1
    assert value_of("a: " + "x" * (65536 - 3)) == {"a": "x" * 65533}


POSITIONS: list[tuple[Path, tuple[int, int], tuple[int, int]]] = [
    ((), (1, 1), (1, 1)),
    (("name",), (2, 7), (2, 1)),
    (("customer",), (3, 11), (3, 1)),
    (("subscription",), (6, 3), (5, 1)),
    (("subscription", "start"), (6, 10), (6, 3)),
    (("subscription", "months"), (7, 11), (7, 3)),
    (("país",), (8, 9), (8, 1)),
    (("contacts",), (9, 11), (9, 1)),
    (("contacts", 1), (9, 37), (9, 37)),
    (("more", 1), (12, 5), (12, 5)),
    (("more", 1, 0), (12, 7), (12, 7)),
    (("comment",), (13, 10), (13, 1)),
    (("empty",), (16, 7), (16, 1)),
    (("missing",), (1, 1), (1, 1)),
    (("subscription", "missing"), (6, 3), (5, 1)),
    (("contacts", 9), (9, 11), (9, 1)),
    (("name", "no", 3, "such"), (2, 7), (2, 1)),
]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize(("path", "value", "key"), POSITIONS, ids=str)
def test_a_path_is_found_where_it_stands(
    path: Path, value: tuple[int, int], key: tuple[int, int], line_end: str
) -> None:
    positions = locate(EXAMPLE.replace("\n", line_end).encode())
    assert positions.value(path) == Position(*value)
    assert positions.key(path) == Position(*key)


# Anything at all.


@given(st.binary(max_size=300))
@settings(max_examples=examples(500))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    assert isinstance(load(data), Loaded)


YAML_PIECES = (
    *"&*!%@`|>?-:,[]{}#'\"\\ \t\n\r~<=.\0\x85\u2028\u202e\ufeff\ue000\uffff\U0010fffeéa1", "e\u0301", "\r\n", "  ", ": ",
    "- ", "--- ", "...", "%YAML 1.1\n", "%TAG !e! x\n", "!e!x ", "!%ED%A0%80 ", "&a ", "*a", "<<: ", "true", "null", "0",
    "99999999999999999999", '"\\u202e"', '"\\ud800"', '"a\\\n', "|+\n", ">2-\n", "? ", "a: ", "  b: ",
)  # fmt: skip


@given(st.lists(st.sampled_from(YAML_PIECES), max_size=40).map("".join) | st.text(st.characters(categories=None)))
@settings(max_examples=examples(1500))
def test_no_text_makes_it_raise_and_what_it_accepts_it_locates(text: str) -> None:
    data = text.encode(errors="surrogatepass")
    loaded = load(data)
    assert loaded.value is None or not loaded.problems
    places = [(problem.position.line, problem.position.column) for problem in loaded.problems]
    assert places == sorted(places)
    lines = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    assert all(1 <= line <= lines + 1 and column >= 1 for line, column in places)
    if not loaded.problems:
        assert paths_of(loaded.value) == list(nodes_of(text))
        assert not any(refused_character(string) for string in strings_of(loaded.value))


def paths_of(value: Any, path: Path = ()) -> list[Path]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for step, item in steps for deeper in paths_of(item, (*path, step)))]


def strings_of(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(string for item in value.values() for string in strings_of(item))]
    if isinstance(value, list):
        return [string for item in value for string in strings_of(item)]
    return [value] if isinstance(value, str) else []


# Documents of ours, written by a small strict dumper, and the same documents read by PyYAML.

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12).filter(
    lambda text: refused_character(text) is None and yaml.reader.Reader.NON_PRINTABLE.search(text) is None
)
COMPOSED = TEXTS.map(lambda text: unicodedata.normalize("NFC", text))
SCALARS = st.none() | st.booleans() | st.integers(-(10**18) + 1, 10**18 - 1) | COMPOSED
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(COMPOSED, inner, max_size=4), max_leaves=12
)


def dumped_flow(value: Any) -> str:
    """JSON is a part of YAML, but for its surrogate pairs."""
    return json.dumps(value, ensure_ascii=False)


def dumped_block(value: Any, indent: str = "") -> str:
    if isinstance(value, dict) and value:
        return "".join(f"{indent}{dumped_key(key)}:{dumped_item(item, indent)}" for key, item in value.items())
    if isinstance(value, list) and value:
        return "".join(f"{indent}-{dumped_item(item, indent)}" for item in value)
    return f"{indent}{dumped_flow(value)}\n"


def dumped_item(item: Any, indent: str) -> str:
    if isinstance(item, (dict, list)) and item:
        return f"  # below\n{dumped_block(item, indent + '  ')}"
    return f" {dumped_flow(item)}  # a comment\n"


def dumped_key(key: str) -> str:
    return json.dumps(key, ensure_ascii=False)


@given(VALUES)
@settings(max_examples=examples(300))
def test_what_a_strict_dumper_writes_is_read_back(value: Any) -> None:
    for text in (dumped_flow(value), dumped_block(value)):
        found = value_of(text)
        assert json.dumps(found) == json.dumps(value)


@given(VALUES)
@settings(max_examples=examples(300))
def test_pyyaml_reads_the_same_where_nothing_depends_on_its_types(value: Any) -> None:
    text = dumped_block(value)
    assert json.dumps(value_of(text)) == json.dumps(yaml.safe_load(text))


@given(VALUES)
def test_every_value_is_located_where_its_text_begins(value: Any) -> None:
    text = dumped_block({"root": value})
    positions, lines = locate(text.encode()), text.split("\n")
    for path in paths_of(value_of(text))[1:]:
        found = value
        for step in path[1:]:
            found = found[step]
        place = positions.value(path)
        at = lines[place.line - 1][place.column - 1 :]
        if not isinstance(found, (dict, list)):
            assert at.startswith(dumped_flow(found))
        if isinstance(path[-1], str):
            place = positions.key(path)
            assert lines[place.line - 1][place.column - 1 :].startswith(dumped_key(path[-1]) + ":")
