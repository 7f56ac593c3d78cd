"""The text of an issue's file: a heading, what state it is in, a description, then comments, all in Markdown.

People may write anything anywhere in it. Whatever is done to it here leaves every other character as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from emp_gitops.forge.issue_text import hidden, neutral, records_in, title_of

Field = Literal["state", "labels", "assignees"]

AUTHOR = "emp-gitops"
LONGEST_TITLE = 256

_COMMENT = re.compile(r"^<!-- emp-gitops:comment ([0-9a-f]{12}) -->\r?$", re.MULTILINE)
_HEADING = re.compile(r"\A\ufeff?\s*#[^\n]*(?:\n|\Z)")
_FIELDS = re.compile(r"(?:[ \t]*\r?\n)*((?:[ \t]*[-*+][ \t]+[a-z]+[ \t]*:[^\n]*(?:\n|\Z))+)", re.IGNORECASE)
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&$])")
_LINKING = re.compile(r"(@|#|:(?=[/\w])|www(?=\.))", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The description, whose `id` is "", or a comment that the tool wrote, with what people wrote below it."""

    id: str
    text: str

    @property
    def records(self) -> tuple[str, ...]:
        return records_in(self.text)

    @property
    def content(self) -> str:
        """A comment without its marker and its heading."""
        return "\n".join(self.text.split("\n")[2:]).strip("\n")


def new_file(*, title: str, body: str, labels: Iterable[str], assignees: Iterable[str], records: Iterable[str]) -> str:
    # Autolinks come after backslashes are gone, so what starts one is broken by a zero-width non-joiner as well.
    heading = _LINKING.sub("\\1\u200c", _MARKUP.sub(r"\\\1", title_of(title, longest=LONGEST_TITLE)))
    fields = {"state": "open", "labels": _listed(labels), "assignees": _listed(assignees)}
    front = "\n".join(f"- {name}: {value}" for name, value in fields.items() if value)
    return "\n\n".join(part for part in (f"# {heading}", front, *content_of(body, records)) if part) + "\n"


def new_comment(id_: str, body: str, records: Iterable[str], *, on: date) -> Section:
    return _section(id_, f"## {AUTHOR}, {on.isoformat()}", content_of(body, records))


def amended(section: Section, body: str, records: Iterable[str]) -> Section:
    """A comment with another text, under its own heading."""
    return _section(section.id, section.text.split("\n", 2)[1], content_of(body, records))


def content_of(body: str, records: Iterable[str]) -> tuple[str, ...]:
    """The parts of a text that the tool writes, those that are empty left out."""
    return tuple(part for part in (neutral(body), hidden(None, records)) if part)


def _section(id_: str, heading: str, parts: Iterable[str]) -> Section:
    return Section(id=id_, text="\n\n".join([f"<!-- emp-gitops:comment {id_} -->\n{heading}", *parts]))


def sections_of(text: str) -> dict[str, Section]:
    """The description and the comments by their ids; of two with the same id the first."""
    found: dict[str, Section] = {}
    for id_, start, end in _spans(text):
        found.setdefault(id_, Section(id=id_, text=text[start:end].strip("\r\n")))
    return found


def with_comment(text: str, section: Section) -> str:
    """The file with a comment at its end."""
    if not text.endswith("\n"):
        text += "\n"
    return f"{text}\n{section.text}\n"


def with_section(text: str, section: Section) -> str:
    """The file with another text for a comment that is in it."""
    start, end = next((start, end) for id_, start, end in _spans(text) if id_ == section.id)
    old = text[start:end]
    return text[:start] + section.text + old[len(old.rstrip("\r\n")) :] + text[end:]


def field_of(text: str, name: Field) -> str | None:
    """What the list below the heading says, None where it has no such line."""
    place = _place(text, name)
    return text[slice(*place)] if place else None


def is_open(text: str) -> bool:
    return not (field_of(text, "state") or "").lower().startswith("closed")


def with_field(text: str, name: Field, value: str) -> str:
    """The file whose list below the heading says this; the line is added where it is missing."""
    if place := _place(text, name):
        return text[: place[0]] + value + text[place[1] :]
    heading = _HEADING.match(text)
    at = heading.end() if heading else 0
    fields = _FIELDS.match(text, at)
    before, after = text[: fields.end() if fields else at], text[fields.end() if fields else at :]
    end = "\r\n" if text.partition("\n")[0].endswith("\r") else "\n"
    if before and not before.endswith("\n"):
        before += end
    if fields:
        return f"{before}- {name}: {value}{end}{after}"
    above = end if before else ""
    below = "" if after.startswith(("\n", "\r\n")) or not after else end
    return f"{before}{above}- {name}: {value}{end}{below}{after}"


def labels_of(text: str) -> list[str]:
    return [label for each in (field_of(text, "labels") or "").split(",") if (label := each.strip())]


def with_labels(text: str, labels: Iterable[str]) -> str:
    return with_field(text, "labels", _listed(labels))


def _place(text: str, name: Field) -> tuple[int, int] | None:
    """Where the value of a field stands."""
    heading = _HEADING.match(text)
    fields = _FIELDS.match(text, heading.end() if heading else 0)
    if not fields:
        return None
    line = re.compile(rf"^[ \t]*[-*+][ \t]+{name}[ \t]*:[ \t]*([^\r\n]*?)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
    found = line.search(text, *fields.span(1))
    return found.span(1) if found else None


def _listed(values: Iterable[str]) -> str:
    return ", ".join(title_of(value.replace(",", " "), longest=LONGEST_TITLE) for value in values)


def _spans(text: str) -> Iterator[tuple[str, int, int]]:
    """The id of each section, where it begins and where it ends."""
    marks = [*_COMMENT.finditer(text)]
    starts = [*(mark.start() for mark in marks), len(text)]
    yield "", 0, starts[0]
    yield from ((mark[1], start, end) for mark, start, end in zip(marks, starts[:-1], starts[1:], strict=True))
