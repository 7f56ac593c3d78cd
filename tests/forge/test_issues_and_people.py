"""What people do to issues, on GitHub and in files of plain git, and how every issue tracker takes it."""

from __future__ import annotations

import pytest

from emp_gitops.forge.issues import Close, Comment, Relabel, Reopen
from support.trackers import KEY, OPEN, OTHER, SENT, Hands, hidden_record


@pytest.fixture(autouse=True)
def _nobodys_git_settings(nobodys_git_settings: None) -> None:
    pass


class TestClosing:
    CLOSE = Close(key=KEY, body="It was renewed. Thank you.")

    def test_leaves_a_last_word(self, opened: Hands) -> None:
        assert not opened.tracker().do([self.CLOSE])[KEY].is_open
        assert not opened.issue().is_open
        assert opened.text().count("It was renewed. Thank you.") == 1

    def test_does_nothing_to_an_issue_that_is_closed(self, opened: Hands) -> None:
        opened.set_open(is_open=False)
        before = opened.writes()
        opened.tracker().do([self.CLOSE])
        assert opened.writes() == before
        assert "Thank you" not in opened.text()

    def test_is_undone_by_whoever_opens_it_again(self, opened: Hands) -> None:
        opened.tracker().do([self.CLOSE])
        opened.set_open(is_open=True)
        assert opened.issue().is_open
        opened.tracker().do([self.CLOSE])
        assert not opened.issue().is_open


class TestReopening:
    CLOSE = Close(key=KEY, body="It was renewed. Thank you.", records=("ended 1",))
    REOPEN = Reopen(key=KEY, body="It is not renewed after all.", records=("resumed 2",))

    def test_says_why_and_leaves_what_was_said_before(self, opened: Hands) -> None:
        opened.tracker().do([self.CLOSE])
        done = opened.tracker().do([self.REOPEN])
        assert done == {KEY: opened.issue()}
        assert opened.issue().is_open
        assert opened.text().index("It was renewed") < opened.text().index("It is not renewed after all.")
        assert opened.records() == [OPEN.records, ("ended 1",), ("resumed 2",)]

    def test_does_nothing_to_an_issue_that_is_open(self, opened: Hands) -> None:
        before = opened.writes()
        assert opened.tracker().do([self.REOPEN])[KEY].is_open
        assert opened.writes() == before

    def test_can_follow_on_closing_in_one_go(self, opened: Hands) -> None:
        assert opened.tracker().do([self.CLOSE, self.REOPEN])[KEY].is_open
        assert opened.issue().is_open

    def test_opens_what_a_person_closed(self, opened: Hands) -> None:
        """Whether that is wanted is for others to say."""
        opened.set_open(is_open=False)
        assert opened.tracker().do([self.REOPEN])[KEY].is_open
        assert opened.issue().is_open


class TestWhatPeopleWrite:
    NOTE = "I talked to them.\n\n- one\n- two  \n\n<!-- a comment of mine -->"

    def test_stays_as_it_is(self, commented: Hands) -> None:
        commented.write(self.NOTE)
        commented.tracker().do([
            Comment(key=KEY, body="More."), Relabel(key=KEY, prefix="stage: ", labels=()), Close(key=KEY, body="Done."),
        ])
        assert self.NOTE in commented.text()
        assert commented.records() == [OPEN.records, SENT.records]

    def test_holds_no_records(self, commented: Hands) -> None:
        commented.write(f"{hidden_record('sent P0D <9@acme.example>')}\n<!-- emp-gitops:issue {OTHER} -->")
        assert commented.records() == [OPEN.records, SENT.records]
        assert {*commented.tracker().issues()} == {KEY}

    def test_is_no_issue_of_ours(self, hands: Hands) -> None:
        hands.forge_issue(KEY, "sent P1M <9@acme.example>")
        assert hands.tracker().issues() == {}
        assert hands.tracker().entries([KEY]) == {}
        hands.tracker().do([OPEN])
        assert hands.records() == [OPEN.records]
        hands.tracker().do([OPEN, SENT])
        assert hands.records() == [OPEN.records, SENT.records]

    def test_into_our_text_adds_no_record(self, commented: Hands) -> None:
        for entry in commented.entries():
            commented.edit(entry.id, lambda text: f"{text}\n{hidden_record('sent P0D <9@acme.example>')}")
        assert "sent P0D <9@acme.example>" not in str(commented.records())
        commented.tracker().do([Comment(key=KEY, body="More.", records=("more",))])
        assert "sent P0D <9@acme.example>" not in str(commented.records())
        assert ("more",) in commented.records()

    def test_over_the_description_does_not_lose_the_issue(self, commented: Hands) -> None:
        commented.edit("", lambda text: text.replace("Please *renew* it.", "Ana renews it."))
        assert SENT.records in commented.records()
        before = commented.writes()
        commented.tracker().do([OPEN, SENT])
        assert commented.writes() == before
