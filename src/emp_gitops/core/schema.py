"""JSON Schema (draft 2020-12) with one answer from two validators.

jsonschema-rs says whether a value is valid, fast; jsonschema, the reference, says what is wrong where it is not. Both
get the same formats and the same resources, and neither can reach outside the repository's `schemas/` folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from emp_gitops.core.formats import FORMATS

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

DRAFT = "https://json-schema.org/draft/2020-12/schema"

# A base for relative references. `.invalid` is reserved (RFC 2606, section 2) and nothing is ever fetched from it.
BASE = "https://emp-gitops.invalid/"

# jsonschema-rs decides these by itself and jsonschema would not. Draft 2020-12 lets a format be a mere remark, and one
# that `FORMATS` does not decide is such a remark to both.
_UNDECIDED = dict.fromkeys(
    (
        *("date-time", "time", "duration", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6", "uri", "uuid"),
        *("uri-reference", "iri", "iri-reference", "uri-template", "json-pointer", "relative-json-pointer", "regex"),
    ),
    lambda _value: True,
)


class Schema:
    """One schema file, compiled, with the files beside it that it may refer to."""

    def __init__(self, path: str, documents: Mapping[str, Any]) -> None:
        """Raises jsonschema_rs.ValidationError or ReferencingError for a broken schema; see `compile_schema`."""
        self.path = path
        self.document = documents[path]
        self._resources = {BASE + name: document for name, document in documents.items()}
        self._resources |= {
            document["$id"]: document
            for document in documents.values()
            if isinstance(document, dict) and isinstance(document.get("$id"), str)
        }
        self._entry = {"$schema": DRAFT, "$ref": BASE + path}
        self._fast = jsonschema_rs.Draft202012Validator(
            self._entry,
            formats=_UNDECIDED | FORMATS,
            validate_formats=True,
            retriever=self._retrieve,
        )

    def _retrieve(self, uri: str) -> Any:
        return self._resources[uri.removesuffix("#")]

    def is_valid(self, value: Any) -> bool:
        return self._fast.is_valid(value)

    def errors(self, value: Any) -> Iterator[ValidationError]:
        """What the reference validator finds wrong."""
        errors: Iterator[ValidationError] = self._reference.iter_errors(value)
        return errors

    def first_place(self, value: Any) -> tuple[str | int, ...]:
        """The path to something in an invalid value that the fast validator refuses."""
        return tuple(next(self._fast.iter_errors(value)).instance_path)

    @cached_property
    def _reference(self) -> Any:
        from jsonschema import Draft202012Validator, FormatChecker  # noqa: PLC0415 - 0.1 s, only where something is wrong
        from jsonschema.validators import extend  # noqa: PLC0415
        from referencing import Registry, Resource  # noqa: PLC0415
        from referencing.jsonschema import DRAFT202012  # noqa: PLC0415

        def retrieve(uri: str) -> Resource[Any]:
            document = self._retrieve(uri)
            if isinstance(document, dict):  # at "$schema", jsonschema would go back to its own keywords
                document = {key: value for key, value in document.items() if key != "$schema"}
            return DRAFT202012.create_resource(document)

        checker = FormatChecker(formats=())
        for name, function in FORMATS.items():
            checker.checks(name)(function)
        validator = extend(Draft202012Validator, {"uniqueItems": _unique_items})  # type: ignore[no-untyped-call]
        return validator(
            self._entry,
            registry=Registry(retrieve=retrieve),  # type: ignore[call-arg]
            format_checker=checker,
        )


def first_repeat(items: Sequence[Any]) -> int | None:
    """The index of the first of some JSON values that equals an earlier one, or None; in linear time."""
    seen: set[str] = set()
    for index, item in enumerate(items):
        text = json.dumps(item, sort_keys=True)
        if text in seen:
            return index
        seen.add(text)
    return None


def _unique_items(validator: Any, unique: bool, items: Any, _schema: Any) -> Iterator[ValidationError]:
    """`uniqueItems`; jsonschema's own compares every pair of unlike items, a minute for 64 KiB of hostile ones."""
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415 - as in `_reference`

    if unique and validator.is_type(items, "array") and first_repeat(items) is not None:
        yield ValidationError("the items are not unique")
