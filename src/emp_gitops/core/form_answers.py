"""A filled-in form: from the Markdown that GitHub makes of it to the account that it asks for.

The Markdown is a heading of level three for each field, in the form's order, with the answer below it. Anybody may have
written it, also without a form, and a link may have filled it in; so nothing is guessed. It is read only if it has
exactly the headings of one form, and no answer has a line that a reader would take for a heading, whether it is written
with `#`, with a line below it, or in HTML.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from emp_gitops.core.characters import decomposed_at, refused_character
from emp_gitops.core.form_fields import FORMS, Form, FormField
from emp_gitops.core.forms import FormIssue, FormRequest
from emp_gitops.core.model import Account
from emp_gitops.core.requests import (
    addresses,
    first_day,
    number_of_months,
    whole_number,
    with_datapoints,
    with_license,
    with_renewal,
)
from emp_gitops.core.term import DEFAULT_MONTHS
from emp_gitops.errors import EmpError

MAX_CHARACTERS = 65_536
"""GitHub's own limit for the text of an issue."""

_BLANK = {"input": ("", "_No response_"), "textarea": ("", "_No response_"), "dropdown": ("", "_No response_", "None")}
_HEADING = re.compile(r"### (.+)")
_LIKE_A_HEADING = re.compile(r"#{1,6}(?:\s|$)|(?:=+|-+)$|.*</?h[1-6]\b", re.IGNORECASE)
_AGAIN = "send a new form; what it asks for goes below its headings"

_LABELS = frozenset(label for form in FORMS.values() for label in form.labels)
_FOLDED_LABELS = frozenset(label.casefold() for label in _LABELS)


class FormError(EmpError):
    """A form that cannot be read, or asks for what cannot be."""


def request_in(issue: FormIssue) -> FormRequest:
    """What the author of an issue asks for with it. Raises FormError, also where somebody else had a hand in its text:
    whoever may write to a repository may edit anybody's issue, and would ask in the author's name.
    """
    if issue.other_editors:
        raise FormError(
            f"{issue.other_editors[0]} has edited this form, which {issue.author} sent",
            where=issue.issue,
            hint=f"{issue.author} sends a new one",
        )
    return read_form(issue.text, issue=issue.issue, requested_by=issue.author, sent_at=issue.sent_at)


def read_form(body: str, *, issue: str, requested_by: str, sent_at: datetime) -> FormRequest:
    """The request in the text of an issue (`#7`), for the login that opened it, at a moment in UTC. Raises FormError
    with everything that is wrong.
    """
    if len(body) > MAX_CHARACTERS:
        raise FormError(f"the form has more than {MAX_CHARACTERS:,} characters", where=issue)
    text = body.replace("\r\n", "\n").replace("\r", "\n")
    sections = _sections(text, issue)
    form = _form_of([label for label, _ in sections], issue)
    answers: dict[str, str] = {}
    troubles: list[FormError] = []
    for field, (_, given) in zip(form.fields, sections, strict=True):
        answer = given.strip()
        is_blank = answer in _BLANK[field.element]
        troubles += (FormError(trouble, where=issue, hint=hint) for trouble, hint in _troubles(field, answer, is_blank))
        if not is_blank:
            answers[field.id] = answer
    _raise_all(troubles)
    return FormRequest(kind=form.kind, issue=issue, requested_by=requested_by, sent_at=sent_at, answers=answers)


def _sections(text: str, issue: str) -> list[tuple[str, str]]:
    """The labels in the text, and what stands below each."""
    sections: list[tuple[str, list[str]]] = []
    for number, line in enumerate(text.split("\n"), 1):
        heading = _HEADING.fullmatch(line)
        if heading and heading[1] in _LABELS:
            sections.append((heading[1], []))
        elif _is_like_a_heading(line):
            raise FormError(
                "a line looks like a heading, and is none of the form's",
                where=f"{issue}, line {number}",
                hint="leave out the # before it, or the line below it",
            )
        elif sections:
            sections[-1][1].append(line)
        elif line.strip():
            raise FormError("this issue was not made with a form", where=issue, hint=_AGAIN)
    return [(label, "\n".join(lines)) for label, lines in sections]


def _is_like_a_heading(line: str) -> bool:
    """Whether a reader may take the line for a heading: also where it is indented or has unseen or unusual signs."""
    seen = "".join(char for char in unicodedata.normalize("NFKC", line) if unicodedata.category(char) != "Cf").strip()
    return bool(_LIKE_A_HEADING.match(seen)) or (seen[:1] == "#" and seen.strip("# ").casefold() in _FOLDED_LABELS)


def _form_of(labels: list[str], issue: str) -> Form:
    """The form whose headings these are, all of them in its order."""
    for form in FORMS.values():
        if labels == [*form.labels]:
            return form
    if not labels:
        raise FormError("this issue was not made with a form", where=issue, hint=_AGAIN)
    near = max(FORMS.values(), key=lambda form: 2 * len({*labels} & {*form.labels}) - len(form.labels))
    twice = [label for label in dict.fromkeys(labels) if labels.count(label) > 1]
    more = [label for label in labels if label not in near.labels]
    missing = [label for label in near.labels if label not in labels]
    for what, found in (("there more than once", twice), ("of another form", more), ("missing", missing)):
        if found:
            raise FormError(f"the heading {found[0]!r} is {what}", where=issue, hint=_AGAIN)
    raise FormError("the form's headings are in another order", where=issue, hint=_AGAIN)


def _troubles(field: FormField, answer: str, is_blank: bool) -> Iterator[tuple[str, str]]:
    """What is wrong with an answer by itself, and what to do about it."""
    if is_blank:
        if field.required:  # GitHub sees to it in public repositories only
            yield f"{field.label} has no answer", "send a new form with it, or edit this one"
    elif found := refused_character(answer):
        yield f"{field.label} holds {found[1]}", "leave the character out"
    elif decomposed_at(answer) is not None:
        yield f"{field.label} is not in composed form (NFC)", "type its accents again"
    elif field.element != "textarea" and "\n" in answer:
        yield f"{field.label} goes over several lines", "write it on one line"


def derive(request: FormRequest, before: Account | None, *, today: date, late_days: int) -> Account:
    """The account that the form asks for. `before` is the account as main has it, None for a new one; `today` the day
    on which the form was sent. Raises FormError, with everything that is wrong with a new account's answers.

    Whether the schema and the rules allow the account is for the caller to check.
    """
    if request.kind == "create":
        return _new_account(request, today)
    if before is None:
        raise FormError(f"there is no account {request.answers['account']!r}", where=request.issue)
    try:
        return _changed(request, before, today, late_days)
    except EmpError as error:
        raise FormError(error.message, where=request.issue, hint=error.hint) from error


def _changed(request: FormRequest, before: Account, today: date, late_days: int) -> Account:
    answers, id_ = request.answers, request.answers["account"]
    if request.kind == "datapoints":
        return with_datapoints(id_, before, answers["datapoints"])
    if request.kind == "license":
        return with_license(id_, before, answers["license"])
    months = number_of_months(answers["months"]) if "months" in answers else DEFAULT_MONTHS
    return with_renewal(before, months, today=today, late_days=late_days)


_READ: Mapping[str, Callable[[str], Any]] = {
    "datapoints": whole_number,
    "start": first_day,
    "months": number_of_months,
    "rtc_lines": whole_number,
    "contacts": addresses,
}
"""How the answers that are no plain texts are read."""


def _new_account(request: FormRequest, today: date) -> Account:
    fields: dict[str, Any] = {"start": today, "months": DEFAULT_MONTHS}
    troubles: list[FormError] = []
    labels = {field.id: field.label for field in FORMS["create"].fields}
    for id_, answer in request.answers.items():
        if id_ == "account":
            continue
        try:
            fields[id_] = _READ.get(id_, str)(answer)
        except EmpError as error:
            troubles.append(FormError(f"{labels[id_]}: {error.message}", where=request.issue, hint=error.hint))
    _raise_all(troubles)
    return Account(**fields)


def _raise_all(troubles: list[FormError]) -> None:
    if troubles:
        first, *others = troubles
        first.others = tuple(others)
        raise first
