"""Findings as GitHub annotations and as SARIF."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft7Validator

from emp_gitops.core.findings import Finding, Position
from emp_gitops.render.findings import findings_github, findings_sarif, findings_text
from emp_gitops.render.style import Style

PLAIN = Finding.error(
    "license-limit", "accounts/acme/acme-lyon.yaml", "datapoints is 20000", at=Position(4, 13), hint="lower it", account="acme-lyon",
)
HOSTILE = Finding.warning(
    "odd::rule,1%", "accounts/100%,a::b \x1b[31m#?.yaml", "a\n::error::b\r\n100%\x1b[31m\u202e[red]x[/red]", hint="c\n::stop-commands::x",
)
FINDINGS = (PLAIN, HOSTILE)

SARIF: dict[str, Any] = {
    "type": "object", "required": ["version", "runs"], "properties": {
        "version": {"const": "2.1.0"}, "$schema": {"type": "string", "format": "uri"},
        "runs": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["tool"], "properties": {
            "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            "tool": {"type": "object", "required": ["driver"], "properties": {"driver": {
                "type": "object", "required": ["name"], "properties": {"rules": {
                    "type": "array", "uniqueItems": True, "items": {"type": "object", "required": ["id"]},
                }},
            }}},
            "results": {"type": "array", "items": {"type": "object", "required": ["message"], "properties": {
                "ruleId": {"type": "string"}, "level": {"enum": ["none", "note", "warning", "error"]},
                "message": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}},
                "locations": {"type": "array", "items": {"type": "object", "properties": {"physicalLocation": {
                    "type": "object", "required": ["artifactLocation"], "properties": {
                        "artifactLocation": {"type": "object", "properties": {
                            "uri": {"type": "string", "pattern": "^([A-Za-z0-9._~/!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*$"},
                        }},
                        "region": {"type": "object", "properties": {
                            "startLine": {"type": "integer", "minimum": 1}, "startColumn": {"type": "integer", "minimum": 1},
                        }},
                    },
                }}}},
            }}},
        }}},
    },
}
"""What SARIF 2.1.0 (OASIS, sections 3.13 to 3.30) demands of the properties that are used."""


class TestGitHub:
    def test_gets_one_command_a_finding(self) -> None:
        plain, hostile = findings_github(FINDINGS).splitlines()
        assert plain == (
            "::error file=accounts/acme/acme-lyon.yaml,line=4,col=13,title=license-limit::datapoints is 20000. Hint: lower it"
        )
        assert hostile == (
            "::warning file=accounts/100%25%2Ca%3A%3Ab \\x1b[31m#?.yaml,line=1,col=1,title=odd%3A%3Arule%2C1%25"
            "::a%0A::error::b%0A100%25\\x1b[31m\\u202e[red]x[/red]. Hint: c%0A::stop-commands::x"
        )

    def test_gets_nothing_without_findings(self) -> None:
        assert findings_github([]) == ""


class TestSarif:
    def test_has_what_the_standard_demands(self) -> None:
        for findings in ((), FINDINGS):
            Draft7Validator(SARIF).validate(findings_sarif(findings))

    def test_tells_each_finding_and_each_rule_once(self) -> None:
        run = findings_sarif([*FINDINGS, PLAIN])["runs"][0]
        assert run["tool"]["driver"]["name"] == "emp-gitops"
        assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["license-limit", "odd::rule,1%"]
        assert [result["level"] for result in run["results"]] == ["error", "warning", "error"]
        assert run["results"][0]["message"]["text"] == "datapoints is 20000. Hint: lower it"
        assert run["results"][0]["locations"][0]["physicalLocation"] == {
            "artifactLocation": {"uri": "accounts/acme/acme-lyon.yaml"}, "region": {"startLine": 4, "startColumn": 13},
        }


class TestText:
    def test_is_one_line_and_a_hint_a_finding(self) -> None:
        lines = findings_text(FINDINGS, Style()).splitlines()
        assert len(lines) == 4
        assert lines[0] == "accounts/acme/acme-lyon.yaml:4:13: error: datapoints is 20000  [license-limit]"
        assert "\\n::error::b\\r\\n100%\\x1b[31m\\u202e[red]x[/red]" in lines[2]

    def test_has_colour_only_when_asked(self) -> None:
        assert "\x1b" not in findings_text(FINDINGS, Style())
        colored = findings_text(FINDINGS, Style(color=True))
        assert "\x1b[31merror: \x1b[0m" in colored
        assert "\x1b[31m\\u" not in colored
