"""`reconcile`: what counts, what stands in the way, and how each account is reported."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from emp_gitops.platform.url import PlatformUrl, PostgresUrl
from support.cli import EMBEDDED, Cli
from support.repos import ConfigRepo


def outcomes(report: Any) -> dict[str, str]:
    return {each["account"]: each["outcome"] for each in report["results"]}


def errors(report: Any) -> dict[str, str]:
    return {each["account"]: each["error"] for each in report["results"] if each["error"]}


def applied(repo: ConfigRepo, cli: Cli, *ids: str, **fields: Any) -> str:
    for id_ in ids:
        repo.account(id_, **fields)
    commit = repo.commit(f"{len(ids)} accounts")
    cli("reconcile")
    return commit


class TestWhatCounts:
    def test_is_what_is_committed(self, repo: ConfigRepo, cli: Cli) -> None:
        applied(repo, cli, "acme-lyon")
        repo.account("acme-lyon", datapoints=500)
        repo.account("acme-nice")
        outcome = cli("reconcile", "--format", "json")
        assert outcomes(outcome.json("reconcile")) == {"acme-lyon": "unchanged"}
        assert "only what is committed is reconciled" in outcome.stderr
        assert cli.live()["acme-lyon"].account.datapoints == 100

    def test_is_said_only_where_it_makes_a_difference(self, repo: ConfigRepo, cli: Cli) -> None:
        applied(repo, cli, "acme-lyon")
        repo.write("notes.txt", "not ours")
        assert "committed" not in cli("reconcile").stderr

    def test_is_head_or_another_commit_of_main(self, repo: ConfigRepo, cli: Cli) -> None:
        first = applied(repo, cli, "acme-lyon")
        repo.account("acme-lyon", datapoints=150)
        second = repo.commit("more")
        assert cli.json("reconcile", "--ref", first)["revision"] == first
        assert cli.json("reconcile", "--ref", "main")["revision"] == second
        assert cli.json("reconcile")["revision"] == second
        cli("platform", "usage", "set", "acme-lyon", "1")
        cli("reconcile", "--ref", "HEAD~1")
        assert cli.live()["acme-lyon"].account.datapoints == 100
        assert [entry["revision"] for entry in cli.history("acme-lyon")] == [first, second, first]

    def test_is_nothing_that_main_did_not_go_through(self, repo: ConfigRepo, cli: Cli) -> None:
        applied(repo, cli, "acme-lyon")
        repo.branch("application/more")
        repo.account("acme-lyon", datapoints=150)
        proposed = repo.commit("more, please")
        with cli.nothing_written():
            assert "not on main's first-parent line" in cli("reconcile", code=4).stderr
        repo.switch("main")
        with cli.nothing_written():
            cli("reconcile", "--ref", "application/more", code=4)
        repo.merge("application/more")
        with cli.nothing_written():
            cli("reconcile", "--ref", proposed, code=4)
        cli("reconcile")
        assert cli.live()["acme-lyon"].account.datapoints == 150


class TestTheReport:
    def test_tells_each_account_and_each_run_who_approves(self, repo: ConfigRepo, cli: Cli) -> None:
        applied(repo, cli, "acme-lyon", "acme-nice", "acme-brest", "acme-paris")
        cli.on_screen("acme-brest", comment="changed on the screen")
        repo.account("acme-lyon", license="enterprise")
        repo.account("acme-nice", datapoints=19)
        repo.commit()
        outcome = cli("reconcile", "--format", "json", code=1)
        report = outcome.json("reconcile")
        assert outcomes(report) == {
            "acme-brest": "refused", "acme-lyon": "applied", "acme-nice": "refused", "acme-paris": "unchanged",
        }
        assert "on its own (comment)" in errors(report)["acme-brest"]
        assert "at least 20" in errors(report)["acme-nice"]
        assert cli.live()["acme-lyon"].account.license == "enterprise"
        assert outcome.stderr.startswith("approvals: none")
        for run in (cli("reconcile", code=1), cli("reconcile", "--ref", "main", code=1)):
            assert "approvals: none" in run.stderr
            assert "approvals: none" not in run.stdout

    def test_of_a_failed_write_is_1_and_names_what_failed(self, repo: ConfigRepo, cli: Cli) -> None:
        applied(repo, cli, "acme-lyon", "acme-nice")
        repo.account("acme-lyon", datapoints=120)
        repo.account("acme-nice", datapoints=120)
        repo.commit()
        with closing(sqlite3.connect(cli.folder / ".emp-gitops/platform.db")) as database:
            database.execute(
                "CREATE TRIGGER broken BEFORE UPDATE ON accounts WHEN new.id = 'acme-lyon' "
                "BEGIN SELECT RAISE(ABORT, 'the disk is on fire'); END"
            )
        report = cli.json("reconcile", code=1)
        assert outcomes(report) == {"acme-lyon": "failed", "acme-nice": "applied"}
        assert errors(report)["acme-lyon"]

    def test_of_a_second_run_says_that_nothing_changes(self, repo: ConfigRepo, cli: Cli) -> None:
        applied(repo, cli, "acme-lyon")
        before = cli.live()
        assert "Nothing changes" in cli("reconcile").stdout
        assert cli.live() == before
        assert len(cli.history("acme-lyon")) == 1

    def test_of_an_empty_repository_is_fine(self, cli: Cli) -> None:
        assert cli.json("reconcile")["results"] == []


class TestATransfer:
    def test_is_refused_whole(self, repo: ConfigRepo, cli: Cli) -> None:
        applied(repo, cli, "acme-lyon", "acme-nice", "acme-paris")
        cli("platform", "usage", "set", "acme-lyon", "95")
        for id_, datapoints in (("acme-lyon", 70), ("acme-nice", 120), ("acme-paris", 110)):
            repo.account(id_, datapoints=datapoints)
        repo.account("brisa-palma", customer="Brisa S.L.")
        repo.commit()
        report = cli.json("reconcile", code=1)
        assert len(report["transfers"][0]["legs"]) == 3
        assert outcomes(report) == {
            "acme-lyon": "refused", "acme-nice": "refused", "acme-paris": "refused", "brisa-palma": "applied",
        }
        assert "acme-lyon is refused" in errors(report)["acme-nice"]
        assert {cli.live()[id_].account.datapoints for id_ in ("acme-lyon", "acme-nice", "acme-paris")} == {100}


class TestGuards:
    @pytest.fixture
    def many(self, repo: ConfigRepo, cli: Cli) -> list[str]:
        """Ten expired accounts, applied; the configuration's guards are the usual ones."""
        ids = [f"acme-{number}" for number in range(10, 20)]
        applied(repo, cli, *ids, start="2020-01-01")
        return ids

    def test_stop_the_whole_run_until_the_very_plan_is_named(self, repo: ConfigRepo, cli: Cli, many: list[str]) -> None:
        for id_ in many[:4]:
            repo.remove(f"accounts/{id_}.yaml")
        repo.account("acme-lyon")
        repo.commit()
        plan = cli.json("plan")
        assert [guard["rule"] for guard in plan["guards"]] == ["max-share"]
        assert plan["digest"] in cli("plan").stdout
        with cli.nothing_written():
            report = cli.json("reconcile", code=3)
            assert set(outcomes(report).values()) == {"refused"}
            assert all("nothing was applied" in result["error"] for result in report["results"])
            assert "nothing was applied" in cli("reconcile", code=3).stdout
            for wrong in ("sha256:" + "0" * 64, "yes", plan["digest"][:20]):
                assert plan["digest"] in cli("reconcile", "--allow", wrong, code=3).stdout
        allowed = outcomes(cli.json("reconcile", "--allow", plan["digest"]))
        assert sorted(allowed.values()) == ["applied"] * 5 + ["unchanged"] * 6

    def test_count_reductions_and_shortenings_too(self, repo: ConfigRepo, cli: Cli, many: list[str]) -> None:
        repo.account(many[0], start="2020-01-01", datapoints=60)
        for id_ in many[1:4]:
            repo.account(id_, start="2020-01-01", months=11)
        repo.commit()
        assert [guard["rule"] for guard in cli.json("plan", code=1)["guards"]] == ["max-share"]

    def test_of_an_empty_folder_cannot_be_overridden(self, repo: ConfigRepo, cli: Cli, many: list[str]) -> None:
        for id_ in many:
            repo.remove(f"accounts/{id_}.yaml")
        repo.commit()
        digest = cli.json("plan")["digest"]
        with cli.nothing_written():
            cli("reconcile", code=3)
            cli("reconcile", "--allow", digest, code=3)

    def test_stop_apply_too(self, repo: ConfigRepo, cli: Cli, many: list[str]) -> None:
        for id_ in many[:4]:
            repo.remove(f"accounts/{id_}.yaml")
        repo.commit()
        cli("plan", "--out", "saved.json")
        with cli.nothing_written():
            cli("apply", "saved.json", code=3)
        cli("apply", "saved.json", "--allow", cli.json("plan")["digest"])
        assert cli.live()[many[0]].retired

    def test_come_after_findings(self, repo: ConfigRepo, cli: Cli, many: list[str]) -> None:
        for id_ in many[:4]:
            repo.remove(f"accounts/{id_}.yaml")
        repo.account(many[5], datapoints=1)
        repo.commit()
        with cli.nothing_written():
            cli("reconcile", code=1)


class TestTheWholeRunIsRefused:
    @pytest.mark.parametrize(("path", "content"), [
        ("emp-gitops.yaml", "organisation: ["), ("emp-gitops.yaml", ""), ("schemas/account.schema.json", "{"),
        ("schemas/account.schema.json", '{"$ref": "https://example.com/x"}'), ("schemas/config.schema.json", "[]"),
    ])
    def test_for_a_broken_policy(self, repo: ConfigRepo, cli: Cli, path: str, content: str) -> None:
        applied(repo, cli, "acme-lyon")
        repo.account("acme-lyon", datapoints=120)
        repo.write(path, content)
        repo.commit()
        with cli.nothing_written():
            report = cli.json("reconcile", code=1)
        assert report["results"] == []
        assert path in {finding["file"] for finding in report["findings"]}

    @pytest.mark.parametrize("source", ["github", "signed-merge"])
    @pytest.mark.parametrize("command", ["reconcile", "apply"])
    def test_where_approvals_are_asked_for_that_this_version_cannot_check(
        self, repo: ConfigRepo, cli: Cli, source: str, command: str
    ) -> None:
        applied(repo, cli, "acme-lyon")
        repo.config(approvals={"source": source})
        repo.account("acme-lyon", datapoints=120)
        repo.commit()
        cli("plan", "--out", "saved.json")
        with cli.nothing_written():
            outcome = cli(command, *(["saved.json"] if command == "apply" else []), code=3)
        assert f"approvals.source is '{source}'" in outcome.stderr
        assert outcome.stdout == ""


def test_plan_reconcile_and_status_agree_on_every_kind_of_platform(
    repo: ConfigRepo, cli: Cli, platform_url: PlatformUrl
) -> None:
    url = platform_url.text if isinstance(platform_url, PostgresUrl) else EMBEDDED
    cli = Cli(cli.folder, {"EMP_PLATFORM": url}, url)
    repo.account("acme-lyon", datapoints=100)
    repo.account("acme-nice", datapoints=50)
    repo.commit()
    if not platform_url.is_embedded:
        cli("platform", "upgrade")
    assert cli.json("plan")["summary"]["create"] == 2
    assert set(outcomes(cli.json("reconcile")).values()) == {"applied"}
    cli("platform", "usage", "set", "acme-lyon", "60")
    cli("account", "datapoints", "acme-lyon", "-30")
    cli("account", "datapoints", "acme-nice", "+30")
    repo.commit()
    assert len(cli.json("plan", "--exit-code", code=10)["transfers"]) == 1
    cli("reconcile")
    rows = {row["account"]: (row["datapoints"], row["used_datapoints"], row["datapoints_left"]) for row in cli.json("status")["active"]}
    assert rows == {"acme-lyon": (70, 60, 10), "acme-nice": (80, 0, 80)}
    assert [entry["kinds"] for entry in cli.history("acme-lyon")] == [["create"], ["datapoints"]]
