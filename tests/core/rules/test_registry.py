"""Where rules register."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from emp_gitops.core.rules.registry import Registry, Violation


def too_short(text: str) -> Iterator[Violation]:
    if len(text) < 3:
        yield Violation(None, "too short")


def test_a_rule_is_registered_under_its_id_and_stays_a_function() -> None:
    registry: Registry[str] = Registry()
    assert registry("short", severity="warning")(too_short) is too_short
    assert [(rule.id, rule.severity) for rule in registry.rules.values()] == [("short", "warning")]


def test_all_rules_are_asked_in_the_order_of_registration() -> None:
    registry: Registry[str] = Registry()
    registry("first")(too_short)
    registry("second")(too_short)
    assert [(rule.id, violation.message) for rule, violation in registry.violations("ab")] == [
        ("first", "too short"), ("second", "too short"),
    ]
    assert list(registry.violations("abc")) == []


def test_an_id_is_given_once() -> None:
    registry: Registry[str] = Registry()
    registry("short")(too_short)
    with pytest.raises(ValueError, match="two rules are called short"):
        registry("short")(too_short)
