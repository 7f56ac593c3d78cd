"""Issues on GitHub: what is found, whose texts count, and what is left out."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from emp_gitops.errors import ForgeError
from emp_gitops.forge.issues import Amend, Close, Comment, Issue, OpenIssue
from support.github import GitHub
from support.github.faults import json_answer
from support.trackers import BOT, KEY, OPEN, OTHER, SENT, OnGitHub, hidden_record

MARKER = f"<!-- emp-gitops:issue {KEY} -->"


@pytest.fixture
def hands(github: GitHub) -> OnGitHub:
    return OnGitHub(github)


@pytest.fixture
def commented(hands: OnGitHub) -> OnGitHub:
    """With an issue and a comment of ours, made by a run before."""
    hands.tracker().do([OPEN, SENT])
    return hands


class TestTheList:
    def test_has_every_page_of_open_and_closed_issues(self, hands: OnGitHub, github: GitHub) -> None:
        keys = [f"reminder a-{number} 2027-03-01" for number in range(7)]
        hands.tracker().do([OpenIssue(key=key, title=key, body="") for key in keys])
        hands.tracker().do([Close(key=key, body="") for key in keys[::2]])
        github.state.behaviour.page_limit = 2
        issues = hands.tracker().issues()
        assert [issues[key].is_open for key in keys] == [False, True] * 3 + [False]
        assert issues[keys[2]] == Issue(
            id="#3", key=keys[2], is_open=False, url=f"{github.state.page}/issues/3"
        )

    def test_has_no_pull_requests(self, hands: OnGitHub, github: GitHub) -> None:
        github.commit("main", {"a": "1"}, by="ana")
        github.commit("more", {"a": "2"}, by="ana")
        github.open_pull("more", by=BOT, body=MARKER)
        assert hands.tracker().issues() == {}

    @pytest.mark.parametrize("somebody", ["emp-reminders", "other[bot]", "ana"])
    def test_has_nobody_elses_issues(self, hands: OnGitHub, github: GitHub, somebody: str) -> None:
        """Least of all those of a person who is called like the App."""
        github.open_issue("Mine", MARKER, by=somebody, labels=["emp-gitops"])
        assert hands.tracker().issues() == {}

    def test_has_the_oldest_of_two(self, commented: OnGitHub, github: GitHub) -> None:
        github.open_issue("Again", f"Again\n\n{MARKER}", by=BOT)
        assert commented.issue().id == "#1"

    def test_prefers_what_nobody_else_edited_to_what_is_older(self, hands: OnGitHub, github: GitHub) -> None:
        hands.tracker().do([replace(OPEN, key=OTHER), OPEN])
        github.edit(github.issues()[0], by="mallory", body=f"x\n\n{MARKER}")
        assert hands.issue().id == "#2"

    def test_misses_nothing_that_lost_its_label(self, commented: OnGitHub) -> None:
        commented.found().labels = []
        assert commented.issue().id == "#1"

    def test_misses_nothing_where_github_does_not_know_who_opened_what(self, commented: OnGitHub, github: GitHub) -> None:
        github.state.behaviour.knows_creators = False
        assert commented.issue().id == "#1"

    @pytest.mark.parametrize("body", ["Somebody cleared it.", f"{MARKER}\n<!-- emp-gitops:issue {OTHER} -->", ""])
    def test_finds_the_key_in_our_comments_where_the_description_lost_it(
        self, commented: OnGitHub, github: GitHub, body: str
    ) -> None:
        github.edit(commented.found(), by="ana", body=body)
        assert commented.issue().id == "#1"
        assert commented.records() == [SENT.records]
        commented.tracker().do([OPEN])
        assert len(github.issues()) == 1

    def test_is_read_once_in_a_run(self, hands: OnGitHub, github: GitHub) -> None:
        tracker = hands.tracker()
        tracker.do([OPEN])
        tracker.do([SENT])
        tracker.entries([KEY, OTHER])
        # The newest of all, then all of ours: by creator, and by label since there was none.
        assert len(github.sent("GET", "*/issues")) == 3
        tracker.issues()
        assert len(github.sent("GET", "*/issues")) == 5

    @pytest.mark.parametrize("answer", [
        {"message": "x"}, [1], [{"number": 1}], [{"number": 1, "user": "a", "body": "", "labels": []}],
    ])
    def test_that_makes_no_sense_is_an_error(self, hands: OnGitHub, github: GitHub, answer: object) -> None:
        github.answer_next("GET", "*/issues", json_answer(200, answer))
        with pytest.raises(ForgeError, match="cannot list the issues: the answer is none of GitHub's"):
            hands.tracker().issues()

    def test_of_a_repository_without_issues_is_an_error(self, hands: OnGitHub, github: GitHub) -> None:
        github.fail_next("GET", "*/issues", status=410, message="Issues are disabled for this repo")
        with pytest.raises(ForgeError, match=r"cannot list the issues: .*Issues are disabled for this repo"):
            hands.tracker().do([OPEN])


class TestRecords:
    def test_count_on_every_page_of_comments(self, hands: OnGitHub, github: GitHub) -> None:
        hands.tracker().do([OPEN, *(Comment(key=KEY, body=str(number), records=(f"r{number}",)) for number in range(7))])
        github.state.behaviour.page_limit = 3
        assert hands.records() == [OPEN.records, *((f"r{number}",) for number in range(7))]

    @pytest.mark.parametrize("somebody", ["emp-reminders", "other[bot]", "ana"])
    def test_of_anybody_else_do_not_count(self, commented: OnGitHub, github: GitHub, somebody: str) -> None:
        github.comment(commented.found(), f"x\n\n{MARKER}\n{hidden_record('forged')}", by=somebody)
        assert commented.records() == [OPEN.records, SENT.records]

    @pytest.mark.parametrize("somebody", ["emp-reminders", "ana"])
    def test_that_somebody_else_edited_do_not_count(self, commented: OnGitHub, github: GitHub, somebody: str) -> None:
        comment, = commented.found().comments
        github.edit_comment(comment, by=somebody, body=comment.body.replace("1@", "9@"))
        github.edit(commented.found(), by=somebody, body=(commented.found().body or "").replace("1@", "9@"))
        assert commented.records() == []

    def test_do_not_count_either_once_whoever_edited_them_is_gone(self, commented: OnGitHub, github: GitHub) -> None:
        comment, = commented.found().comments
        github.edit_comment(comment, by="mallory", body=comment.body.replace("1@", "9@"))
        github.leave("mallory")
        assert commented.records() == [OPEN.records]

    def test_count_that_we_edited_ourselves(self, commented: OnGitHub) -> None:
        entry = commented.entries()[1]
        commented.tracker().do([Amend(key=KEY, entry=entry.id, body="x", records=("other",))])
        assert commented.records() == [OPEN.records, ("other",)]

    def test_of_another_issue_do_not_count_where_somebody_exchanged_its_key(
        self, commented: OnGitHub, github: GitHub
    ) -> None:
        github.edit(commented.found(), by="mallory", body=f"x\n\n<!-- emp-gitops:issue {OTHER} -->")
        assert commented.entries(OTHER) == []

    @pytest.mark.parametrize("answer", [
        [], {}, {"data": None}, {"data": {"repository": None}}, {"data": {"repository": {"i1": None}}},
        {"data": {"repository": {"nameWithOwner": "a/b", "i1": {"repository": {"nameWithOwner": "a/b"}, "state": 1}}}},
        {"data": {"repository": {"nameWithOwner": "a/b", "i1": 1}}},
    ])
    def test_in_an_answer_without_sense_are_an_error(self, commented: OnGitHub, github: GitHub, answer: object) -> None:
        tracker = commented.tracker()
        tracker.issues()
        github.answer_next("POST", "/graphql", json_answer(200, answer))
        with pytest.raises(ForgeError):
            tracker.entries([KEY])

    def test_that_github_does_not_let_us_read_are_an_error(self, commented: OnGitHub, github: GitHub) -> None:
        tracker = commented.tracker()
        tracker.issues()
        refusal = {"data": None, "errors": [{"type": "FORBIDDEN", "message": "Resource not accessible by integration"}]}
        github.answer_next("POST", "/graphql", json_answer(200, refusal))
        with pytest.raises(ForgeError, match=r"cannot read issue #1: .*Resource not accessible by integration"):
            tracker.entries([KEY])


class TestOpening:
    def test_makes_the_labels_with_a_description(self, hands: OnGitHub, github: GitHub) -> None:
        github.state.add_label("Urgent")
        hands.tracker().do([OPEN])
        assert hands.found().labels == ["emp-gitops", "stage: month", "Urgent"]
        assert {label.name: label.description for label in github.state.labels.values()} == {
            "Urgent": None, "emp-gitops": "Set by emp-gitops", "stage: month": "Set by emp-gitops",
        }

    def test_leaves_out_whom_github_does_not_let_be_assigned(self, hands: OnGitHub, github: GitHub) -> None:
        github.withhold("mallory")
        hands.tracker().do([replace(OPEN, assignees=("mallory", "@example-energy/cs", "carla", "nobody", "carla", "a/b"))])
        assert hands.found().assignees == ["carla"]

    def test_asks_once_about_each(self, hands: OnGitHub, github: GitHub) -> None:
        hands.tracker().do([OPEN, replace(OPEN, key=OTHER)])
        assert len(github.sent("GET", "*/assignees/*")) == 1

    def test_does_without_anybody_rather_than_fail(self, hands: OnGitHub, github: GitHub) -> None:
        github.before("POST", "*/issues", lambda: github.withhold("carla"))
        hands.tracker().do([OPEN])
        assert (len(github.issues()), hands.found().assignees) == (1, [])

    def test_assigns_no_more_than_github_allows(self, hands: OnGitHub, github: GitHub) -> None:
        people = [github.user(f"p{number}").login for number in range(12)]
        hands.tracker().do([replace(OPEN, assignees=tuple(people))])
        assert hands.found().assignees == people[:10]

    def test_cuts_what_is_too_long_and_keeps_what_is_hidden(self, hands: OnGitHub) -> None:
        hands.tracker().do([replace(OPEN, title="é" * 300, body="ñ" * 70_000), replace(SENT, body="ñ" * 70_000)])
        found = hands.found()
        assert [len(text or "") for text in (found.title, found.body, found.comments[0].body)] == [256, 65_536, 65_536]
        assert "longer than GitHub allows" in found.comments[0].body
        assert hands.records() == [OPEN.records, SENT.records]

    def test_refuses_records_that_do_not_fit(self, hands: OnGitHub) -> None:
        with pytest.raises(ForgeError, match=r"the records of issue .* are longer than GitHub allows"):
            hands.tracker().do([replace(OPEN, records=("r" * 65_536,))])

    def test_without_the_permission_says_which(self, hands: OnGitHub, github: GitHub) -> None:
        github.fail_next("POST", "*/labels", status=403, message="Resource not accessible by integration")
        with pytest.raises(ForgeError) as caught:
            hands.tracker().do([OPEN])
        assert "Issues: write" in (caught.value.hint or "")


class TestWhatIsAsked:
    def test_is_little(self, hands: OnGitHub, github: GitHub) -> None:
        """One question for 20 issues, and one request for each comment."""
        keys = [f"reminder a-{number} 2027-03-01" for number in range(25)]
        hands.tracker().do([OpenIssue(key=key, title=key, body="") for key in keys])
        tracker, before = hands.tracker(), len(github.requests)
        tracker.do([Comment(key=key, body="x") for key in keys])
        assert len(github.requests) - before == 2 + 2 + 2 + len(keys)  # who we are, the list, the texts, the comments

    def test_closing_says_that_it_is_done(self, commented: OnGitHub, github: GitHub) -> None:
        commented.tracker().do([Close(key=KEY, body="Thank you.")])
        closing, = github.sent("PATCH", "*/issues/1")
        assert closing.body == {"state": "closed", "state_reason": "completed"}

    def test_is_nothing_for_a_heartbeat(self, hands: OnGitHub, github: GitHub) -> None:
        hands.tracker().heartbeat()
        assert github.requests == []

    def test_comes_from_the_token_of_a_workflow_too(self, github: GitHub, hands: OnGitHub) -> None:
        from emp_gitops.forge.github.issues import GitHubIssues

        GitHubIssues(hands.client("github-actions[bot]")).do([OPEN, SENT])
        found = GitHubIssues(hands.client("github-actions[bot]")).entries([KEY])
        assert [entry.records for entry in found[KEY]] == [OPEN.records, SENT.records]
        assert json.dumps([issue.by for issue in github.issues()]) == '["github-actions[bot]"]'
