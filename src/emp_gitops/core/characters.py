"""Questions about characters: which ones are refused, whether a text is composed, which scripts it is written in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

# What a reader cannot see, cannot tell apart, or sees in another order than it is stored. Tab and line ends are fine.
_CONTROL: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_SEPARATOR: Final = "\u2028\u2029"
_BIDIRECTIONAL: Final = "\u202a-\u202e\u2066-\u2069"
_BYTE_ORDER_MARK: Final = "\ufeff"
_PRIVATE_USE: Final = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_NONCHARACTER: Final = "\ufdd0-\ufdef" + "".join(
    chr(plane + 0xFFFE) + chr(plane + 0xFFFF) for plane in range(0, 0x110000, 0x10000)
)
_SURROGATE: Final = "\ud800-\udfff"

_KINDS: Final = (
    (_CONTROL, "an invisible control character"),
    (_SEPARATOR, "an invisible line separator"),
    (_BIDIRECTIONAL, "which changes the direction in which text is shown"),
    (_BYTE_ORDER_MARK, "a byte order mark"),
    (_PRIVATE_USE, "a private-use character that each computer may show differently"),
    (_NONCHARACTER, "a code that is no character"),
    (_SURROGATE, "half of a character (a lone surrogate)"),
)
_KIND_PATTERNS: Final = tuple((re.compile(f"[{kind}]"), words) for kind, words in _KINDS)
_REFUSED: Final = re.compile("[" + "".join(kind for kind, _ in _KINDS) + "]+")

# Scripts that one writing system mixes within a word, as Japanese and Korean do; each also takes in Latin letters.
_MIXING_SYSTEMS: Final = (
    frozenset({"Latin", "Han", "Hiragana", "Katakana"}),
    frozenset({"Latin", "Han", "Hangul"}),
    frozenset({"Latin", "Han", "Bopomofo"}),
)
_MICRO_SIGN: Final = "\u00b5"  # compatible with the Greek letter, but a sign of its own beside any script


def refused_character(text: str) -> tuple[int, str] | None:
    """The first character that no file of ours may hold: its index and a description; None where all are fine."""
    # All refused characters are unprintable, which is asked at a tenth of the pattern's cost.
    if text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable():
        return None
    return next(refused_runs(text), None)


def refused_runs(text: str) -> Iterator[tuple[int, str]]:
    """Every run of refused characters, each as the index and the description of its first."""
    return ((match.start(), _described(match[0][0])) for match in _REFUSED.finditer(text))


def without_refused(text: str) -> str:
    """The text with U+FFFD for each refused character, so that every index stays."""
    return _REFUSED.sub(lambda match: "\ufffd" * len(match[0]), text)


def _described(char: str) -> str:
    name = unicodedata.name(char, "")
    kind = next(words for pattern, words in _KIND_PATTERNS if pattern.match(char))
    return f"U+{ord(char):04X}{' ' * bool(name)}{name}, {kind}"


def is_nfc(text: str) -> bool:
    """Whether the text is in Unicode's composed form, in which one text is written in one way only."""
    return text.isascii() or unicodedata.is_normalized("NFC", text)


def decomposed_at(text: str) -> int | None:
    """The index from which the text differs from its composed form; None where it does not."""
    if is_nfc(text):
        return None
    composed = unicodedata.normalize("NFC", text)
    return next((index for index, pair in enumerate(zip(text, composed, strict=False)) if pair[0] != pair[1]), 0)


def scripts(text: str) -> frozenset[str]:
    """The scripts of the text's letters, such as `Latin` and `Cyrillic`; digits, signs and marks have none."""
    if text.isascii():
        return frozenset({"Latin"}) if any(map(str.isalpha, text)) else frozenset()
    return frozenset(filter(None, map(_script, text)))


@lru_cache(maxsize=1024)
def _script(char: str) -> str | None:
    if unicodedata.category(char) not in {"Lu", "Ll", "Lt", "Lo"} or char == _MICRO_SIGN:
        return None
    # A compatibility form (fullwidth, mathematical) is of the script of the letter that it stands for.
    name = unicodedata.name(unicodedata.normalize("NFKC", char)[0], "")
    script = name.split(" ", 1)[0].title()
    return {"Cjk": "Han", "": None}.get(script, script)


def mixed_script_word(text: str) -> str | None:
    """The first word that mixes scripts, as a Latin word with one Cyrillic letter does; None where there is none.

    What Japanese and Korean mix in ordinary writing does not count. A word ends at any space or punctuation.
    """
    if text.isascii():
        return None
    return next((word for word in _words(text) if _is_mixed(scripts(word))), None)


def _words(text: str) -> list[str]:
    return "".join(char if unicodedata.category(char)[0] in "LMN" or _joins(char) else " " for char in text).split()


def _joins(char: str) -> bool:
    """Invisible format characters do not end a word: they would hide what stands beside them."""
    return unicodedata.category(char) == "Cf"


def _is_mixed(found: frozenset[str]) -> bool:
    return len(found) > 1 and not any(found <= system for system in _MIXING_SYSTEMS)
