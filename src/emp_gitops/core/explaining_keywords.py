"""What each keyword of a schema, when a value breaks it, means to the person who wrote the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from emp_gitops.core.formats import date_trouble, email_trouble
from emp_gitops.core.loading_reader import PLAIN_INTEGER
from emp_gitops.core.schema import first_repeat
from emp_gitops.core.wording import did_you_mean, place, shown

_TYPES = {
    "integer": "a whole number",
    "string": "a text",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping of fields",
    "null": "empty",
    "number": "a number",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """`path` leads to the value, or with `at_key` to the key, that the message is about."""

    rule: str
    path: tuple[str | int, ...]
    message: str
    hint: str | None = None
    at_key: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error of the reference validator: at `path`, `value` breaks `keyword`, given in the schema as `expected`."""

    noun: str
    path: tuple[str | int, ...]
    keyword: str
    expected: Any
    value: Any
    schema: Mapping[str, Any]
    raw: str

    @property
    def where(self) -> str:
        return place(self.path) or "this file"

    @property
    def owner(self) -> str:
        return f"{self.noun} has" if len(self.path) == 1 else "it must be"

    @property
    def description(self) -> str | None:
        description = self.schema.get("description")
        return description if isinstance(description, str) else None

    def says(self, rule: str, what: str, hint: str | None = None) -> Explanation:
        return Explanation(rule, self.path, f"{self.where} {what}", hint)


def explain(trouble: Trouble) -> Iterator[Explanation]:
    """One error is explained once, but one about several keys at once (unknown fields) once for each."""
    return _EXPLAINERS.get(trouble.keyword, _anything_else)(trouble)


def explain_key(t: Trouble) -> Iterator[Explanation]:
    """The same where it is the key `t.value` of the mapping at `t.path` that has the wrong form."""
    message = f"{t.where} has the key {shown(t.value)}, which does not have the right form"
    yield Explanation("key-form", (*t.path, t.value), message, t.description, at_key=True)


def _required(t: Trouble) -> Iterator[Explanation]:
    # jsonschema reports each missing field as an error of its own; its message begins with the field's name.
    name = next(name for name in t.expected if t.raw.startswith(repr(name)))
    described = t.schema.get("properties", {}).get(name, {})
    hint = described.get("description") if isinstance(described, dict) else None
    yield Explanation(
        "field-missing", t.path, f"{place((*t.path, name))} is missing; {place(t.path) or t.noun} needs it", hint
    )


def _additional(t: Trouble) -> Iterator[Explanation]:
    known, patterns = list(t.schema.get("properties", {})), list(t.schema.get("patternProperties", {}))
    hint = f"known here: {', '.join(known)}" if known else None
    for name in t.value:
        if name not in known and not any(re.search(pattern, name) for pattern in patterns):
            message = f"unknown field {place((*t.path, name))!r}{did_you_mean(name, known)}"
            yield Explanation("field-unknown", (*t.path, name), message, hint, at_key=True)


def _type(t: Trouble) -> Iterator[Explanation]:
    types: list[str] = t.expected if isinstance(t.expected, list) else [t.expected]
    wanted = " or ".join(_TYPES.get(name, name) for name in types)
    if types == ["string"] and t.schema.get("format") == "date":
        wanted = "a date, written YYYY-MM-DD"
    if not t.path:
        what = f"{'is' if t.value is None else 'holds'} {shown(t.value)}; {t.noun} is {wanted}"
        yield t.says("not-a-mapping", what, "write one `field: value` a line")
    elif t.value is None:
        yield t.says("field-empty", f"is empty; it must be {wanted}", "give a value, or remove the line")
    else:
        kind = " (a text)" if isinstance(t.value, str) else ""
        yield t.says("field-type", f"is {shown(t.value)}{kind}; it must be {wanted}", _in_quotes(t, types))


def _in_quotes(t: Trouble, types: list[str]) -> str | None:
    """How to write the value so that it has the type, where only its quotes make the difference."""
    if isinstance(t.value, str):
        is_number = "integer" in types and PLAIN_INTEGER.fullmatch(t.value)
        if is_number or ("boolean" in types and t.value in ("true", "false")):
            return f"write it without quotes: {t.value}"
    if "string" in types and isinstance(t.value, (int, bool)):
        return f'write it in quotes: "{shown(t.value)}"'
    return t.description


_BOUNDS = {
    "minimum": ("number-too-small", "at least"),
    "exclusiveMinimum": ("number-too-small", "more than"),
    "maximum": ("number-too-large", "at most"),
    "exclusiveMaximum": ("number-too-large", "less than"),
}


def _bound(t: Trouble) -> Iterator[Explanation]:
    rule, words = _BOUNDS[t.keyword]
    low, high = t.schema.get("minimum"), t.schema.get("maximum")
    hint = t.description if low is None or high is None else f"write a number from {low} to {high}"
    yield t.says(rule, f"is {t.value}; {t.owner} {words} {t.expected}", hint)


def _form(t: Trouble) -> Iterator[Explanation]:
    if t.value.strip():
        yield t.says("text-form", f"is {shown(t.value)}, which does not have the right form", t.description)
    elif t.value or t.keyword == "minLength" or "minLength" not in t.schema:
        # An empty text breaks minLength and the not-blank pattern both; one of them speaks.
        yield t.says("text-blank", "is blank", "give a text, or remove the line")


def _too_long(t: Trouble) -> Iterator[Explanation]:
    hint = f"shorten it by {len(t.value) - t.expected:,}"
    yield t.says("text-too-long", f"has {len(t.value):,} characters; at most {t.expected:,} are allowed", hint)


def _few_items(t: Trouble) -> Iterator[Explanation]:
    number = f"has {len(t.value)} entries" if t.value else "is an empty list"
    yield t.says("list-too-short", f"{number}; at least {t.expected} needed", t.description)


def _many_items(t: Trouble) -> Iterator[Explanation]:
    hint = f"remove {len(t.value) - t.expected:,} of them"
    yield t.says("list-too-long", f"has {len(t.value):,} entries; at most {t.expected:,} are allowed", hint)


def _repeats(t: Trouble) -> Iterator[Explanation]:
    repeated = t.value[first_repeat(t.value) or 0]
    yield t.says("list-repeats", f"names {shown(repeated)} twice", "remove one of them")


def _choice(t: Trouble) -> Iterator[Explanation]:
    allowed = _allowed(t)
    one_of = f"one of: {', '.join(allowed)}" if len(allowed) <= 30 else None
    must_be = f"; it must be {one_of}" if one_of else ""
    name = t.path[-1] if t.path and isinstance(t.path[-1], str) else "value"
    if not allowed:
        yield from _anything_else(t)
    elif t.value is None:
        yield t.says("field-empty", f"is empty{must_be}", "give a value, or remove the line")
    elif isinstance(t.value, (dict, list)):
        yield t.says("field-type", f"is {shown(t.value)}{must_be or '; it must be a single value'}", t.description)
    else:
        near = did_you_mean(t.value, allowed) if isinstance(t.value, str) else ""
        yield t.says(f"{name}-unknown".replace("_", "-"), f"{shown(t.value)} is unknown{near}", one_of or t.description)


def _allowed(t: Trouble) -> list[str]:
    """The values to choose from, or nothing where the keyword does not list values."""
    values = t.expected if t.keyword == "enum" else [t.expected]
    if t.keyword in ("oneOf", "anyOf"):
        values = [branch["const"] for branch in t.expected if isinstance(branch, dict) and "const" in branch]
        values = values if len(values) == len(t.expected) else []
    return [value if isinstance(value, str) else shown(value) for value in values]


def _format(t: Trouble) -> Iterator[Explanation]:
    if t.expected == "date":
        yield t.says("date-invalid", f"is {shown(t.value)}; {date_trouble(t.value)}", "for example 2026-03-01")
    elif t.expected == "email":
        yield t.says(
            "email-invalid",
            f"is {shown(t.value)}, which is no email address: {email_trouble(t.value)}",
            "one plain address an entry, for example facilities@acme.example",
        )
    else:
        yield from _anything_else(t)


def _forbidden(t: Trouble) -> Iterator[Explanation]:
    # Under the schema `false`, jsonschema tells the value but not the field; the path leads to what holds it.
    yield t.says("schema", f"has {shown(t.value)} in a field that the schema does not allow", "remove the field")


def _anything_else(t: Trouble) -> Iterator[Explanation]:
    yield t.says("schema", f"is {shown(t.value)}, which the schema does not allow ({t.keyword})", t.description)


_EXPLAINERS: dict[str, Callable[[Trouble], Iterator[Explanation]]] = {
    "required": _required,
    "additionalProperties": _additional,
    "type": _type,
    **dict.fromkeys(_BOUNDS, _bound),
    "minLength": _form,
    "pattern": _form,
    "maxLength": _too_long,
    "minItems": _few_items,
    "maxItems": _many_items,
    "uniqueItems": _repeats,
    "oneOf": _choice,
    "anyOf": _choice,
    "enum": _choice,
    "const": _choice,
    "format": _format,
    "None": _forbidden,  # the schema `false`
}
