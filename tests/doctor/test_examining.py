"""What the doctor makes of a forge that cannot be asked, refuses, fails or answers nonsense: the other checks stand."""

from __future__ import annotations

from typing import Any

import pytest

from support.answers import Answer
from support.cli import Cli
from support.clinic import NOT_PERMITTED, REPOSITORY, Clinic

LOCAL = {"approvals", "trust", "workflows", "actions-pinned", "forms"}


def outcomes(clinic: Clinic, cli: Cli | None = None) -> dict[str, list[dict[str, Any]]]:
    """Everything that is said, by check."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in (cli or clinic.cli)("doctor", "--format", "json", code=1).json("doctor")["checks"]:
        found.setdefault(each["check"], []).append(each)
    return found


def outcomes_of(found: dict[str, list[dict[str, Any]]], outcome: str) -> set[str]:
    return {check for check, each in found.items() if outcome in {one["outcome"] for one in each}}


class TestWithoutCredentials:
    @pytest.fixture
    def bare(self, clinic: Clinic) -> Cli:
        return clinic.cli.with_(GITHUB_TOKEN="")

    def test_what_the_work_tree_tells_is_told(self, clinic: Clinic, bare: Cli) -> None:
        found = outcomes(clinic, bare)
        assert outcomes_of(found, "fine") >= LOCAL
        assert clinic.server.requests == []

    def test_the_rest_is_unknown_and_the_hint_names_the_token(self, clinic: Clinic, bare: Cli) -> None:
        found = outcomes(clinic, bare)
        assert outcomes_of(found, "unknown") >= {
            "people-known", "main-protected", "code-owners", "secrets", "environments", "schedule", "forms-app",
        }
        unknown = [each for checks in found.values() for each in checks if each["outcome"] == "unknown"]
        assert {each["message"] for each in unknown if each["check"] in ("people-known", "schedule")} == {
            "there are no credentials for GitHub",
        }
        assert all("GITHUB_TOKEN" in each["hint"] for each in unknown if each["check"] == "schedule")

    def test_people_are_not_each_unknown_for_the_same_reason(self, clinic: Clinic, bare: Cli) -> None:
        assert len(outcomes(clinic, bare)["people-known"]) == 1

    def test_what_is_wrong_in_files_is_told_where_the_check_goes_on_to_ask(self, clinic: Clinic, bare: Cli) -> None:
        clinic.edit(".github/CODEOWNERS", "/schemas/ ", "# /schemas/ ")
        (clinic.root / ".github/rulesets/main.json").write_text("{", encoding="utf-8")
        clinic.edit("emp-gitops.yaml", "super_admins: [ana]", "super_admins: []")
        found = outcomes(clinic, bare)
        for check in ("code-owners", "main-protected", "roles"):
            assert {"error", "unknown"} == {each["outcome"] for each in found[check]}, check

    def test_in_text_a_hint_stands_once_below_those_that_share_it(self, bare: Cli) -> None:
        lines = bare("doctor", code=1).stdout.splitlines()
        secrets = next(at for at, line in enumerate(lines) if " secrets " in line)
        assert " teams " in lines[secrets + 1]
        assert " environments " in lines[secrets + 2]
        assert "hint: set GITHUB_TOKEN" in lines[secrets + 3]


@pytest.mark.parametrize(("answer", "message"), [
    (Answer(401, {"message": "Bad credentials"}), "cannot read the environments: GitHub does not accept the credentials"),
    (Answer(422, {"message": "No"}), "cannot read the environments: GitHub refuses it (422): No"),
    *(
        (Answer(value=value), "the answer is none of GitHub's")
        for value in ([], {}, "text", None, {"environments": [1]})
    ),
])
def test_an_outage_of_one_answer_leaves_the_other_checks_alone(clinic: Clinic, answer: Answer, message: str) -> None:
    clinic.set("/environments", answer)
    found = outcomes(clinic)
    assert outcomes_of(found, "unknown") == {"secrets", "teams", "environments", "reminders", "forms-app"}
    assert {each["message"] for check in ("secrets", "environments") for each in found[check]} == {message}
    assert outcomes_of(found, "fine") == found.keys() - {"secrets", "teams", "environments", "reminders", "forms-app"}


def test_no_permission_at_all_leaves_everything_unknown_and_nothing_fine(clinic: Clinic) -> None:
    clinic.problems()
    for line in [line for line in clinic.server.requests if REPOSITORY in line]:
        clinic.server.always(line, NOT_PERMITTED)
    problems = clinic.problems()
    assert {check for check, found in problems.items() if found[0][0] == "unknown"} >= {
        "main-protected", "code-owners", "secrets", "environments", "schedule", "forms-app",
    }
