"""Whether reminders run: on GitHub by their workflow, in plain git by the day that the job notes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from support.cli import Cli
from support.clinic import Clinic, environment, workflow
from support.repos import ConfigRepo
from support.samples import samples


class TestOnGitHub:
    def test_a_run_that_is_missing_for_long_is_an_error(self, clinic: Clinic) -> None:
        clinic.set_last_run(timedelta(hours=37), workflow="reminders.yml")
        assert clinic.problems() == {"reminders": [("error", "reminders.yml last ended well 37 hours ago, and should every day")]}

    def test_one_that_never_was_is_to_be_started(self, clinic: Clinic) -> None:
        clinic.set("/actions/workflows/reminders.yml/runs", {"workflow_runs": []})
        assert clinic.problems() == {"reminders": [("warning", "reminders.yml never ended well")]}

    def test_a_workflow_that_is_off_or_not_there_is_an_error(self, clinic: Clinic) -> None:
        known = [workflow("reconcile.yml"), workflow("forms.yml")]
        clinic.set("/actions/workflows", {"workflows": [*known, workflow("reminders.yml", "disabled_inactivity")]})
        assert clinic.problems() == {"reminders": [("error", "the workflow reminders.yml is off (disabled_inactivity)")]}
        (clinic.root / ".github/workflows/reminders.yml").unlink()
        assert clinic.problems() == {"reminders": [("error", "there is no .github/workflows/reminders.yml, so nobody is reminded")]}

    def test_a_mail_server_is_named_somewhere(self, clinic: Clinic) -> None:
        clinic.set_secrets("reminders", "EMP_PLATFORM")
        ((outcome, message),) = clinic.problems()["reminders"]
        assert outcome == "error"
        assert message.startswith("no mail server is named")
        clinic.edit("emp-gitops.yaml", "mail:\n", "mail:\n  smtp: smtps://mail.example.com\n")
        assert clinic.problems() == {}

    def test_its_environment_is_for_main_alone(self, clinic: Clinic) -> None:
        others = [environment(name) for name in ("planning", "production", "forms")]
        clinic.set("/environments", {"environments": others})
        assert clinic.problems() == {"reminders": [("error", "there is no environment reminders")]}
        clinic.set("/environments", {"environments": [*others, environment("reminders", deployment_branch_policy=None)]})
        assert list(clinic.problems()) == ["environments"]


class TestInPlainGit:
    @pytest.fixture
    def cli(self, tmp_path: Path) -> Cli:
        return samples(tmp_path / "repo")

    def heartbeat(self, cli: Cli) -> tuple[str, str]:
        checks = cli("doctor", "--format", "json", code=None).json("doctor")["checks"]
        ((outcome, message),) = [(each["outcome"], each["message"]) for each in checks if each["check"] == "heartbeat"]
        return outcome, message

    def test_a_job_that_never_ran_is_told(self, cli: Cli) -> None:
        assert self.heartbeat(cli) == ("warning", "reminders never ran to their end here")

    def test_one_that_ran_today_is_fine(self, cli: Cli) -> None:
        cli("remind")
        assert self.heartbeat(cli)[0] == "fine"

    def test_one_that_stopped_is_an_error(self, cli: Cli) -> None:
        cli("remind")
        repo = ConfigRepo(cli.folder)
        tree = repo.git("rev-parse", "emp-gitops/issues^{tree}")
        identity = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in (
            ("NAME", "emp-gitops"), ("EMAIL", "emp-gitops@localhost.invalid"), ("DATE", "2026-01-01T06:23:00Z"),
        )}
        commit = repo.git("commit-tree", tree, "-m", "Heartbeat: 2026-01-01", **identity)
        repo.git("update-ref", "refs/heads/emp-gitops/issues", commit)
        outcome, message = self.heartbeat(cli)
        assert outcome == "error"
        assert "and should every day" in message


class TestTemplates:
    PATH = "templates/mail/en/reminder.txt"

    def test_that_fail_on_some_facts_are_an_error(self, clinic: Clinic) -> None:
        file = clinic.root / self.PATH
        file.parent.mkdir(parents=True)
        file.write_text("Hello,\n{{ used + 1 }}\n", encoding="utf-8")
        (((outcome, message),),) = clinic.problems().values()
        assert outcome == "error"
        assert message.startswith(f"{self.PATH}:2: the template cannot be used: unsupported operand")

    def test_that_are_good_are_fine_and_none_are_not_mentioned(self, clinic: Clinic) -> None:
        assert "mail-templates" not in clinic.cli("doctor").stdout
        file = clinic.root / self.PATH
        file.parent.mkdir(parents=True)
        file.write_text("Hello\n", encoding="utf-8")
        assert clinic.problems() == {}
        assert "the mail templates go with every kind of account" in clinic.cli("doctor").stdout
