"""The doctor on who may ask and who approves."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.answers import Answers, answers
from support.clinic import NOT_FOUND, NOT_PERMITTED, Clinic

TEAM = "GET /orgs/acme/teams/success/members"


def test_everything_is_fine_where_it_is(clinic: Clinic) -> None:
    assert clinic.problems() == {}
    assert "Doctor: 17 fine." in clinic.cli("doctor").stdout

def test_nothing_on_github_is_written(clinic: Clinic) -> None:
    clinic.problems()
    assert {line.split()[0] for line in clinic.server.requests} == {"GET"}

@pytest.mark.parametrize(("role", "named", "title"), [
    ("super_admins", "[ana]", "SuperAdmin"), ("customer_success", '["@acme/success"]', "Customer Success"),
])
def test_an_empty_role_is_an_error(clinic: Clinic, role: str, named: str, title: str) -> None:
    clinic.edit("emp-gitops.yaml", f"{role}: {named}", f"{role}: []")
    assert clinic.problems()["roles"] == [("error", f"roles.{role} is empty: nobody is {title}")]

def test_while_nobody_approves_an_empty_role_is_a_warning(tmp_path: Path) -> None:
    clinic = Clinic(tmp_path, Answers("http://127.0.0.1:1"), forge="git", approvals="none", super_admins=(), customer_success=())
    assert {outcome for outcome, _ in clinic.problems()["roles"]} == {"warning"}

def test_an_empty_team_is_nobody(clinic: Clinic) -> None:
    clinic.server.always(TEAM, [])
    assert ("error", "the teams of roles.customer_success have no members: nobody is Customer Success") in clinic.problems()["roles"]

def test_whoever_is_the_only_one_to_approve_cannot_ask(clinic: Clinic) -> None:
    clinic.server.always(TEAM, [{"login": "Ana"}])
    assert clinic.problems() == {
        "roles": [("error", "ana could only be approved by ana, and nobody approves their own application")],
    }
    clinic.server.always(TEAM, [{"login": "Ana"}, {"login": "carla"}])
    assert clinic.problems() == {}

@pytest.mark.parametrize("answer", [NOT_PERMITTED, NOT_FOUND])
def test_a_team_that_cannot_be_read_is_unknown_and_the_permission_is_named(clinic: Clinic, answer: object) -> None:
    clinic.server.always(TEAM, answer)
    unknown = [("unknown", "cannot read who is in @acme/success")]
    assert clinic.problems() == {"roles": unknown, "people-known": unknown}
    text = clinic.cli("doctor", code=1).stdout
    assert "the permission Members: read" in text
    assert ("check the name @acme/success" in text) is (answer is NOT_FOUND)

def test_a_large_team_is_read_to_its_end(clinic: Clinic) -> None:
    # Every page of this server is the same: a full one is followed by another, so it must not be a full one.
    clinic.server.always(TEAM, [{"login": f"person-{number}"} for number in range(99)])
    assert clinic.problems() == {}

def test_a_login_that_nobody_has_is_an_error(clinic: Clinic) -> None:
    clinic.server.always("GET /users/ana", NOT_FOUND)
    assert clinic.problems() == {"people-known": [("error", "GitHub knows nobody called ana")]}

def test_trying_out_without_approvals_is_a_warning(clinic: Clinic) -> None:
    clinic.edit("emp-gitops.yaml", "source: github", "source: none")
    (problem,) = clinic.problems()["approvals"]
    assert problem[0] == "warning"
    assert "whoever can change the repository can change accounts" in problem[1]

def test_approvals_from_github_need_a_repository_there(tmp_path: Path) -> None:
    clinic = Clinic(tmp_path, Answers("http://127.0.0.1:1"), forge="git")
    assert clinic.problems()["approvals"] == [("error", "approvals come from github, and forge names no repository there")]


def test_principals_of_signatures_are_no_logins(tmp_path: Path) -> None:
    with answers() as server:
        clinic = Clinic(tmp_path, server, approvals="signed-merge", customer_success=("carla@example.com",))
        assert not {"roles", "people-known"} & clinic.problems().keys()
        assert not [line for line in server.requests if line.startswith(("GET /users/carla", "GET /users/ana", "GET /orgs"))]

def test_nobody_is_known_where_nobody_is_named(tmp_path: Path) -> None:
    with answers() as server:
        clinic = Clinic(tmp_path, server, super_admins=(), customer_success=())
        assert "people-known" not in {each["check"] for each in clinic.cli("doctor", "--format", "json", code=1).json("doctor")["checks"]}
