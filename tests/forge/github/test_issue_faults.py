"""Issues on GitHub when something goes wrong: nothing is written twice, and the next run brings it to an end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from emp_gitops.errors import ForgeError
from emp_gitops.forge.issues import Amend, Close, Comment, OpenIssue, Relabel
from support.github import GitHub
from support.github.faults import json_answer
from support.trackers import KEY, OPEN, OTHER, OnGitHub

SENT = Comment(key=KEY, body="A mail went out.", records=("sent P1M <1@acme.example>",))
CLOSE = Close(key=KEY, body="It was renewed. Thank you.")
ISSUES, COMMENTS, ISSUE = "*/issues", "*/issues/1/comments", "*/issues/1"
STORY = [
    OPEN, SENT, OpenIssue(key=OTHER, title="Lyon", body="x", records=("intent",)),
    Relabel(key=KEY, prefix="stage: ", labels=("stage: week",)), CLOSE,
]


@pytest.fixture
def hands(github: GitHub) -> OnGitHub:
    return OnGitHub(github)


@pytest.fixture
def commented(hands: OnGitHub) -> OnGitHub:
    hands.tracker().do([OPEN, SENT])
    return hands


def losing(github: GitHub, how: str) -> Callable[..., None]:
    """Makes an answer get lost after the effect."""
    return github.fail_next if how == "502" else github.drop_next


@pytest.mark.parametrize("how", ["502", "dropped"])
class TestALostAnswer:
    def test_to_opening_makes_no_second_issue(self, hands: OnGitHub, github: GitHub, how: str) -> None:
        losing(github, how)("POST", ISSUES, after_effect=True)
        assert hands.tracker().do([OPEN, SENT])[KEY].id == "#1"
        assert len(github.issues()) == 1
        assert hands.records() == [OPEN.records, SENT.records]

    def test_to_a_comment_makes_no_second_one(self, hands: OnGitHub, github: GitHub, how: str) -> None:
        losing(github, how)("POST", COMMENTS, after_effect=True)
        tracker = hands.tracker()
        tracker.do([OPEN, SENT])
        tracker.do([Amend(key=KEY, entry=hands.entries()[1].id, body="x", records=("x",))])
        assert [comment.body.partition("\n")[0] for comment in hands.found().comments] == ["x"]

    @pytest.mark.parametrize("after_effect", [True, False])
    def test_to_closing_is_made_good_by_the_next_run(
        self, commented: OnGitHub, github: GitHub, how: str, after_effect: bool
    ) -> None:
        losing(github, how)("PATCH", ISSUE, after_effect=after_effect)
        with pytest.raises(ForgeError, match="cannot close #1"):
            commented.tracker().do([CLOSE])
        commented.tracker().do([CLOSE])
        assert not commented.issue().is_open
        assert commented.text().count("Thank you.") == 1

    def test_to_an_edit_is_made_good_by_the_next_run(self, commented: OnGitHub, github: GitHub, how: str) -> None:
        deed = Amend(key=KEY, entry=commented.entries()[1].id, body="Another.", records=("x",))
        losing(github, how)("PATCH", "*/issues/comments/*", after_effect=True)
        with pytest.raises(ForgeError, match="cannot edit a comment on #1"):
            commented.tracker().do([deed])
        before = commented.writes()
        commented.tracker().do([deed])
        assert (commented.writes(), commented.records()) == (before, [OPEN.records, ("x",)])

    def test_to_reading_is_asked_for_again(self, commented: OnGitHub, github: GitHub, how: str) -> None:
        tracker = commented.tracker()
        tracker.issues()
        losing(github, how)("POST", "/graphql", times=2)
        assert len(tracker.entries([KEY])[KEY]) == 2
        losing(github, how)("POST", "/graphql", times=3)
        with pytest.raises(ForgeError, match="cannot read issue #1"):
            tracker.entries([KEY])


class TestAWriteThatFails:
    @pytest.mark.parametrize(("status", "said"), [
        (502, r"GitHub fails \(502\)"), (422, r"GitHub refuses it \(422\)"), (403, "GitHub does not permit it"),
        (404, "GitHub knows no such thing"), (410, r"GitHub refuses it \(410\)"), (401, "does not accept the credentials"),
    ])
    @pytest.mark.parametrize(("path", "what"), [(ISSUES, "open an issue for 'reminder"), (COMMENTS, "comment on #1")])
    def test_is_told_and_not_sent_again(
        self, hands: OnGitHub, github: GitHub, path: str, what: str, status: int, said: str
    ) -> None:
        github.fail_next("POST", path, status=status, times=2 if path == ISSUES and status == 422 else 1)
        with pytest.raises(ForgeError, match=f"cannot {what}.*: .*{said}"):
            hands.tracker().do([OPEN, SENT])
        hands.tracker().do([OPEN, SENT])
        assert len(github.issues()) == 1
        assert hands.records() == [OPEN.records, SENT.records]

    @pytest.mark.parametrize("path", [ISSUES, COMMENTS])
    def test_for_the_rate_limit_is_not_sent_again(self, hands: OnGitHub, github: GitHub, path: str) -> None:
        github.limit_next_for_a_while("POST", path)
        with pytest.raises(ForgeError, match="GitHub's rate limit is reached"):
            hands.tracker().do([OPEN, SENT])
        assert len(github.sent("POST", path)) == 1

    def test_leaves_what_was_done_before_it(self, hands: OnGitHub, github: GitHub) -> None:
        github.fail_next("POST", COMMENTS, skip=1)
        with pytest.raises(ForgeError, match="cannot comment on #1"):
            hands.tracker().do([OPEN, SENT, Comment(key=KEY, body="x"), OpenIssue(key=OTHER, title="x", body="x")])
        assert {*hands.tracker().issues()} == {KEY}
        assert hands.records() == [OPEN.records, SENT.records]


@pytest.mark.parametrize("has_effect", [False, True])
def test_a_story_that_breaks_off_at_any_write_is_completed_by_the_next_run(
    hands: OnGitHub, github: GitHub, has_effect: bool
) -> None:
    """As if the run had been killed there, before or after the effect."""
    hands.tracker().do(STORY)
    whole, writes = texts(github), hands.writes()
    assert writes == 3 + 2 + 1 + 3 + 2  # labels, issues, a comment, relabelling with a new label, closing
    for number in range(writes):
        github.state.issues.clear()
        github.state.labels.clear()
        with github.outage(number, has_effect=has_effect), pytest.raises(ForgeError):
            hands.tracker().do(STORY)
        hands.tracker().do(STORY)
        assert texts(github) == whole, f"after {number} writes"


def texts(github: GitHub) -> list[tuple[str, str, list[str], list[str]]]:
    return [
        (issue.title, issue.state, sorted(issue.labels), [issue.body or "", *(comment.body for comment in issue.comments)])
        for issue in github.issues()
    ]


class TestAnIssue:
    def test_that_is_locked_says_what_to_do(self, commented: OnGitHub, github: GitHub) -> None:
        github.lock(commented.found())
        with pytest.raises(ForgeError, match=r"cannot comment on #1: .*issue is locked") as caught:
            commented.tracker().do([CLOSE])
        assert (caught.value.hint or "").startswith("unlock #1")
        assert commented.issue().is_open

    def test_that_was_deleted_is_opened_again_by_the_next_run(self, commented: OnGitHub, github: GitHub) -> None:
        tracker = commented.tracker()
        tracker.issues()
        github.delete_issue(commented.found())
        for ask in (lambda: tracker.do([CLOSE]), lambda: commented.tracker().do([CLOSE])):
            with pytest.raises(ForgeError, match=r"issue #1 was deleted, or moved|there is no issue"):
                ask()
        tracker.do([OPEN, SENT])
        assert [issue.number for issue in github.issues()] == [2]

    def test_that_is_deleted_at_the_last_moment_is_an_error(self, commented: OnGitHub, github: GitHub) -> None:
        github.before("POST", COMMENTS, lambda: github.delete_issue(github.issues()[0]))
        with pytest.raises(ForgeError, match=r"cannot comment on #1: GitHub refuses it \(410\): This issue was deleted"):
            commented.tracker().do([CLOSE])

    def test_that_was_moved_to_another_repository_is_not_written_to_there(self, commented: OnGitHub, github: GitHub) -> None:
        tracker = commented.tracker()
        tracker.issues()
        github.move_issue(github.issues()[0])
        with pytest.raises(ForgeError, match="issue #1 was deleted, or moved to another repository"):
            tracker.do([CLOSE])
        assert commented.tracker().issues() == {}

    def test_whose_comment_is_deleted_at_the_last_moment_gets_another(self, commented: OnGitHub, github: GitHub) -> None:
        entry = commented.entries()[1].id
        comment = commented.comment(entry)
        github.before("PATCH", "*/issues/comments/*", lambda: github.delete_comment(comment))
        commented.tracker().do([Amend(key=KEY, entry=entry, body="Another.", records=("x",))])
        assert commented.records() == [OPEN.records, ("x",)]


class TestTheRateLimitOfGraphQL:
    def test_is_told(self, commented: OnGitHub, github: GitHub) -> None:
        tracker = commented.tracker()
        tracker.issues()
        limited = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}
        github.answer_next("POST", "/graphql", json_answer(200, limited))
        with pytest.raises(ForgeError, match="cannot read issue #1: GitHub's rate limit is reached"):
            tracker.entries([KEY])
