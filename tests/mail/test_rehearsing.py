"""Templates that are tried before a mail is due: what is wrong with them on any facts is found."""

from __future__ import annotations

from importlib.resources import files

import pytest

from emp_gitops.core.config import LANGUAGES
from emp_gitops.mail.rehearsing import rehearse
from emp_gitops.mail.templating import IN_EACH_LANGUAGE, NAMES
from support.accounts import policy
from support.mails import a_config

FOLDER = "templates/mail"


def found(**templates: str | bytes) -> list[tuple[str | None, str]]:
    """Place and message of everything, by templates whose names are written with `__` for `/` and `_` for `.`."""
    return rehearsed({name.replace("__", "/").replace("_", "."): data for name, data in templates.items()})


def rehearsed(templates: dict[str, str | bytes]) -> list[tuple[str | None, str]]:
    given = {f"{FOLDER}/{name}": data if isinstance(data, bytes) else data.encode() for name, data in templates.items()}
    errors = list(rehearse(given, a_config(from_=None), policy().catalogue))
    assert all(error.hint for error in errors)
    return [(error.where, error.message.removeprefix("the template cannot be used: ")) for error in errors]


def test_ours_are_fine() -> None:
    folder = files("emp_gitops.mail").joinpath("templates")
    assert rehearsed({name: folder.joinpath(name).read_bytes() for name in NAMES}) == []
    assert rehearsed({}) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", IN_EACH_LANGUAGE)
def test_each_of_them_is_tried(name: str, language: str) -> None:
    path = f"{language}/{name}"
    ((where, message),) = rehearsed({path: "Hello,\n{{ account.nmae }}"})
    assert (where, message) == (f"{FOLDER}/{path}:2", "'dict object' has no attribute 'nmae'")


@pytest.mark.parametrize(("expression", "example"), [
    ("used + 1", "days_left 30, used none"), ("pending.upper()", ""), ("'x' if pending is none else pending.nmae", "used 84, pending #14"),
    ("renew_url.upper()", "renew_url none"), ("'x' if renew_url else renew_commands[0]", "renew_url none"), ("issue_url.upper()", "issue_url none"),
    ("1 / (renew_commands | length == 0)", "renew_url none"),
    ("[1][0 if days_left >= 0 else 9].x | default(1) if days_left >= 0 else 1 / 0", "days_left -1"), ("1 / days_left", "days_left 0"),
    ("1 / (days_left - 1)", "days_left 1"), ("1 / (used is none or used <= datapoints)", "used 131"), ("1 / rtc_lines", "used none"),
    ("'x' if pending else 1 / (used is not none)", "used none, pending none"),
])
def test_so_is_what_only_some_facts_bring_out(expression: str, example: str) -> None:
    ((where, message),) = found(en__reminder_txt=f"Hello, {{{{ {expression} }}}}")
    assert where == f"{FOLDER}/en/reminder.txt:1"
    assert example in message
    assert (", for example with days_left" in message) is bool(example), "what fails in any case needs no example"


class TestWhatCannotBeRead:
    def test_is_told_all_at_once_and_nothing_is_rendered(self) -> None:
        errors = found(en__reminder_txt=b"\xff", es__removed_txt="\n{% if %}", layout_html="{{", en__removed_txt="{{ nobody }}", fr__reminder_txt="")
        assert sorted(str(where) for where, _ in errors) == [
            f"{FOLDER}/en/reminder.txt:1", f"{FOLDER}/es/removed.txt:2", f"{FOLDER}/fr/reminder.txt", f"{FOLDER}/layout.html:1",
        ]


class TestWhatMailsAreMadeOf:
    def test_is_tried_in_all_of_them_and_told_once(self) -> None:
        assert found(layout_html="<p>\n{{ nobody }}</p>") == [(f"{FOLDER}/layout.html:2", "'nobody' is undefined")]

    def test_is_what_ours_miss_something_in(self) -> None:
        errors = found(parts_html="{% macro heading(a, b) %}{% endmacro %}")
        assert {where for where, _ in errors} == {f"{FOLDER}/parts.html"}
        assert "(in shipped/templates/mail/en/reminder.html:" in errors[0][1]

    def test_is_ours_where_a_template_uses_it_in_another_way(self) -> None:
        ((where, message),) = found(en__reminder_html='<p>\n{% import "shipped/parts.html" as parts %}\n{{ parts.heading("calm", "soon") }}')
        assert where == f"{FOLDER}/en/reminder.html:3"
        assert message.startswith("'language' is undefined (in shipped/templates/mail/parts.html:5)")


def test_one_without_an_end_is_tried_once() -> None:
    ((where, message),) = found(en__reminder_txt="{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}")
    assert (where, message) == (f"{FOLDER}/en/reminder.txt:1", "it takes more than 100,000 turns")
