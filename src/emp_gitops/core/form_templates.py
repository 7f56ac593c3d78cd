"""The forms as GitHub shows them: issue form files, and links that open a form with answers in it.

The rules that these files keep are GitHub's: no text is a bare one, since `no` or `1.3` would be no text to its reader
of YAML 1.1; labels and ids are unique; a list to choose from is not empty, and none of it is called `None`, which
stands for no choice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from emp_gitops.core.catalogue import Catalogue, Choice
from emp_gitops.core.characters import refused_character, without_refused
from emp_gitops.core.checking import ACCOUNT_SCHEMA, Policy
from emp_gitops.core.form_fields import FORMS, Form, FormField
from emp_gitops.core.forms import FormKind
from emp_gitops.core.tree import FORGE_FOLDER
from emp_gitops.errors import EmpError

FORMS_FOLDER = f"{FORGE_FOLDER}/ISSUE_TEMPLATE"
FORM_LABEL = "application"
"""The label of every issue that a form makes; the workflow looks at no other issue."""

_HEAD = f"# Written by `emp-gitops forms write` from {ACCOUNT_SCHEMA}: change that, and run the command again.\n"
_INTRODUCTION = (
    "For SuperAdmins. Sending this form opens an application in your name: a pull request, which takes effect once "
    "Customer Success has approved it."
)
_CHOOSER = _HEAD + "blank_issues_enabled: true\n"


def issue_forms(policy: Policy) -> dict[str, str]:
    """Every file of the forms by its path in the repository.

    Raises EmpError for a constant of the schema that GitHub cannot offer as a choice.
    """
    texts = {
        _path(kind): "".join(f"{line}\n" for line in _lines(form, policy)) for kind, form in FORMS.items()
    }
    return {**{path: _HEAD + text for path, text in texts.items()}, f"{FORMS_FOLDER}/config.yml": _CHOOSER}


def form_url(server_url: str, repository: str, kind: FormKind, **answers: str) -> str:
    """The address of a form with answers in it, for a repository `OWNER/REPO`; people can still change them.

    Raises ValueError for a field that the form does not have.
    """
    if unknown := answers.keys() - {field.id for field in FORMS[kind].fields}:
        raise ValueError(f"the form {kind} has no field {min(unknown)!r}")
    query = {"template": f"{kind}.yml", **answers}
    encoded = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
    return f"{server_url.rstrip('/')}/{repository}/issues/new?{encoded}"


def _path(kind: FormKind) -> str:
    return f"{FORMS_FOLDER}/{kind}.yml"


def _lines(form: Form, policy: Policy) -> Iterator[str]:
    yield f"name: {_quoted(form.name)}"
    yield f"description: {_quoted(form.description)}"
    yield f"title: {_quoted(form.title)}"
    yield f"labels: [{_quoted(FORM_LABEL)}]"
    yield "body:"
    yield "  - type: markdown"
    yield "    attributes:"
    yield f"      value: {_quoted(_INTRODUCTION)}"
    for field in form.fields:
        about = _about(policy.schema.document, field)
        choices = _choices(policy.catalogue, field, about)
        yield f"  - type: {field.element if choices or field.element != 'dropdown' else 'input'}"
        yield f"    id: {field.id}"
        yield "    attributes:"
        yield from (f"      {line}" for line in _attributes(field, about, choices))
        if field.required:
            yield "    validations:"
            yield "      required: true"


def _attributes(field: FormField, about: Mapping[str, Any], choices: Sequence[Choice]) -> Iterator[str]:
    yield f"label: {_quoted(field.label)}"
    yield from _described(field.help or str(about.get("description", "")), *_explained(choices))
    if choices:
        yield "options:"
        yield from (f"  - {_option(choice, field)}" for choice in choices)
    elif placeholder := field.placeholder or _example(about):
        yield f"placeholder: {_quoted(placeholder)}"


def _described(*lines: str) -> Iterator[str]:
    clean = [line for line in map(_one_line, lines) if line]
    if len(clean) == 1:
        yield f"description: {_quoted(*clean)}"
    elif clean:
        yield "description: |-"
        yield from (f"  {line}" for line in clean)


def _about(document: Any, field: FormField) -> Mapping[str, Any]:
    """What the schema says of the field, nothing where it does not have it."""
    node = document.get("properties", {}).get(field.about, {}) if field.about else {}
    return node if isinstance(node, dict) else {}


def _choices(catalogue: Catalogue, field: FormField, about: Mapping[str, Any]) -> list[Choice]:
    """What there is to choose from; nothing for other fields, and where the schema no longer names any constant."""
    if field.element != "dropdown":
        return []
    if field.about == "license":
        return list(catalogue.licenses.values())
    if field.about == "sector":
        return list(catalogue.sectors.values())
    names = about.get("enum")
    return [Choice(name, name, "") for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _explained(choices: Sequence[Choice]) -> list[str]:
    """The choices in words, where there are words for them."""
    return [f"- `{choice.name}`: {choice.description}" for choice in choices if choice.description]


def _example(about: Mapping[str, Any]) -> str:
    examples = about.get("examples")
    first = examples[0] if isinstance(examples, list) and examples else None
    return _one_line(str(first)) if isinstance(first, str | int) else ""


def _option(choice: Choice, field: FormField) -> str:
    name = choice.name
    if name.casefold() == "none" or name != " ".join(name.split()) or not name or refused_character(name):
        raise EmpError(
            f"GitHub's forms cannot offer the {field.id} {name!r}",
            where=ACCOUNT_SCHEMA,
            hint="give it a name of one line, other than `none`",
        )
    return _quoted(name)


def _quoted(text: str) -> str:
    """The text in quotes, on one line; JSON's escapes are YAML's too."""
    return json.dumps(_one_line(text), ensure_ascii=False)


def _one_line(text: str) -> str:
    return " ".join(without_refused(text).split())
