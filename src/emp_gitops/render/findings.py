"""Findings as text for people, as GitHub annotations, as JSON and as SARIF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from emp_gitops import __version__
from emp_gitops.core.findings import Finding
from emp_gitops.render.escape import terminal, workflow_data, workflow_property
from emp_gitops.render.style import Style, drawn

FORMAT_VERSION = "1.0"


def findings_text(findings: Sequence[Finding], style: Style) -> str:
    """One finding a paragraph: place, severity, message, rule; the hint below."""
    from rich.text import Text

    parts = []
    for finding in findings:
        line = Text()
        line.append(f"{terminal(finding.file)}:{finding.line}:{finding.column}: ", style="bold")
        line.append(f"{finding.severity}: ", style="red" if finding.severity == "error" else "yellow")
        line.append(terminal(finding.message))
        line.append(f"  [{finding.rule}]", style="dim")
        if finding.hint:
            line.append(f"\n    hint: {terminal(finding.hint)}", style="dim")
        parts.append(line)
    return drawn(Style(color=style.color, width=10_000), *parts)


def verdict(checked: int, findings: Sequence[Finding]) -> str:
    """The last line of a validation."""
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    files = counted(checked, "account file")
    if not findings:
        return f"{files} checked, nothing to complain about"
    return f"{files} checked: {counted(errors, 'error')}, {counted(warnings, 'warning')}"


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def findings_github(findings: Sequence[Finding]) -> str:
    """GitHub workflow commands, one a line, which show as annotations on the changed lines."""
    return "".join(
        f"::{finding.severity} file={workflow_property(finding.file)},line={finding.line},col={finding.column},"
        f"title={workflow_property(finding.rule)}::{workflow_data(_message(finding))}\n"
        for finding in findings
    )


def validate_json(checked: int, findings: Sequence[Finding]) -> dict[str, Any]:
    """`schemas/validate.schema.json`."""
    return {"format_version": FORMAT_VERSION, "checked": checked, "findings": [asdict(finding) for finding in findings]}


def findings_sarif(findings: Sequence[Finding]) -> dict[str, Any]:
    """SARIF 2.1.0 (OASIS), which code scanning services read."""
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "emp-gitops",
                        "version": __version__,
                        "rules": [{"id": rule} for rule in sorted({finding.rule for finding in findings})],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_sarif_result(finding) for finding in findings],
            }
        ],
    }


def _sarif_result(finding: Finding) -> dict[str, Any]:
    from urllib.parse import quote

    return {
        "ruleId": finding.rule,
        "level": finding.severity,
        "message": {"text": _message(finding)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(finding.file)},
                    "region": {"startLine": finding.line, "startColumn": finding.column},
                }
            }
        ],
    }


def _message(finding: Finding) -> str:
    return f"{finding.message}. Hint: {finding.hint}" if finding.hint else finding.message
