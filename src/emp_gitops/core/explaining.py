"""What a schema error means to the person who wrote the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from emp_gitops.core.formats import date_trouble, email_trouble

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_TYPES = {
    "integer": "a whole number", "string": "a text", "boolean": "true or false", "array": "a list",
    "object": "a mapping of fields", "null": "empty", "number": "a number",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """`path` leads to the value, or with `at_key` to the key, that the message is about."""

    rule: str
    path: tuple[str | int, ...]
    message: str
    hint: str | None = None
    at_key: bool = False


def explain(error: ValidationError, *, noun: str) -> Iterator[Explanation]:
    """Explain one error of the reference validator; `noun` is what the whole document is ("an account").

    An error about several keys at once (unknown fields) gives one explanation for each.
    """
    yield from _EXPLAINERS.get(str(error.validator), _anything_else)(error, noun)


def did_you_mean(value: str, known: Mapping[str, Any] | list[str]) -> str:
    """`; did you mean 'x'?` for the nearest known word, or nothing."""
    by_folded = {word.casefold(): word for word in known}
    near = get_close_matches(value.casefold(), list(by_folded), n=1, cutoff=0.6)
    return f"; did you mean {by_folded[near[0]]!r}?" if near else ""


def shown(value: Any) -> str:
    """A value as a person would point at it: texts quoted, long ones cut."""
    if isinstance(value, (dict, list)):
        return "a mapping" if isinstance(value, dict) else "a list"
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if len(str(value)) <= 60 else f"{str(value)[:57]!r}…"


def place(path: tuple[str | int, ...]) -> str:
    """`subscription.start`, `contacts[2]`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _subject(error: ValidationError) -> tuple[tuple[str | int, ...], str]:
    path = tuple(error.absolute_path)
    return path, place(path) or "this file"


def _required(error: ValidationError, noun: str) -> Iterator[Explanation]:
    path, _ = _subject(error)
    # jsonschema reports each missing field as an error of its own; its name is the one the instance lacks.
    name = next(name for name in error.validator_value if repr(name) in error.message)
    owner = place(path) or noun
    yield Explanation("field-missing", path, f"{place((*path, name))} is missing; {owner} needs it", _described(error, name))


def _described(error: ValidationError, name: str) -> str | None:
    schema = error.schema.get("properties", {}).get(name, {}) if isinstance(error.schema, dict) else {}
    return schema.get("description") if isinstance(schema, dict) else None


def _additional(error: ValidationError, _noun: str) -> Iterator[Explanation]:
    path, _ = _subject(error)
    known = list(error.schema.get("properties", {})) if isinstance(error.schema, dict) else []
    for name in error.instance:
        if name not in known:
            yield Explanation(
                "field-unknown", (*path, name), f"unknown field {place((*path, name))!r}{did_you_mean(name, known)}",
                f"known here: {', '.join(known)}", at_key=True,
            )


def _type(error: ValidationError, noun: str) -> Iterator[Explanation]:
    path, where = _subject(error)
    types = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    wanted = " or ".join(_TYPES.get(name, name) for name in types)
    if not path:
        yield Explanation("not-a-mapping", path, f"this file holds {shown(error.instance)}; {noun} is {wanted}",
                          "write one `field: value` a line")
    elif error.instance is None:
        yield Explanation("field-empty", path, f"{where} is empty; it is {wanted}", "give a value, or remove the line")
    else:
        kind = " (a text)" if isinstance(error.instance, str) else ""
        yield Explanation("field-type", path, f"{where} is {shown(error.instance)}{kind}; it must be {wanted}")


def _minimum(error: ValidationError, noun: str) -> Iterator[Explanation]:
    path, where = _subject(error)
    owner = f"{noun} has" if len(path) == 1 else "it must be"
    yield Explanation("number-too-small", path, f"{where} is {error.instance}; {owner} at least {error.validator_value}")


def _maximum(error: ValidationError, noun: str) -> Iterator[Explanation]:
    path, where = _subject(error)
    owner = f"{noun} has" if len(path) == 1 else "it must be"
    yield Explanation("number-too-large", path, f"{where} is {error.instance}; {owner} at most {error.validator_value}")


def _blank(error: ValidationError, _noun: str) -> Iterator[Explanation]:
    path, where = _subject(error)
    schema = error.schema if isinstance(error.schema, dict) else {}
    if error.instance.strip():
        yield Explanation("text-form", path, f"{where} is {shown(error.instance)}, which does not have the right form",
                          schema.get("description"))
    elif error.instance or error.validator == "minLength" or "minLength" not in schema:
        # An empty text breaks minLength and the not-blank pattern both; one of them speaks.
        yield Explanation("text-blank", path, f"{where} is blank", "give a text, or remove the line")


def _too_long(error: ValidationError, _noun: str) -> Iterator[Explanation]:
    path, where = _subject(error)
    yield Explanation("text-too-long", path,
                      f"{where} has {len(error.instance)} characters; at most {error.validator_value} are allowed")


def _min_items(error: ValidationError, _noun: str) -> Iterator[Explanation]:
    path, where = _subject(error)
    yield Explanation("list-too-short", path, f"{where} has {len(error.instance)} entries; at least {error.validator_value} needed")


def _max_items(error: ValidationError, _noun: str) -> Iterator[Explanation]:
    path, where = _subject(error)
    yield Explanation("list-too-long", path, f"{where} has {len(error.instance)} entries; at most {error.validator_value} are allowed")


def _unique(error: ValidationError, _noun: str) -> Iterator[Explanation]:
    path, where = _subject(error)
    repeated = next((item for i, item in enumerate(error.instance) if item in error.instance[:i]), None)
    yield Explanation("list-repeats", path, f"{where} names {shown(repeated)} twice", "remove one of them")


def _choice(error: ValidationError, _noun: str) -> Iterator[Explanation]:
    path, where = _subject(error)
    allowed = _allowed(error)
    if not allowed:
        yield from _anything_else(error, _noun)
        return
    value = error.instance
    near = did_you_mean(value, allowed) if isinstance(value, str) else ""
    listed = ", ".join(allowed) if len(allowed) <= 30 else None
    hint = f"one of: {listed}" if listed else error.schema.get("description") if isinstance(error.schema, dict) else None
    yield Explanation(f"{path[-1] if path and isinstance(path[-1], str) else 'value'}-unknown".replace("_", "-"),
                      path, f"{where} {shown(value)} is unknown{near}", hint)


def _allowed(error: ValidationError) -> list[str]:
    if error.validator == "enum":
        return [str(value) for value in error.validator_value]
    if error.validator == "const":
        return [str(error.validator_value)]
    branches = error.validator_value
    constants = [branch["const"] for branch in branches if isinstance(branch, dict) and "const" in branch]
    return [str(value) for value in constants] if len(constants) == len(branches) else []


def _format(error: ValidationError, _noun: str) -> Iterator[Explanation]:
    path, where = _subject(error)
    if error.validator_value == "date":
        reason = date_trouble(error.instance)
        yield Explanation("date-invalid", path, f"{where} is {shown(error.instance)}; {reason}", "for example 2026-03-01")
    elif error.validator_value == "email":
        reason = email_trouble(error.instance) or "it is not one plain address"
        yield Explanation("email-invalid", path, f"{where} is {shown(error.instance)}, which is no email address: {reason}",
                          "one plain address an entry, for example facilities@acme.example")
    else:
        yield from _anything_else(error, _noun)


def _anything_else(error: ValidationError, _noun: str) -> Iterator[Explanation]:
    path, where = _subject(error)
    description = error.schema.get("description") if isinstance(error.schema, dict) else None
    yield Explanation("schema", path, f"{where} is {shown(error.instance)}, which the schema does not allow ({error.validator})",
                      description)


_EXPLAINERS: dict[str, Callable[[ValidationError, str], Iterator[Explanation]]] = {
    "required": _required, "additionalProperties": _additional, "type": _type,
    "minimum": _minimum, "exclusiveMinimum": _minimum, "maximum": _maximum, "exclusiveMaximum": _maximum,
    "minLength": _blank, "pattern": _blank, "maxLength": _too_long,
    "minItems": _min_items, "maxItems": _max_items, "uniqueItems": _unique,
    "oneOf": _choice, "anyOf": _choice, "enum": _choice, "const": _choice, "format": _format,
}
