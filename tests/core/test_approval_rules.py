"""Approvals that are asked for and that nobody would count are refused where they are written."""

from __future__ import annotations

import pytest

from emp_gitops.core.checking import check_policy
from support.accounts import SCHEMAS, SURROUNDINGS, a_tree

BASE = "organisation: Example Energy\ntimezone: Europe/Madrid\napprovals: "


@pytest.mark.parametrize(("approvals", "found"), [
    ("{source: signed-merge}", []),
    ("{source: signed-merge, required: 1}", []),
    ("{source: github, required: 2, stricter: [{required: 3}]}", []),
    ("{source: none, required: 2}", []),
    ("{source: signed-merge, required: 2}", ["3:45 approvals.required asks for several approvals, and a signed merge is one"]),
    ("{source: signed-merge, stricter: [{required: 2}]}", ["3:45 approvals.stricter asks for several approvals, and a signed merge is one"]),
])
def test_a_signed_merge_is_one_approval(approvals: str, found: list[str]) -> None:
    policy, findings = check_policy(a_tree(config=f"{BASE}{approvals}\n", schemas=dict(SCHEMAS)), SURROUNDINGS)
    assert [f"{each.line}:{each.column} {each.message}" for each in findings] == found
    assert (policy is None) == bool(found)
