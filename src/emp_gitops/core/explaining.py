"""What is wrong with a value under a schema, told to the person who wrote the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from emp_gitops.core.explaining_keywords import Explanation, Trouble, explain, explain_key
from emp_gitops.core.schema import Schema
from emp_gitops.core.wording import place

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

__all__ = ["Explanation", "explanations"]


def explanations(schemas: Sequence[Schema], value: Any, *, noun: str) -> list[Explanation]:
    """What is wrong with a value, each thing once; nothing only where it is valid under all of the schemas.

    `noun` is what the whole document is ("an account").
    """
    found: dict[object, Explanation] = {}
    for schema in schemas:
        if not schema.is_valid(value):
            for each in _errors_explained(schema, value, noun) or [_unexplained(schema, value)]:
                found.setdefault((each.rule, each.path, each.message), each)
    return list(found.values())


def _errors_explained(schema: Schema, value: Any, noun: str) -> list[Explanation]:
    try:
        return [each for error in schema.errors(value) for each in _error_explained(error, noun)]
    except RecursionError:  # a schema that refers to itself in a circle; the fast validator notices
        return []


def _unexplained(schema: Schema, value: Any) -> Explanation:
    # The fast validator is stricter in places: at the `$` of a pattern, for one, when a line break follows. Its verdict
    # holds, so it must not pass in silence.
    path = schema.first_place(value)
    return Explanation("schema", path, f"{place(path) or 'this file'} does not have the form that the schema asks for")


def _error_explained(error: ValidationError, noun: str) -> Iterator[Explanation]:
    trouble = Trouble(
        noun=noun,
        path=tuple(error.absolute_path),
        keyword=str(error.validator),
        expected=error.validator_value,
        value=error.instance,
        schema=error.schema if isinstance(error.schema, dict) else {},
        raw=error.message,
    )
    is_about_a_key = "propertyNames" in list(error.absolute_schema_path)[-2:-1]
    return explain_key(trouble) if is_about_a_key else explain(trouble)
