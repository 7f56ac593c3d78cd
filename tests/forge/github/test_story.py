"""The whole story on GitHub, through the command line, and what becomes of it where answers get lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emp_gitops.review.publishing import CHECK_NAME
from support.github import GitHub
from support.golden import assert_golden
from support.pull_story import NAME, PullStory

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


class TestAnAnswerThatGotLost:
    """GitHub did what it was asked, and nobody heard of it."""

    @pytest.fixture(params=["502", "a closed connection"])
    def lose(self, story: PullStory, request: pytest.FixtureRequest) -> Iterator[object]:
        if request.param == "502":
            return lambda method, path: story.github.fail_next(method, path, after_effect=True)
        return lambda method, path: story.github.drop_next(method, path, after_effect=True)
