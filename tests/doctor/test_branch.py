"""The doctor on the protection of main."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.answers import Answer
from support.clinic import NOT_FOUND, NOT_PERMITTED, Clinic

PROTECTED: dict[str, Any] = {
    "enforce_admins": {"enabled": True}, "allow_deletions": {"enabled": False}, "allow_force_pushes": {"enabled": False},
    "required_pull_request_reviews": {
        "required_approving_review_count": 1, "dismiss_stale_reviews": True, "require_code_owner_reviews": True,
        "require_last_push_approval": True,
    },
    "required_status_checks": {"strict": False, "checks": [{"context": "emp-gitops", "app_id": 15368}]},
}


def rules_without(clinic: Clinic, type_: str) -> list[dict[str, Any]]:
    return [rule for rule in clinic.ruleset["rules"] if rule["type"] != type_]


def messages(clinic: Clinic) -> list[str]:
    problems = clinic.problems().get("main-protected", [])
    assert {outcome for outcome, _ in problems} <= {"error"}
    return [message for _, message in problems]


@pytest.mark.parametrize(("type_", "message"), [
    ("deletion", "main can be deleted"),
    ("non_fast_forward", "main can be pushed to by force, which rewrites its history"),
    ("pull_request", "main can be pushed to without a pull request"),
    ("required_status_checks", "main requires no check"),
])
def test_a_rule_that_is_missing_is_an_error(clinic: Clinic, type_: str, message: str) -> None:
    clinic.set_rules(rules_without(clinic, type_))
    assert messages(clinic) == [message]

@pytest.mark.parametrize(("parameter", "value", "message"), [
    ("required_approving_review_count", 0, "pull requests into main need fewer approvals than they should"),
    ("dismiss_stale_reviews_on_push", False, "an approval outlives a push: stale reviews are not dismissed"),
    ("require_code_owner_review", False, "code owners need not approve what they own"),
    ("require_last_push_approval", False, "whoever pushed last may be the only one who approves"),
])
def test_a_rule_that_is_weaker_is_an_error_and_a_stricter_one_is_fine(
    clinic: Clinic, parameter: str, value: Any, message: str,
) -> None:
    (rule,) = [each for each in clinic.ruleset["rules"] if each["type"] == "pull_request"]
    rule["parameters"] |= {parameter: value, "required_review_thread_resolution": True}
    clinic.set_rules(clinic.ruleset["rules"])
    assert messages(clinic) == [message]
    rule["parameters"] |= {parameter: 2 if parameter.startswith("required_approving") else True}
    clinic.set_rules(clinic.ruleset["rules"])
    assert messages(clinic) == []

@pytest.mark.parametrize(("checks", "message"), [
    ([{"context": "other", "integration_id": 15368}], "main does not require the check emp-gitops"),
    ([{"context": "emp-gitops"}],
     "the check emp-gitops counts whoever reports it: main does not ask for the App 15368 (GitHub Actions)"),
])
def test_the_check_counts_only_from_its_app(clinic: Clinic, checks: list[dict[str, Any]], message: str) -> None:
    parameters = {"required_status_checks": checks}
    clinic.set_rules([*rules_without(clinic, "required_status_checks"), {"type": "required_status_checks", "parameters": parameters}])
    assert messages(clinic) == [message]

def test_the_older_protection_of_a_branch_counts_as_well(clinic: Clinic) -> None:
    clinic.set_rules([])
    assert len(messages(clinic)) == 4
    clinic.set("/branches/main/protection", PROTECTED)
    assert messages(clinic) == []
    clinic.set("/branches/main/protection", {**PROTECTED, "allow_force_pushes": {"enabled": True}})
    assert messages(clinic) == ["main can be pushed to by force, which rewrites its history"]

def test_protection_that_does_not_bind_administrators_is_none(clinic: Clinic) -> None:
    clinic.set_rules([])
    clinic.set("/branches/main/protection", {**PROTECTED, "enforce_admins": {"enabled": False}})
    assert len(messages(clinic)) == 4

@pytest.mark.parametrize("answer", [NOT_PERMITTED, NOT_FOUND])
def test_protection_that_cannot_be_read_is_unknown_where_it_matters(clinic: Clinic, answer: Answer) -> None:
    clinic.set("/branches/main/protection", answer)
    assert clinic.problems() == {}
    clinic.set_rules([])
    assert clinic.problems()["main-protected"] == [("unknown", "cannot read the protection of main")]

def test_the_file_says_what_is_demanded(clinic: Clinic) -> None:
    clinic.edit(".github/rulesets/main.json", '"required_approving_review_count": 1', '"required_approving_review_count": 2')
    assert messages(clinic) == ["pull requests into main need fewer approvals than they should"]

@pytest.mark.parametrize("content", [None, "{", "[]", '{"rules": [1]}', '{"rules": [{"type": "required_status_checks"}]}'])
def test_without_a_good_file_those_of_this_version_hold(clinic: Clinic, content: str | None) -> None:
    file = clinic.root / ".github/rulesets/main.json"
    file.unlink()
    if content is not None:
        file.write_text(content, encoding="utf-8")
    clinic.set_rules(rules_without(clinic, "deletion"))
    trouble = "is missing" if content is None else "is no ruleset"
    assert messages(clinic) == [f".github/rulesets/main.json {trouble}", "main can be deleted"]

def test_whoever_may_bypass_the_ruleset_is_a_warning_and_unknown_where_it_is_not_shown(clinic: Clinic) -> None:
    clinic.set("/rulesets/5", {"id": 5, "bypass_actors": [{"actor_id": 5, "actor_type": "RepositoryRole"}]})
    assert clinic.problems() == {"main-protected": [("warning", "the ruleset 5 of main may be bypassed (1 in its bypass list)")]}
    clinic.set("/rulesets/5", {"id": 5})
    assert clinic.problems() == {"main-protected": [("unknown", "cannot read who may bypass the rules of main")]}

def test_the_fix_names_the_repository_and_the_file(clinic: Clinic) -> None:
    clinic.set_rules([])
    text = clinic.cli("doctor", code=1).stdout
    assert "hint: gh api repos/acme/emp/rulesets --input .github/rulesets/main.json" in text


def test_our_own_ruleset_is_one_that_can_be_compared(clinic: Clinic) -> None:
    assert json.dumps(clinic.ruleset)
    assert {rule["type"] for rule in clinic.ruleset["rules"]} == {
        "deletion", "non_fast_forward", "pull_request", "required_status_checks",
    }
    assert clinic.ruleset["bypass_actors"] == []
