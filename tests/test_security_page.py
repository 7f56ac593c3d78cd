"""The page on security names tests; they are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \|.*\| ([^|]*) \|$", PAGE, re.MULTILINE)
NAMED = [(number, name) for number, cell in ROWS for name in re.findall(r"`(tests/[^`]+)`", cell)]

LATER = {
    "16": "a platform behind HTTPS does not exist yet",
}
"""Threats to features that are not built; each moves into the table with its feature."""


def test_every_threat_has_a_row_with_a_test_or_a_feature_to_come() -> None:
    assert {number for number, _ in NAMED} | set(LATER) == {str(number) for number in range(1, 17)}


@pytest.mark.parametrize(("number", "name"), NAMED)
def test_a_named_test_exists(number: str, name: str) -> None:
    path, *inner = name.split("::")
    found: ast.AST = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    for part in inner:
        body = getattr(found, "body", [])
        names = {each.name: each for each in body if isinstance(each, ast.ClassDef | ast.FunctionDef)}
        assert part in names, f"threat {number}: {name}"
        found = names[part]
    assert re.search(r"\bdef test_", ast.unparse(found))
