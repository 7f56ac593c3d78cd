"""The files of `schemas/`, and ways to look into them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from emp_gitops.core.model import Account

SCHEMAS = {
    path.name: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parents[1] / "schemas").glob("*.json"))
}
INPUTS = ("account.schema.json", "config.schema.json")
OUTPUTS = tuple(name for name in SCHEMAS if name not in INPUTS)
ACCOUNT, CONFIG, PLAN = SCHEMAS["account.schema.json"], SCHEMAS["config.schema.json"], SCHEMAS["plan.schema.json"]

REGISTRY: Registry[Any] = Registry().with_resources(
    (name, Resource.from_contents(document)) for name, document in SCHEMAS.items()
)


def is_valid(name: str, value: Any, *, place: str = "") -> bool:
    """Whether the value fits the schema, or the part of it at a JSON pointer."""
    reference = {"$ref": f"{name}#{place}"}
    return Draft202012Validator(
        reference, registry=REGISTRY, format_checker=Draft202012Validator.FORMAT_CHECKER,
    ).is_valid(value)


def parts(node: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object in a schema document with its JSON pointer."""
    if isinstance(node, dict):
        yield place, node
        for key, child in node.items():
            yield from parts(child, f"{place}/{key}")
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from parts(child, f"{place}/{index}")


def object_schemas(document: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for place, part in parts(document):
        if part.get("type") == "object":
            yield place, part


def sample_account(**fields: Any) -> Account:
    return Account(**{
        "name": "Acme Lyon", "customer": "Acme S.A.", "license": "any", "datapoints": 60, "start": date(2025, 12, 10),
        "months": 12, "sector": "any", "contacts": ("a@acme.example",), **fields,
    })
