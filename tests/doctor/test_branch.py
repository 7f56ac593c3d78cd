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

def test_protection_that_some_may_bypass_is_none(clinic: Clinic) -> None:
    clinic.set_rules([])
    reviews = PROTECTED["required_pull_request_reviews"]
    for allowed, found in (({"users": [{"login": "eve"}]}, ["main can be pushed to without a pull request"]), ({"users": [], "apps": []}, [])):
        spared = {**reviews, "bypass_pull_request_allowances": allowed}
        clinic.set("/branches/main/protection", {**PROTECTED, "required_pull_request_reviews": spared})
        assert messages(clinic) == found

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

class TestTheFile:
    """What it says is compared, and has to be enough itself."""

    def write(self, clinic: Clinic, **changes: Any) -> None:
        (clinic.root / ".github/rulesets/main.json").write_text(json.dumps({**clinic.ruleset, **changes}), encoding="utf-8")

    @pytest.mark.parametrize(("type_", "message"), [
        ("deletion", "main can be deleted"), ("required_status_checks", "main requires no check"),
    ])
    def test_it_may_not_leave_a_rule_out(self, clinic: Clinic, type_: str, message: str) -> None:
        rules = rules_without(clinic, type_)
        self.write(clinic, rules=rules)
        less = f".github/rulesets/main.json asks for less than it should: {message}"
        assert messages(clinic) == [less]
        clinic.set_rules(rules)  # and GitHub may not either
        assert messages(clinic) == [less, message]

    def test_it_may_ask_for_more_than_init_wrote(self, clinic: Clinic) -> None:
        rules = [*clinic.ruleset["rules"], {"type": "required_linear_history"}]
        self.write(clinic, rules=rules)
        assert messages(clinic) == ["main has no rule required_linear_history"]
        clinic.set_rules(rules)
        assert messages(clinic) == []

    @pytest.mark.parametrize(("integration", "found"), [
        ({}, [".github/rulesets/main.json asks for less than it should: the check emp-gitops counts whoever reports it: main asks for no App"]),
        ({"integration_id": 99}, ["the check emp-gitops counts whoever reports it: main does not ask for the App 99"]),
    ])
    def test_it_pins_its_check_to_an_app(self, clinic: Clinic, integration: dict[str, int], found: list[str]) -> None:
        checks = {"required_status_checks": [{"context": "emp-gitops", **integration}]}
        self.write(clinic, rules=[*rules_without(clinic, "required_status_checks"), {"type": "required_status_checks", "parameters": checks}])
        assert messages(clinic) == found

    def test_it_asks_for_as_many_approvals_as_reconcile(self, clinic: Clinic) -> None:
        clinic.edit("emp-gitops.yaml", "required: 1", "required: 2")
        less = "pull requests into main need fewer approvals than they should"
        assert messages(clinic) == [f".github/rulesets/main.json asks for less than it should: {less}", less]

    def test_what_is_merged_by_a_signature_needs_no_pull_request(self, clinic: Clinic) -> None:
        clinic.edit("emp-gitops.yaml", "source: github", "source: signed-merge")
        rules = [rule for rule in clinic.ruleset["rules"] if "parameters" not in rule]
        self.write(clinic, rules=rules)
        clinic.set_rules(rules)
        assert messages(clinic) == []
        self.write(clinic, rules=[])
        assert len(messages(clinic)) == 2

    @pytest.mark.parametrize(("changes", "trouble"), [
        ({"enforcement": "disabled"}, "would not be in force: its enforcement is to be active, its target branch"),
        ({"target": "tag"}, "would not be in force: its enforcement is to be active, its target branch"),
        ({"conditions": {"ref_name": {"include": ["refs/heads/x"], "exclude": []}}},
         "is not for main: its conditions are to include refs/heads/main, and exclude nothing"),
        ({"conditions": {"ref_name": {"include": ["~ALL"], "exclude": ["refs/heads/main"]}}},
         "is not for main: its conditions are to include refs/heads/main, and exclude nothing"),
        ({"bypass_actors": [{"actor_id": 5}]}, "lets somebody pass by its rules: its bypass_actors are to be empty"),
        ({"conditions": None}, "is no ruleset"),
    ])
    def test_it_would_hold_where_it_is_set(self, clinic: Clinic, changes: dict[str, Any], trouble: str) -> None:
        self.write(clinic, **changes)
        assert messages(clinic) == [f".github/rulesets/main.json {trouble}"]

    def test_a_branch_behind_main_may_be_kept_out(self, clinic: Clinic) -> None:
        clinic.edit(".github/rulesets/main.json", '"strict_required_status_checks_policy": false', '"strict_required_status_checks_policy": true')
        assert messages(clinic) == ["a branch that is behind main may be merged"]
        clinic.set_rules(rules_without(clinic, "required_status_checks"))
        clinic.set("/branches/main/protection", {**PROTECTED, "required_status_checks": {**PROTECTED["required_status_checks"], "strict": True}})
        assert messages(clinic) == []

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
    clinic.set_rules(rules_without(clinic, "deletion"))  # of a ruleset that is there, with the id 5
    text = clinic.cli("doctor", code=1).stdout
    assert "hint: gh api --method PUT repos/acme/emp/rulesets/5 --input .github/rulesets/main.json" in text


def test_our_own_ruleset_is_one_that_can_be_compared(clinic: Clinic) -> None:
    assert json.dumps(clinic.ruleset)
    assert {rule["type"] for rule in clinic.ruleset["rules"]} == {
        "deletion", "non_fast_forward", "pull_request", "required_status_checks",
    }
    assert clinic.ruleset["bypass_actors"] == []
