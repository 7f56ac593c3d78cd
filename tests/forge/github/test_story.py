"""The whole story on GitHub, through the command line, and what becomes of it where answers get lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emp_gitops.review.publishing import CHECK_NAME, MARKER
from support.github import GitHub
from support.golden import assert_golden
from support.pull_story import NAME, PullStory
from support.repos import account_text

ASK = ("account", "datapoints", "acme-madrid", "+30", "--open")


@pytest.fixture
def story(tmp_path: Path) -> Iterator[PullStory]:
    with GitHub(tmp_path, repo=NAME) as github:
        yield PullStory(tmp_path, github)


def test_the_whole_story_on_github(story: PullStory) -> None:
    github = story.github

    # Ana asks for 30 more datapoints, and the robot says what that would do.
    assert "/pull/1" in story.desk("ana")(*ASK).stdout
    story.robot("review", "1", code=None)
    comment, = story.comments(1)
    assert_golden("story/asked.md", story.readable(comment))
    assert "Customer Success" in story.desk("carla")("applications", "list").stdout

    # Carla approves, and it says so in the same place.
    github.review(github.pull(1), by="carla")
    story.robot("review", "1")
    same, = story.comments(1)
    assert same.id == comment.id
    assert_golden("story/approved.md", story.readable(same))
    check, = (each.given for each in github.state.checks.values())
    assert (check["name"], check["conclusion"], check["head_sha"]) == (CHECK_NAME, "success", github.pull(1).head)
    assert github.labels(github.pull(1)) == ["kind: datapoints"]

    # Carla merges; reconcile applies and tells, once.
    github.merge(github.pull(1), by="carla", method="squash")
    story.robot("reconcile")
    _, outcome = story.comments(1)
    assert_golden("story/applied.md", story.readable(outcome))
    story.robot("reconcile")
    assert len(story.comments(1)) == 2
    entry = story.robot.history("acme-madrid")[-1]
    assert (entry["requested_by"], entry["approved_by"]) == ("ana", "carla")

    # Berta may ask and may approve, but not for herself.
    story.desk("berta")("account", "datapoints", "acme-lyon", "+50", "--open")
    github.review(github.pull(2), by="berta")
    github.merge(github.pull(2), by="berta")
    assert "berta approved an application of their own" in story.refused("acme-lyon")
    told, = story.comments(2)
    assert_golden("story/refused.md", story.readable(told))

    # Mallory pushes to main, past everybody.
    story.push("mallory", "acme-porto", datapoints=500)
    assert "pushed to main without an application" in story.refused("acme-porto")
    assert story.datapoints() == {"acme-madrid": 150, "acme-lyon": 120, "acme-porto": 120}


class TestAnApproval:
    """Of a pull request that did something else at the time, or by somebody who helped with it."""

    @pytest.mark.parametrize("automatic", [False, True])
    def test_from_before_it_went_into_main_counts_for_nothing(self, story: PullStory, automatic: bool) -> None:
        github = story.github
        github.commit("staging", {"README.md": "a place to try things\n"}, by="ana")
        more = {"accounts/acme-madrid.yaml": account_text("acme-madrid", datapoints=150)}
        github.commit("more", more, by="ana", start="staging")
        pull = github.open_pull("more", by="ana", base="staging")
        github.review(pull, by="carla")
        github.retarget(pull, "main", by="mallory", automatic=automatic)
        github.merge(pull, by="mallory")
        assert "carla approved it before it went into main" in story.refused("acme-madrid")
        assert story.datapoints()["acme-madrid"] == 120

    def test_by_who_committed_what_somebody_else_wrote_counts_for_nothing(self, story: PullStory) -> None:
        more = {"accounts/acme-madrid.yaml": account_text("acme-madrid", datapoints=150)}
        story.github.commit("more", more, by="ana", committer="carla")
        pull = story.github.open_pull("more", by="ana")
        story.github.review(pull, by="carla")
        story.github.merge(pull, by="carla")
        assert "carla approved commits of their own" in story.refused("acme-madrid")

    def test_of_what_was_edited_on_githubs_pages_counts(self, story: PullStory) -> None:
        more = {"accounts/acme-madrid.yaml": account_text("acme-madrid", datapoints=150)}
        story.github.commit("more", more, by="ana", committer="web-flow")
        pull = story.github.open_pull("more", by="ana")
        story.github.review(pull, by="carla")
        story.github.merge(pull, by="carla")
        story.robot("reconcile")
        assert story.datapoints()["acme-madrid"] == 150

    @pytest.mark.parametrize(("address", "reason"), [
        ("carla@example.com", "carla approved commits of their own"),
        ("pat@home.example", "names pat@home.example as a co-author, and GitHub does not tell who that is"),
    ])
    def test_of_what_was_made_in_company_needs_to_know_the_company(
        self, story: PullStory, address: str, reason: str
    ) -> None:
        more = {"accounts/acme-madrid.yaml": account_text("acme-madrid", datapoints=150)}
        story.github.commit("more", more, by="ana", message=f"More\n\nCo-authored-by: Somebody <{address}>")
        pull = story.github.open_pull("more", by="ana")
        story.github.review(pull, by="carla")
        story.github.merge(pull, by="carla", method="squash")
        assert reason in story.refused("acme-madrid")


class TestWhateverAnswerGetsLost:
    """GitHub did what it was asked, and nobody heard of it."""

    @pytest.fixture(params=["502", "closed"])
    def lose(self, story: PullStory, request: pytest.FixtureRequest) -> Callable[[str, str], None]:
        lose = story.github.fail_next if request.param == "502" else story.github.drop_next
        return lambda method, path: lose(method, path, after_effect=True)

    def test_there_is_one_pull_request(self, story: PullStory, lose: Callable[[str, str], None]) -> None:
        lose("POST", "*/pulls")
        assert "/pull/1" in story.desk("ana")(*ASK).stdout
        assert [*story.github.state.pulls] == [1]

    def test_there_is_one_comment_one_check_and_one_label(
        self, story: PullStory, lose: Callable[[str, str], None]
    ) -> None:
        story.desk("ana")(*ASK)
        for path in ("*/comments", "*/check-runs", f"/repos/{NAME}/labels"):
            lose("POST", path)
        story.robot("review", "1", code=None)
        story.robot("review", "1", code=None)
        github = story.github
        assert len(story.comments(1)) == len(github.state.checks) == len(github.labels(github.pull(1))) == 1
        for path in ("*/comments", "*/check-runs", f"/repos/{NAME}/labels"):
            assert len(github.sent("POST", path)) == 1

    def test_the_outcome_is_told_once(self, story: PullStory, lose: Callable[[str, str], None]) -> None:
        story.desk("ana")(*ASK)
        story.github.review(story.github.pull(1), by="carla")
        story.github.merge(story.github.pull(1), by="carla")
        lose("POST", "*/comments")
        story.robot("reconcile")
        story.robot("reconcile")
        assert len(story.comments(1)) == 1


class TestWhileAReviewIsMade:
    def test_an_application_that_is_closed_gets_no_comment(self, story: PullStory) -> None:
        story.desk("ana")(*ASK)
        pull = story.github.pull(1)
        story.github.before("GET", "*/pulls/1", lambda: story.github.close(pull), nth=3)
        done = story.robot("review", "1", code=None)
        assert "closed meanwhile" in done.stderr
        assert story.comments(1) == []

    def test_a_push_voids_it(self, story: PullStory) -> None:
        story.desk("ana")(*ASK)
        pull = story.github.pull(1)
        more = {"accounts/acme-madrid.yaml": account_text("acme-madrid", datapoints=160)}
        story.github.before("GET", "*/pulls/1", lambda: story.github.commit(pull.branch, more, by="ana"), nth=3)
        assert "moved on" in story.robot("review", "1", code=None).stderr
        assert story.comments(1) == []


def test_a_comment_of_somebody_else_with_our_marker_is_left_alone(story: PullStory) -> None:
    story.desk("ana")(*ASK)
    forged = story.github.comment(story.github.pull(1), f"**Approved, ready to merge**\n\n{MARKER}", by="mallory")
    story.robot("review", "1", code=None)
    first, second = story.comments(1)
    assert (first.id, first.body) == (forged.id, forged.body)
    assert second.body.startswith("**Ready for Customer Success**")


def test_the_comment_is_found_on_the_fourth_page(story: PullStory) -> None:
    story.desk("ana")(*ASK)
    for number in range(3):
        story.github.comment(story.github.pull(1), f"hello {number}", by="carla")
    story.github.state.behaviour.page_limit = 1
    for _ in range(2):
        story.robot("review", "1", code=None)
    assert len(story.comments(1)) == 4


@pytest.mark.parametrize("text", [
    "@example-energy/success ::error::boom", f"${{{{ secrets.TOKEN }}}} </details> {MARKER}",
    "![x](https://evil.example/x.png)",
])
def test_hostile_words_stay_words(story: PullStory, text: str) -> None:
    branch = "application/$(pwned)-`@carla`-${{github}}"
    changes = {"accounts/acme-madrid.yaml": account_text("acme-madrid", datapoints=150, name=text)}
    story.github.commit(branch, changes, by="ana", message=text)
    pull = story.github.open_pull(branch, by="ana", title=text, body=text)
    for _ in range(2):
        story.robot("review", "1", code=None)
    comment, = story.github.comments(pull)
    assert "acme-madrid" in comment.body
    assert text not in comment.body
    assert not [word for word in ("@example-energy", "</details>", "](https://evil", "@carla") if word in comment.body]
    assert [line for line in comment.body.splitlines() if MARKER in line] == [MARKER]
    story.desk("carla")("applications", "show", "1")
