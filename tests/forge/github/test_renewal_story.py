"""A renewal that the App proposes on GitHub, from the first reminder to the thanks; and the ways in which it must not come about."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.github import GitHub
from support.renewal_story import BOT, BRANCH, LYON, RenewalStory

NOTHING_TO_DO = "nothing you\nneed to do"


@pytest.fixture
def story(tmp_path: Path, github: GitHub) -> RenewalStory:
    return RenewalStory(tmp_path, github)


def test_from_the_first_reminder_to_the_thanks(story: RenewalStory) -> None:
    github = story.github
    told = story.remind()
    (pull,) = story.pulls()
    assert (pull.issue.by, pull.branch) == (BOT, BRANCH)
    assert f"acme-lyon: {github.state.page}/pull/{pull.number} proposes its renewal" in told.stderr
    assert "proposes to renew the account for a year" in story.issue.comments[-1].body
    assert story.remind().stderr == ""
    assert (story.pulls(), len(story.mails())) == ([pull], 1)

    # It waits for somebody to ask, and everybody is told so: also the customer, for whom nothing is settled.
    one = story.listed()
    assert (one["application"], one["requested_by"]) == (str(pull.number), None)
    assert one["waiting_for"] == "a SuperAdmin (ana, berta) to make it a request"
    review = story.robot.json("review", str(pull.number))
    assert (review["headline"], review["next"][0]["who"]) == ("Proposed, for a SuperAdmin to take up", "A SuperAdmin")
    assert "nobody has asked for it yet" in github.comments(pull)[0].body
    story.remind("2026-12-03")
    assert "proposes a renewal, and nobody has asked for it yet" in story.issue.comments[-1].body
    assert not any(NOTHING_TO_DO in mail for mail in story.mails())

    # Ana's review asks, Carla's approves.
    github.review(pull, by="ana")
    one = story.listed()
    assert (one["state"], one["requested_by"], one["waiting_for"]) == ("pending", "ana", "Customer Success (carla, berta)")
    assert "No approval counts" not in story.desk("carla")("applications", "show", str(pull.number)).stdout
    github.review(pull, by="carla")
    review = story.robot.json("review", str(pull.number))
    assert (review["verdict"], review["application"]["approved_by"]) == ("approved", ["carla"])

    github.merge(pull, by="carla", method="squash")
    assert {each["account"]: each["outcome"] for each in story.robot.json("reconcile")["results"]}[LYON] == "applied"
    entry = story.robot.history(LYON)[-1]
    assert (entry["kinds"], entry["requested_by"], entry["approved_by"]) == (["renewal"], "ana", "carla")
    assert (entry["before"]["expires_on"], entry["after"]["expires_on"]) == ("2026-12-10", "2027-12-10")

    story.remind("2026-12-04")
    assert story.issue.state == "closed"
    assert story.issue.comments[-1].body.startswith("Renewed until 2027-12-10. Thank you!")
    story.remind("2026-12-10")
    assert (len(story.mails()), story.pulls()) == (2, [pull])


def test_asked_for_by_somebody_the_last_reminder_says_that_nothing_is_to_be_done(story: RenewalStory) -> None:
    pull = story.proposed()
    story.github.review(pull, by="ana")
    story.remind("2026-12-10")
    assert sum(NOTHING_TO_DO in mail for mail in story.mails()) == 1
    assert "asks for a renewal already" in story.issue.comments[-1].body


class TestItIsRefused:
    def test_where_customer_success_approves_what_nobody_asked_for(self, story: RenewalStory) -> None:
        pull = story.proposed()
        story.github.review(pull, by="carla")
        assert story.listed()["waiting_for"] == "a SuperAdmin (ana, berta) to make it a request"
        story.github.merge(pull, by="carla", method="squash")
        assert "no SuperAdmin approved its last commit, which would make it a request" in story.refused(LYON)

    @pytest.mark.parametrize("login", ["ana", "berta"])
    def test_where_who_asks_is_the_only_one_to_approve(self, story: RenewalStory, login: str) -> None:
        """Berta is a SuperAdmin and in Customer Success."""
        pull = story.proposed()
        story.github.review(pull, by=login)
        assert (story.listed()["state"], story.listed()["requested_by"]) == ("pending", login)
        story.github.merge(pull, by=login)
        assert f"{login} made it a request by approving it, and nobody else in Customer Success" in story.refused(LYON)

    def test_where_something_was_pushed_after_the_reviews(self, story: RenewalStory) -> None:
        pull = story.proposed()
        for login in ("ana", "carla"):
            story.github.review(pull, by=login)
        story.github.commit(BRANCH, story.lyon(months=24, comment="and more"), by="mallory")
        assert story.listed()["requested_by"] is None
        story.github.merge(pull, by="mallory")
        assert "no SuperAdmin approved its last commit" in story.refused(LYON)

    def test_where_it_is_something_else_by_then_whoever_approves(self, story: RenewalStory) -> None:
        pull = story.proposed()
        story.github.commit(BRANCH, story.lyon(months=48), by="mallory")
        review = story.robot.json("review", str(pull.number), code=1)
        assert (review["headline"], review["next"][0]["who"]) == ("Not the renewal that was proposed", "A SuperAdmin")
        for login in ("ana", "carla"):
            story.github.review(pull, by=login)
        assert story.robot.json("review", str(pull.number), code=1)["next"][0]["who"] == "ana"
        story.github.merge(pull, by="carla")
        assert story.refused(LYON).endswith("is not what the proposed renewal asks for, in subscription.months")

    def test_where_somebody_else_opened_what_looks_the_same(self, story: RenewalStory) -> None:
        """It counts as theirs, and who approves it asks for nothing."""
        body = "<!-- emp-gitops:proposed-renewal account=acme-lyon -->\nNobody has asked for this one yet.\n"
        story.github.commit(BRANCH, story.lyon(months=24), by="mallory", message="Propose to renew acme-lyon until 2027-12-10")
        pull = story.github.open_pull(BRANCH, by="mallory", title="renewal of acme-lyon", body=body)
        for login in ("ana", "carla"):
            story.github.review(pull, by=login)
        assert story.listed()["requested_by"] == "mallory"
        story.github.merge(pull, by="carla")
        assert "mallory, who asked for it, is no SuperAdmin" in story.refused(LYON)


def test_one_that_was_closed_is_not_opened_again(story: RenewalStory) -> None:
    pull = story.proposed()
    story.github.close(pull)
    story.remind("2026-12-03")
    story.github.delete_branch(BRANCH)
    story.remind("2026-12-04")
    assert (story.pulls(), pull.is_open) == ([pull], False)


def test_what_somebody_else_opened_in_its_place_is_not_taken_for_it(story: RenewalStory) -> None:
    story.github.commit(BRANCH, story.lyon(datapoints=500), by="mallory")
    theirs = story.github.open_pull(BRANCH, by="mallory")
    assert f"the branch {BRANCH} is an application of mallory" in story.remind(code=1).stderr
    assert not any("proposes to renew" in comment.body for comment in story.issue.comments)
    story.github.close(theirs)
    story.github.delete_branch(BRANCH)
    story.remind()
    assert [pull.issue.by for pull in story.pulls()] == ["mallory", BOT]
