"""Issues as files on a branch: how they read, how they are committed, and whose word counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from emp_gitops.core.config import Config
from emp_gitops.errors import ForgeError
from emp_gitops.forge.issues import Amend, Close, Comment, Relabel
from emp_gitops.forge.open import open_issues
from emp_gitops.forge.plain.issue_file import sections_of
from emp_gitops.forge.plain.issue_paths import path_of
from emp_gitops.forge.plain.issues import BRANCH, IDENTITY
from emp_gitops.repository import Repository
from support.issue_files import InFiles
from support.repos import ConfigRepo
from support.trackers import KEY, NOON, OPEN, OTHER, SENT, hidden_record

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
