"""How values and places are named in messages."""

from __future__ import annotations

from typing import Any

import pytest

from emp_gitops.core.wording import did_you_mean, place, shown


@pytest.mark.parametrize(("value", "words"), [
    ("text", "'text'"), (5, "5"), (True, "true"), (False, "false"), (None, "empty"), ({"a": 1}, "a mapping"), ([1], "a list"),
    ((), "a list"), ("", "''"), ("a\nb", r"'a\nb'"), ("x" * 60, f"'{'x' * 60}'"), ("x" * 61, f"'{'x' * 57}'…"),
])
def test_a_value_is_shown_on_one_short_line(value: Any, words: str) -> None:
    assert shown(value) == words


@pytest.mark.parametrize(("path", "words"), [
    ((), ""), (("name",), "name"), (("subscription", "start"), "subscription.start"), (("contacts", 2), "contacts[2]"),
    (("a", 0, "b"), "a[0].b"),
])
def test_a_place_is_written_as_in_a_program(path: tuple[str | int, ...], words: str) -> None:
    assert place(path) == words


@pytest.mark.parametrize(("word", "words"), [
    ("advnced", "; did you mean 'advanced'?"),
    ("ADVANCED", "; did you mean 'advanced'?"),
    ("Essentials", "; did you mean 'essential'?"),
    ("gold", ""),
    ("", ""),
])
def test_the_nearest_known_word_is_offered_where_it_is_near(word: str, words: str) -> None:
    assert did_you_mean(word, ["essential", "advanced", "enterprise"]) == words


def test_a_known_word_is_offered_as_it_is_written() -> None:
    assert did_you_mean("es", ["DE", "ES"]) == "; did you mean 'ES'?"
