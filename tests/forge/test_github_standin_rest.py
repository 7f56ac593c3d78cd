"""The rest of what the stand-in for GitHub keeps: comments, labels, checks, Apps, and what administrators set."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from github import Auth, GithubException, GithubIntegration, UnknownObjectException

from support.github import GitHub, Issue
from support.github.asking import OURS, ask, client, repository

ROBOT = "github-actions[bot]"
RULESET = Path(__file__).parents[2] / ".github/rulesets/main.json"


@pytest.fixture
def issue(github: GitHub) -> Issue:
    return github.open_issue("A form", "please", by="ana")


def read(github: GitHub, path: str) -> Any:
    """What is at a path below the repository."""
    answer = ask(github, "GET", f"{OURS}{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


class TestComments:
    def test_have_a_greatest_length(self, github: GitHub, issue: Issue) -> None:
        found = repository(github).get_issue(1)
        found.create_comment("x" * 65_536)
        with pytest.raises(GithubException, match="body is too long"):
            found.create_comment("x" * 65_537)
        with pytest.raises(GithubException, match="missing_field"):
            found.create_comment(" ")

    def test_can_be_deleted(self, github: GitHub, issue: Issue) -> None:
        repository(github).get_issue(1).create_comment("hello").delete()
        assert github.comments(issue) == []

    def test_of_somebody_who_left_are_a_ghosts(self, github: GitHub, issue: Issue) -> None:
        github.comment(issue, "hello", by="carla")
        github.leave("carla")
        comment, = repository(github).get_issue(1).get_comments()
        assert comment.user.login == "ghost"


class TestIssues:
    def test_are_found_by_label_state_and_author(self, github: GitHub) -> None:
        for by, labels in (("ana", ["reminder"]), ("berta", ["Reminder", "other"]), ("ana", [])):
            github.open_issue("An issue", by=by, labels=labels)
        github.close(github.issues()[1])
        found = repository(github)
        assert [each.number for each in found.get_issues(state="all", labels=["reminder"])] == [2, 1]
        assert [each.number for each in found.get_issues(labels=["reminder"])] == [1]
        assert [each.number for each in found.get_issues(creator="ana", direction="asc")] == [1, 3]

    def test_are_opened_edited_and_closed(self, github: GitHub) -> None:
        opened = repository(github).create_issue("A form", "please", labels=["form"])
        opened.edit(body="pretty please", labels=["form", "done"])
        opened.edit(state="closed", state_reason="not_planned")
        issue, = github.issues()
        assert (issue.body, issue.labels, issue.state, issue.state_reason) == (
            "pretty please", ["form", "done"], "closed", "not_planned",
        )
        opened.edit(state="open")
        assert repository(github).get_issue(1).state_reason == "reopened"
        with pytest.raises(GithubException, match="missing_field"):
            repository(github).create_issue(" ")

    def test_tell_who_edited_them_by_graphql(self, github: GitHub, issue: Issue) -> None:
        question = "query { repository { issue { userContentEdits(first: 100) { nodes { editor { login } } } } } }"
        variables = {"owner": "example-energy", "name": "accounts", "number": 1}

        def editors() -> list[Any]:
            _, answer = client(github).requester.graphql_query(question, variables)
            return [node["editor"] for node in answer["data"]["repository"]["issue"]["userContentEdits"]["nodes"]]

        assert editors() == []
        github.edit(issue, by="mallory", body="more")
        assert editors() == [{"login": "mallory"}, {"login": "ana"}]
        github.leave("mallory")
        assert editors() == [None, {"login": "ana"}]


class TestLabels:
    def test_are_put_on_and_taken_off(self, github: GitHub, issue: Issue) -> None:
        found = repository(github).get_issue(1)
        repository(github).create_label("kind: datapoints", "ededed", "more or less")
        found.add_to_labels("Kind: Datapoints", "a/b")
        assert github.labels(issue) == ["kind: datapoints", "a/b"]
        assert ask(github, "DELETE", f"{OURS}/issues/1/labels/{quote('a/b', safe='')}").status_code == 200
        with pytest.raises(GithubException, match="Label does not exist"):
            found.remove_from_labels("other")
        found.set_labels("other")
        assert [label.name for label in found.get_labels()] == ["other"]
        assert [label.name for label in repository(github).get_labels()] == ["kind: datapoints", "a/b", "other"]

    def test_are_made_once(self, github: GitHub) -> None:
        repository(github).create_label("kind", "ededed")
        with pytest.raises(GithubException, match="already_exists"):
            repository(github).create_label("Kind", "ededed")
        with pytest.raises(UnknownObjectException):
            repository(github).get_label("other").complete()


class TestChecks:
    @pytest.fixture
    def head(self, github: GitHub) -> str:
        return github.commit("main", {"README.md": "# Accounts\n"}, by="ana")

    def test_are_made_by_workflows_and_updated(self, github: GitHub, head: str) -> None:
        run = repository(github, ROBOT).create_check_run("review", head, output={"title": "fine", "summary": "all"})
        assert (run.status, run.conclusion, run.app.slug) == ("queued", None, "github-actions")
        run.edit(conclusion="success", output={"title": "good", "summary": "all of it"})
        found, = repository(github).get_commit(head).get_check_runs(check_name="review")
        assert (found.status, found.conclusion, found.output.title) == ("completed", "success", "good")
        assert [check["name"] for check in github.checks(head)] == ["review"]

    def test_are_listed_with_the_last_of_each_name_alone(self, github: GitHub, head: str) -> None:
        for conclusion in ("failure", "success"):
            repository(github, ROBOT).create_check_run("review", head, conclusion=conclusion)
        commit = repository(github).get_commit(head)
        assert [run.conclusion for run in commit.get_check_runs()] == ["success"]
        assert [run.conclusion for run in commit.get_check_runs(filter="all")] == ["success", "failure"]

    def test_are_neither_made_by_people_nor_for_unknown_commits(self, github: GitHub, head: str) -> None:
        with pytest.raises(GithubException, match="You must authenticate via a GitHub App"):
            repository(github, "ana").create_check_run("review", head)
        with pytest.raises(GithubException, match="No commit found"):
            repository(github, ROBOT).create_check_run("review", "d" * 40)

    def test_belong_to_the_app_that_made_them(self, github: GitHub, head: str) -> None:
        github.app("other")
        run = repository(github, "other[bot]").create_check_run("review", head)
        with pytest.raises(GithubException, match="403"):
            repository(github, ROBOT).get_check_run(run.id).edit(conclusion="success")


class TestAnApp:
    def asking(self, github: GitHub, id_: str, key: str) -> GithubIntegration:
        return GithubIntegration(auth=Auth.AppAuth(id_, key), base_url=github.state.api, retry=None)

    def test_acts_through_its_installation(self, github: GitHub, issue: Issue) -> None:
        settings = github.app_environment(github.app("emp-forms"))
        integration = self.asking(github, settings["EMP_GITHUB_APP_ID"], settings["EMP_GITHUB_APP_KEY"])
        assert integration.get_app().slug == "emp-forms"
        installed = integration.get_repo_installation("example-energy", "accounts")
        token = integration.get_access_token(installed.id).token
        assert ask(github, "POST", f"{OURS}/issues/1/comments", {"body": "done"}, token=token).status_code == 201
        assert [comment.by for comment in github.comments(issue)] == ["emp-forms[bot]"]

    def test_with_another_key_is_nobody(self, github: GitHub) -> None:
        app, other = github.app("emp-forms"), github.app("other")
        with pytest.raises(GithubException, match="401"):
            self.asking(github, str(app.id + 1000), other.private_key).get_app()

    def test_that_is_not_installed_is_not_found(self, github: GitHub) -> None:
        app = github.app("emp-forms", is_installed=False)
        with pytest.raises(UnknownObjectException):
            self.asking(github, str(app.id), app.private_key).get_repo_installation("example-energy", "accounts")


class TestSettings:
    @pytest.fixture(autouse=True)
    def main(self, github: GitHub) -> None:
        workflow = "name: Reconcile\non: push\n"
        github.commit("main", {".github/workflows/reconcile.yml": workflow, "CODEOWNERS": "* @ghost\n"}, by="ana")

    def test_tell_how_a_branch_is_protected(self, github: GitHub) -> None:
        answer = ask(github, "GET", f"{OURS}/branches/main/protection")
        assert (answer.status_code, answer.json()["message"]) == (404, "Branch not protected")
        github.protect(approvals=2, last_push=False, checks=[("emp-gitops", 15368)])
        found = repository(github).get_branch("main").get_protection()
        assert found.required_pull_request_reviews.required_approving_review_count == 2
        assert found.required_pull_request_reviews.require_last_push_approval is False
        assert found.required_status_checks.contexts == ["emp-gitops"]
        assert repository(github).get_branch("main").protected

    def test_tell_the_rules_of_rulesets_by_branch(self, github: GitHub) -> None:
        made = github.ruleset(RULESET.read_text(encoding="utf-8"))
        assert [rule["type"] for rule in read(github, "/rules/branches/main")] == [
            "deletion", "non_fast_forward", "pull_request", "required_status_checks",
        ]
        assert read(github, "/rules/branches/some/other") == []
        assert [each["name"] for each in read(github, "/rulesets")] == ["main"]
        assert read(github, f"/rulesets/{made['id']}")["bypass_actors"] == []
        made["enforcement"] = "disabled"
        assert read(github, "/rules/branches/main") == []

    def test_tell_who_may_deploy(self, github: GitHub) -> None:
        github.team("example-energy/customer-success", ["carla"])
        github.user("ana")
        github.deployment_environment(
            "platform", branches=["main"], reviewers=["ana", "@example-energy/customer-success"],
            secrets=["EMP_PLATFORM_TOKEN"], variables={"EMP_PLATFORM": "https://emp.example"},
        )
        github.deployment_environment("open")
        found = {each["name"]: each for each in read(github, "/environments")["environments"]}
        assert [rule["type"] for rule in found["platform"]["protection_rules"]] == ["required_reviewers", "branch_policy"]
        assert [found[name]["deployment_branch_policy"] is None for name in ("platform", "open")] == [False, True]
        policies = read(github, "/environments/platform/deployment-branch-policies")["branch_policies"]
        assert [each["name"] for each in policies] == ["main"]
        environment = repository(github).get_environment("platform")
        assert [secret.name for secret in environment.get_secrets()] == ["EMP_PLATFORM_TOKEN"]
        assert [variable.value for variable in environment.get_variables()] == ["https://emp.example"]

    def test_tell_when_workflows_ran(self, github: GitHub) -> None:
        github.ran("reconcile.yml", at="2026-11-23T08:17:00Z")
        github.ran("reconcile.yml", at="2026-11-23T09:17:00Z", conclusion="failure")
        workflow = repository(github).get_workflow("reconcile.yml")
        assert (workflow.name, workflow.state) == ("Reconcile", "active")
        assert [run.conclusion for run in workflow.get_runs()] == ["failure", "success"]
        assert [run.created_at.hour for run in workflow.get_runs(status="success", branch="main")] == [8]
        github.disable("reconcile.yml")
        assert [each.state for each in repository(github).get_workflows()] == ["disabled_inactivity"]

    def test_tell_secrets_variables_and_unknown_owners(self, github: GitHub) -> None:
        github.secret("EMP_SMTP_USER")
        github.variable("EMP_TODAY", "2026-11-23")
        github.code_owner_error(1)
        assert [secret.name for secret in repository(github).get_secrets()] == ["EMP_SMTP_USER"]
        assert [variable.name for variable in repository(github).get_variables()] == ["EMP_TODAY"]
        assert [error["kind"] for error in read(github, "/codeowners/errors")["errors"]] == ["Unknown owner"]

    def test_are_hidden_from_those_who_may_not_know(self, github: GitHub) -> None:
        made = github.ruleset(RULESET.read_text(encoding="utf-8"))
        github.hide("protection", "bypass", "environments", "secrets", "variables", "workflows", "codeowners")
        for path in (
            "/branches/main/protection", "/environments", "/actions/secrets", "/actions/variables", "/actions/workflows",
            "/actions/runs", "/codeowners/errors",
        ):
            assert ask(github, "GET", f"{OURS}{path}").status_code == 403, path
        assert "bypass_actors" not in read(github, f"/rulesets/{made['id']}")
