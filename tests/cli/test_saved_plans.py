"""`plan --out` and `apply`: a plan is applied only while what it was computed from still holds."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emp_gitops.core.changes import fingerprint
from support.beginnings import Story
from support.cli import Cli
from support.repos import ConfigRepo


def a_plan_is_saved(repo: ConfigRepo, cli: Cli) -> None:
    """A plan of a transfer and a new account, saved; with a finding, drift elsewhere and an unmanaged account."""
    for id_ in ("acme-lyon", "acme-nice", "brisa-palma"):
        repo.account(id_, datapoints=100, customer="Brisa S.L." if id_.startswith("brisa") else "Acme S.A.")
    repo.commit("three accounts")
    cli("reconcile")
    cli.on_screen("brisa-palma", comment="Changed on the screen.")
    with cli.screen() as screen:
        screen.put_account("old-hotel", cli.live()["acme-lyon"].account)
    repo.account("acme-lyon", datapoints=70)
    repo.account("acme-nice", datapoints=130)
    repo.account("acme-lille", start="2020-01-01")
    repo.commit("a transfer, and one more")
    cli("plan", "--ref", "main", "--out", "saved.json")


@pytest.fixture
def story() -> Story:
    return a_plan_is_saved


@pytest.fixture
def saved(cli: Cli) -> Path:
    return cli.folder / "saved.json"


def outcomes(report: Any) -> dict[str, str]:
    return {each["account"]: each["outcome"] for each in report["results"]}


class TestApply:
    def test_applies_what_the_plan_shows(self, repo: ConfigRepo, cli: Cli, saved: Path) -> None:
        report = cli.json_as("reconcile", "apply", saved, code=3)
        assert outcomes(report) == {
            "acme-lille": "applied", "acme-lyon": "applied", "acme-nice": "applied", "brisa-palma": "refused",
        }
        plan = json.loads(saved.read_text())
        del plan["checksum"]
        assert {name: report[name] for name in plan} == plan
        assert [cli.live()[id_].account.datapoints for id_ in ("acme-lyon", "acme-nice")] == [70, 130]
        assert cli.history("acme-nice")[-1]["revision"] == repo.head()

    def test_twice_is_stale_and_does_nothing_twice(self, cli: Cli, saved: Path) -> None:
        cli("apply", saved, code=3)
        with cli.nothing_written():
            assert "stale" in cli("apply", saved, code=4).stderr
        assert [entry["kinds"] for entry in cli.history("acme-lyon")] == [["create"], ["datapoints"]]

    def test_says_that_nobody_approves(self, cli: Cli, saved: Path) -> None:
        assert "approvals: none" in cli("apply", saved, code=3).stderr

    def test_of_a_work_tree_compares_with_the_work_tree(self, repo: ConfigRepo, cli: Cli, saved: Path) -> None:
        repo.account("acme-lille", datapoints=44)
        cli("plan", "--out", saved)
        cli("apply", saved, code=3)
        assert cli.live()["acme-lille"].account.datapoints == 44
        assert cli.history("acme-lille")[0]["revision"] is None

    def test_of_a_commit_does_not_mind_the_work_tree(self, repo: ConfigRepo, cli: Cli, saved: Path) -> None:
        repo.account("acme-lille", datapoints=44)
        cli("apply", saved, code=3)
        assert cli.live()["acme-lille"].account.datapoints == 100

    @pytest.mark.parametrize("change", ["today", "usage", "moved file", "other commit", "README"])
    def test_does_not_mind_what_it_was_not_computed_from(self, repo: ConfigRepo, cli: Cli, saved: Path, change: str) -> None:
        match change:
            case "today":
                cli = cli.with_(EMP_TODAY="2026-11-24")
            case "usage":
                cli("platform", "usage", "set", "acme-lyon", "70")
            case "moved file":
                (repo.root / "accounts/fr").mkdir()
                (repo.root / "accounts/acme-lyon.yaml").rename(repo.root / "accounts/fr/acme-lyon.yaml")
                repo.commit()
            case "other commit":
                repo.commit("empty")
            case "README":
                repo.write("README.md", "more")
                repo.commit()
        cli("apply", saved, code=3)
        assert cli.live()["acme-nice"].account.datapoints == 130


class TestAStalePlan:
    @pytest.mark.parametrize("change", ["content", "new account", "removed account"])
    def test_because_git_went_on_is_4(self, repo: ConfigRepo, cli: Cli, saved: Path, change: str) -> None:
        match change:
            case "content":
                repo.account("acme-lyon", datapoints=71)
            case "new account":
                repo.account("acme-brest")
            case "removed account":
                repo.remove("accounts/acme-lille.yaml")
        repo.commit()
        self.refused(cli, saved, "git changed")

    @pytest.mark.parametrize("change", ["value", "same value", "new account"])
    def test_because_the_platform_went_on_is_4(self, cli: Cli, saved: Path, change: str) -> None:
        """Also where a value came back to what it was: the version moved on."""
        match change:
            case "value":
                cli.on_screen("acme-lyon", datapoints=90)
            case "same value":
                cli.on_screen("acme-lyon")
            case "new account":
                with cli.screen() as screen:
                    screen.put_account("acme-lille", cli.live()["acme-lyon"].account)
        self.refused(cli, saved, "the platform changed")

    def test_because_another_platform_is_meant_is_4(self, cli: Cli, saved: Path) -> None:
        cli("apply", saved, "--platform", "sqlite:///other.db", code=4)

    def refused(self, cli: Cli, saved: Path, why: str) -> None:
        with cli.nothing_written():
            outcome = cli("apply", saved, code=4)
        assert why in outcome.stderr
        assert "emp-gitops plan --out FILE" in outcome.stderr
        assert outcome.stdout == ""


Tampering = Callable[[Any], object]


class TestAFileThatIsNoGenuinePlan:
    @pytest.mark.parametrize("tamper", [
        pytest.param(lambda plan: plan.update(format_version="2.0"), id="another format"),
        pytest.param(lambda plan: plan.update(format_version=1.0), id="a number as format"),
        pytest.param(lambda plan: plan.update(digest="sha256:" + "0" * 64), id="digest"),
        pytest.param(lambda plan: plan.update(extra=1), id="surplus key"),
        pytest.param(lambda plan: plan.pop("guards"), id="missing key"),
        pytest.param(lambda plan: plan.update(today="2026-02-30"), id="impossible day"),
        pytest.param(lambda plan: plan.update(changes={}), id="changes of another type"),
        pytest.param(lambda plan: plan["inputs"].update(live="sha256:" + "0" * 64), id="inputs"),
        pytest.param(lambda plan: plan["summary"].update(create=0), id="summary"),
        pytest.param(lambda plan: plan["changes"].pop(), id="a change left out"),
        pytest.param(lambda plan: plan["changes"].reverse(), id="changes in another order"),
        pytest.param(lambda plan: plan["changes"][0].update(seen_version=7), id="version"),
        pytest.param(lambda plan: plan["changes"][0].update(kinds=["adoption"]), id="kinds"),
        pytest.param(lambda plan: plan["changes"][1]["after"].update(datapoints=10_000), id="value after"),
        pytest.param(lambda plan: plan["changes"][1]["before"].update(datapoints=1), id="value before"),
        pytest.param(lambda plan: plan["changes"][1]["after"].update(expires_on="2099-01-01"), id="computed value"),
        pytest.param(lambda plan: plan["changes"][1]["fields"][0].update(after=1), id="fields"),
        pytest.param(lambda plan: plan["changes"][1].update(after=None), id="after"),
        pytest.param(lambda plan: plan["drift"].pop(), id="drift"),
        pytest.param(lambda plan: plan.update(today="2026-11-24"), id="today"),
        pytest.param(lambda plan: plan.update(revision=None), id="revision"),
        pytest.param(lambda plan: plan["transfers"].clear(), id="transfers"),
        pytest.param(lambda plan: plan["findings"].clear(), id="findings"),
        pytest.param(lambda plan: plan["guards"].append({"rule": "r", "message": "m", "overridable": True}), id="guards"),
        pytest.param(lambda plan: plan["unmanaged"].append("acme"), id="unmanaged"),
        pytest.param(lambda plan: plan["summary"].update(unchanged=70), id="unchanged"),
        pytest.param(lambda plan: plan["changes"][0].update(file="accounts/other.yaml"), id="file"),
        pytest.param(lambda plan: plan.pop("checksum"), id="no checksum"),
    ])
    def test_is_4_and_nothing_is_written(self, cli: Cli, saved: Path, tamper: Tampering) -> None:
        plan = json.loads(saved.read_text())
        tamper(plan)
        saved.write_text(json.dumps(plan))
        self.refused(cli, saved)

    @pytest.mark.parametrize("content", [
        b"", b"\n", b"null", b"[]", b"{}", b"1", b'"plan"', b'{"format_version": "1.0"}', b"\x00\xff\xfe", b"PK\x03\x04", b"[" * 100_000,
        b'{"format_version": ' + b"9" * 5000 + b"}", b'{"format_version": NaN}', b"name: Acme\n",
    ], ids=lambda content: repr(content[:24]))
    def test_of_anything_else_is_4(self, cli: Cli, saved: Path, content: bytes) -> None:
        saved.write_bytes(content)
        self.refused(cli, saved)

    def test_cut_short_anywhere_is_4(self, cli: Cli, saved: Path) -> None:
        whole = saved.read_bytes()
        for length in range(1, len(whole) - 2, len(whole) // 7):
            saved.write_bytes(whole[:length])
            self.refused(cli, saved)

    @pytest.mark.parametrize("part", ["transfers", "findings", "guards", "unmanaged"])
    def test_cannot_change_what_is_applied_by_what_it_says_beside_the_changes(self, cli: Cli, saved: Path, part: str) -> None:
        """Also with a fresh checksum: the digest does not cover these, and need not, for the plan is computed anew."""
        plan = json.loads(saved.read_text())
        plan[part] = [] if part != "guards" else [{"rule": "max-count", "message": "m", "overridable": True}]
        plan["summary"]["unmanaged"] = len(plan["unmanaged"])
        del plan["checksum"]
        saved.write_text(json.dumps(plan | {"checksum": fingerprint(plan)}))
        report = cli.json_as("reconcile", "apply", saved, code=3)
        assert [len(report["transfers"]), len(report["guards"]), report["unmanaged"]] == [1, 0, ["old-hotel"]]

    @pytest.mark.parametrize("file", ["missing.json", ".", "missing/saved.json"])
    def test_that_cannot_be_read_is_1(self, cli: Cli, saved: Path, file: str) -> None:
        with cli.nothing_written():
            assert f"where: {file}" in cli("apply", file, code=1).stderr

    @pytest.mark.parametrize("file", ["pipe", "/dev/zero"])
    def test_that_is_a_pipe_or_a_device_is_1(self, cli: Cli, file: str) -> None:
        os.mkfifo(cli.folder / "pipe")
        with cli.nothing_written():
            told = cli("apply", file, code=1).stderr
        assert "the plan cannot be read: this is no regular file" in told
        assert "hint: save one: emp-gitops plan --out FILE" in told

    def refused(self, cli: Cli, saved: Path) -> None:
        with cli.nothing_written():
            outcome = cli("apply", saved, code=4)
        assert f"where: {saved}" in outcome.stderr
        assert "hint: make a new one" in outcome.stderr
        assert outcome.stdout == ""
