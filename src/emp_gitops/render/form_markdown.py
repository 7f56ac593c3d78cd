"""What is said of a form: the application that it became, and the answer on its issue."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from emp_gitops.core.forms import form_marker
from emp_gitops.errors import EmpError, RefusedError
from emp_gitops.forge.base import Application
from emp_gitops.form_opening import MARKER, Asked, Words
from emp_gitops.render.escape import markdown, terminal
from emp_gitops.render.fitting import clipped, name, value

_MOST_TROUBLES = 20
_LONGEST = 1_000
_LONGEST_REASON = 10_000


def form_words() -> Words:
    return Words(title=application_title, body=application_body, opened=opened_comment, refused=refused_comment)


def application_title(asked: Asked) -> str:
    """One line of plain text."""
    return f"{asked.wanted.id}: {_change(asked, lambda text: terminal(clipped(text)))}"


def application_body(asked: Asked) -> str:
    """The description of a pull request; merging it closes the form's issue."""
    request = asked.request
    lines = [f"{name(asked.wanted.id)}: {_change(asked, value)}.", "", f"Requested by @{request.requested_by}."]
    if reason := request.answers.get("reason"):
        lines += ["", *(f"> {markdown(line)}" for line in clipped(reason, _LONGEST_REASON).split("\n"))]
    lines += ["", f"Closes {request.issue}", "", form_marker(asked.number)]
    return "\n".join(lines)


def opened_comment(asked: Asked, application: Application) -> str:
    return (
        f"{_link(application)} asks for this: {name(asked.wanted.id)}, {_change(asked, value)}. It takes effect once "
        f"Customer Success has approved it and it is merged. If you edit the form, it follows.\n\n{MARKER}"
    )


def refused_comment(error: EmpError) -> str:
    lines = ["**No application was opened.**", "", *_troubles(error)]
    if not isinstance(error, RefusedError):
        lines += ["", "Edit this form, or send a new one."]
    return "\n".join([*lines, "", MARKER])


def _change(asked: Asked, shown: Callable[[str], str]) -> str:
    before, after, kind = asked.before, asked.wanted.account, asked.request.kind
    if before is None:
        term = f"{after.start} to {after.term.expires_on}"
        return f"new account, {shown(after.license)}, {after.datapoints:,} datapoints, {term}"
    if kind == "datapoints":
        difference = after.datapoints - before.datapoints
        return f"datapoints {before.datapoints:,} → {after.datapoints:,} ({difference:+,})"
    if kind == "license":
        return f"license {shown(before.license)} → {shown(after.license)}"
    fresh = f", in a new term from {after.start}" if after.start != before.start else ""
    return f"renewed, expires on {before.term.expires_on} → {after.term.expires_on}{fresh}"


def _link(application: Application) -> str:
    return f"[#{application.id}]({application.url})" if application.url else f"#{application.id}"


def _troubles(error: EmpError) -> Iterator[str]:
    errors = (error, *error.others)
    for each in errors[:_MOST_TROUBLES]:
        yield f"- {value(each.message, _LONGEST)}"
        if each.hint:
            yield f"  {value(each.hint, _LONGEST)}"
    if len(errors) > _MOST_TROUBLES:
        yield f"- and {len(errors) - _MOST_TROUBLES} more"
