"""Findings as data: their order, and which of them count."""

from __future__ import annotations

import itertools

import pytest

from emp_gitops.core.findings import MOST_OF_A_FILE, WHOLE_FILE, Finding, Position, capped, has_errors, in_order


def at(line: int, column: int = 1, *, file: str = "a.yaml", message: str = "m", **more: str | None) -> Finding:
    return Finding.error("r", file, message, at=Position(line, column), **more)


def test_findings_come_in_the_order_of_reading_and_repeats_once() -> None:
    expected = (at(1), at(2, 1), at(2, 10), at(10), at(1, file="b.yaml"))
    for shuffled in itertools.permutations(expected):
        assert in_order([*shuffled, shuffled[0]]) == expected


def test_findings_at_one_place_have_an_order_too() -> None:
    same_place = [at(1, message=message, account=account) for message in "ab" for account in (None, "x", "y")]
    same_place += [at(1, message="c", hint=hint) for hint in (None, "x")]
    assert {in_order(order) for order in itertools.islice(itertools.permutations(same_place), 0, None, 97)} == {tuple(same_place)}


@pytest.mark.parametrize(("findings", "verdict"), [
    ([], False),
    ([Finding.warning("r", "f", "m")], False),
    ([Finding.warning("r", "f", "m"), Finding.error("r", "f", "m")], True),
])
def test_only_errors_are_errors(findings: list[Finding], verdict: bool) -> None:
    assert has_errors(findings) is verdict


def test_a_finding_without_a_place_is_on_the_whole_file() -> None:
    finding = Finding.error("r", "f", "m")
    assert (finding.line, finding.column) == (WHOLE_FILE.line, WHOLE_FILE.column) == (1, 1)


def test_of_one_file_the_first_are_told_and_how_many_more_there_are() -> None:
    few = [at(line) for line in range(MOST_OF_A_FILE, 0, -1)]
    assert capped(few) == few
    *kept, last = capped([at(line, account="acme") for line in range(MOST_OF_A_FILE + 23, 0, -1)])
    assert kept == [at(line, account="acme") for line in range(1, MOST_OF_A_FILE + 1)]
    assert (last.rule, last.line, last.account, last.severity) == ("more-findings", MOST_OF_A_FILE + 1, "acme", "error")
    assert last.message == "and 23 more findings on this file"


def test_more_warnings_are_a_warning() -> None:
    errors, warnings = [at(line) for line in range(1, MOST_OF_A_FILE + 1)], [Finding.warning("r", "z.yaml", "m")]
    last = capped([*errors, *warnings])[-1]
    assert (last.severity, last.message) == ("warning", "and 1 more finding on this file")
    assert capped([errors[0]] * (MOST_OF_A_FILE + 1)) == (errors[0],)
