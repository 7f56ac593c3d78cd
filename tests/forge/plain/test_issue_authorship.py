"""Whose word counts in the files of issues: what the tool committed, whatever anybody does to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from emp_gitops.forge.issues import Amend, Close, Comment, OpenIssue, Relabel, Reopen
from emp_gitops.forge.plain.issue_file import with_field
from emp_gitops.forge.plain.issue_paths import path_of
from emp_gitops.forge.plain.issues import BRANCH, IDENTITY
from support.issue_files import InFiles
from support.repos import ANA
from support.trackers import KEY, OPEN, OTHER, SENT, hidden_record

CLOSE = Close(key=KEY, body="It was renewed. Thank you.")
FILE = path_of(KEY)
FORGED = hidden_record("sent P0D <9@acme.example>")


@pytest.fixture
def commented(opened: InFiles) -> InFiles:
    opened.tracker().do([SENT])
    return opened


def merged(hands: InFiles, start: str | None, *lines: Callable[[], object]) -> None:
    """Two lines of commits from a start, merged by somebody who keeps the first one's side in every conflict."""
    repo, tips = hands.repo, []
    for line in lines:
        repo.git("update-ref", *([f"refs/heads/{BRANCH}", start] if start else ["-d", f"refs/heads/{BRANCH}"]))
        line()
        tips.append(repo.git("rev-parse", BRANCH))
    parents = [word for tip in tips for word in ("-p", tip)]
    merge = repo.git("commit-tree", f"{tips[0]}^{{tree}}", *parents, "-m", "merge", **repo.identity(IDENTITY))
    repo.git("update-ref", f"refs/heads/{BRANCH}", merge)


class TestWhoseWordCounts:
    """Nobody can take a record away from what the tool committed, nor add one to it."""

    @pytest.mark.parametrize("change", [
        lambda _text: "", lambda _text: "# Mine\n", lambda text: text.replace("1@", "9@"), lambda text: text.replace("\n", "\r\n"),
        lambda text: "".join(line for line in text.splitlines(keepends=True) if "emp-gitops:" not in line),
        lambda text: f"{FORGED}\n{text}\n{FORGED}\n", lambda text: text.replace(":record", ":record x"),
        lambda text: text.replace("A mail", f"{FORGED}\nA mail"), lambda text: "\ufeff" + text, lambda text: text * 2,
    ])
    def test_whatever_somebody_does_to_the_file(self, commented: InFiles, change: Callable[[str], str]) -> None:
        commented.change(change)
        assert commented.records() == [OPEN.records, SENT.records]
        commented.tracker().do([OPEN, SENT, Comment(key=KEY, body="More.", records=("more",))])
        assert commented.records() == [OPEN.records, SENT.records, ("more",)]
        commented.change(change)
        assert commented.records() == [OPEN.records, SENT.records, ("more",)]

    def test_what_is_not_ours_stays_to_the_last_byte(self, commented: InFiles) -> None:
        commented.change(lambda text: f"{text.replace(chr(10), chr(13) + chr(10))}\ntabs\t \r\nno end")
        before = commented.file(FILE)
        commented.tracker().do([Comment(key=KEY, body="More."), CLOSE])
        after = commented.file(FILE)
        assert after.startswith(with_field(before.rstrip("\n"), "state", "closed"))
        assert "- state: closed\r\n" in after

    def test_an_amended_comment_counts_as_it_was_amended(self, commented: InFiles) -> None:
        entry = commented.entries()[1].id
        commented.write("A note.")
        commented.edit("", lambda text: text.replace("renew", "extend"))
        commented.tracker().do([Comment(key=KEY, body="More.", records=("more",))])
        second = commented.entries()[2].id
        commented.tracker().do([Amend(key=KEY, entry=second, body="Most.", records=("most",))])
        assert commented.records() == [OPEN.records, SENT.records, ("most",)]
        commented.tracker().do([Amend(key=KEY, entry=entry, body="Other.", records=("other",))])
        assert "A note." in commented.text(), "it stood below that comment, and so in it"
        assert commented.records() == [OPEN.records, SENT.records, ("most",), ("other",)]

    @pytest.mark.parametrize(("author", "committer"), [
        (IDENTITY, ANA), (ANA, IDENTITY), ("emp-gitops <ana@example.com>", "emp-gitops <ana@example.com>"), (ANA, ANA),
    ])
    def test_a_commit_is_ours_if_it_is_so_in_every_way(self, commented: InFiles, author: str, committer: str) -> None:
        with commented.by_hand() as work:
            file = work / FILE
            file.write_text(f"{file.read_text()}\n<!-- emp-gitops:comment 0123456789ab -->\n## x\n\n{FORGED}\n")
            by = {"AUTHOR": author, "COMMITTER": committer}
            commented.repo.git(
                "-C", str(work), "commit", "--quiet", "--all", "--message=forged",
                **{f"GIT_{who}_{what}": value for who, name in by.items() for what, value in parts(name).items()},
            )
        assert commented.records() == [OPEN.records, SENT.records]

    def test_a_merge_brings_the_words_of_both_sides(self, commented: InFiles) -> None:
        tracker = commented.tracker
        merged(
            commented, commented.repo.git("rev-parse", BRANCH),
            lambda: tracker().do([Comment(key=KEY, body="One.", records=("one",))]),
            lambda: tracker().do([Comment(key=KEY, body="Two.", records=("two",)), replace(OPEN, key=OTHER)]),
        )
        assert sorted(commented.records()) == sorted([OPEN.records, SENT.records, ("one",), ("two",)])
        assert not commented.issue(OTHER).is_open

    def test_a_merge_brings_the_words_of_an_issue_that_was_opened_on_both_sides(self, hands: InFiles) -> None:
        tracker = hands.tracker
        merged(
            hands, None, lambda: tracker().do([OPEN]),
            lambda: tracker().do([replace(OPEN, records=(*OPEN.records, "two")), SENT]),
        )
        assert hands.records() == [(*OPEN.records, "two"), SENT.records]

    def test_many_that_somebody_touched_are_read_too(self, hands: InFiles) -> None:
        keys = [f"reminder a-{number} 2027-03-01" for number in range(130)]
        hands.tracker().do([OpenIssue(key=key, title=key, body="", records=(key,)) for key in keys])
        with hands.by_hand() as work:
            for key in keys:
                (work / path_of(key)).write_text("gone")
        found = hands.tracker().entries([*keys, OTHER])
        assert [entry.records for key in keys for entry in found[key]] == [(key,) for key in keys]
        assert len(hands.tracker().issues()) == 130


def parts(person: str) -> dict[str, str]:
    name, _, email = person.removesuffix(">").partition(" <")
    return {"NAME": name, "EMAIL": email}


class TestADeletedFile:
    @pytest.fixture
    def deleted(self, commented: InFiles) -> InFiles:
        with commented.by_hand() as work:
            (work / FILE).unlink()
        return commented

    def test_is_an_issue_that_is_closed_and_not_opened_again(self, deleted: InFiles) -> None:
        assert not deleted.issue().is_open
        assert deleted.records() == [OPEN.records, SENT.records]
        before = deleted.writes()
        done = deleted.tracker().do([OPEN, SENT, CLOSE, Relabel(key=KEY, prefix="", labels=("x",))])
        assert (done, deleted.writes()) == ({KEY: deleted.issue()}, before)

    def test_comes_back_with_what_the_tool_wrote_when_there_is_more_to_say(self, deleted: InFiles) -> None:
        deleted.tracker().do([Comment(key=KEY, body="More.", records=("more",)), SENT])
        assert not deleted.issue().is_open
        assert deleted.records() == [OPEN.records, SENT.records, ("more",)]
        assert deleted.text().count("A mail went out.") == deleted.text().count("More.") == 1

    def test_comes_back_whole_when_its_issue_is_opened_again(self, deleted: InFiles) -> None:
        """Also where the word on that was said before, so that there is nothing to add."""
        said = SENT.body, SENT.records
        assert deleted.tracker().do([Reopen(key=KEY, body=said[0], records=said[1])])[KEY].is_open
        assert deleted.records() == [OPEN.records, SENT.records]
        assert deleted.text().count("A mail went out.") == 1

    def test_takes_no_forgeries_along_when_it_comes_back(self, commented: InFiles) -> None:
        commented.change(lambda text: f"{FORGED}\n{text}\n<!-- emp-gitops:comment 0123456789ab -->\n## x\n\n{FORGED}\n")
        commented.tracker().do([Relabel(key=KEY, prefix="stage: ", labels=("stage: week",))])
        with commented.by_hand() as work:
            (work / FILE).unlink()
        commented.tracker().do([Comment(key=KEY, body="More.", records=("more",))])
        assert "9@" not in commented.text()
        assert commented.records() == [OPEN.records, SENT.records, ("more",)]

    def test_is_open_again_once_somebody_brought_it_back(self, deleted: InFiles) -> None:
        text = deleted.repo.git("show", f"{BRANCH}~:{FILE}")
        with deleted.by_hand() as work:
            (work / FILE).parent.mkdir(parents=True)
            (work / FILE).write_text(f"{text}\n", encoding="utf-8")
        assert deleted.issue().is_open

    def test_that_is_another_kind_of_file_now_is_no_file(self, commented: InFiles) -> None:
        with commented.by_hand() as work:
            (work / FILE).unlink()
            (work / FILE).symlink_to("/etc/passwd")
        assert not commented.issue().is_open
        assert commented.records() == [OPEN.records, SENT.records]
