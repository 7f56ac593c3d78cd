"""Findings: what is wrong, where, and how to mend it, as data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text file; line and column count from 1."""

    line: int = 1
    column: int = 1


WHOLE_FILE = Position()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong (`error`) or worth a look (`warning`).

    `rule` is a stable id. `account` is None where the finding is on the configuration, a schema or the tree; such an
    error refuses a whole run, one on an account refuses that account.
    """

    rule: str
    severity: Severity
    account: str | None
    file: str
    line: int
    column: int
    message: str
    hint: str | None = None

    @property
    def place(self) -> str:
        """`accounts/acme-lyon.yaml:4:13`"""
        return f"{self.file}:{self.line}:{self.column}"

    @classmethod
    def error(
        cls,
        rule: str,
        file: str,
        message: str,
        *,
        at: Position = WHOLE_FILE,
        hint: str | None = None,
        account: str | None = None,
    ) -> Finding:
        return cls(rule, "error", account, file, at.line, at.column, message, hint)

    @classmethod
    def warning(
        cls,
        rule: str,
        file: str,
        message: str,
        *,
        at: Position = WHOLE_FILE,
        hint: str | None = None,
        account: str | None = None,
    ) -> Finding:
        return cls(rule, "warning", account, file, at.line, at.column, message, hint)


MOST_OF_A_FILE = 100
"""More findings on one file than a person reads before mending the first ones."""


def capped(findings: Sequence[Finding]) -> Sequence[Finding]:
    """The findings on one file: the first `MOST_OF_A_FILE`, and one on how many more there are."""
    if len(findings) <= MOST_OF_A_FILE:
        return findings
    ordered = in_order(findings)
    kept, more = ordered[:MOST_OF_A_FILE], ordered[MOST_OF_A_FILE:]
    if not more:
        return kept
    severity: Severity = "error" if has_errors(more) else "warning"
    message = f"and {len(more):,} more {'finding' if len(more) == 1 else 'findings'} on this file"
    first = more[0]
    hint = "mend what is told above; the rest shows then"
    last = Finding("more-findings", severity, first.account, first.file, first.line, first.column, message, hint)
    return (*kept, last)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By file and place, the order in which a person works through them; exact repeats once."""
    return tuple(sorted(set(findings), key=_place))


def _place(finding: Finding) -> tuple[str | int, ...]:
    f = finding
    return f.file, f.line, f.column, f.severity, f.rule, f.message, f.account or "", f.hint or ""


def has_errors(findings: Iterable[Finding]) -> bool:
    return any(finding.severity == "error" for finding in findings)
