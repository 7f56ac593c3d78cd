"""Names of accounts and customers: when two are one to a reader, and what makes one hard to see."""

from __future__ import annotations

import unicodedata

NameKey = tuple[str, str]


def name_key(customer: str, name: str) -> NameKey:
    """Equal for names that people take for one of the same customer's: white space counts as one blank, case and
    invisible characters do not count.
    """
    return _as_read(customer), _as_read(name)


def name_trouble(text: str) -> str | None:
    """What a reader would not see in a name of one line, as the end of a sentence; None for a good one."""
    if not _as_read(text):
        return "holds nothing but invisible characters"
    if text != text.strip():
        return "begins or ends with white space"
    return "holds a tab" if "\t" in text else None


def _as_read(text: str) -> str:
    if not text.isascii():
        text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return " ".join(text.casefold().split())
