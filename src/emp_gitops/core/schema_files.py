"""The files in `schemas/`: from bytes to a compiled schema, or to the findings that say why there is none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

from emp_gitops.core.findings import Finding, Position
from emp_gitops.core.schema import BASE, DRAFT, Schema

# Both validators nest their own calls with the schema; no schema that a person reads comes near this.
_MAX_LEVELS = 64

_MEND = "mend it, or take the file from an earlier commit"


def parse_schemas(files: Mapping[str, bytes]) -> tuple[dict[str, Any], list[Finding]]:
    """The documents of the schema files by path, and a finding for each that is not JSON."""
    documents: dict[str, Any] = {}
    findings = []
    for path, data in files.items():
        try:
            documents[path] = _parsed(data)
        except json.JSONDecodeError as error:
            message = f"this schema is not valid JSON: {error.msg}"
            at = Position(error.lineno, error.colno)
            findings.append(Finding.error("schema-not-json", path, message, at=at, hint=_MEND))
        except (ValueError, RecursionError):
            message = f"this schema is not JSON in UTF-8 of sensible numbers and at most {_MAX_LEVELS} levels"
            findings.append(Finding.error("schema-not-json", path, message, hint=_MEND))
    return documents, findings


def _parsed(data: bytes) -> Any:
    """Raises ValueError or RecursionError for what is not JSON, or is beyond what both validators can hold."""
    document = json.loads(data.decode("utf-8"))
    json.dumps(document, ensure_ascii=False, allow_nan=False).encode()  # no NaN, no infinity, no half of a character
    if _is_deeper(document, _MAX_LEVELS):
        raise ValueError
    return document


def _is_deeper(node: Any, levels: int) -> bool:
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return any(levels == 0 or _is_deeper(child, levels - 1) for child in children)


def compile_schema(path: str, documents: Mapping[str, Any]) -> tuple[Schema | None, list[Finding]]:
    """The schema at `path`, or the findings that say why there is none."""
    document = documents.get(path)
    if document is None:
        message = f"{path} is missing" if path not in documents else "this schema is empty"
        return None, [Finding.error("schema-missing", path, message, hint="`emp-gitops init` writes one to copy")]
    if not isinstance(document, dict) or "$schema" not in document:
        return None, [_draft_finding(path)]
    for name, other in documents.items():
        if finding := _document_finding(name, other):
            return None, [finding]
    try:
        return Schema(path, documents), []
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        # What is no schema by itself was found before.
        message = f"a reference does not lead to a file in schemas/: {_unreachable(error)}"
        hint = "refer to `#/$defs/…` or a file in schemas/"
        return None, [Finding.error("schema-reference", path, message, hint=hint)]


def _document_finding(path: str, document: Any) -> Finding | None:
    # A draft that the validators do not know would be fetched.
    if isinstance(document, dict) and document.get("$schema", DRAFT) != DRAFT:
        return _draft_finding(path)
    try:
        jsonschema_rs.meta.validate(document)
    except ValueError as error:  # ValidationError is one; numbers that are too large are another
        place = "/".join(map(str, getattr(error, "instance_path", ())))
        return _invalid(path, f"{_first_line(error)}{f' (at {place})' if place else ''}")
    for pattern in _patterns(document):
        try:
            re.compile(pattern)
            jsonschema_rs.Draft202012Validator({"pattern": pattern})
        except (re.error, OverflowError, RecursionError, jsonschema_rs.ValidationError) as error:
            return _invalid(path, f"the pattern {pattern!r} cannot be used: {_first_line(error)}")
    return None


def _patterns(node: Any) -> Iterator[str]:
    """The regular expressions in a schema; each validator understands some that the other does not."""
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield node["pattern"]
        if isinstance(node.get("patternProperties"), dict):
            yield from node["patternProperties"]
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _patterns(child)


def _draft_finding(path: str) -> Finding:
    return Finding.error("schema-draft", path, f'this schema does not declare "$schema": "{DRAFT}"', hint=_MEND)


def _invalid(path: str, reason: str) -> Finding:
    return Finding.error("schema-invalid", path, f"this is no valid JSON Schema: {reason}", hint=_MEND)


def _unreachable(error: Exception) -> str:
    """The address that a reference leads to, where the error is about one, else the error itself."""
    address = re.match(r"Resource '([^']*)'", str(error))
    return address[1].removeprefix(BASE) if address else _first_line(error)


def _first_line(error: Exception) -> str:
    return str(getattr(error, "message", error)).split("\n", 1)[0][:200]
