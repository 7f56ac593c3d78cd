"""Issues that somebody opened on GitHub since the list was read: another run, or people."""

from __future__ import annotations

import pytest

from emp_gitops.errors import ForgeError
from emp_gitops.forge.github.issues import GitHubIssues
from emp_gitops.forge.issues import OpenIssue
from support.github import GitHub
from support.github.faults import json_answer
from support.trackers import KEY, OPEN, OTHER, OnGitHub


@pytest.fixture
def hands(github: GitHub) -> OnGitHub:
    return OnGitHub(github)


class TestFinding:
    """What others opened since the list was read, at less than the price of reading it again."""

    @pytest.fixture
    def listed(self, hands: OnGitHub, github: GitHub) -> GitHubIssues:
        hands.tracker().do([OPEN])
        tracker = hands.tracker()
        tracker.issues()
        return tracker

    def test_asks_nothing_where_all_are_known(self, listed: GitHubIssues, github: GitHub) -> None:
        before = len(github.requests)
        assert {*listed.find([KEY])} == {KEY}
        assert len(github.requests) == before

    def test_goes_on_from_the_newest_that_was_seen(self, listed: GitHubIssues, hands: OnGitHub, github: GitHub) -> None:
        for number in range(120):
            github.open_issue(str(number), by="ana")
        hands.tracker().do([OpenIssue(key=OTHER, title="x", body="")])
        for number in range(120):
            github.open_issue(str(number), by="ana")
        before = len(github.sent("GET", "*/issues"))
        assert {*listed.find([OTHER])} == {OTHER}
        assert len(github.sent("GET", "*/issues")) == before + 3
        assert listed.find(["reminder a 2027-03-01"]) == {}
        assert len(github.sent("GET", "*/issues")) == before + 4

    def test_counts_nobody_elses(self, listed: GitHubIssues, hands: OnGitHub) -> None:
        hands.forge_issue(OTHER, "sent P1M <9@acme.example>")
        assert listed.find([OTHER]) == {}

    def test_in_an_answer_without_sense_is_an_error(self, listed: GitHubIssues, github: GitHub) -> None:
        github.answer_next("GET", "*/issues", json_answer(200, [{"number": "1"}]))
        with pytest.raises(ForgeError, match="cannot list the issues: the answer is none of GitHub's"):
            listed.find([OTHER])
