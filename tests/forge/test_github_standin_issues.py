"""The stand-in for GitHub does to issues and comments what GitHub does, and tells in GraphQL who did it."""

from __future__ import annotations

from typing import Any

import pytest
from github import GithubException

from support.github import GitHub, Issue
from support.github.asking import OURS, ask, client, repository
from support.github.graphql_schema import graphql_schema

PEOPLE = "author { __typename login } editor { login } lastEditedAt"


@pytest.fixture
def issue(github: GitHub) -> Issue:
    """#1, by ana."""
    graphql_schema()  # skips the test where it is not to be had
    github.user("carla")
    return github.open_issue("More", "for Madrid", by="ana")


def told(github: GitHub, fields: str) -> dict[str, Any]:
    """The whole answer of GraphQL."""
    question = f'query {{ repository(owner: "example-energy", name: "accounts") {{ {fields} }} }}'
    requester = client(github).requester
    _, answer = requester.requestJsonAndCheck("POST", requester.graphql_url, input={"query": question, "variables": {}})
    assert isinstance(answer, dict)
    return answer


class TestGraphQL:
    def test_tells_who_wrote_and_who_edited(self, github: GitHub, issue: Issue) -> None:
        github.app("emp")
        comment = github.comment(issue, "one", by="emp[bot]")
        question = f"issue(number: 1) {{ {PEOPLE} comments(first: 5) {{ nodes {{ body fullDatabaseId {PEOPLE} }} }} }}"
        found = told(github, question)["data"]["repository"]["issue"]
        assert found["author"] == {"__typename": "User", "login": "ana"}
        assert (found["editor"], found["lastEditedAt"]) == (None, None)
        assert found["comments"]["nodes"] == [{
            "body": "one", "fullDatabaseId": str(comment.id), "author": {"__typename": "Bot", "login": "emp"}, "editor": None,
            "lastEditedAt": None,
        }]
        repository(github, "carla").get_issue(1).edit(body="other")
        repository(github, "carla").get_issue(1).get_comment(comment.id).edit("two")
        found = told(github, question)["data"]["repository"]["issue"]
        for text in (found, found["comments"]["nodes"][0]):
            assert text["editor"] == {"login": "carla"}
            assert text["lastEditedAt"]
        github.leave("carla")
        assert told(github, question)["data"]["repository"]["issue"]["editor"] is None

    def test_gives_comments_in_pages(self, github: GitHub, issue: Issue) -> None:
        github.state.behaviour.page_limit = 2
        for text in ("one", "two", "three"):
            github.comment(issue, text, by="ana")
        shape = "nodes { body } pageInfo { hasNextPage endCursor }"
        first = told(github, f"issue(number: 1) {{ comments(first: 100) {{ {shape} }} }}")["data"]["repository"]["issue"]["comments"]
        assert (len(first["nodes"]), first["pageInfo"]["hasNextPage"]) == (2, True)
        after = first["pageInfo"]["endCursor"]
        second = told(github, f'issue(number: 1) {{ comments(first: 100, after: "{after}") {{ {shape} }} }}')
        assert second["data"]["repository"]["issue"]["comments"]["nodes"] == [{"body": "three"}]

    @pytest.mark.parametrize("fields", [
        "issue(number: 1) { edited }", "issue { body }", "issue(number: 1) { comments { nodes { body } } }",
        "issue(number: 1) { comments(first: 101) { nodes { body } } }",
    ])
    def test_refuses_what_github_does_not_describe(self, github: GitHub, issue: Issue, fields: str) -> None:
        assert told(github, fields)["errors"]

    def test_knows_no_issue_that_is_a_pull_request_or_gone(self, github: GitHub, issue: Issue) -> None:
        github.commit("main", {"a": "1"}, by="ana")
        github.commit("more", {"a": "2"}, by="ana")
        github.open_pull("more", by="ana")
        github.delete_issue(issue)
        answer = told(github, "a: issue(number: 1) { body } b: issue(number: 2) { body } c: issue(number: 3) { body }")
        assert answer["data"]["repository"] == {"a": None, "b": None, "c": None}
        assert {error["type"] for error in answer["errors"]} == {"NOT_FOUND"}


class TestAnIssue:
    def test_is_assigned_to_those_who_have_access(self, github: GitHub, issue: Issue) -> None:
        ours = repository(github)
        assert [each.login for each in ours.create_issue("x", assignees=["Carla"]).assignees] == ["carla"]
        github.withhold("carla")
        assert [ours.has_in_assignees(login) for login in ("ana", "carla", "nobody")] == [True, False, False]
        with pytest.raises(GithubException, match="422") as caught:
            ours.create_issue("x", assignees=["ana", "carla"])
        assert caught.value.data["errors"] == [
            {"value": "carla", "resource": "Issue", "field": "assignees", "code": "invalid"},
        ]

    @pytest.mark.parametrize("body", [{"title": "x" * 257}, {"title": "x", "body": "x" * 65_537}])
    def test_has_limits(self, github: GitHub, body: dict[str, str]) -> None:
        assert ask(github, "POST", f"{OURS}/issues", body).status_code == 422

    def test_that_was_deleted_is_gone_for_good(self, github: GitHub, issue: Issue) -> None:
        github.delete_issue(issue)
        for method, path, body in (("GET", "", None), ("POST", "/comments", {"body": "x"}), ("PATCH", "", {"title": "x"})):
            assert ask(github, method, f"{OURS}/issues/1{path}", body).status_code == 410
        assert [*repository(github).get_issues(state="all")] == []
        assert github.open_issue("again", by="ana").number == 2

    def test_that_moved_away_is_in_no_list(self, github: GitHub, issue: Issue) -> None:
        github.move_issue(issue)
        assert [*repository(github).get_issues(state="all")] == []
        found = told(github, "issue(number: 1) { repository { nameWithOwner } }")
        assert found["data"]["repository"]["issue"]["repository"]["nameWithOwner"] != "example-energy/accounts"

    def test_that_is_locked_takes_no_comment_of_an_app(self, github: GitHub, issue: Issue) -> None:
        github.app("emp")
        github.lock(issue)
        assert repository(github).get_issue(1).locked
        with pytest.raises(GithubException, match=r"403.*issue is locked"):
            repository(github, "emp[bot]").get_issue(1).create_comment("x")
        repository(github, "carla").get_issue(1).create_comment("x")
        github.delete_comment(github.comments(issue)[0])
        assert github.comments(issue) == []


def test_an_outage_begins_at_a_write(github: GitHub, issue: Issue) -> None:
    with github.outage(1, has_effect=True):
        assert ask(github, "POST", f"{OURS}/issues/1/comments", {"body": "one"}).status_code == 201
        assert ask(github, "GET", f"{OURS}/issues/1").status_code == 200
        for body in ("two", "three"):
            with pytest.raises(Exception, match="disconnected"):
                ask(github, "POST", f"{OURS}/issues/1/comments", {"body": body})
        with pytest.raises(Exception, match="disconnected"):
            ask(github, "GET", f"{OURS}/issues/1")
    assert [comment.body for comment in github.comments(issue)] == ["one", "two"]
