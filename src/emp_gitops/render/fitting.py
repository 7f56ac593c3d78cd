"""Markdown within a size: what sums up is kept, long lists end in "and N more"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from emp_gitops.render.escape import code, markdown

COMMENT_LIMIT = 65_000
"""Bytes of a comment or of a check's summary, with room left for hidden markers. GitHub takes 65,535 characters, of
which there are never more than bytes.
"""

SUMMARY_LIMIT = 1_048_576
"""Bytes of the summary of a job in GitHub Actions."""

LONGEST_VALUE = 160
"""Characters of one value of an account or a name; the file itself has all of it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A list that may lose rows, each of whole lines: a head, the rows, what one is called, a foot. Head and foot may
    be empty.
    """

    head: str
    rows: tuple[str, ...]
    noun: str
    foot: str = ""


def fitted(parts: Sequence[str | Part], limit: int | None, *, rest: str = "") -> str:
    """The parts one below the other in at most `limit` bytes, where there is a limit.

    Texts and heads stay whole. Rows share what is left evenly, and what one list does not need the others get. `rest`
    is Markdown that ends the sentence "and N more …" (" in the job's summary").
    """
    lists = [part for part in parts if isinstance(part, Part)]
    fixed = sum(_size(part) for part in parts if isinstance(part, str)) + len(parts)
    heads = sum(_size(part.head) + _size(part.foot) + _size(_more(part, len(part.rows), rest)) + 4 for part in lists)
    kept = dict(_shares(lists, limit - fixed - heads)) if limit else {id(part): len(part.rows) for part in lists}
    return "\n".join(part if isinstance(part, str) else _cut(part, kept[id(part)], rest) for part in parts)


def _shares(lists: Sequence[Part], room: int) -> Iterator[tuple[int, int]]:
    """How many rows of each part fit, by the part's identity; the shortest are served first."""
    ordered = sorted(lists, key=lambda part: sum(map(_size, part.rows)))
    for served, part in enumerate(ordered):
        share = room // (len(ordered) - served)
        used = count = 0
        for row in part.rows:
            if used + _size(row) + 1 > share:
                break
            used += _size(row) + 1
            count += 1
        room -= used
        yield id(part), count


def _cut(part: Part, count: int, rest: str) -> str:
    left = len(part.rows) - count
    shown = [part.head, *part.rows[:count], part.foot and f"\n{part.foot}"] if count or not left else []
    return "\n".join([*filter(None, [*shown, _more(part, left, rest) if left else ""]), ""])


def _more(part: Part, count: int, rest: str) -> str:
    return f"\n…and {count:,} more {part.noun}{'' if count == 1 else 's'}{rest}."


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def clipped(text: str, length: int = LONGEST_VALUE) -> str:
    """At most `length` characters that begin and end with something to see: blanks there could be markup."""
    shown = text.strip() or "(empty)"
    return shown if len(shown) <= length else f"{shown[: length - 1].rstrip()}…"


def value(text: str, length: int = LONGEST_VALUE) -> str:
    """A value of anybody's as Markdown text of bounded size that does nothing."""
    return markdown(clipped(text, length))


def name(text: str) -> str:
    """An id, a path or a command as a code span; it cannot be taken for one of our hidden markers."""
    return code(clipped(text, 2 * LONGEST_VALUE)).replace("<!--", "<\u200c!--")
