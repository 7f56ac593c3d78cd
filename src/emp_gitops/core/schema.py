"""JSON Schema (draft 2020-12) with one answer from two validators.

jsonschema-rs says whether a value is valid, fast; jsonschema, the reference, says what is wrong where it is not. Both
get the same formats and the same resources, and neither can reach outside the repository's `schemas/` folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from emp_gitops.core.findings import Finding, Position
from emp_gitops.core.formats import FORMATS

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

DRAFT = "https://json-schema.org/draft/2020-12/schema"

# A base for relative references. `.invalid` is reserved (RFC 2606, section 2) and nothing is ever fetched from it.
_BASE = "https://emp-gitops.invalid/"


class Schema:
    """One schema file, compiled, with the files beside it that it may refer to."""

    def __init__(self, path: str, documents: Mapping[str, Any]) -> None:
        """Raises jsonschema_rs.ValidationError or ReferencingError where the schema is broken; see `compile_schema`."""
        self.path = path
        self.document = documents[path]
        self._resources = {_BASE + name: document for name, document in documents.items()}
        self._resources |= {
            document["$id"]: document
            for document in documents.values()
            if isinstance(document, dict) and isinstance(document.get("$id"), str)
        }
        self._entry = {"$schema": DRAFT, "$ref": _BASE + path}
        self._fast = jsonschema_rs.Draft202012Validator(
            self._entry,
            formats=FORMATS,
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

    @cached_property
    def _reference(self) -> Any:
        from jsonschema import Draft202012Validator, FormatChecker  # noqa: PLC0415 - 0.1 s, only where something is wrong
        from referencing import Registry, Resource  # noqa: PLC0415
        from referencing.exceptions import NoSuchResource  # noqa: PLC0415

        def retrieve(uri: str) -> Resource[Any]:
            try:
                return Resource.from_contents(self._retrieve(uri))
            except KeyError:
                raise NoSuchResource(ref=uri) from None  # type: ignore[call-arg]

        checker = FormatChecker(formats=())
        for name, function in FORMATS.items():
            checker.checks(name)(function)
        return Draft202012Validator(
            self._entry,
            registry=Registry(retrieve=retrieve),  # type: ignore[call-arg]
            format_checker=checker,
        )


def parse_schemas(files: Mapping[str, bytes]) -> tuple[dict[str, Any], list[Finding]]:
    """The documents of the schema files by path, and a finding for each that is not JSON."""
    documents: dict[str, Any] = {}
    findings = []
    for path, data in files.items():
        try:
            documents[path] = json.loads(data.decode("utf-8"))
        except json.JSONDecodeError as error:
            findings.append(
                Finding.error(
                    "schema-not-json",
                    path,
                    f"this schema is not valid JSON: {error.msg}",
                    at=Position(error.lineno, error.colno),
                    hint="mend it, or take the file from an earlier commit",
                )
            )
        except (UnicodeDecodeError, RecursionError):
            findings.append(
                Finding.error(
                    "schema-not-json",
                    path,
                    "this schema is not JSON in UTF-8 of a sensible depth",
                    hint="mend it, or take the file from an earlier commit",
                )
            )
    return documents, findings


def compile_schema(path: str, documents: Mapping[str, Any]) -> tuple[Schema | None, list[Finding]]:
    """The schema at `path`, or the findings that say why there is none."""
    hint = "mend it, or take the file from an earlier commit"
    document = documents.get(path)
    if document is None:
        message = f"{path} is missing" if path not in documents else "this schema is empty"
        return None, [Finding.error("schema-missing", path, message, hint="`emp-gitops init` writes one to copy")]
    if not isinstance(document, dict) or document.get("$schema") != DRAFT:
        return None, [
            Finding.error("schema-draft", path, f'this schema does not declare "$schema": "{DRAFT}"', hint=hint)
        ]
    for name, other in documents.items():
        if error := _meta_error(other):
            return None, [Finding.error("schema-invalid", name, f"this is no valid JSON Schema: {error}", hint=hint)]
    try:
        return Schema(path, documents), []
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        message = f"a reference does not lead to a file in this repository: {_first_line(error)}"
        return None, [
            Finding.error("schema-reference", path, message, hint="refer to `#/$defs/…` or a file in schemas/")
        ]


def _meta_error(document: Any) -> str | None:
    try:
        jsonschema_rs.meta.validate(document)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        place = "/".join(map(str, getattr(error, "instance_path", ())))
        return f"{_first_line(error)}{f' (at {place})' if place else ''}"
    return None


def _first_line(error: Exception) -> str:
    return str(getattr(error, "message", error)).split("\n", 1)[0][:200]
