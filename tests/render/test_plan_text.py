"""The last line of a plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from emp_gitops.core.findings import Finding
from emp_gitops.core.plan import Inputs, Plan
from emp_gitops.render.plan_text import summary_line

EMPTY = Plan(revision=None, today=date(2026, 11, 23), inputs=Inputs("a", "b"))
BROKEN = Finding.error("yaml-syntax", "accounts/acme.yaml", "no", account="acme")
OTHER = Finding.error("yaml-syntax", "accounts/nice.yaml", "no", account="nice")
WARNING = Finding.warning("over-quota", "accounts/acme.yaml", "much", account="acme")


@pytest.mark.parametrize(("plan", "line"), [
    (EMPTY, "No changes: the platform is as git wants it (no accounts)."),
    (replace(EMPTY, unchanged=3, findings=(WARNING,)), "No changes: the platform is as git wants it (3 unchanged)."),
    (replace(EMPTY, findings=(BROKEN, WARNING)), "No changes, and 1 error to mend first."),
    (replace(EMPTY, unchanged=3, findings=(BROKEN, OTHER)), "No changes, and 2 errors to mend first: 3 unchanged."),
])
def test_without_changes_says_whether_all_is_well(plan: Plan, line: str) -> None:
    assert summary_line(plan) == line
