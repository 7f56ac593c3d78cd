"""What every command promises: its streams, its exit codes, and the options before and behind it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from support.beginnings import Story
from support.cli import Cli
from support.repos import ConfigRepo, config_text, git


def one_account_is_committed(repo: ConfigRepo, cli: Cli) -> None:
    repo.account("acme-lyon", datapoints=100)
    repo.commit("acme-lyon")


@pytest.fixture
def story() -> Story:
    return one_account_is_committed


@pytest.fixture
def one(cli: Cli) -> Cli:
    return cli


class TestStandardOutput:
    @pytest.mark.parametrize("command", ["plan", "status", "validate"])
    def test_holds_nothing_but_the_result(self, one: Cli, command: str) -> None:
        outcome = one(command, "--format", "json")
        assert outcome.json(command)["format_version"] == "1.0"
        if command != "validate":
            assert "taking it as empty" in outcome.stderr

    def test_of_a_reconcile_holds_nothing_but_the_report(self, one: Cli) -> None:
        outcome = one("reconcile", "--format", "json")
        assert outcome.json("reconcile")["results"] == [{"account": "acme-lyon", "outcome": "applied", "error": None}]
        assert "approvals: none" in outcome.stderr

    def test_stays_empty_where_a_command_fails(self, one: Cli) -> None:
        outcome = one("history", "acme-lyon", code=1)
        assert outcome.stdout == ""
        assert outcome.stderr.startswith("error: ")
        assert "  hint: " in outcome.stderr

    def test_ends_with_one_line_feed(self, one: Cli) -> None:
        for arguments in [("plan",), ("plan", "--format", "json"), ("status",), ("validate",), ("reconcile",)]:
            assert one(*arguments).stdout.endswith("\n")
            assert not one(*arguments).stdout.endswith("\n\n"), arguments


class TestExitCodes:
    def test_pending_changes_are_told_only_when_asked(self, one: Cli) -> None:
        one("plan", code=0)
        one("plan", "--exit-code", code=10)
        one("reconcile")
        one("plan", "--exit-code", code=0)

    def test_findings_go_before_pending_changes(self, repo: ConfigRepo, one: Cli) -> None:
        repo.account("acme-nice", datapoints=12)
        one("plan", "--exit-code", code=1)

    def test_warnings_are_no_errors(self, repo: ConfigRepo, one: Cli) -> None:
        repo.account("acme-lyon", name="Acme Ly\N{CYRILLIC SMALL LETTER O}n")
        assert one.json("validate")["findings"][0]["severity"] == "warning"
        one("plan", "--exit-code", code=10)

    def test_an_error_goes_before_a_guard(self, repo: ConfigRepo, one: Cli) -> None:
        """1 before 3: what is refused for a finding, and a drift that refuses another account, exit 1."""
        repo.account("acme-nice")
        repo.commit()
        one("reconcile")
        one.on_screen("acme-lyon", datapoints=90)
        repo.account("acme-lyon", datapoints=120)
        repo.commit()
        one("reconcile", code=3)
        repo.account("acme-nice", datapoints=12)
        repo.commit()
        one("reconcile", code=1)

    @pytest.mark.parametrize("arguments", [
        ("nonsense",), ("plan", "--bogus"), ("plan", "surplus"), ("plan", "--format", "xml"), ("account", "nonsense"),
        ("account", "create"), ("account", "create", "acme-nice"), ("account", "renew"), ("account", "renew", "acme-lyon", "--months", "0"),
        ("account", "renew", "acme-lyon", "--months", "121"), ("account", "datapoints", "acme-lyon"),
        ("account", "datapoints", "acme-lyon", "many"), ("account", "datapoints", "acme-lyon", "1.5"),
        ("account", "datapoints", "acme-lyon", "--5"), ("account", "datapoints", "acme-lyon", "+"),
        ("account", "datapoints", "acme-lyon", "٣٠"), ("account", "datapoints", "acme-lyon", "9" * 5000),
        ("history",), ("apply",), ("status", "--zone", "retired"), ("platform", "usage", "set", "acme-lyon", "-1"),
        ("-C", "nowhere", "plan"), ("--today", "2026-02-30", "plan"), ("plan", "--today", "23/11/2026"), ("plan", "--today", "10000-01-01"),
        ("validate", "nowhere.yaml"), ("platform", "usage", "load", "nowhere.csv"),
    ])
    def test_wrong_usage_is_2_and_writes_nothing(self, one: Cli, arguments: tuple[str, ...]) -> None:
        with one.nothing_written():
            outcome = one(*arguments, code=2)
        assert outcome.stdout == ""
        assert outcome.stderr

    @pytest.mark.parametrize("url", [
        "https://emp.example/api", "mysql://db/emp", "platform.db", "sqlite://platform.db", "sqlite:///", "sqlite:///a?mode=rw",
    ])
    @pytest.mark.parametrize("command", [("plan",), ("status",), ("reconcile",), ("drift",), ("platform", "upgrade")])
    def test_a_platform_that_means_nothing_is_1(self, one: Cli, command: tuple[str, ...], url: str) -> None:
        with one.nothing_written():
            outcome = one(*command, "--platform", url, code=1)
        assert outcome.stdout == ""
        assert "hint: supported are sqlite:///" in outcome.stderr

    def test_a_bad_platform_is_told_without_its_password(self, one: Cli) -> None:
        for url in ("postgresql+asyncpg://emp:s3cret@db/emp", "s3cret", "postgresql://emp:s3cret@127.0.0.1:1/emp?connect_timeout=2"):
            assert "s3cret" not in one("plan", "--platform", url, code=1).stderr


class TestTheDay:
    def days(self, one: Cli, *arguments: str) -> str:
        return str(json.loads(one(*arguments, "--format", "json").stdout)["today"])

    def test_behind_the_command_wins_over_before_it_over_the_environment(self, one: Cli) -> None:
        one = one.with_(EMP_TODAY="2027-01-01")
        assert self.days(one, "plan") == "2027-01-01"
        assert self.days(one, "--today", "2027-02-02", "plan") == "2027-02-02"
        assert self.days(one, "--today", "2027-02-02", "plan", "--today", "2027-03-03") == "2027-03-03"
        assert self.days(one, "status", "--today", "2027-03-03") == "2027-03-03"

    def test_is_that_of_the_organisations_time_zone_otherwise(self, repo: ConfigRepo, one: Cli) -> None:
        """Kiritimati is at least a day ahead of Pago Pago at any moment."""
        days = []
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
            repo.config(timezone=zone)
            days.append(self.days(one.with_(EMP_TODAY=""), "plan"))
        assert days[0] > days[1]

    def test_of_a_wrong_environment_is_wrong_usage(self, one: Cli) -> None:
        assert "that day does not exist" in one.with_(EMP_TODAY="2026-02-30")("plan", code=2).stderr


class TestThePlatform:
    def test_behind_the_command_wins_over_before_it_over_the_environment_over_the_configuration(
        self, repo: ConfigRepo, one: Cli
    ) -> None:
        repo.config(platform="sqlite:///configured.db")
        repo.commit()
        environment = one.with_(EMP_PLATFORM="sqlite:///environment.db")
        for run, options, made in [
            (one, ((), ()), "configured.db"), (environment, ((), ()), "environment.db"),
            (environment, (("--platform", "sqlite:///before.db"), ()), "before.db"),
            (environment, (("--platform", "sqlite:///before.db"), ("--platform", "sqlite:///behind.db")), "behind.db"),
        ]:
            before, behind = options
            repo_file = repo.root / made
            repo_file.unlink(missing_ok=True)
            run(*before, "reconcile", *behind)
            assert repo_file.exists(), made

    def test_of_a_relative_path_is_in_the_repository_wherever_one_stands(self, repo: ConfigRepo, one: Cli) -> None:
        one.inside("accounts")("reconcile")
        assert (repo.root / ".emp-gitops/platform.db").exists()


class TestTheFolder:
    def test_is_found_from_any_folder_below(self, one: Cli) -> None:
        assert one.inside("accounts").json("plan")["changes"][0]["account"] == "acme-lyon"

    def test_can_be_given(self, one: Cli, tmp_path: Path) -> None:
        elsewhere = Cli(tmp_path)
        assert elsewhere("-C", "repo", "plan", "--format", "json").json("plan")["summary"]["create"] == 1

    def test_is_where_all_paths_start(self, one: Cli, tmp_path: Path) -> None:
        elsewhere = Cli(tmp_path)
        elsewhere("-C", "repo", "validate", "accounts/acme-lyon.yaml")
        elsewhere("-C", "repo", "plan", "--out", "saved.json")
        assert (one.folder / "saved.json").exists()
        elsewhere("-C", "repo", "apply", "saved.json")

    def test_of_git_troubles_is_told_with_a_hint(self, tmp_path: Path) -> None:
        for command in ("validate", "plan", "status", "reconcile", "drift"):
            outcome = Cli(tmp_path)(command, code=1)
            assert "there is no emp-gitops.yaml here" in outcome.stderr
            assert "hint: `emp-gitops init`" in outcome.stderr


class TestAnotherConfiguration:
    def test_replaces_the_one_of_work_tree_and_commit(self, one: Cli) -> None:
        (one.folder / "other.yaml").write_text(config_text(platform="sqlite:///other.db", timezone="Asia/Tokyo"))
        one("--config", "other.yaml", "reconcile")
        assert (one.folder / "other.db").exists()

    @pytest.mark.parametrize("content", [None, "organisation: [", "organisation: Example\n", ""])
    def test_that_cannot_be_used_is_told(self, one: Cli, content: str | None) -> None:
        if content is not None:
            (one.folder / "other.yaml").write_text(content)
        with one.nothing_written():
            outcome = one("--config", "other.yaml", "reconcile", code=1)
        told = outcome.stdout + outcome.stderr
        assert "other.yaml" in told
        assert "emp-gitops.yaml" not in told

    @pytest.mark.parametrize("own", [True, False])
    def test_goes_with_the_accounts_around_the_folder(self, one: Cli, tmp_path: Path, own: bool) -> None:
        """Also from a folder below, with or without an emp-gitops.yaml, with the file anywhere."""
        other = tmp_path / "other.yaml"
        (one.folder / "emp-gitops.yaml").rename(other)
        if own:
            (one.folder / "emp-gitops.yaml").write_text("organisation: [")
        (one.folder / "docs/notes").mkdir(parents=True)
        for folder in (one, one.inside("docs/notes"), one.inside("accounts")):
            assert "1 account file checked" in folder("--config", other, "validate").stdout

    def test_alone_in_a_git_repository_or_a_folder_goes_with_that(self, one: Cli, tmp_path: Path) -> None:
        for place in ("git/deep", "folder/deep"):
            (tmp_path / place).mkdir(parents=True)
        git(tmp_path / "git", "init", "--quiet")
        (one.folder / "emp-gitops.yaml").rename(tmp_path / "folder/other.yaml")
        (one.folder / "schemas").rename(tmp_path / "folder/schemas")
        for place in ("git/deep", "folder/deep"):
            told = Cli(tmp_path / place)("--config", tmp_path / "folder/other.yaml", "validate", code=None)
            assert ("schemas/account.schema.json is missing" in told.stdout) == (place == "git/deep"), told.stdout

    def test_that_is_no_regular_file_is_not_waited_for(self, one: Cli) -> None:
        os.mkfifo(one.folder / "pipe")
        for file in ("pipe", "/dev/zero", "."):
            assert "the configuration cannot be read" in one("--config", file, "validate", code=1).stderr
        (one.folder / "big").write_bytes(b"#" * 70_000)
        assert "more than 65,536 bytes" in one("--config", "big", "validate", code=1).stderr



class TestJobs:
    """An upper limit, which this version never reaches."""

    @pytest.mark.parametrize("command", ["validate", "plan", "status", "drift"])
    def test_stand_before_or_behind_the_command_and_change_no_result(self, one: Cli, command: str) -> None:
        one("reconcile")
        result = one(command).stdout
        assert one("--jobs", "4", command).stdout == one(command, "--jobs", "1").stdout == result

    @pytest.mark.parametrize("number", ["0", "-1", "many", "1.5", ""])
    def test_are_at_least_one(self, one: Cli, number: str) -> None:
        for arguments in (("--jobs", number, "validate"), ("validate", "--jobs", number)):
            assert "--jobs" in one(*arguments, code=2).stderr
