"""Lists and mappings that are never closed: the finding stands inside the text, whatever blank lines follow."""

from __future__ import annotations

import pytest

from emp_gitops.core.loading import load


@pytest.mark.parametrize("text", ["a: [", "a: [\n", "a: [\n\n\n", "a: 1\nb: {", "a: [x,", "a: [x,\n\n", "a: [{", "["])
def test_what_is_never_closed_is_told_within_the_text(text: str) -> None:
    problem, = load(text.encode()).problems
    lines = text.rstrip().split("\n")
    assert problem.rule == "yaml-syntax"
    assert problem.position.line == len(lines)
    assert problem.position.column <= len(lines[-1]) + 1
    assert "never closed" in problem.message or "in the middle of a list or mapping" in problem.message
