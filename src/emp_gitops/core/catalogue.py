"""The catalogue: which licenses and sectors can be sold, read from the account schema and from nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from emp_gitops.core.findings import Finding

LIMITS = "x-limits"
"""The annotation beside a license's constant: `{"datapoints": 10000}` is the most that an account may have."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One license or sector. `limits` maps a field to the most that an account with this license may have."""

    name: str
    title: str
    description: str
    limits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Licenses and sectors by name, in the schema's order."""

    licenses: Mapping[str, Choice]
    sectors: Mapping[str, Choice]


class _MalformedError(Exception):
    """The schema does not hold the catalogue where and how it should."""


def read_catalogue(path: str, document: Any) -> tuple[Catalogue | None, list[Finding]]:
    """The catalogue in an account schema, or the finding that says why it cannot be read."""
    try:
        return Catalogue(_choices(document, "license"), _choices(document, "sector")), []
    except _MalformedError as error:
        return None, [
            Finding.error(
                "catalogue-malformed",
                path,
                str(error),
                hint='write "oneOf": [{"const": "…", "title": "…"}, …], directly or behind a local "$ref"',
            )
        ]


def _choices(document: Any, name: str) -> dict[str, Choice]:
    place = f"properties.{name}"
    node = _followed(document, _member(_member(document, "properties", place), name, place), place)
    entries = node.get("oneOf")
    if not isinstance(entries, list) or not entries:
        raise _MalformedError(f"{place} has no oneOf with the constants to choose from")
    choices: dict[str, Choice] = {}
    for entry in entries:
        choice = _choice(_followed(document, entry, place), place)
        if choice.name in choices:  # neither could ever be chosen, as exactly one of them has to fit
            raise _MalformedError(f"{place} names {choice.name!r} twice")
        choices[choice.name] = choice
    return choices


def _choice(entry: dict[str, Any], place: str) -> Choice:
    name, limits = entry.get("const"), entry.get(LIMITS, {})
    if not isinstance(name, str):
        raise _MalformedError(f"an entry of {place} has no text as its const")
    if not isinstance(limits, dict) or not all(type(limit) is int and limit >= 0 for limit in limits.values()):
        raise _MalformedError(f"{LIMITS} of {name!r} in {place} must map fields to whole numbers")
    if unknown := limits.keys() - {"datapoints", "rtc_lines"}:
        raise _MalformedError(
            f"{LIMITS} of {name!r} in {place} limits {min(unknown)!r}; datapoints and rtc_lines can be limited"
        )
    return Choice(name, str(entry.get("title", name)), str(entry.get("description", "")), limits)


def _followed(document: Any, node: Any, place: str) -> dict[str, Any]:
    for _ in range(10):
        if not isinstance(node, dict):
            raise _MalformedError(f"{place} is not a schema object")
        reference = node.get("$ref")
        if "oneOf" in node or "const" in node or not isinstance(reference, str):
            return node
        if not reference.startswith("#/"):
            raise _MalformedError(f"{place} refers to {reference!r}; the catalogue stays in this file")
        node = document
        for step in reference[2:].split("/"):
            node = _member(node, step.replace("~1", "/").replace("~0", "~"), place)
    raise _MalformedError(f"{place} refers in a circle")


def _member(node: Any, key: str, place: str) -> Any:
    if not isinstance(node, dict) or key not in node:
        raise _MalformedError(f"{place} is missing")
    return node[key]
