"""Templates without an end: told with file and line, before they take the machine's time or memory."""

from __future__ import annotations

from itertools import pairwise

import pytest

from emp_gitops.errors import EmpError
from emp_gitops.mail.bounds import LONGEST, MOST_TURNS
from support.mails import a_reminder, composed, html_of, text_of

TEXT = "templates/mail/en/reminder.txt"
HTML = "templates/mail/en/reminder.html"
HUGE = 10**10
DOUBLING = "{%% set all = namespace(x=%s) %%}{%% for i in range(60) %%}%s{%% endfor %%}"


def refused(template: str, path: str = TEXT) -> str:
    """Why the template, whose second line it is, cannot be used."""
    with pytest.raises(EmpError) as caught:
        composed(templates={path: f"first\n{template}".encode()})
    assert caught.value.where == f"{path}:2"
    assert "loops" in str(caught.value.hint)
    return caught.value.message


def written(template: str) -> str:
    return text_of(composed(templates={TEXT: template.encode()})).rstrip("\n")


class TestTurns:
    @pytest.mark.parametrize("template", [
        "{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}",
        "{% for a in range(90000) if false %}{% endfor %}{% for a in range(90000) if false %}{% endfor %}",
        "{% for a in range(900) recursive %}{% if loop.depth < 9 %}{{ loop(range(900)) }}{% endif %}{% endfor %}",
        "{% macro tree(depth) %}{% if depth %}{{ tree(depth - 1) }}{{ tree(depth - 1) }}{% endif %}{% endmacro %}{{ tree(60) }}",
        "{% for a in range(900) %}{{ range(90000) | sum }}{% endfor %}",
        "{% for a in range(900) %}{{ range(90000) | map('string') | list | length }}{% endfor %}",
        "{{ range(90000) | slice(400000) | list }}",
        "{% macro page() %}" + "x" * 50_000 + "{% endmacro %}{% for a in range(900) %}{% set kept = page() %}{% endfor %}",
    ])
    def test_end(self, template: str) -> None:
        assert f"it takes more than {MOST_TURNS:,} turns" in refused(template)

    def test_are_counted_where_templates_load_each_other(self) -> None:
        """Ten times ten times ten times ten …"""
        chain = [f"{language}/{name}" for language in ("en", "es") for name in ("removed.txt", "removed.subject.txt", "removed.html")]
        include = '{%% include "%s" %%}'
        templates = {f"templates/mail/{name}": (include % after * 10).encode() for name, after in pairwise(chain)}
        templates |= {f"templates/mail/{chain[-1]}": b"", TEXT: ("\n" + include % chain[0]).encode()}
        with pytest.raises(EmpError, match=f"it takes more than {MOST_TURNS:,} turns"):
            composed(templates=templates)

    def test_are_each_renderings_own(self) -> None:
        """Nearly all of them, three times over: for the subject, the text and the page."""
        template = b"{% for a in range(90000) %}{% endfor %}x"
        names = ("en/reminder.subject.txt", "en/reminder.txt", "en/reminder.html")
        assert text_of(composed(templates={f"templates/mail/{name}": template for name in names})) == "x\n"

    @pytest.mark.parametrize("template", [
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", '{% include "en/reminder.txt" %}', "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    ])
    def test_that_lead_to_themselves_end(self, template: str) -> None:
        assert "recursion" in refused(template)


class TestTexts:
    @pytest.mark.parametrize("template", [
        '{{ "a" * 10**10 }}', f'{{{{ "a" * {HUGE} }}}}', f'{{{{ {HUGE} * "a" }}}}', f"{{{{ [0] * {HUGE} }}}}",
        f'{{{{ "a" | center({HUGE}) }}}}', f'{{{{ "a".center({HUGE}) }}}}', f'{{{{ "a" | indent(width={HUGE}) }}}}', f"{{{{ (1).to_bytes({HUGE}) }}}}",
        f"{{% filter center({HUGE}) %}}a{{% endfilter %}}", '{{ range(50000) | join("a" * 10000) }}', '{{ ("a" * 400000) | replace("a", "b" * 10000) }}',
        '{{ ("a" * 400000).replace("a", "b" * 10000) }}',
        DOUBLING % ('"ab"', "{% set all.x = all.x + all.x %}"), DOUBLING % ('"ab"', "{% set all.x = all.x ~ all.x %}"),
        DOUBLING % ('"ab"', "{% set all.x %}{{ all.x }}{{ all.x }}{% endset %}"), DOUBLING % ("[1]", "{% set all.x = all.x + all.x %}"),
    ])
    @pytest.mark.parametrize("path", [TEXT, HTML])
    def test_end(self, template: str, path: str) -> None:
        assert f"a text of more than {LONGEST:,} characters" in refused(template, path)

    def test_of_many_pieces_end_as_well(self) -> None:
        assert f"a text of more than {LONGEST:,} characters" in refused(f"{{% for a in range(90) %}}{'x' * 9_000}{{% endfor %}}")

    @pytest.mark.parametrize("template", [
        f'{{{{ "%{HUGE}d" % 1 }}}}', f'{{{{ "%{HUGE}d" | format(1) }}}}', f'{{{{ "%*d" | format({HUGE}, 1) }}}}', f'{{{{ "{{:{HUGE}}}".format(1) }}}}',
        f'{{{{ "{{:{{}}}}".format(1, {HUGE}) }}}}', f'{{{{ "{{a:{HUGE}}}".format_map({{"a": 1}}) }}}}',
    ])
    def test_are_not_padded_without_end(self, template: str) -> None:
        assert "a format in it is wider than any mail needs" in refused(template)


class TestNumbers:
    @pytest.mark.parametrize("template", [
        "{{ 10 ** 10000000 }}", "{{ 10 ** (10 ** 10) }}", "{{ (10 ** 1000) * (10 ** 1000) }}",
        "{% set all = namespace(x=9) %}{% for i in range(60) %}{% set all.x = all.x * all.x %}{% endfor %}",
    ])
    def test_end(self, template: str) -> None:
        assert "a number in it has more digits than any mail needs" in refused(template)

    def test_too_large_for_a_computer_are_an_error_of_the_template(self) -> None:
        assert "result out of range" in refused("{{ 10.0 ** 1000 }}")


def test_memory_that_runs_out_is_an_error_of_the_template(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> str:
        raise MemoryError

    monkeypatch.setattr("emp_gitops.mail.bounds.BoundedEnvironment.turn", broken)
    assert "it takes more memory than there is" in refused("{% for a in [1] %}{% endfor %}")


@pytest.mark.parametrize("template", [
    "{{ " + "(" * 900 + "1" + ")" * 900 + " }}", "{% for a in [1] %}" * 25 + "{% endfor %}" * 25, "{{ " + "9" * 6000 + " }}",
])
def test_what_cannot_even_be_read_names_its_file(template: str) -> None:
    with pytest.raises(EmpError, match="the template cannot be used") as caught:
        composed(templates={TEXT: template.encode()})
    assert caught.value.where == TEXT


@pytest.mark.parametrize(("template", "text"), [
    ("{{ '=' * 70 }}", "=" * 70), ("{{ datapoints * 3 + 7 % 3 }}", "181"), ("{{ 2 ** 10 }}", "1024"), ("{{ 'a' ~ 1 ~ 'b' }}", "a1b"),
    ("{{ '%s: %05d' % (license, 3) }}", "Advanced: 00003"), ("{{ '%5.1f' | format(3) }}", "  3.0"), ("{{ '{:,} {:>3}'.format(10**9, 1) }}", "1,000,000,000   1"),
    ("{{ nobody | default(5000000) }}", "5000000"), ("{{ [1, 2] | map('string') | join(', ') }}", "1, 2"),
    ("{% for a in [1, 2, 3] if a > 1 %}{{ loop.index }}/{{ loop.length }} {{ 'end' if loop.last }}{% else %}none{% endfor %}", "1/2 2/2 end"),
    ("{% for a in [[1, [2]], [3]] recursive %}{{ loop(a) if a is iterable else a }}{% endfor %}", "123"),
    ("{% macro m(a) %}<{{ a }}{{ caller() }}>{% endmacro %}{% call m(9999999999) %}!{% endcall %}", "<9999999999!>"),
])
def test_what_is_within_bounds_is_as_it_was(template: str, text: str) -> None:
    assert written(template) == text


def test_values_of_an_account_may_be_of_any_size() -> None:
    mail = composed(a_reminder(datapoints=10**12, used_datapoints=10**30, name="x" * 10**6))
    assert "1,000,000,000,000" in html_of(mail)
