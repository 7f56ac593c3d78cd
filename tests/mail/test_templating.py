"""Templates: an organisation's in place of ours, what is wrong with them told with file and line, and nothing to break out of."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Iterator
from importlib.resources import files

import pytest

from emp_gitops.core.config import LANGUAGES
from emp_gitops.errors import EmpError
from emp_gitops.mail.composing import Composer
from emp_gitops.mail.templating import NAMES, Templates, template_paths
from support.mails import AT, Page, a_config, a_reminder, a_removal, composed, html_of, text_of

TEXT = "templates/mail/en/reminder.txt"
HTML = "templates/mail/en/reminder.html"


def refused(path: str, template: str | bytes) -> EmpError:
    """What composing with a template says."""
    data = template if isinstance(template, bytes) else template.encode()
    with pytest.raises(EmpError) as caught:
        composed(templates={path: data})
    assert caught.value.hint
    return caught.value


class TestOurs:
    def test_are_those_that_can_be_replaced(self) -> None:
        folder = files("emp_gitops.mail").joinpath("templates")
        there = {file.name for file in folder.iterdir() if file.is_file()}
        for language in LANGUAGES:
            there |= {f"{language}/{file.name}" for file in folder.joinpath(language).iterdir()}
        assert there == set(NAMES)
        assert template_paths() == tuple(f"templates/mail/{name}" for name in NAMES)

    def test_replace_themselves(self) -> None:
        folder = files("emp_gitops.mail").joinpath("templates")
        copies = {f"templates/mail/{name}": folder.joinpath(name).read_bytes() for name in NAMES}
        for facts in (a_reminder(), a_reminder(language="es"), a_removal()):
            assert composed(facts, templates=copies).message.as_bytes() == composed(facts).message.as_bytes()


class TestAnOrganisations:
    def test_is_used_where_it_stands(self) -> None:
        templates = {
            TEXT: b"{{ account.name }}: {{ days_left }} days, {{ datapoints | number }}, {{ expires_on | date }}\n",
            "templates/mail/en/reminder.subject.txt": "¡{{ account.name }}!".encode(),
        }
        mail = composed(a_reminder(datapoints=3200), templates=templates)
        assert text_of(mail) == "Acme Lyon Part-Dieu: 30 days, 3,200, 10 December 2026\n"
        assert mail.message["Subject"] == "¡Acme Lyon Part-Dieu!"
        assert text_of(composed(a_reminder(language="es"), templates=templates)).startswith("Hola:")

    def test_can_change_one_block_of_ours(self) -> None:
        templates = {HTML: b'{% extends "shipped/en/reminder.html" %}{% block footer %}Call us.{% endblock %}'}
        html = html_of(composed(templates=templates))
        assert "Call us." in html
        assert "Renew this account" in html
        assert "You receive this mail" not in html

    def test_layout_is_used_by_all(self) -> None:
        html = html_of(composed(templates={"templates/mail/layout.html": b"<p>{% block content %}{% endblock %}</p>"}))
        assert "Renew this account" in html
        assert "Example Energy" not in html

    def test_style_is_written_into_the_elements(self) -> None:
        style = b".title { color: #123456 } @media (prefers-color-scheme: dark) { .title { color: #fedcba !important } } {{ no template }}"
        html = html_of(composed(templates={"templates/mail/style.css": style}))
        assert 'style="color: #123456;"' in html
        assert "#fedcba !important" in html

    def test_subject_is_one_line(self) -> None:
        mail = composed(templates={"templates/mail/en/reminder.subject.txt": b"\n a\r\nBcc: x@evil.example\n"})
        assert mail.message["Subject"] == "a Bcc: x@evil.example"
        assert "Bcc" not in mail.message

    def test_html_has_its_values_escaped(self) -> None:
        name = "<b>&\"' onclick=x"
        page = Page(html_of(composed(a_reminder(name=name), templates={HTML: b"<p title='{{ account.name }}'>{{ account.name }}</p>"})))
        assert [tag for tag, _ in page.tags if tag == "b"] == []
        assert [attributes for tag, attributes in page.tags if tag == "p"] == [{"title": name}]
        assert "".join(page.words).rstrip() == name

    @pytest.mark.parametrize("value", ["{{ 7 * 7 }}", "{% include 'layout' %}", "{# x #}"])
    def test_values_are_never_templates(self, value: str) -> None:
        mail = composed(a_reminder(name=value), templates={TEXT: b"{{ account.name }}"})
        assert text_of(mail) == f"{value}\n"


class TestWhatIsWrong:
    @pytest.mark.parametrize(("path", "template", "where", "message"), [
        (TEXT, "a\nb {{ c", f"{TEXT}:2", "the template cannot be used: unexpected end of template, expected 'end of print statement'"),
        (TEXT, "a\n{% fi %}", f"{TEXT}:2", "Encountered unknown tag 'fi'"),
        (TEXT, "{{ a | nofilter }}", f"{TEXT}:1", "No filter named 'nofilter'"),
        (TEXT, "a\n\n{{ acount.name }}", f"{TEXT}:3", "'acount' is undefined"),
        (TEXT, "{{ account.nam }}", f"{TEXT}:1", "has no attribute 'nam'"),
        (TEXT, "\n{{ datapoints / 0 }}", f"{TEXT}:2", "division by zero"),
        (TEXT, "{{ account.name + 1 }}", f"{TEXT}:1", "can only concatenate str"),
        (TEXT, "{{ license | date }}", f"{TEXT}:1", "has no attribute 'day'"),
        (TEXT, '{% include "en/other.txt" %}', f"{TEXT}:1", "there is no template 'en/other.txt'"),
        (TEXT, '{% include "../../../etc/passwd" %}', f"{TEXT}:1", "there is no template '../../../etc/passwd'"),
        (TEXT, '{% include "en/reminder.txt" %}', f"{TEXT}:1", "recursion"),
        (TEXT, "{% for a in range(10 ** 9) %}{% endfor %}", f"{TEXT}:1", "range"),
        (HTML, '{% extends "layout.html" %}\n{% block content %}\n{{ nothing }}{% endblock %}', f"{HTML}:3", "'nothing' is undefined"),
        (TEXT, r"a {{ '\ud83d\ude00' }}", TEXT, "it makes half a character"),
        (HTML, r"{{ '\ud83d' }}", HTML, "it makes half a character"),
        (TEXT, b"a\n\xff", f"{TEXT}:2", "the template is not UTF-8"),
        ("templates/mail/en/remindr.txt", "a", "templates/mail/en/remindr.txt", f"did you mean '{TEXT}'?"),
        ("templates/mail/fr/reminder.txt", "a", "templates/mail/fr/reminder.txt", "there is no template of that name"),
        ("README.md", "a", "README.md", "there is no template of that name"),
    ])
    def test_is_told_with_file_and_line(self, path: str, template: str | bytes, where: str, message: str) -> None:
        error = refused(path, template)
        assert error.where == where
        assert message in error.message

    def test_is_found_before_the_first_mail_where_the_form_is_wrong(self) -> None:
        with pytest.raises(EmpError, match="unexpected 'end of template'"):
            Composer(a_config(), templates={"templates/mail/es/removed.html": b"{{"})

    def test_is_not_a_defect_of_ours_passed_off_as_one(self) -> None:
        with pytest.raises(ZeroDivisionError):
            Templates({}).render("en/reminder.txt", Broken())


class Broken(UserDict[str, object]):
    """Values that fail on their own, outside of every template."""

    def __iter__(self) -> Iterator[str]:
        raise ZeroDivisionError


class TestTheSandbox:
    @pytest.mark.parametrize("expression", [
        "account.__class__", "account.name.__class__.__mro__", "''.__class__.__base__.__subclasses__()", "self.__init__.__globals__",
        "organisation.__init__", "cycler.__init__.__globals__.os", "account.update({'name': 'x'})", "account.name.format.__self__",
        "'{0.__class__}'.format(account)", "renew_commands.__add__", "(lipsum | attr('__globals__')).os",
    ])
    def test_has_no_way_out(self, expression: str) -> None:
        error = refused(TEXT, f"{{{{ {expression} }}}}")
        assert error.where == f"{TEXT}:1"

    @pytest.mark.parametrize("name", ["config", "request", "open", "os", "import", "self.x"])
    def test_knows_nothing_but_the_values(self, name: str) -> None:
        refused(TEXT, f"{{{{ {name} }}}}")


def test_a_reminder_without_a_template_error_is_the_same_again() -> None:
    composer = Composer(a_config())
    assert composer.reminder(a_reminder(), at=AT).message.as_bytes() == composer.reminder(a_reminder(), at=AT).message.as_bytes()
