"""The stand-in for GitHub behaves as GitHub does, seen through PyGithub, plain HTTP and git."""

from __future__ import annotations

from pathlib import Path

import pytest
from github import Auth, Github, GithubException, UnknownObjectException
from github.Repository import Repository

from support.github import GitHub, Pull
from support.repos import ConfigRepo, git

MAIN = "refs/heads/main"


def client(github: GitHub, login: str = "ana", *, can_write: bool = True) -> Github:
    token = github.token_for(login, can_write=can_write)
    return Github(
        auth=Auth.Token(token), base_url=github.state.api, retry=None, per_page=100, seconds_between_requests=0,
        seconds_between_writes=0, lazy=True,
    )


def repository(github: GitHub, login: str = "ana", *, can_write: bool = True) -> Repository:
    return client(github, login, can_write=can_write).get_repo("example-energy/accounts")


@pytest.fixture
def pull(github: GitHub) -> Pull:
    """#1, by ana: one file more than main has."""
    github.commit("main", {"README.md": "# Accounts\n"}, by="ana", message="start")
    github.commit("more", {"accounts/acme.yaml": "datapoints: 100\n"}, by="ana", message="more")
    return github.open_pull("more", by="ana", title="More datapoints", body="for Madrid")


class TestAPullRequest:
    def test_is_told_in_full(self, github: GitHub, pull: Pull) -> None:
        found = repository(github).get_pull(1)
        assert (found.title, found.body, found.user.login, found.state) == ("More datapoints", "for Madrid", "ana", "open")
        assert (found.head.sha, found.head.ref, found.base.sha) == (github.head("more"), "more", github.head())
        assert (found.commits, found.changed_files, found.additions, found.mergeable) == (1, 1, 1, True)
        assert [file.filename for file in found.get_files()] == ["accounts/acme.yaml"]
        assert [commit.author.login for commit in found.get_commits()] == ["ana"]

    @pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
    def test_that_is_merged_changes_main_as_git_does(self, github: GitHub, pull: Pull, method: str) -> None:
        before = github.head()
        repository(github, "carla").get_pull(1).merge(merge_method=method)
        found = repository(github).get_pull(1)
        assert (found.merged, found.merged_by.login, found.merge_commit_sha) == (True, "carla", github.head())
        commit = github.state.bare.commit(github.head())
        assert commit.parents == ((before, pull.head) if method == "merge" else (before,))
        assert github.state.bare.git("show", f"{MAIN}:accounts/acme.yaml") == "datapoints: 100"
        assert [each.number for each in repository(github).get_commit(commit.sha).get_pulls()] == [1]

    def test_has_its_head_among_the_refs_and_follows_a_push(self, github: GitHub, pull: Pull, tmp_path: Path) -> None:
        clone = tmp_path / "clone"
        git(tmp_path, "clone", "--quiet", github.clone_url("ana"), str(clone))
        git(clone, "fetch", "--quiet", "origin", "refs/pull/1/head")
        assert git(clone, "rev-parse", "FETCH_HEAD") == pull.head
        repo = ConfigRepo(tmp_path / "other")
        repo.git("pull", "--quiet", github.clone_url("ana"), "more")
        repo.account("acme-lyon")
        pushed = repo.commit("one more")
        repo.git("push", "--quiet", github.clone_url("ana"), "HEAD:more")
        assert repository(github).get_pull(1).head.sha == pushed
        assert [commit.sha for commit in repository(github).get_pull(1).get_commits()][-1] == pushed


def test_a_team_lists_its_members_to_those_who_may_know(github: GitHub) -> None:
    team = github.team("example-energy/customer-success", ["carla", "david"])
    found = client(github).get_organization("example-energy").get_team_by_slug("customer-success")
    assert [member.login for member in found.get_members()] == ["carla", "david"]
    team.is_readable = False
    found = client(github).get_organization("example-energy").get_team_by_slug("customer-success")
    with pytest.raises(GithubException, match="Resource not accessible by integration") as caught:
        found.complete()
    assert caught.value.status == 403
    with pytest.raises(UnknownObjectException):
        client(github).get_organization("example-energy").get_team_by_slug("sales").complete()


class TestReviews:
    def test_are_bound_to_the_commit_they_were_made_on(self, github: GitHub, pull: Pull) -> None:
        first = pull.head
        repository(github, "carla").get_pull(1).create_review(event="APPROVE")
        github.commit("more", {"accounts/acme.yaml": "datapoints: 200\n"}, by="ana")
        review, = repository(github).get_pull(1).get_reviews()
        assert (review.user.login, review.state, review.commit_id) == ("carla", "APPROVED", first)
        assert repository(github).get_pull(1).head.sha != first

    def test_of_ones_own_pull_request_approve_nothing(self, github: GitHub, pull: Pull) -> None:
        with pytest.raises(GithubException, match="422"):
            repository(github, "ana").get_pull(1).create_review(event="APPROVE")

    def test_of_somebody_who_left_are_nobodys(self, github: GitHub, pull: Pull) -> None:
        github.review(pull, by="carla")
        github.leave("carla")
        review, = repository(github).get_pull(1).get_reviews()
        assert review.user is None


class TestComments:
    def test_are_written_found_and_edited_in_place(self, github: GitHub, pull: Pull) -> None:
        issue = repository(github, "github-actions[bot]").get_issue(1)
        written = issue.create_comment("first")
        written.edit("second")
        assert [(comment.by, comment.body) for comment in github.comments(pull)] == [("github-actions[bot]", "second")]
        assert [comment.body for comment in issue.get_comments()] == ["second"]
        assert [each.method for each in github.writes()] == ["POST", "PATCH"]
