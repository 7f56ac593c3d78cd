"""What the stand-in for GitHub refuses, how it answers over the wire, and what goes wrong when a test says so."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from github import GithubException, RateLimitExceededException
from jsonschema_rs import Draft202012Validator

from support.github import GitHub, Issue, description
from support.github.asking import OURS, ask, client, repository
from support.github.schemas import closed_over, converted
from support.repos import ConfigRepo, git_environment

ISSUES = f"{OURS}/issues"


@pytest.fixture
def issue(github: GitHub) -> Issue:
    return github.open_issue("A form", "please", by="ana")


class TestARequest:
    @pytest.mark.parametrize(("method", "path", "body", "trouble"), [
        ("GET", f"{OURS}/applications", None, "there is no GET"),
        ("DELETE", f"{ISSUES}/1", None, "there is no DELETE"),
        ("GET", f"{ISSUES}?status=open", None, "has no query parameter 'status'"),
        ("GET", f"{ISSUES}?state=opened", None, "with state"),
        ("GET", f"{ISSUES}?per_page=many", None, "with per_page"),
        ("POST", ISSUES, {"titel": "A form", "title": "x"}, "has no 'titel' in its body"),
        ("POST", ISSUES, {"body": "no title"}, '"title" is a required property'),
        ("POST", ISSUES, None, "needs a body"),
        ("PATCH", f"{ISSUES}/1", {"title": ["no", "text"]}, "title"),
        ("POST", ISSUES, {"title": "x", "milestone": [1]}, "milestone"),
        ("GET", f"{ISSUES}/1", {"title": "x"}, "takes no body"),
    ])
    def test_that_github_does_not_describe_fails_the_test(
        self, github: GitHub, issue: Issue, method: str, path: str, body: object, trouble: str
    ) -> None:
        assert ask(github, method, path, body).status_code == 418
        found, = github.troubles()
        assert trouble in found
        assert (issue.title, len(github.issues())) == ("A form", 1)

    def test_fails_the_test_also_where_nobody_asks_for_the_troubles(self, tmp_path: Path) -> None:
        with pytest.raises(AssertionError, match="there is no GET /nowhere here"), GitHub(tmp_path, repo="o/r") as github:
            ask(github, "GET", "/nowhere")

    def test_answered_otherwise_than_described_fails_the_test(self, github: GitHub, issue: Issue) -> None:
        issue.title = None  # type: ignore[assignment]
        assert ask(github, "GET", f"{ISSUES}/1").status_code == 418
        assert "the stand-in's answer is not GitHub's" in github.troubles()[0]

    def test_is_recorded_with_who_sent_it(self, github: GitHub) -> None:
        repository(github, "berta").create_issue("A form")
        sent, = github.sent("POST", "*/issues")
        assert (sent.path, sent.body, sent.login, sent.status) == (ISSUES, {"title": "A form"}, "berta", 201)
        assert github.writes() == [sent]


@pytest.mark.parametrize("schema", [
    {"type": "string", "nullable": True}, {"oneOf": [{"type": "string"}, {"type": "integer"}], "nullable": True},
])
def test_nullable_lets_null_pass_and_nothing_else(schema: dict[str, object]) -> None:
    validator = Draft202012Validator(closed_over(converted(schema), {}))
    assert [validator.is_valid(value) for value in (None, "text", [1])] == [True, True, False]


class TestTheDescription:
    @pytest.fixture(autouse=True)
    def npm(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
        """Where npm is to be found, which is nowhere yet; nor has anybody fetched anything."""
        monkeypatch.setattr(description, "CACHE", tmp_path / "cache")
        monkeypatch.setenv("PATH", str(tmp_path))
        return tmp_path / "npm"

    def stored_by(self, npm: Path, script: str) -> Path:
        npm.write_text(f"#!/bin/sh\n{script}\n")
        npm.chmod(0o755)
        return description.stored(description.REST)

    def test_needs_npm_and_the_network(self, npm: Path) -> None:
        with pytest.raises(description.UnavailableError, match="npm is not installed"):
            description.stored(description.REST)
        with pytest.raises(description.UnavailableError, match=r"failed: no network"):
            self.stored_by(npm, "echo no network >&2\nexit 1")

    def test_that_cannot_be_fetched_skips_the_test_and_in_ci_fails_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CI", raising=False)
        with pytest.raises(pytest.skip.Exception, match="not at hand: npm is not installed"):
            description.go_without("npm is not installed")
        monkeypatch.setenv("CI", "true")
        with pytest.raises(pytest.fail.Exception, match="not at hand: npm is not installed"):
            description.go_without("npm is not installed")

    def test_is_the_one_that_was_pinned(self, npm: Path) -> None:
        with pytest.raises(AssertionError, match="is not the one that was pinned"):
            self.stored_by(npm, "echo forged > forged.tgz")
        assert [*description.CACHE.glob("*.json")] == []


class TestCredentials:
    def test_that_are_wrong_open_nothing(self, github: GitHub, tmp_path: Path) -> None:
        assert ask(github, "GET", OURS, token="ghp_wrong").status_code == 401
        url = github.clone_url("ana").replace(github.token_for("ana"), "wrong")
        environment = git_environment(GIT_TERMINAL_PROMPT="0")
        assert httpx.get(f"{url}/info/refs?service=git-upload-pack", trust_env=False).status_code == 401
        with pytest.raises(AssertionError, match=r"terminal prompts disabled|Authentication failed"):
            ConfigRepo(tmp_path / "clone").git("fetch", url, **environment)

    def test_that_may_only_read_change_nothing(self, github: GitHub, issue: Issue, tmp_path: Path) -> None:
        reading = repository(github, "berta", can_write=False).get_issue(1)
        assert reading.title == "A form"
        with pytest.raises(GithubException, match="403"):
            reading.create_comment("hello")
        repo = ConfigRepo(tmp_path / "repo")
        repo.commit("start")
        url = github.clone_url("ana").replace(github.token_for("ana"), github.token_for("berta", can_write=False))
        with pytest.raises(AssertionError, match="403"):
            repo.git("push", url, "HEAD:main")
        assert github.comments(issue) == []

    def test_of_a_workflow_do_not_tell_their_own_name_but_by_graphql(self, github: GitHub) -> None:
        robot = client(github, "github-actions[bot]")
        with pytest.raises(GithubException, match="403"):
            robot.get_user().login  # noqa: B018 - reading it asks
        _, answer = robot.requester.graphql_query("query { viewer { login } }", {})
        assert answer["data"]["viewer"]["login"] == "github-actions[bot]"
        assert client(github, "ana").get_user().login == "ana"


class TestALongList:
    def test_comes_in_pages_that_link_to_each_other(self, github: GitHub) -> None:
        for number in range(5):
            github.open_issue(f"{number}", by="ana")
        github.state.behaviour.page_limit = 2
        assert [issue.title for issue in repository(github).get_issues()] == ["4", "3", "2", "1", "0"]
        assert [each.query.get("page") for each in github.sent("GET", "*/issues")] == [None, "2", "3"]
        links = ask(github, "GET", f"{ISSUES}?page=2").headers["link"]
        assert [part.split("rel=")[1] for part in links.split(", ")] == ['"prev"', '"next"', '"last"', '"first"']

    def test_has_thirty_on_a_page_unless_asked_otherwise(self, github: GitHub, issue: Issue) -> None:
        for number in range(40):
            github.comment(issue, f"{number}", by="ana")
        pages = {query: ask(github, "GET", f"{ISSUES}/1/comments{query}") for query in ("", "?per_page=100", "?page=9")}
        assert [len(page.json()) for page in pages.values()] == [30, 40, 0]


def test_an_answer_that_is_known_already_is_not_sent_again(github: GitHub, issue: Issue) -> None:
    first = ask(github, "GET", f"{ISSUES}/1")
    headers = {"if-none-match": first.headers["etag"]}
    assert ask(github, "GET", f"{ISSUES}/1", **headers).status_code == 304
    issue.title = "Another"
    assert ask(github, "GET", f"{ISSUES}/1", **headers).json()["title"] == "Another"


class TestWhatGoesWrong:
    @pytest.mark.parametrize(("after_effect", "created"), [(False, 0), (True, 1)])
    def test_may_have_had_its_effect_or_not(self, github: GitHub, after_effect: bool, created: int) -> None:
        github.fail_next("POST", "*/issues", status=502, after_effect=after_effect)
        with pytest.raises(GithubException, match="502"):
            repository(github).create_issue("A form")
        assert len(github.issues()) == created
        repository(github).create_issue("A form")
        assert [each.status for each in github.sent("POST", "*/issues")] == [502, 201]

    @pytest.mark.parametrize(("after_effect", "created"), [(False, 0), (True, 1)])
    def test_may_be_the_connection(self, github: GitHub, after_effect: bool, created: int) -> None:
        github.drop_next("POST", "*/issues", after_effect=after_effect)
        with pytest.raises(httpx.RemoteProtocolError):
            ask(github, "POST", ISSUES, {"title": "A form"})
        assert (len(github.issues()), github.requests[0].status) == (created, None)

    def test_may_be_the_rate(self, github: GitHub, issue: Issue) -> None:
        github.limit_next("GET", "*", reset_in=7)
        answer = ask(github, "GET", f"{ISSUES}/1")
        assert answer.headers["x-ratelimit-remaining"] == "0"
        github.limit_next_for_a_while("GET", "*", retry_after=3)
        assert ask(github, "GET", f"{ISSUES}/1").headers["retry-after"] == "3"
        github.limit_next_for_a_while("GET", "*", retry_after=None)
        with pytest.raises(RateLimitExceededException, match="secondary rate limit"):
            repository(github).get_issue(1).title  # noqa: B018 - reading it asks
        assert repository(github).get_issue(1).title == "A form"

    def test_comes_when_it_was_said_to(self, github: GitHub, issue: Issue) -> None:
        github.fail_next("GET", f"{ISSUES}/1", status=404, skip=1, times=2)
        assert [ask(github, "GET", f"{ISSUES}/1").status_code for _ in range(5)] == [200, 404, 404, 200, 200]

    def test_may_be_that_something_happens_in_between(self, github: GitHub, issue: Issue) -> None:
        github.before("GET", f"{ISSUES}/1", lambda: github.close(issue), nth=2)
        assert [repository(github).get_issue(1).state for _ in range(3)] == ["open", "closed", "closed"]
