"""Issues as files on a branch: how they read, how they are committed, and whose word counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from emp_gitops.core.config import Config
from emp_gitops.errors import ForgeError
from emp_gitops.forge.issues import Amend, Close, Comment, OpenIssue, Relabel
from emp_gitops.forge.open import open_issues
from emp_gitops.forge.plain.issue_file import sections_of, with_field
from emp_gitops.forge.plain.issue_paths import path_of
from emp_gitops.forge.plain.issues import BRANCH, IDENTITY
from emp_gitops.repository import Repository
from support.repos import ANA, ConfigRepo
from support.trackers import KEY, NOON, OPEN, OTHER, InFiles, hidden_record

SENT = Comment(key=KEY, body="A mail went out.", records=("sent P1M <1@acme.example>",))
CLOSE = Close(key=KEY, body="It was renewed. Thank you.")
FILE = "reminders/acme-madrid/2027-03-01.md"
FORGED = hidden_record("sent P0D <9@acme.example>")

READS = """\
# Acme Madrid ends on 1 March 2027

- state: closed
- labels: urgent, stage: week
- assignees: carla

Please *renew* it.

<!-- emp-gitops:record intent P1M <1@acme.example> -->

<!-- emp-gitops:comment ID -->
## emp-gitops, 2026-11-23

A mail went out.

<!-- emp-gitops:record sent P1M <1@acme.example> -->

<!-- emp-gitops:comment ID -->
## emp-gitops, 2026-11-23

It was renewed. Thank you.
"""


@pytest.fixture
def commented(opened: InFiles) -> InFiles:
    opened.tracker().do([SENT])
    return opened


def log(hands: InFiles, shape: str = "%s") -> list[str]:
    return hands.repo.git("log", f"--format={shape}", BRANCH).splitlines()


def test_an_issue_reads_well(opened: InFiles) -> None:
    opened.tracker().do([SENT, Relabel(key=KEY, prefix="stage: ", labels=("stage: week",)), CLOSE])
    text = opened.file(FILE)
    for section in sections_of(text):
        text = text.replace(section or "ID", "ID")
    assert text == READS


def test_a_day_is_one_of_the_organisations_time_zone(hands: InFiles) -> None:
    hands.tracker(moment=datetime(2026, 11, 23, 23, 30, tzinfo=UTC)).do([OPEN, SENT])
    assert "## emp-gitops, 2026-11-24" in hands.text()


def test_they_are_opened_as_the_configuration_says(hands: InFiles) -> None:
    config = Config(organisation="Example Energy", timezone="Europe/Madrid")
    tracker = open_issues(config, Repository.open(hands.repo.root), say=print)
    before = datetime.now(UTC).replace(microsecond=0)
    assert tracker.do([OPEN]) == hands.tracker().issues()
    assert before <= datetime.fromisoformat(log(hands, "%cI")[0]) <= datetime.now(UTC)


class TestACommit:
    def test_is_made_for_all_that_is_done_at_once(self, hands: InFiles) -> None:
        hands.tracker().do([OPEN, SENT, replace(OPEN, key=OTHER), CLOSE])
        assert log(hands) == ["Issues: 2 opened, 2 commented on, 1 closed"]
        assert hands.repo.git("log", "-1", "--format=%b", BRANCH).split() == [path_of(OTHER), FILE]

    def test_is_the_tools_own_at_its_moment_and_nobody_signs_it(self, hands: InFiles) -> None:
        hands.repo.git("config", "commit.gpgSign", "true")
        hands.repo.git("config", "user.name", "Ana")
        hands.tracker().do([OPEN])
        assert log(hands, "%an <%ae>|%cn <%ce>|%aI|%cI|%G?") == ["|".join([IDENTITY] * 2 + [NOON.isoformat()] * 2 + ["N"])]

    def test_is_not_made_where_one_deed_cannot_be_done(self, opened: InFiles) -> None:
        with pytest.raises(ForgeError, match="there is no issue 'reminder acme-lyon 2027-03-01'"):
            opened.tracker().do([SENT, Comment(key=OTHER, body="x"), CLOSE])
        assert (len(log(opened)), opened.records()) == (1, [OPEN.records])

    def test_is_not_made_for_what_comes_to_nothing(self, commented: InFiles) -> None:
        entry = commented.entries()[1].id
        commented.tracker().do([
            Amend(key=KEY, entry=entry, body="x", records=("x",)), replace_amend(entry, SENT), OPEN,
            Relabel(key=KEY, prefix="stage: ", labels=("stage: week",)), Relabel(key=KEY, prefix="stage: ", labels=("stage: month",)),
        ])
        assert commented.labels() == ["urgent", "stage: month"]
        commented.tracker().do([Amend(key=KEY, entry=entry, body="x", records=("x",)), replace_amend(entry, SENT)])
        assert len(log(commented)) == 3

    def test_touches_no_file_no_index_and_no_other_branch_and_starts_no_hook(self, hands: InFiles) -> None:
        repo = hands.repo
        for name in ("pre-commit", "post-commit", "reference-transaction", "update", "pre-push"):
            (repo.top / ".git/hooks").mkdir(exist_ok=True)
            (repo.top / ".git/hooks" / name).write_text("#!/bin/sh\ntouch ran\n")
            (repo.top / ".git/hooks" / name).chmod(0o755)
        repo.account("acme-lyon")
        repo.git("add", "--all")
        repo.account("acme-lyon", datapoints=999)
        before = (repo.git("status", "--porcelain", "--branch"), repo.git("for-each-ref", "refs/heads/main"), repo.git("diff"))
        tracker = hands.tracker()
        tracker.do([OPEN, SENT, CLOSE])
        tracker.heartbeat()
        assert (repo.git("status", "--porcelain", "--branch"), repo.git("for-each-ref", "refs/heads/main"), repo.git("diff")) == before
        assert not [*repo.top.rglob("ran")]

    def test_begins_a_history_of_its_own(self, opened: InFiles) -> None:
        assert opened.repo.git("rev-list", "--max-parents=0", BRANCH) == opened.repo.git("rev-parse", BRANCH)
        assert opened.repo.git("ls-tree", "-r", "--name-only", BRANCH) == FILE

    def test_is_made_in_a_repository_of_sha256(self, tmp_path: Path) -> None:
        hands = InFiles(tmp_path, shared=True, object_format="sha256")
        hands.tracker().do([OPEN])
        hands.write("A note.")
        hands.tracker().do([SENT])
        assert hands.records() == [OPEN.records, SENT.records]
        assert len(hands.repo.git("rev-parse", BRANCH)) == 64

    def test_is_about_the_folder_of_the_configuration(self, tmp_path: Path) -> None:
        """Two configurations in one repository may have accounts with the same ids."""
        repo = ConfigRepo(tmp_path / "repo", folder="north")
        repo.config()
        (repo.top / "south").mkdir()
        repo.commit()
        config = Config(organisation="Example Energy", timezone="Europe/Madrid")
        north, south = (
            open_issues(config, Repository.open(repo.top / folder), say=print, moment=NOON) for folder in ("north", "south")
        )
        north.do([OPEN])
        assert south.issues() == {}
        south.do([OPEN, SENT])
        south.heartbeat()
        assert [len(tracker.entries([KEY])[KEY]) for tracker in (north, south)] == [1, 2]
        assert repo.git("ls-tree", "-r", "--name-only", BRANCH).split() == [
            f"north/{FILE}", "south/heartbeat.md", f"south/{FILE}",
        ]


def replace_amend(entry: str, comment: Comment) -> Amend:
    return Amend(key=KEY, entry=entry, body=comment.body, records=comment.records)


class TestABranchThatIsCheckedOut:
    def test_takes_its_files_along(self, opened: InFiles) -> None:
        place = opened.folder / "issues"
        opened.repo.git("worktree", "add", "--quiet", str(place), BRANCH)
        (place / "mine.txt").write_text("mine")
        opened.tracker().do([SENT])
        assert "A mail went out." in (place / FILE).read_text(encoding="utf-8")
        assert opened.repo.git("-C", str(place), "status", "--porcelain") == "?? mine.txt"

    def test_is_not_moved_over_changes(self, opened: InFiles) -> None:
        place = opened.folder / "issues"
        opened.repo.git("worktree", "add", "--quiet", str(place), BRANCH)
        (place / FILE).write_text("half done", encoding="utf-8")
        with pytest.raises(ForgeError, match="the branch emp-gitops/issues cannot move") as caught:
            opened.tracker().do([SENT])
        assert (caught.value.where, (place / FILE).read_text(encoding="utf-8")) == (str(place), "half done")
        assert len(log(opened)) == 1


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
        repo, tracker = commented.repo, commented.tracker
        start = repo.git("rev-parse", BRANCH)
        tracker().do([Comment(key=KEY, body="One.", records=("one",))])
        one = repo.git("rev-parse", BRANCH)
        repo.git("update-ref", f"refs/heads/{BRANCH}", start)
        tracker().do([Comment(key=KEY, body="Two.", records=("two",)), replace(OPEN, key=OTHER)])
        two = repo.git("rev-parse", BRANCH)
        tree = repo.git("rev-parse", f"{one}^{{tree}}")  # as if somebody had kept their own side in every conflict
        merge = repo.git("commit-tree", tree, "-p", one, "-p", two, "-m", "merge", **repo.identity(IDENTITY))
        repo.git("update-ref", f"refs/heads/{BRANCH}", merge)
        assert sorted(commented.records()) == sorted([OPEN.records, SENT.records, ("one",), ("two",)])
        assert not commented.issue(OTHER).is_open

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


class TestAHeartbeat:
    def test_is_noted_once_a_day(self, hands: InFiles) -> None:
        assert hands.tracker().last_heartbeat() is None
        for days, hours in ((0, 0), (0, 2), (1, 0), (1, 0), (0, 0)):
            hands.tracker(moment=NOON + timedelta(days=days, hours=hours)).heartbeat()
        assert log(hands) == ["Heartbeat: 2026-11-23", "Heartbeat: 2026-11-24", "Heartbeat: 2026-11-23"]
        assert hands.tracker().last_heartbeat() == NOON
        assert hands.tracker().issues() == {}
        assert hands.file("heartbeat.md").endswith("\n\n- Last run to its end: 2026-11-23\n")

    def test_of_somebody_else_is_none(self, hands: InFiles) -> None:
        with hands.by_hand() as work:
            (work / "heartbeat.md").write_text("- Last run to its end: 2026-11-22\n")
        assert hands.tracker().last_heartbeat() is None

    @pytest.mark.parametrize("change", [lambda _text: "Mine", lambda text: f"{text}Mine\n", lambda text: f"Mine\n{text}"])
    def test_is_nobody_elses(self, hands: InFiles, change: Callable[[str], str]) -> None:
        hands.tracker().heartbeat()
        hands.change(change, "heartbeat.md")
        assert hands.tracker().last_heartbeat() == NOON
        hands.tracker(moment=NOON + timedelta(days=1)).heartbeat()
        assert hands.tracker().last_heartbeat() == NOON + timedelta(days=1)
        text = hands.file("heartbeat.md")
        assert ("Mine" in text, text.count("2026-11-24"), text.count("2026-11-23")) == (True, 1, 0)


def test_what_git_cannot_read_is_an_error_of_the_forge(opened: InFiles) -> None:
    blob = opened.repo.git("rev-parse", f"{BRANCH}:{FILE}")
    (opened.repo.top / ".git/objects" / blob[:2] / blob[2:]).unlink()
    for ask in (opened.tracker().issues, lambda: opened.tracker().entries([KEY]), lambda: opened.tracker().do([SENT])):
        with pytest.raises(ForgeError, match="damaged or incomplete"):
            ask()
