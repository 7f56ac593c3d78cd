"""The stand-in for GitHub behaves as GitHub does, seen through PyGithub, plain HTTP and git."""

from __future__ import annotations

from pathlib import Path

import pytest
from github import GithubException, UnknownObjectException

from support.github import GitHub, Pull
from support.github.asking import client, repository
from support.github.bare import Person
from support.repos import ConfigRepo, git

MAIN = "refs/heads/main"


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

    def test_that_is_rebased_gets_new_commits_which_are_all_its_own(self, github: GitHub, pull: Pull) -> None:
        github.commit("more", {"accounts/lyon.yaml": "datapoints: 20\n"}, by="berta", message="also Lyon")
        github.commit("main", {"README.md": "# All accounts\n"}, by="ana")
        before = github.head()
        github.merge(pull, by="carla", method="rebase")
        landed = github.state.bare.between(before, github.head())
        assert (len(landed), set(landed) & set(pull.commits)) == (2, set())
        commits = [repository(github).get_commit(id_) for id_ in landed]
        assert [(each.author.login, each.commit.message) for each in commits] == [("ana", "more"), ("berta", "also Lyon")]
        assert [[each.number for each in commit.get_pulls()] for commit in commits] == [[1], [1]]
        assert repository(github).get_pull(1).commits == 2

    def test_with_a_conflict_cannot_be_merged(self, github: GitHub, pull: Pull) -> None:
        github.commit("main", {"accounts/acme.yaml": "datapoints: 300\n"}, by="ana")
        assert repository(github).get_pull(1).mergeable is False
        for method in ("merge", "squash", "rebase"):
            with pytest.raises(GithubException, match="405"):
                repository(github, "carla").get_pull(1).merge(merge_method=method)

    def test_is_not_merged_at_another_head(self, github: GitHub, pull: Pull) -> None:
        with pytest.raises(GithubException, match="409"):
            repository(github, "carla").get_pull(1).merge(sha=github.head())
        assert pull.is_open

    def test_counts_as_merged_once_somebody_pushed_its_head_to_main(self, github: GitHub, pull: Pull) -> None:
        tree = github.state.bare.tree_with(pull.head, {"accounts/smuggled.yaml": "datapoints: 9\n"})
        mallory = Person("mallory", github.user("mallory").email, "2026-11-23T12:00:00Z")
        by_hand = github.state.bare.make(tree, [github.head(), pull.head], "merge", mallory, mallory)
        github.state.bare.point(MAIN, by_hand)
        after = github.commit("main", {"README.md": "# Later\n"}, by="mallory")
        found = repository(github).get_pull(1)
        assert (found.merged, found.merged_by.login, found.merge_commit_sha) == (True, "mallory", by_hand)
        assert [[*repository(github).get_commit(id_).get_pulls()] != [] for id_ in (by_hand, after)] == [True, False]

    def test_is_closed_with_its_branch(self, github: GitHub, pull: Pull) -> None:
        github.delete_branch("more")
        found = repository(github).get_pull(1)
        assert (found.state, found.merged, found.head.sha) == ("closed", False, pull.head)
        with pytest.raises(GithubException, match="422"):
            found.edit(state="open")

    def test_is_opened_once_for_a_branch_that_adds_something(self, github: GitHub, pull: Pull) -> None:
        github.commit("less", {}, by="ana")
        github.merge(github.open_pull("less", by="ana"), by="carla")
        for branch, complaint in (("more", "already exists"), ("less", "No commits between"), ("none", "invalid")):
            with pytest.raises(GithubException, match=f"422.*{complaint}"):
                repository(github).create_pull("main", branch, title="again")

    def test_of_a_fork_comes_from_there(self, github: GitHub, pull: Pull) -> None:
        github.fork("mallory")
        theirs = github.open_pull("mallory:more", by="mallory")
        found = repository(github).get_pull(theirs.number)
        assert (found.head.label, found.head.repo.full_name) == ("mallory:more", "mallory/accounts")
        assert found.head.repo.id != found.base.repo.id
        assert [each.number for each in repository(github).get_pulls(head="mallory:more")] == [theirs.number]

    def test_is_told_of_a_commit_on_main_only_if_it_brought_that_there(self, github: GitHub, pull: Pull) -> None:
        github.commit("release", {"NOTES.md": "one\n"}, by="ana")
        pushed = github.commit("main", {"README.md": "# Pushed\n"}, by="ana")
        onto_release = github.open_pull("main", by="ana", base="release")
        assert [*repository(github).get_commit(pushed).get_pulls()] == []
        assert [each.number for each in repository(github).get_commit(pull.head).get_pulls()] == [pull.number]
        assert repository(github).get_pull(onto_release.number).commits == 1

    def test_is_listed_by_its_state_newest_first(self, github: GitHub, pull: Pull) -> None:
        github.commit("other", {"accounts/lyon.yaml": "datapoints: 20\n"}, by="ana")
        other = github.open_pull("other", by="ana")
        assert [each.number for each in repository(github).get_pulls()] == [other.number, pull.number]
        github.close(pull)
        assert [each.number for each in repository(github).get_pulls(state="closed")] == [pull.number]
        assert [each.number for each in repository(github).get_pulls(base="main", direction="asc")] == [other.number]

    def test_has_commits_of_people_whose_address_is_known(self, github: GitHub, pull: Pull) -> None:
        ana = github.user("ana")
        noreply = "ana@users.noreply.github.com"
        for email in ("nobody@example.org", f"{ana.id}+{noreply}", f"{ana.id + 1}+{noreply}"):
            github.commit("more", {"accounts/acme.yaml": email}, by="berta", email=email)
        authors = [commit.author for commit in repository(github).get_pull(1).get_commits()]
        assert [author and author.login for author in authors] == ["ana", None, "ana", None]

    def test_is_asked_of_reviewers_until_they_answer(self, github: GitHub, pull: Pull) -> None:
        github.team("example-energy/customer-success", ["carla", "david"])
        found = repository(github).get_pull(1)
        found.create_review_request(reviewers=["carla"], team_reviewers=["customer-success"])
        github.review(pull, by="carla")
        people, teams = found.get_review_requests()
        assert ([each.login for each in people], [each.slug for each in teams]) == ([], ["customer-success"])


def test_a_commit_that_github_never_saw_is_no_pull_requests(github: GitHub, pull: Pull) -> None:
    with pytest.raises(GithubException, match=r"422.*No commit found for SHA"):
        list(repository(github).get_commit("d" * 40).get_pulls())


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

    @pytest.mark.parametrize("dismisses", [True, False])
    def test_are_dismissed_by_a_push_where_that_is_set(self, github: GitHub, pull: Pull, dismisses: bool) -> None:
        github.state.behaviour.dismisses_stale_reviews = dismisses
        github.review(pull, by="carla")
        github.commit("more", {"accounts/acme.yaml": "datapoints: 200\n"}, by="ana")
        review, = repository(github).get_pull(1).get_reviews()
        assert review.state == ("DISMISSED" if dismisses else "APPROVED")

    def test_can_be_dismissed(self, github: GitHub, pull: Pull) -> None:
        github.review(pull, by="carla", state="CHANGES_REQUESTED", body="why?")
        review, = repository(github).get_pull(1).get_reviews()
        review.dismiss("it was explained")
        assert [each.state for each in repository(github).get_pull(1).get_reviews()] == ["DISMISSED"]


class TestComments:
    def test_are_written_found_and_edited_in_place(self, github: GitHub, pull: Pull) -> None:
        issue = repository(github, "github-actions[bot]").get_issue(1)
        written = issue.create_comment("first")
        written.edit("second")
        assert [(comment.by, comment.body) for comment in github.comments(pull)] == [("github-actions[bot]", "second")]
        assert [comment.body for comment in issue.get_comments()] == ["second"]
        assert [each.method for each in github.writes()] == ["POST", "PATCH"]
