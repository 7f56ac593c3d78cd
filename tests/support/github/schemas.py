"""Schemas of OpenAPI 3.0 as JSON Schema 2020-12."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

_REFERENCE = "#/components/schemas/"
_ONE = ("items", "additionalProperties", "not")
_SEVERAL = ("allOf", "anyOf", "oneOf")
_DROPPED = ("nullable", "example", "examples", "description", "title", "discriminator", "externalDocs", "deprecated")


def converted(schema: Any) -> Any:
    """OpenAPI's `nullable` as a choice between the rest and null.

    By its letter `nullable` counts only beside a `type`; the description has it beside `oneOf` as well and means the same,
    among others in the bodies that create and update an issue. So it counts everywhere.
    """
    if not isinstance(schema, dict):
        return schema
    found = {key: _part(key, value) for key, value in schema.items() if key not in _DROPPED and not key.startswith("x-")}
    return {"anyOf": [found, {"type": "null"}]} if schema.get("nullable") else found


def closed_over(schema: Schema, components: dict[str, Schema]) -> Schema:
    """The converted schema with the definitions that it refers to, directly or through others."""
    definitions: dict[str, Schema] = {}
    waiting = [*_references(schema)]
    while waiting:
        name = waiting.pop()
        if name not in definitions:
            definitions[name] = converted(components[name])
            waiting.extend(_references(definitions[name]))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": definitions, **schema}


def members(schema: Schema) -> frozenset[str] | None:
    """The names that an object of a closed schema may have at its top, None for any."""
    return _members(schema, schema["$defs"])


def _members(schema: Schema, definitions: dict[str, Schema]) -> frozenset[str] | None:
    if "$ref" in schema:
        return _members(definitions[schema["$ref"].removeprefix("#/$defs/")], definitions)
    if schema.get("additionalProperties") not in (None, False):
        return None
    names = frozenset(schema.get("properties", {}))
    for part in (each for key in _SEVERAL for each in schema.get(key, [])):
        more = _members(part, definitions)
        if more is None:
            return None
        names |= more
    return names


def _part(key: str, value: Any) -> Any:
    if key == "$ref":
        return value.replace(_REFERENCE, "#/$defs/")
    if key == "properties":
        return {name: converted(each) for name, each in value.items()}
    if key in _SEVERAL:
        return [converted(each) for each in value]
    return converted(value) if key in _ONE else value


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(reference := schema.get("$ref"), str):
            yield reference.removeprefix("#/$defs/")
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)
