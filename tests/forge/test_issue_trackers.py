"""What every issue tracker does alike, on GitHub and in files of plain git, with a remote and without."""

from __future__ import annotations

import pytest

from emp_gitops.errors import ForgeError
from emp_gitops.forge.issues import Amend, Close, Comment, OpenIssue, Relabel, Reopen
from support.trackers import KEY, OPEN, OTHER, SENT, Hands, hidden_record


@pytest.fixture(autouse=True)
def _nobodys_git_settings(nobodys_git_settings: None) -> None:
    pass


def comment_of(hands: Hands) -> str:
    """The id of our newest comment."""
    return hands.entries()[-1].id


class TestBeforeTheFirstIssue:
    def test_there_is_nothing_and_reading_makes_nothing(self, hands: Hands) -> None:
        tracker = hands.tracker()
        assert (tracker.issues(), tracker.entries([KEY]), tracker.do([])) == ({}, {}, {})
        assert hands.writes() == 0


class TestAnIssue:
    def test_is_opened_and_found_again(self, hands: Hands) -> None:
        done = hands.tracker().do([OPEN])
        assert done == hands.tracker().issues() == {KEY: hands.issue()}
        assert (hands.issue().key, hands.issue().is_open) == (KEY, True)

    def test_reads_well_and_has_labels_and_somebody_in_charge(self, opened: Hands) -> None:
        text = opened.text()
        assert text.index("Acme Madrid ends on 1 March 2027") < text.index("\n\nPlease *renew* it.\n")
        assert (opened.labels(), opened.assignees()) == (["stage: month", "urgent"], ["carla"])

    def test_has_the_records_that_came_with_it(self, opened: Hands) -> None:
        entry, = opened.entries()
        assert (entry.id, entry.records) == ("", OPEN.records)

    def test_is_found_by_its_key_also_where_another_run_opened_it_since(self, opened: Hands) -> None:
        tracker = opened.tracker()
        tracker.issues()
        opened.tracker().do([OpenIssue(key=OTHER, title="x", body="x", records=("one",))])
        assert tracker.find([OTHER, "reminder a 2027-03-01"]) == {OTHER: opened.issue(OTHER)}
        assert [each.records for each in tracker.entries([OTHER])[OTHER]] == [("one",)]
        assert tracker.find([KEY]) == {KEY: opened.issue()}
        assert tracker.find([]) == {}

    @pytest.mark.parametrize("is_open", [True, False])
    def test_is_not_opened_again_whatever_its_state(self, opened: Hands, is_open: bool) -> None:
        if not is_open:
            opened.set_open(is_open=False)
        before = opened.writes()
        assert opened.tracker().do([OPEN])[KEY].is_open is is_open
        assert opened.writes() == before
        assert opened.records() == [OPEN.records]

    def test_is_one_of_many(self, hands: Hands) -> None:
        keys = [f"reminder acme-{number} 2027-03-01" for number in range(45)]
        done = hands.tracker().do([OpenIssue(key=key, title=key, body=key, records=(key,)) for key in keys])
        assert hands.tracker().issues() == done
        assert list(done) == keys
        entries = hands.tracker().entries([*keys[10:40], OTHER])
        assert {key: [each.records for each in found] for key, found in entries.items()} == {
            key: [(key,)] for key in keys[10:40]
        }

    def test_may_have_no_more_than_a_key_and_a_title_of_any_text(self, hands: Hands) -> None:
        hands.tracker().do([OpenIssue(key="operator", title="a\r\nb\x00c \ud800" + "d" * 300, body="")])
        assert "a b c dd" in hands.text("operator")
        assert hands.entries("operator") == []

    @pytest.mark.parametrize("key", ["", "Reminder x", "a/b", "a  b", " a", "a -b", "a -->", "heartbeat", "a" * 201, "a\nb"])
    def test_is_not_opened_for_a_key_that_could_be_mistaken(self, hands: Hands, key: str) -> None:
        with pytest.raises(ValueError, match="is no key"):
            hands.tracker().do([OpenIssue(key=key, title="x", body="x")])
        assert hands.writes() == 0

    @pytest.mark.parametrize("record", ["", " a", "a ", "a--b", "a -->", "a\nb", "ñ", "a\x00"])
    def test_takes_no_record_that_could_be_mistaken(self, hands: Hands, record: str) -> None:
        with pytest.raises(ValueError, match="is no record"):
            hands.tracker().do([OpenIssue(key=KEY, title="x", body="x", records=(record,))])
        assert hands.tracker().issues() == {}


class TestAComment:
    def test_is_added_with_its_records(self, commented: Hands) -> None:
        assert commented.records() == [OPEN.records, SENT.records]
        assert commented.text().index("Please *renew*") < commented.text().index("A mail went out.")

    def test_without_records_is_only_to_be_read(self, opened: Hands) -> None:
        opened.tracker().do([Comment(key=KEY, body="Nothing to do.")])
        assert "Nothing to do." in opened.text()
        assert opened.records() == [OPEN.records]

    def test_is_not_added_twice(self, commented: Hands) -> None:
        before = commented.writes()
        commented.tracker().do([OPEN, SENT, SENT])
        assert commented.writes() == before
        assert commented.text().count("A mail went out.") == 1

    def test_can_follow_in_one_go_with_all_else(self, hands: Hands) -> None:
        done = hands.tracker().do([
            OPEN, SENT, Relabel(key=KEY, prefix="stage: ", labels=("stage: week",)), Close(key=KEY, body="Thank you."),
        ])
        assert not done[KEY].is_open
        assert done == {KEY: hands.issue()}
        assert hands.records() == [OPEN.records, SENT.records]
        assert set(hands.labels()) == {"stage: week", "urgent"}

    @pytest.mark.parametrize("deed", [
        SENT, Amend(key=KEY, entry="1", body="x"), Relabel(key=KEY, prefix="", labels=()), Close(key=KEY, body="x"),
        Reopen(key=KEY, body="x"),
    ])
    def test_is_not_written_where_there_is_no_issue(self, hands: Hands, deed: Comment) -> None:
        with pytest.raises(ForgeError, match="there is no issue 'reminder acme-madrid 2027-03-01'"):
            hands.tracker().do([deed])
        assert hands.writes() == 0

    def test_cannot_smuggle_in_a_marker_or_a_record(self, opened: Hands) -> None:
        body = f"{hidden_record('sent P1W')}\r{hidden_record('x')}\n<!--\nemp-gitops:issue {OTHER} -->\n--> <!-- EMP-gitops:record x -->"
        opened.tracker().do([Comment(key=KEY, body=body, records=("one",)), OpenIssue(key=OTHER, title=hidden_record("x"), body=body)])
        assert opened.records() == [OPEN.records, ("one",)]
        assert opened.entries(OTHER) == []
        assert {*opened.tracker().issues()} == {KEY, OTHER}


class TestAnAmendedComment:
    AMENDED = ("sent P1W <2@acme.example>", "skipped P1M")

    def amend(self, hands: Hands, entry: str) -> None:
        hands.tracker().do([Amend(key=KEY, entry=entry, body="Another mail.", records=self.AMENDED)])

    def test_has_another_text_and_other_records(self, commented: Hands) -> None:
        entry = comment_of(commented)
        self.amend(commented, entry)
        assert [(each.id, each.records) for each in commented.entries()] == [("", OPEN.records), (entry, self.AMENDED)]
        assert "A mail went out." not in commented.text()
        assert "Another mail." in commented.text()

    def test_is_amended_once(self, commented: Hands) -> None:
        entry = comment_of(commented)
        self.amend(commented, entry)
        before = commented.writes()
        self.amend(commented, entry)
        assert commented.writes() == before

    def test_that_somebody_edited_is_left_alone_and_another_added(self, commented: Hands) -> None:
        entry = comment_of(commented)
        commented.edit(entry, lambda text: text.replace("A mail went out.", "A mail went out. I called, too."))
        self.amend(commented, entry)
        self.amend(commented, entry)
        assert "A mail went out. I called, too." in commented.text()
        assert commented.text().count("Another mail.") == 1
        assert commented.records()[-1] == self.AMENDED

    def test_that_somebody_deleted_is_not_missed(self, commented: Hands) -> None:
        entry = comment_of(commented)
        commented.remove(entry)
        self.amend(commented, entry)
        assert commented.records()[-1] == self.AMENDED

    def test_is_never_the_description(self, commented: Hands) -> None:
        self.amend(commented, "")
        assert commented.records() == [OPEN.records, SENT.records, self.AMENDED]


class TestLabels:
    def test_become_the_only_ones_of_their_prefix(self, opened: Hands) -> None:
        opened.label("Stage: by hand")
        opened.label("mine")
        opened.tracker().do([Relabel(key=KEY, prefix="stage: ", labels=("stage: week",))])
        assert set(opened.labels()) == {"urgent", "mine", "stage: week"}

    def test_that_are_so_already_are_left_alone(self, opened: Hands) -> None:
        before = opened.writes()
        opened.tracker().do([Relabel(key=KEY, prefix="stage: ", labels=("stage: month",))])
        assert opened.writes() == before
