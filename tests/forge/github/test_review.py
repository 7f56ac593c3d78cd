"""`review` on a pull request: what becomes of its comment, check and labels while things change or fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emp_gitops.review.publishing import CHECK_NAME
from support.github import GitHub
from support.pull_story import NAME, PullStory
from support.repos import ConfigRepo, account_text, config_text


@pytest.fixture
def story(tmp_path: Path) -> Iterator[PullStory]:
    with GitHub(tmp_path, repo=NAME) as github:
        story = PullStory(tmp_path, github)
        story.desk("ana")("account", "datapoints", "acme-madrid", "+30", "--open")
        yield story


def check_of(story: PullStory) -> tuple[str, str]:
    """The conclusion and the title of our check on the last commit of the application."""
    head = story.github.pull(1).head
    check, = (each.given for each in story.github.state.checks.values() if each.given["head_sha"] == head)
    assert check["name"] == CHECK_NAME
    return check["conclusion"], check["output"]["title"]


def first_lines(story: PullStory) -> list[str]:
    return [comment.body.splitlines()[0] for comment in story.comments(1)]


class TestAPlanThatChangesAfterAnApproval:
    @pytest.fixture(autouse=True)
    def _approved(self, story: PullStory) -> None:
        story.github.review(story.github.pull(1), by="carla")
        story.robot("review", "1")

    def test_is_told_in_a_new_comment_after_a_push(self, story: PullStory) -> None:
        more = {"accounts/acme-madrid.yaml": account_text("acme-madrid", datapoints=160)}
        story.github.commit(story.github.pull(1).branch, more, by="ana")
        story.robot("review", "1")
        story.robot("review", "1")
        assert first_lines(story) == [
            "**Ready for Customer Success** · datapoints of `acme-madrid`: 120 → 160 (+40) · expires 2027-03-01",
            "**This plan changed after it was reviewed, please look again** · datapoints of `acme-madrid`: 120 → 160 (+40) · expires 2027-03-01",
        ]

    def test_is_told_where_the_platform_changed(self, story: PullStory) -> None:
        story.robot.on_screen("acme-madrid", license="enterprise")
        story.robot("review", "1")
        held, notice = first_lines(story)
        assert held.startswith("**Approved, ready to merge, then held for an operator\\:\u200c the platform changed meanwhile** · ")
        assert notice.startswith("**This plan changed after it was reviewed, please look again** · ")
        assert check_of(story)[0] == "neutral"

    def test_is_not_told_where_only_other_accounts_changed(self, story: PullStory) -> None:
        story.robot.on_screen("acme-lyon", license="enterprise")
        story.robot("review", "1")
        assert len(first_lines(story)) == 1


class TestWhatCannotBeKnown:
    def test_a_platform_that_cannot_be_reached_is_reported(self, story: PullStory) -> None:
        story.robot("review", "1", "--platform", "postgresql://127.0.0.1:1/none", code=1)
        assert first_lines(story) == ["**Could not be reviewed** · what merging this would do is not known; do not approve it yet"]
        assert check_of(story) == ("failure", "Could not be reviewed")
        story.robot("review", "1")
        assert first_lines(story)[0].startswith("**Ready for Customer Success** · ")
        assert check_of(story)[0] == "success"

    def test_a_platform_that_does_not_exist_is_not_taken_as_empty(self, story: PullStory, tmp_path: Path) -> None:
        story.robot("review", "1", "--platform", f"sqlite:///{tmp_path}/none.db", code=1)
        assert check_of(story)[0] == "failure"

    @pytest.mark.parametrize("role", ["super_admins", "customer_success"])
    def test_a_team_that_cannot_be_read_is_reported(self, story: PullStory, role: str) -> None:
        roles = {"super_admins": ["ana"], "customer_success": ["carla"]} | {role: ["@example-energy/nobody-sees"]}
        config = config_text(forge=f"github:{NAME}", approvals={"source": "github"}, roles=roles)
        story.github.commit("main", {"emp-gitops.yaml": config}, by="mallory")
        story.github.review(story.github.pull(1), by="carla")
        outcome = story.robot("review", "1", code=1)
        assert "nobody-sees" in outcome.stderr
        assert "Members: read" in outcome.stderr
        comment, = story.comments(1)
        assert comment.body.startswith("**Could not be reviewed** · ")
        assert check_of(story)[0] == "failure"

    def test_a_forge_that_takes_no_comment_still_gets_the_check(self, story: PullStory) -> None:
        for _ in range(9):
            story.github.fail_next("POST", "*/comments")
        assert "error" in story.robot("review", "1", code=1).stderr
        assert check_of(story)[0] == "success"


class TestPeople:
    def test_an_application_of_somebody_else_is_refused(self, story: PullStory) -> None:
        config = config_text(
            forge=f"github:{NAME}", approvals={"source": "github"}, roles={"super_admins": ["berta"], "customer_success": ["carla"]},
        )
        story.github.commit("main", {"emp-gitops.yaml": config}, by="mallory")
        story.robot("review", "1", code=3)
        assert first_lines(story)[0].startswith("**Refused\\:\u200c ana is no SuperAdmin** · ")
        assert check_of(story)[0] == "action_required"

    def test_changes_that_are_asked_for_are_said(self, story: PullStory) -> None:
        story.github.review(story.github.pull(1), by="carla", state="CHANGES_REQUESTED")
        story.robot("review", "1")
        assert first_lines(story)[0].startswith("**Customer Success asks for changes** · ")
        assert check_of(story)[0] == "neutral"


class TestAnApprovalThatDoesNotCount:
    """Whoever gave it, and whoever waits for it, reads why."""

    def told(self, story: PullStory) -> str:
        comment, = story.comments(1)
        return comment.body

    def test_is_explained_where_the_application_was_moved(self, story: PullStory) -> None:
        github = story.github
        github.commit("staging", {"README.md": "a place to try things\n"}, by="ana")
        github.review(github.pull(1), by="carla")
        for branch in ("staging", "main"):
            github.retarget(github.pull(1), branch, by="ana")
        story.robot("review", "1")
        assert "No approval counts so far\\:\u200c carla approved it before it went into main" in self.told(story)
        assert check_of(story)[0] == "success"
        github.review(github.pull(1), by="carla")
        story.robot("review", "1")
        assert first_lines(story)[0].startswith("**Approved, ready to merge** · ")

    def test_stops_what_nobody_can_approve(self, story: PullStory) -> None:
        more = {"accounts/acme-madrid.yaml": account_text("acme-madrid", datapoints=160)}
        story.github.commit(story.github.pull(1).branch, more, by="ana", email="ana@home.example")
        story.robot("review", "1", code=1)
        assert first_lines(story)[0].startswith("**Cannot be approved as it is** · ")
        assert "GitHub knows no author of its commit" in self.told(story)
        assert check_of(story)[0] == "failure"


class TestLabels:
    def test_follow_the_plan(self, story: PullStory) -> None:
        story.robot("review", "1")
        assert story.github.labels(story.github.pull(1)) == ["kind: datapoints"]
        contacts = {"accounts/acme-madrid.yaml": account_text("acme-madrid", datapoints=120, contacts=["new@acme.example"])}
        story.github.commit(story.github.pull(1).branch, contacts, by="ana")
        story.robot("review", "1")
        assert sorted(story.github.labels(story.github.pull(1))) == ["high-risk", "kind: details"]


def test_a_dry_run_writes_nothing(story: PullStory) -> None:
    shown = story.robot("review", "1", "--dry-run").stdout
    assert shown.startswith("**Ready for Customer Success** · ")
    assert story.comments(1) == []
    assert not story.github.state.checks
    assert not story.github.sent("POST", "*/comments")


def test_a_thousand_accounts_fit(story: PullStory) -> None:
    branch = story.github.pull(1).branch
    clone = ConfigRepo(story.desk("ana").folder)
    clone.git("switch", "--quiet", branch)
    for number in range(1_000):
        clone.account(f"acme-{number:04}")
    clone.commit("a thousand more")
    story.github.push(clone, branch, by="ana")
    story.robot("review", "1")
    comment, = story.comments(1)
    assert len(comment.body.encode()) <= 65_535
    assert comment.body.startswith("**Ready for Customer Success** · 1,001 accounts: 1,000 to create, 1 datapoints change · ")
    assert "more accounts." in comment.body
