"""`plan`: of the work tree or of a commit, as text, JSON or Markdown; it never writes."""

from __future__ import annotations

import json

import pytest

from emp_gitops.platform.url import PostgresUrl
from support.cli import Cli
from support.repos import ConfigRepo


@pytest.fixture
def applied(repo: ConfigRepo, cli: Cli) -> str:
    """Two accounts of one customer, applied; the commit's id."""
    repo.account("acme-lyon", datapoints=100)
    repo.account("acme-nice", datapoints=50)
    commit = repo.commit("two accounts")
    cli("reconcile")
    return commit


class TestWhatIsPlanned:
    def test_is_the_work_tree_without_a_ref(self, repo: ConfigRepo, cli: Cli, applied: str) -> None:
        repo.account("acme-lyon", datapoints=110)
        work, head = cli.json("plan"), cli.json("plan", "--ref", "HEAD")
        assert (work["revision"], work["summary"]["datapoints"]) == (None, 1)
        assert (head["revision"], head["summary"]["datapoints"]) == (applied, 0)

    def test_of_a_clean_work_tree_and_its_commit_has_one_digest(self, repo: ConfigRepo, cli: Cli, applied: str) -> None:
        repo.account("acme-lyon", datapoints=110)
        before = cli.json("plan")["digest"]
        commit = repo.commit()
        for plan in (cli.json("plan"), cli.json("plan", "--ref", "main"), cli.json("plan", "--ref", commit[:9], "--today", "2026-12-24")):
            assert plan["digest"] == before
        assert cli.json("plan", "--ref", "main")["revision"] == commit
        assert cli.json("plan", "--ref", applied)["digest"] != before

    def test_can_be_a_branch_that_was_never_merged(self, repo: ConfigRepo, cli: Cli, applied: str) -> None:
        repo.branch("application/more")
        repo.account("acme-lyon", datapoints=130)
        repo.commit()
        repo.switch("main")
        plan = cli.json("plan", "--ref", "application/more")
        assert [(c["account"], c["after"]["datapoints"]) for c in plan["changes"]] == [("acme-lyon", 130)]

    def test_is_no_change_when_a_file_moves(self, repo: ConfigRepo, cli: Cli, applied: str) -> None:
        digest = cli.json("plan")["digest"]
        (repo.root / "accounts/fr").mkdir()
        (repo.root / "accounts/acme-lyon.yaml").rename(repo.root / "accounts/fr/acme-lyon.yaml")
        plan = cli.json("plan")
        assert (plan["digest"], plan["changes"]) == (digest, [])

    @pytest.mark.parametrize("ref", ["nowhere", "main..main", "--all", "", "HEAD~99", "refs/heads/\x1b[31m", "0" * 40])
    @pytest.mark.parametrize("command", ["plan", "drift", "reconcile"])
    def test_of_an_unknown_ref_is_an_error_with_a_hint(self, cli: Cli, applied: str, command: str, ref: str) -> None:
        with cli.nothing_written():
            outcome = cli(command, f"--ref={ref}", code=1)
        assert outcome.stdout == ""
        assert "hint" in outcome.stderr
        assert "\x1b" not in outcome.stderr


class TestAPlan:
    @pytest.mark.parametrize("command", ["plan", "status", "drift"])
    def test_takes_no_servers_database_without_our_tables_for_an_empty_platform(
        self, repo: ConfigRepo, cli: Cli, postgres_url: PostgresUrl, command: str,
    ) -> None:
        repo.account("acme-lyon")
        cli = cli.with_(EMP_PLATFORM=postgres_url.text)
        outcome = cli(command, code=1)
        assert "there is no platform yet: the database is empty" in outcome.stderr
        assert "emp-gitops platform upgrade makes the tables" in outcome.stderr
        assert outcome.stdout == ""
        cli("platform", "upgrade")
        cli(command)

    def test_never_creates_the_platform(self, repo: ConfigRepo, cli: Cli) -> None:
        repo.account("acme-lyon")
        outcome = cli("plan")
        assert not (repo.root / ".emp-gitops").exists()
        assert "taking it as empty" in outcome.stderr
        assert "taking it as empty" not in outcome.stdout

    def test_with_findings_still_shows_the_rest(self, repo: ConfigRepo, cli: Cli, applied: str) -> None:
        repo.account("acme-lyon", datapoints=12)
        repo.account("acme-nice", datapoints=50, license="enterprise")
        plan = cli.json("plan", "--exit-code", code=1)
        assert [each["account"] for each in plan["changes"]] == ["acme-nice"]
        finding, = plan["findings"]
        assert (finding["account"], finding["file"], finding["line"], finding["column"], finding["severity"]) == (
            "acme-lyon", "accounts/acme-lyon.yaml", 4, 13, "error",
        )

    @pytest.mark.parametrize("break_", ["emp-gitops.yaml", "schemas/account.schema.json"])
    def test_under_a_broken_policy_is_none_and_reaches_for_no_platform(
        self, repo: ConfigRepo, cli: Cli, applied: str, break_: str
    ) -> None:
        repo.write(break_, "{")
        plan = cli.json("plan", "--platform", "postgresql://127.0.0.1:1/none", code=1)
        assert plan["changes"] == []
        assert {each["file"] for each in plan["findings"]} == {break_}

    def test_below_what_is_used_says_how_many_to_free(self, repo: ConfigRepo, cli: Cli, applied: str) -> None:
        cli("platform", "usage", "set", "acme-lyon", "90")
        cli("account", "datapoints", "acme-lyon", "-20")
        finding, = cli.json("plan", code=1)["findings"]
        assert finding["rule"] == "datapoints-below-used"
        assert "free 10 " in finding["hint"]
        assert (finding["line"], finding["column"]) == (4, 13)


class TestTheTextOfAPlan:
    def test_shows_signed_deltas_and_transfers(self, cli: Cli, applied: str) -> None:
        cli("account", "datapoints", "acme-lyon", "-30")
        cli("account", "datapoints", "acme-nice", "+30")
        for format_ in ("text", "markdown"):
            told = cli("plan", "--format", format_).stdout.replace("\\", "")
            assert "100 -> 70 (-30)" in told
            assert "50 -> 80 (+30)" in told
            assert "ransfer within" in told
            assert "all or none" in told

    def test_shows_exact_dates(self, cli: Cli, applied: str) -> None:
        cli("account", "renew", "acme-lyon")
        for format_ in ("text", "markdown"):
            told = cli("plan", "--format", format_).stdout
            assert "2027-03-01" in told
            assert "2028-03-01" in told

    def test_says_that_nothing_changes(self, cli: Cli, applied: str) -> None:
        assert "No changes" in cli("plan").stdout
        assert "No changes" in cli("plan", "--format", "markdown").stdout

    def test_names_the_digest_that_allow_wants(self, cli: Cli, applied: str) -> None:
        assert cli.json("plan")["digest"] in cli("plan").stdout
        assert cli.json("plan")["digest"] in cli("plan", "--format", "markdown").stdout

    def test_as_markdown_is_a_table_with_a_row_for_each_change(self, cli: Cli, applied: str) -> None:
        cli("account", "datapoints", "acme-lyon", "+1")
        cli("account", "license", "acme-nice", "essential")
        lines = cli("plan", "--format", "markdown").stdout.splitlines()
        rows = [line for line in lines if line.startswith("| `acme-")]
        assert [line.split("|")[1].strip() for line in rows] == ["`acme-lyon`", "`acme-nice`"]
        assert "|---|" in "".join(lines)


class TestSaving:
    def test_writes_the_json_beside_any_format(self, cli: Cli, applied: str) -> None:
        cli("account", "datapoints", "acme-lyon", "+1")
        for format_ in ("text", "json", "markdown"):
            outcome = cli("plan", "--out", "saved.json", "--format", format_)
            assert "saved.json" in outcome.stderr
            assert "saved.json" not in outcome.stdout
            assert json.loads((cli.folder / "saved.json").read_text()) == cli.json("plan")

    def test_into_a_folder_that_does_not_exist_is_an_error(self, cli: Cli, applied: str) -> None:
        with cli.nothing_written():
            assert "nowhere/saved.json" in cli("plan", "--out", "nowhere/saved.json", code=1).stderr
