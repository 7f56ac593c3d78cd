"""Issue forms as GitHub treats them: which files it accepts, and what it makes of a filled-in one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import yaml

from emp_gitops.core.form_answers import read_form
from emp_gitops.core.form_fields import FORMS
from emp_gitops.core.forms import FormKind, FormRequest

SENT_AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

NEW_ACCOUNT: Mapping[str, str] = {
    "account": "acme-lyon", "name": "Acme Lyon", "customer": "Acme S.A.", "license": "advanced", "datapoints": "60",
    "sector": "offices", "contacts": "facilities@acme.example",
}
"""The answers that a new account needs."""

_TOP = {"name", "description", "title", "labels", "body"}
_ATTRIBUTES = {
    "markdown": {"value"},
    "input": {"label", "description", "placeholder", "value"},
    "textarea": {"label", "description", "placeholder", "value", "render"},
    "dropdown": {"label", "description", "multiple", "options", "default"},
}


def markdown_of(kind: FormKind, answers: Mapping[str, str]) -> str:
    """The text of the issue that a filled-in form becomes."""
    unknown = answers.keys() - {field.id for field in FORMS[kind].fields}
    assert not unknown, unknown
    return "\n\n".join(
        f"### {field.label}\n\n{answers.get(field.id) or '_No response_'}" for field in FORMS[kind].fields
    )


def sent(kind: FormKind, /, body: str | None = None, **answers: str) -> FormRequest:
    """The request in a form that ana sent on 23 November 2026 as issue 7, with these answers or this text."""
    text = markdown_of(kind, answers) if body is None else body
    return read_form(text, issue="#7", requested_by="ana", sent_at=SENT_AT)


def troubles_of(text: str) -> list[str]:
    """What GitHub would refuse in an issue form file, by its documented rules."""
    form = yaml.safe_load(text)  # YAML 1.1, as GitHub reads it
    assert isinstance(form, dict)
    found = [f"unknown key {key}" for key in form.keys() - _TOP]
    found += [f"{key} is no text" for key in ("name", "description", "title") if not _is_text(form.get(key))]
    found += [f"label {label!r}" for label in form["labels"] if not _is_text(label)]
    elements = [part for part in form["body"] if part["type"] != "markdown"]
    if not elements:
        found.append("no field")
    for what, values in (
        ("id", [part["id"] for part in elements]),
        ("label", [_parameterized(part["attributes"]["label"]) for part in elements]),
    ):
        found += [f"{what} {value} twice" for value in set(values) if values.count(value) > 1]
    return found + [trouble for part in form["body"] for trouble in _element_troubles(part)]


def _element_troubles(part: dict[str, Any]) -> Iterator[str]:
    type_, attributes = part["type"], part["attributes"]
    if type_ not in _ATTRIBUTES:
        yield f"unknown type {type_}"
        return
    allowed = {"type", "attributes"} | ({"id", "validations"} if type_ != "markdown" else set())
    yield from (f"unknown key {key}" for key in part.keys() - allowed)
    yield from (f"unknown attribute {key}" for key in attributes.keys() - _ATTRIBUTES[type_])
    yield from (f"{key} is no text" for key, value in attributes.items() if key != "options" and not _is_text(value))
    if type_ == "markdown":
        return
    if not re.fullmatch(r"[A-Za-z0-9_-]+", part["id"]):
        yield f"id {part['id']!r}"
    if part.get("validations", {"required": True}) not in ({"required": True}, {"required": False}):
        yield "validations"
    if re.search(r"password|secret|token|credential", attributes["label"], re.IGNORECASE):
        yield f"forbidden word in {attributes['label']!r}"
    if type_ == "dropdown":
        options = attributes["options"]
        if not options or len(set(map(str, options))) < len(options):
            yield f"options {options}"
        yield from (f"option {option!r}" for option in options if not _is_text(option) or option.lower() == "none")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _parameterized(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")
