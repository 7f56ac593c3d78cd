"""Holds requests and answers to GitHub's description of its API."""

from __future__ import annotations

from functools import cache, cached_property
from typing import Any

from jsonschema_rs import Draft202012Validator

from support.github.description import Description, description
from support.github.schemas import members

JSON = "application/json"
_NAMES = {"type": "array", "items": {"type": "string"}}
_LABELS = {"anyOf": [_NAMES, {"type": "object", "required": ["labels"], "properties": {"labels": _NAMES}}]}
_BODIES = dict.fromkeys(
    (f"{method} /repos/{{owner}}/{{repo}}/issues/{{issue_number}}/labels" for method in ("POST", "PUT")), _LABELS
)
"""Where the description allows in words, and GitHub takes, what its schema leaves out: a list of labels by itself."""

_BOOLEANS = {"true": True, "false": False}
_ERROR = {"$ref": "#/components/schemas/basic-error"}


class Operation:
    """One method of one path template. Its troubles are sentences, none where everything fits."""

    def __init__(self, known: Description, method: str, template: str) -> None:
        found = known.operation(method, template)
        assert found is not None, f"GitHub's description has no {method} {template}"
        self.name = f"{method} {template}"
        self._known = known
        self._operation = found
        self._validators: dict[str, Draft202012Validator] = {}

    def request_troubles(self, query: dict[str, str], body: Any) -> list[str]:
        """`body` is None for none at all."""
        return [*self._query_troubles(query), *self._body_troubles(body)]

    def answer_troubles(self, status: int, body: Any) -> list[str]:
        """`body` is None for none at all."""
        responses = self._operation["responses"]
        described = self._known.resolved(responses[str(status)]) if str(status) in responses else None
        if described is None and status < 400:
            return [f"{self.name} never answers {status}"]
        contents = described.get("content", {}) if described else {JSON: {"schema": _ERROR}}
        if not contents:
            return [] if body is None else [f"{self.name} answers {status} without a body"]
        return self._fit(f"{self.name} answers {status}", next(iter(contents.values()))["schema"], body)

    @cached_property
    def _queries(self) -> dict[str, dict[str, Any]]:
        return self._known.parameters(self._operation, "query")

    def _query_troubles(self, query: dict[str, str]) -> list[str]:
        troubles = []
        for name, text in query.items():
            if name in self._queries:
                schema = self._queries[name]["schema"]
                troubles += self._fit(f"{self.name} with {name}", schema, _read(text, schema))
            else:
                troubles.append(f"{self.name} has no query parameter {name!r}")
        return troubles

    def _body_troubles(self, body: Any) -> list[str]:
        described = self._operation.get("requestBody")
        if described is None:
            return [] if body is None else [f"{self.name} takes no body"]
        if body is None:
            return [f"{self.name} needs a body"] if described.get("required") else []
        schema = _BODIES.get(self.name, described["content"][JSON]["schema"])
        known = members(self._known.schema(schema))
        # GitHub overlooks what it does not know; here it is most likely a slip of the pen.
        strange = sorted(set(body) - known) if known is not None and isinstance(body, dict) else []
        return [f"{self.name} has no {name!r} in its body" for name in strange] + self._fit(self.name, schema, body)

    def _fit(self, what: str, schema: dict[str, Any], value: Any) -> list[str]:
        if what not in self._validators:
            self._validators[what] = Draft202012Validator(self._known.schema(schema), validate_formats=True)
        return [
            f"{what}: {'/'.join(map(str, error.instance_path)) or 'the whole'}: {error.message[-300:]}"
            for error in self._validators[what].iter_errors(value)
        ]


@cache
def operation(method: str, template: str) -> Operation:
    """Kept for the whole run of tests, with the validators that it has made."""
    return Operation(description(), method, template)


def _read(text: str, schema: dict[str, Any]) -> Any:
    """The text of a query parameter as the value that its schema is about."""
    kinds = {schema.get("type"), *(each.get("type") for key in ("oneOf", "anyOf") for each in schema.get(key, []))}
    if "integer" in kinds and text.isdecimal():
        return int(text)
    return _BOOLEANS.get(text, text) if "boolean" in kinds else text
