"""The whole way, as a newcomer takes it: from `init` to `history`."""

from __future__ import annotations

from pathlib import Path

from support.cli import Cli
from support.repos import git


def commit(folder: Path, message: str) -> str:
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=Ana", "-c", "user.email=ana@example.com", "commit", "--quiet", "--no-gpg-sign", f"--message={message}")
    return git(folder, "rev-parse", "HEAD")


def test_from_nothing_to_the_history_of_an_account(tmp_path: Path) -> None:
    start = Cli(tmp_path)
    first = start("init", "ours", "--organisation", "Our Energy", "--timezone", "Europe/Lisbon").stdout
    folder = tmp_path / "ours"
    assert git(folder, "rev-parse", "--short=12", "main") in first
    cli = Cli(folder)
    assert cli.json("validate") == {"format_version": "1.0", "checked": 0, "findings": []}
    assert cli.json("plan")["changes"] == []

    cli(
        "account", "create", "acme-lyon", "--name", "Acme Lyon", "--customer", "Acme S.A.", "--license", "essential",
        "--datapoints", "60", "--sector", "offices", "--contact", "lyon@acme.example", "--start", "2026-11-01",
    )
    assert cli.json("validate")["checked"] == 1
    assert cli.json("plan", "--exit-code", code=10)["revision"] is None
    revision = commit(folder, "Acme Lyon")

    saved = folder / ".emp-gitops/plan.json"
    saved.parent.mkdir()
    plan = cli("plan", "--exit-code", "--out", saved, "--format", "json", code=10).json("plan")
    assert (plan["revision"], plan["summary"]["create"]) == (None, 1)
    applied = cli("apply", saved, "--format", "json").json("reconcile")
    assert applied["results"] == [{"account": "acme-lyon", "outcome": "applied", "error": None}]
    assert applied["digest"] == plan["digest"]

    again = cli.json("reconcile")
    assert again["results"] == [{"account": "acme-lyon", "outcome": "unchanged", "error": None}]
    assert again["summary"] == dict.fromkeys(plan["summary"], 0) | {"unchanged": 1}

    row, = cli.json("status")["active"]
    assert row == {
        "account": "acme-lyon", "name": "Acme Lyon", "customer": "Acme S.A.", "license": "essential", "datapoints": 60,
        "used_datapoints": 0, "datapoints_left": 60, "expires_on": "2027-11-01", "days_left": 343, "flags": [],
    }
    entry, = cli.history("acme-lyon")
    assert (entry["kinds"], entry["before"], entry["revision"], entry["requested_by"], entry["approved_by"]) == (
        ["create"], None, revision, "Ana <ana@example.com>", None,
    )
    text = cli("history", "acme-lyon").stdout
    assert "create" in text
    assert revision[:12] in text
    assert git(folder, "status", "--porcelain") == ""


class TestInit:
    def test_in_a_folder_of_an_empty_repository(self, tmp_path: Path) -> None:
        git(tmp_path, "init", "--quiet")
        Cli(tmp_path)("init")
        assert git(tmp_path, "status", "--porcelain") == ""
        assert git(tmp_path, "symbolic-ref", "--short", "HEAD") == "main"

    def test_leaves_a_folder_in_use_alone(self, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("mine")
        cli = Cli(tmp_path)
        for arguments, why in [((), "notes.txt"), (("notes.txt",), "not a folder")]:
            with cli.nothing_written():
                assert why in cli("init", *arguments, code=1).stderr

    def test_twice_is_refused(self, tmp_path: Path) -> None:
        cli = Cli(tmp_path)
        cli("init", "ours")
        with cli.nothing_written():
            assert "already" in cli("init", "ours", code=1).stderr

    def test_with_options_that_make_no_configuration_writes_nothing(self, tmp_path: Path) -> None:
        cli = Cli(tmp_path)
        for option in (
            ("--timezone", "Mars/Olympus"), ("--platform", "postgresql://emp:s3cret@db/emp"), ("--organisation", "a\x1bb"),
            ("--mail-from", "nobody"), ("--language", "xx"), ("--smtp", "smtp://ana:s3cret@mail.ours.example"), ("--forge", "gitlab"),
            ("--approvals", "me"),
        ):
            told = cli("init", "ours", *option, code=2).stderr
            assert told
            assert "s3cret" not in told
            assert "\x1b" not in told
            assert list(tmp_path.iterdir()) == []

    def test_keeps_what_the_options_say(self, tmp_path: Path) -> None:
        Cli(tmp_path)(
            "init", "ours", "--platform", "sqlite:///elsewhere.db", "--super-admin", "ana", "--super-admin", "@ours/admins",
            "--customer-success", "carla", "--mail-from", "Ours <accounts@ours.example>", "--language", "es",
            "--smtp", "smtps://mail.ours.example", "--forge", "git", "--approvals", "none",
        )
        cli = Cli(tmp_path / "ours")
        cli("validate")
        text = (cli.folder / "emp-gitops.yaml").read_text()
        for word in ("sqlite:///elsewhere.db", '[ana, "@ours/admins"]', "[carla]", "accounts@ours.example", "language: es", "smtps://mail.ours.example"):
            assert word in text
        cli("reconcile")
        assert (cli.folder / "elsewhere.db").exists()
