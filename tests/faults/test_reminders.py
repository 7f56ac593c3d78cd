"""kill -9 of a real `remind` between any two steps, and two of them at once, with real git, platform and Maildir."""

from __future__ import annotations

import mailbox
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest

from emp_gitops.platform.open import open_writer
from support.cli import Cli
from support.faults import FaultyRuns
from support.repos import ConfigRepo
from support.samples import samples
from support.thorough import steps
from support.watched import finished, interrupted_at, waiting

KILLED = -9
DAY = "2026-12-03"
"""One mail of a later stage; the first stages went out ten days before, and a renewed account's issue is to be closed."""


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cli = samples(tmp_path_factory.mktemp("samples") / "repo")
    cli("remind")
    cli("account", "renew", "nordlys-oslo")
    ConfigRepo(cli.folder).commit("renewed")
    cli("reconcile")
    return cli.folder


def copy(original: Path, to: Path) -> Cli:
    shutil.copytree(original, to)
    folder = to
    return Cli(folder, {"EMP_PLATFORM": f"sqlite:///{folder}/.emp-gitops/platform.db"}, platform=f"sqlite:///{folder}/.emp-gitops/platform.db")


def mails(cli: Cli) -> list[tuple[str, str]]:
    folder = mailbox.Maildir(cli.folder / ".emp-gitops/mail", create=False)
    return sorted((str(message["To"]), str(message["Message-ID"])) for message in folder)


def issue(cli: Cli, path: str) -> str:
    return ConfigRepo(cli.folder).git("show", f"emp-gitops/issues:{path}")


def test_a_remind_that_was_killed_at_any_step_is_completed_by_the_next(begun: Path, runs: FaultyRuns, tmp_path: Path) -> None:
    whole = copy(begun, tmp_path / "whole")
    whole("remind", "--today", DAY)
    expected = mails(whole)
    assert len(expected) == 5, "three on the first day, brisa-palma's last and acme-lyon's second"
    seen = set()
    for step in steps(every=3, hurried=4):
        cli = copy(begun, tmp_path / f"killed-{step}")
        code = runs(cli, "killed while reminding", step, "remind", "--today", DAY).code
        seen.add(len(mails(cli)))
        assert "Traceback" not in cli("remind", "--today", DAY).stderr
        assert mails(cli) == expected, f"killed at step {step}"
        for account, end, stage in (("acme-lyon", "2026-12-10", "P1W"), ("brisa-palma", "2026-11-27", "P0D")):
            text = issue(cli, f"reminders/{account}/{end}.md")
            assert text.count(f'"what":"sent","stage":"{stage}"') == 1, f"killed at step {step}"
        assert "state: closed" in issue(cli, "reminders/nordlys-oslo/2026-11-23.md")
        assert cli.json("remind", "--today", DAY)["reminders"] == []
        shutil.rmtree(cli.folder)
        if code == 0:
            break
        assert code == KILLED
    assert seen == {3, 4, 5}
    assert step > 20


def test_two_at_once_make_one_issue_and_one_mail(begun: Path, tmp_path: Path) -> None:
    cli = copy(begun, tmp_path / "repo")
    with open_writer(cli.url) as holder, ExitStack() as processes:
        with holder.lock():
            both = [processes.enter_context(waiting(cli, cli.url, "remind", "--today", DAY, others=others)) for others in (0, 1)]
        outcomes = [finished(process) for process in both]
    assert [outcome.code for outcome in outcomes] == [0, 0], outcomes
    assert sum(outcome.stdout.count("  sent  ") for outcome in outcomes) == 2
    assert len(mails(cli)) == len(set(mails(cli))) == 5
    assert issue(cli, "reminders/acme-lyon/2026-12-10.md").count('"what":"intent","stage":"P1W"') == 1


@pytest.mark.parametrize(("event", "about"), [("subprocess.Popen", "commit-tree"), ("os.rename", ".emp-gitops/mail"), ("fcntl.flock", "")])
def test_ctrl_c_is_a_sentence_and_the_next_run_goes_on(begun: Path, tmp_path: Path, event: str, about: str) -> None:
    cli = copy(begun, tmp_path / "repo")
    outcome = interrupted_at(cli, event, about, "remind", "--today", DAY)
    assert (outcome.code, "Traceback" in outcome.stderr) == (130, False), outcome
    assert outcome.stderr.splitlines()[-1] == "interrupted; what was sent before is noted, a rerun goes on from there"
    cli("remind", "--today", DAY)
    assert len(mails(cli)) == len(set(mails(cli))) == 5
