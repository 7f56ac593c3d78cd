"""Which characters are refused, what counts as composed, and which words mix scripts."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emp_gitops.core.characters import (
    decomposed_at,
    is_nfc,
    mixed_script_word,
    refused_character,
    refused_runs,
    scripts,
    without_refused,
)

REFUSED = {
    "NUL": "\0", "bell": "\a", "vertical tab": "\v", "form feed": "\f", "escape": "\x1b", "unit separator": "\x1f",
    "DEL": "\x7f", "next line": "\x85", "last C1 control": "\x9f", "line separator": "\u2028",
    "paragraph separator": "\u2029", "first embedding": "\u202a", "last override": "\u202e", "first isolate": "\u2066",
    "last isolate": "\u2069", "byte order mark": "\ufeff", "first private use": "\ue000", "last private use": "\uf8ff",
    "private plane 15": "\U000f0000", "private plane 16": "\U0010fffd", "noncharacter": "\ufdd0",
    "end of the first plane": "\uffff", "end of a middle plane": "\U0007fffe", "last code": "\U0010ffff",
    "first surrogate": "\ud800", "last surrogate": "\udfff",
}  # fmt: skip

FINE = {
    "tab": "\t", "line feed": "\n", "carriage return": "\r", "space": " ", "tilde": "~", "no-break space": "\xa0",
    "hyphenation point": "\u2027", "narrow no-break space": "\u202f", "word joiner": "\u2060", "last before": "\ud7ff",
    "first after": "\uf900", "replacement": "\ufffd", "emoji": "\U0001f600", "tag": "\U000e0061", "accent": "é",
}  # fmt: skip


@pytest.mark.parametrize("char", REFUSED.values(), ids=REFUSED.keys())
def test_a_character_that_hides_or_misleads_is_refused_where_it_stands(char: str) -> None:
    found = refused_character(f"Aé\n{char}b")
    assert found is not None
    assert found[0] == 3
    assert found[1].startswith(f"U+{ord(char):04X}")


@pytest.mark.parametrize("char", FINE.values(), ids=FINE.keys())
def test_an_ordinary_character_is_not_refused(char: str) -> None:
    assert refused_character(f"a{char}b") is None


def test_a_refused_character_is_described_by_name_and_by_what_it_does() -> None:
    assert refused_character("\u202e") == (
        0, "U+202E RIGHT-TO-LEFT OVERRIDE, which changes the direction in which text is shown",
    )  # fmt: skip
    assert refused_character("\0\u202e") == (0, "U+0000, an invisible control character")


@given(st.text(st.characters(categories=None)))
def test_the_cheap_question_and_the_thorough_one_agree(text: str) -> None:
    assert refused_character(text) == next(refused_runs(text), None)


@given(st.text(st.sampled_from("a\n\0\u202e\u2066\U0010ffffé")))
def test_runs_are_reported_once_and_masking_leaves_nothing_refused_and_every_index(text: str) -> None:
    starts = [index for index, _ in refused_runs(text)]
    expected = [i for i, char in enumerate(text) if refused_character(char) and not refused_character(text[:i][-1:])]
    assert starts == expected
    masked = without_refused(text)
    assert refused_character(masked) is None
    assert [a for a, b in zip(text, masked, strict=True) if a != b] == [
        char for char in text if refused_character(char)
    ]


@given(st.text())
def test_composed_means_equal_to_its_composed_form(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert is_nfc(text) == (text == composed)
    assert is_nfc(composed)
    assert (decomposed_at(text) is None) == is_nfc(text)


def test_the_first_decomposed_letter_is_found() -> None:
    assert decomposed_at("cafe\u0301") == 3
    assert decomposed_at("é, \u212b") == 3
    assert decomposed_at("café") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", set()),
        ("12 - 3", set()),
        ("Acme", {"Latin"}),
        ("Café 12", {"Latin"}),
        ("Москва", {"Cyrillic"}),
        ("Acme Москва", {"Latin", "Cyrillic"}),
        ("Αθήνα", {"Greek"}),
        ("東京タワーのビル", {"Han", "Katakana", "Hiragana"}),
        ("ｶﾀ", {"Katakana"}),
        ("\uff21cme", {"Latin"}),
        ("\U0001d400", {"Latin"}),
        ("µ", set()),
        ("e\u0328\u0301", {"Latin"}),
    ],
)
def test_scripts_are_those_of_the_letters(text: str, expected: set[str]) -> None:
    assert scripts(text) == expected


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("\u0410cme Madrid", "\u0410cme"),
        ("Hotel P\u0430r\u0456s, Paris", "P\u0430r\u0456s"),
        ("Energ\u03b9a", "Energ\u03b9a"),
        ("(\u0410cme2)", "\u0410cme2"),
        ("Ac\u200bm\u0435", "Ac\u200bm\u0435"),
        ("Acm\u0301\u0435", "Acm\u0301\u0435"),
        ("\u0391\u0412", "\u0391\u0412"),
        ("Acme Москва", None),
        ("IT-отдел", None),
        ("Acme S.A.", None),
        ("東京タワーのABCビル", None),
        ("한국전력 KEPCO한전 漢字한글", None),
        ("한국のビル", "한국のビル"),
        ("µGrid", None),
        ("Cádiz Ørsted Łódź", None),
    ],
)
def test_a_word_that_mixes_scripts_is_found(text: str, word: str | None) -> None:
    assert mixed_script_word(text) == word
