"""`emp-gitops remind` where the issues are GitHub's."""

from __future__ import annotations

import mailbox
import shutil
from pathlib import Path

import pytest

from support.cli import Cli
from support.github import GitHub
from support.github.model import Issue
from support.repos import ConfigRepo
from support.samples import ROOT

BOT = "emp-reminders"
NAME = "example-energy/accounts"


class Room:
    """Two accounts of which one is due, on GitHub's stand-in."""

    def __init__(self, folder: Path, github: GitHub) -> None:
        self.github = github
        self.repo = ConfigRepo(folder / "repo")
        self.repo.config(
            forge=f"github:{NAME}", roles={"customer_success": ["carla", "@example-energy/success"]}, forms={"app": "example-energy-forms"},
            mail={"from": "Example Energy <accounts@example.com>"},
        )
        shutil.copytree(ROOT / "schemas", self.repo.root / "schemas")
        self.repo.account("acme-lyon", start="2025-12-10")
        self.repo.account("acme-nice")
        self.repo.commit("two accounts")
        github.app(BOT)
        for login in ("ana", "carla"):
            github.user(login)
        platform = f"sqlite:///{self.repo.root}/.emp-gitops/platform.db"
        self.cli = Cli(self.repo.root, github.environment(f"{BOT}[bot]"), platform=platform)
        self.cli("reconcile")

    def issues(self) -> list[Issue]:
        return list(self.github.state.issues.values())

    def mails(self) -> int:
        return len(mailbox.Maildir(self.repo.root / ".emp-gitops/mail", create=False))


@pytest.fixture
def room(tmp_path: Path, github: GitHub) -> Room:
    return Room(tmp_path, github)


def test_a_term_has_one_issue_from_its_first_reminder_to_its_renewal(room: Room) -> None:
    (told,) = room.cli.json("remind")["reminders"]
    assert (told["outcome"], told["issue"]) == ("sent", "#1")
    (issue,) = room.issues()
    assert issue.title == "Acme Lyon (acme-lyon) expires on 2026-12-10"
    assert (sorted(issue.labels), issue.assignees, len(issue.comments)) == (["emp-gitops", "reminder: month"], ["carla"], 1)
    assert f"/{NAME}/issues/new?template=renewal.yml&account=acme-lyon)" in (issue.body or "")
    assert "emp-gitops account renew" not in (issue.body or "")
    assert room.cli.json("remind")["reminders"] == []

    room.cli("remind", "--today", "2026-12-03")
    room.cli("remind", "--today", "2026-12-10")
    assert sorted(issue.labels) == ["emp-gitops", "reminder: day"]
    assert [comment.body.splitlines()[0] for comment in issue.comments] == [
        "Mailed on 2026-11-23 to `facilities@acme.example`.",
        "**A week before the end.** The account expires on **2026-12-10**: it works through the end of that day.",
        "**On the last day.** The account expires on **2026-12-10**: it works through the end of that day.",
    ]
    assert not any("about to be mailed" in comment.body for comment in issue.comments)

    room.repo.account("acme-lyon", start="2025-12-10", months=24)
    room.repo.commit("renewed")
    room.cli("reconcile")
    room.cli("remind", "--today", "2026-12-11")
    assert (issue.state, room.mails(), len(room.issues())) == ("closed", 3, 1)
    assert "Thank you" in issue.comments[-1].body


def test_what_people_wrote_and_closed_stays(room: Room) -> None:
    room.cli("remind")
    (issue,) = room.issues()
    room.github.comment(issue, "They will renew.", by="ana")
    room.github.close(issue)
    assert room.cli.json("remind", "--today", "2026-12-03")["reminders"][0]["outcome"] == "sent"
    assert issue.state == "closed"
    assert "They will renew." in [comment.body for comment in issue.comments]
    assert room.mails() == 2


def test_a_forged_record_keeps_nobody_from_getting_mail(room: Room) -> None:
    room.cli("remind")
    (issue,) = room.issues()
    record = next(line for line in issue.comments[0].body.splitlines() if '"what":"sent"' in line)
    room.github.comment(issue, record.replace("P1M", "P1W"), by="ana")
    assert room.cli.json("remind", "--today", "2026-12-03")["reminders"][0]["outcome"] == "sent"


@pytest.mark.parametrize("path", ["*/issues", "*/comments"])
def test_an_answer_that_gets_lost_makes_nothing_twice(room: Room, path: str) -> None:
    room.github.fail_next("POST", path, after_effect=True)
    room.cli("remind", code=None)
    room.cli("remind")
    (issue,) = room.issues()
    assert len(issue.comments) == 1
    assert room.mails() == 1


def test_why_names_the_issue(room: Room) -> None:
    room.cli("remind")
    (term,) = room.cli.json("why", "acme-lyon")["terms"]
    assert (term["issue"], term["url"].endswith(f"/{NAME}/issues/1")) == ("#1", True)


def test_a_dry_run_writes_nothing(room: Room) -> None:
    assert [each["outcome"] for each in room.cli.json("remind", "--dry-run")["reminders"]] == ["pending"]
    assert room.issues() == []
