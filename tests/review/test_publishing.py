"""Where a review is said: one comment edited in place, a check, labels; a new comment only when a plan changes after
an approval.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from emp_gitops.errors import ForgeError, PlatformError
from emp_gitops.forge.base import State
from emp_gitops.review.facts import FailedReview, Review
from emp_gitops.review.publishing import MARKER, Memory, Words, outdated, publish
from support.accounts import an_account, on_platform
from support.discussions import RecordedDiscussion, RecordedForge
from support.reviews import HEAD, MADRID, a_review, an_application, more_datapoints

WORDS = Words(body="**Ready** · more\n", title="Ready · more", changed=lambda memory: f"It was {memory.digest[:10]}.")
APPROVED = an_application(state="approved", approved_by=("carla",))


@pytest.fixture
def discussion() -> RecordedDiscussion:
    return RecordedDiscussion()


def even_more() -> Review:
    return a_review(replace(MADRID, datapoints=200), live=(on_platform("acme-madrid-hq", MADRID),), application=APPROVED)


class TestTheComment:
    def test_is_one_however_often_a_review_is_published(self, discussion: RecordedDiscussion) -> None:
        publish(discussion, more_datapoints(), WORDS)
        publish(discussion, more_datapoints(), replace(WORDS, body="**Ready** · again"))
        (application, body), = discussion.comments
        assert application == "12"
        assert body.startswith("**Ready** · again\n\n<!-- emp-gitops:review -->\n<!-- emp-gitops:plan sha256:")

    def test_remembers_what_it_showed(self, discussion: RecordedDiscussion) -> None:
        review = more_datapoints(application=APPROVED)
        publish(discussion, review, WORDS)
        assert Memory.of(discussion.comments[0][1]) == Memory(digest=review.digest, head=HEAD, reviewed=True)

    def test_of_a_failure_keeps_what_was_remembered(self, discussion: RecordedDiscussion) -> None:
        review = more_datapoints(application=APPROVED)
        publish(discussion, review, WORDS)
        publish(discussion, FailedReview(APPROVED, PlatformError("down")), replace(WORDS, body="**Failed**"))
        (_, body), = discussion.comments
        assert body.startswith("**Failed**")
        assert Memory.of(body) == Memory(digest=review.digest, head=HEAD, reviewed=True)
        assert discussion.labels["12"] == {"kind: datapoints"}

    def test_of_a_failure_at_first_remembers_nothing(self, discussion: RecordedDiscussion) -> None:
        publish(discussion, FailedReview(APPROVED, PlatformError("down")), WORDS)
        assert Memory.of(discussion.comments[0][1]) is None


class TestANewComment:
    def test_is_made_when_the_plan_changes_after_an_approval(self, discussion: RecordedDiscussion) -> None:
        first = more_datapoints(application=APPROVED)
        publish(discussion, first, WORDS)
        publish(discussion, replace(even_more(), application=an_application()), WORDS)
        assert len(discussion.comments) == 2
        assert discussion.comments[1][1].startswith(f"It was {first.digest[:10]}.\n<!-- emp-gitops:changed ")

    def test_is_made_where_the_approval_came_after_the_first_review(self, discussion: RecordedDiscussion) -> None:
        publish(discussion, more_datapoints(), WORDS)
        publish(discussion, even_more(), WORDS)
        assert len(discussion.comments) == 2

    def test_is_made_once(self, discussion: RecordedDiscussion) -> None:
        publish(discussion, more_datapoints(application=APPROVED), WORDS)
        memory = discussion.comments[0]
        publish(discussion, even_more(), WORDS)
        discussion.comments[0] = memory  # as after a crash between the new comment and the edited one
        publish(discussion, even_more(), WORDS)
        assert len(discussion.comments) == 2

    def test_is_made_for_who_asked_for_changes(self, discussion: RecordedDiscussion) -> None:
        publish(discussion, more_datapoints(application=replace(an_application(), state="changes_requested")), WORDS)
        publish(discussion, replace(even_more(), application=an_application()), WORDS)
        assert len(discussion.comments) == 2

    def test_is_not_made_without_a_review(self, discussion: RecordedDiscussion) -> None:
        publish(discussion, more_datapoints(), WORDS)
        publish(discussion, replace(even_more(), application=an_application()), WORDS)
        assert len(discussion.comments) == 1

    def test_is_not_made_for_what_others_changed(self, discussion: RecordedDiscussion) -> None:
        publish(discussion, more_datapoints(application=APPROVED), WORDS)
        other = an_account("acme-lyon")
        live = (on_platform("acme-madrid-hq", MADRID, used_datapoints=99), on_platform("acme-lyon", other, version=7))
        publish(discussion, a_review(
            replace(MADRID, datapoints=150), replace(other, datapoints=300), live=live, changed=("acme-madrid-hq",), application=APPROVED,
        ), WORDS)
        assert len(discussion.comments) == 1


class TestTheMemory:
    @pytest.mark.parametrize("body", [
        None, "", "<!-- emp-gitops:plan sha256:12 x open -->", f"<!-- emp-gitops:plan sha256:{'a' * 64} {HEAD} open --> more",
        f"<!-- emp-gitops:plan sha256:{'a' * 64} {HEAD} open -->\nlast",
    ])
    def test_is_read_from_a_last_line_of_ours_alone(self, body: str | None) -> None:
        assert Memory.of(body) is None

    def test_survives_the_line_ends_of_a_forge(self) -> None:
        memory = Memory(digest=f"sha256:{'a' * 64}", head=HEAD, reviewed=False)
        assert Memory.of(f"text\r\n{MARKER}\r\n{memory.line()}\r\n") == memory


class TestTheCheck:
    def test_is_on_the_commit_that_was_reviewed(self, discussion: RecordedDiscussion) -> None:
        publish(discussion, more_datapoints(), WORDS)
        check = discussion.checks[HEAD, "emp-gitops review"]
        assert (check.conclusion, check.title, check.summary) == ("success", "Ready · more", WORDS.body)

    def test_fails_where_nothing_is_known(self, discussion: RecordedDiscussion) -> None:
        publish(discussion, FailedReview(an_application(), PlatformError("down")), WORDS)
        assert discussion.checks[HEAD, "emp-gitops review"].conclusion == "failure"


class TestLabels:
    def test_are_the_kinds_of_change(self, discussion: RecordedDiscussion) -> None:
        discussion.labels["12"] = {"kind: renewal", "high-risk", "from a person"}
        publish(discussion, more_datapoints(), WORDS)
        assert discussion.labels["12"] == {"kind: datapoints", "from a person"}

    def test_tell_a_high_risk(self, discussion: RecordedDiscussion) -> None:
        review = a_review(replace(MADRID, contacts=("x@evil.example",)), live=(on_platform("acme-madrid-hq", MADRID),))
        publish(discussion, review, WORDS)
        assert discussion.labels["12"] == {"kind: details", "high-risk"}


class TestAForgeThatFails:
    def test_gets_every_part_all_the_same_and_is_told_of_each(self, discussion: RecordedDiscussion) -> None:
        discussion.broken = {"comment", "label"}
        with pytest.raises(ForgeError, match="the comment cannot be written") as caught:
            publish(discussion, more_datapoints(), WORDS)
        assert [error.message for error in caught.value.others] == ["the label cannot be written"]
        assert discussion.checks


class TestAnApplicationThatMovedOn:
    @pytest.mark.parametrize(("state", "head", "reason"), [
        ("pending", HEAD, None), ("changes_requested", HEAD, None), ("applied", HEAD, r"closed meanwhile \(applied\)"),
        ("rejected", HEAD, "closed meanwhile"), ("pending", "0" * 40, "moved on to 000000000000 meanwhile"),
    ])
    def test_needs_no_review_of_what_it_was(self, state: State, head: str, reason: str | None) -> None:
        forge = RecordedForge({"12": an_application(state=state, head=head)})
        found = outdated(forge, an_application())
        assert (found is None) == (reason is None)
        assert reason is None or re.search(reason, found or "")
