"""Bad input of every sort: a finding with file, line, column and hint, exit 1, and never a traceback."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from support.beginnings import Story
from support.cli import Cli
from support.permissions import everyones_folder, unprivileged
from support.repos import ConfigRepo, account_text, git

GOOD = account_text("acme-lyon")

CONTENTS: dict[str, bytes] = {
    "empty": b"",
    "comments only": b"# nothing\n",
    "a list": b"- a\n- b\n",
    "a text": b"Acme\n",
    "binary": bytes(range(256)),
    "a NUL": GOOD.encode() + b"comment: \x00\n",
    "UTF-16": GOOD.encode("utf-16"),
    "Latin-1": GOOD.replace("Acme", "Acm\xe9").encode("latin-1"),
    "an open bracket": b"name: [\n",
    "a tab as indentation": b"subscription:\n\tstart: 2026-03-01\n",
    "a duplicate key": GOOD.encode() + b"datapoints: 200\n",
    "an anchor": GOOD.encode() + b"comment: &a text\n",
    "a merge key": GOOD.encode() + b"<<: {comment: a}\n",
    "a tag": GOOD.encode() + b"comment: !!python/name:os.system x\n",
    "two documents": GOOD.encode() + b"---\nname: b\n",
    "an impossible date": GOOD.replace("2026-03-01", "2026-02-30").encode(),
    "a year of five digits": GOOD.replace("2026-03-01", "12026-03-01").encode(),
    "5,000 digits": GOOD.replace("100", "9" * 5000).encode(),
    "a fraction": GOOD.replace("100", "100.0").encode(),
    "a number as text": GOOD.replace("100", '"100"').encode(),
    "deep nesting": GOOD.encode() + b"comment: " + b"[" * 5000 + b"\n",
    "an unknown key": GOOD.encode() + b"datapoint: 5\n",
    "a missing key": GOOD.replace("sector: offices\n", "").encode(),
    "too large": GOOD.encode() + b"# " + b"x" * 70_000 + b"\n",
    "an override character": GOOD.replace("Acme Lyon", "Acme \u202eLyon").encode(),
    "decomposed text": GOOD.replace("Acme Lyon", "Acme Lyo\u0301n").encode(),
}


def a_good_account_is_applied(repo: ConfigRepo, cli: Cli) -> None:
    repo.account("acme-nice")
    repo.commit()
    cli("reconcile")


@pytest.fixture
def story() -> Story:
    return a_good_account_is_applied


@pytest.fixture
def good(cli: Cli) -> Cli:
    return cli


def told(cli: Cli, file: str, *, account: str | None = None) -> None:
    """Every command that reads the files tells of this one, with place and hint, and exits 1."""
    with cli.nothing_written():
        value = cli.json("validate", code=1)
        cli.json("plan", code=1)
        cli("plan", code=1)
        cli("validate", code=1)
    found = [finding for finding in value["findings"] if finding["file"] == file]
    assert found, value["findings"]
    for finding in found:
        assert finding["severity"] == "error"
        assert finding["hint"] or finding["rule"].startswith("number-too-"), finding  # those say it all
        assert min(finding["line"], finding["column"]) >= 1
        assert len(finding["message"]) < 300
    assert account in {finding["account"] for finding in found}


class TestAnAccountFile:
    @pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
    def test_of_such_content_is_told(self, repo: ConfigRepo, good: Cli, content: bytes) -> None:
        repo.write("accounts/acme-lyon.yaml", content)
        told(good, "accounts/acme-lyon.yaml", account="acme-lyon")

    def test_refuses_itself_alone_after_a_merge(self, repo: ConfigRepo, good: Cli) -> None:
        repo.write("accounts/acme-lyon.yaml", b"name: [")
        repo.account("acme-nice", datapoints=150)
        repo.commit()
        report = good.json("reconcile", code=1)
        outcomes = {each["account"]: each["outcome"] for each in report["results"]}
        assert outcomes == {"acme-lyon": "refused", "acme-nice": "applied"}

    @pytest.mark.parametrize("sort", ["link", "dangling link", "pipe", "executable", "folder link"])
    def test_that_is_no_plain_file_is_told(self, repo: ConfigRepo, good: Cli, sort: str, tmp_path: Path) -> None:
        file = repo.root / "accounts/acme-lyon.yaml"
        match sort:
            case "link":
                (tmp_path / "elsewhere.yaml").write_text(GOOD)
                file.symlink_to(tmp_path / "elsewhere.yaml")
            case "dangling link":
                file.symlink_to("nowhere.yaml")
            case "folder link":
                file = repo.root / "accounts/linked"
                file.symlink_to(tmp_path)
            case "pipe":
                os.mkfifo(file)
            case "executable":
                file.write_text(GOOD)
                file.chmod(0o755)
        told(good, f"accounts/{file.name}", account=None if sort == "folder link" else "acme-lyon")

    def test_that_is_unreadable_is_told(self, good: Cli) -> None:
        good("validate")  # imports what an ordinary user may not be able to read
        with everyones_folder() as folder:
            shutil.copytree(good.folder, folder, dirs_exist_ok=True)
            (folder / "accounts/acme-nice.yaml").chmod(0)
            with unprivileged():
                finding, = Cli(folder).json("validate", code=1)["findings"]
        assert (finding["rule"], finding["account"], finding["line"]) == ("file-unreadable", "acme-nice", 1)
        assert finding["hint"]

    @pytest.mark.parametrize("name", ["Acme-Lyon.yaml", "acme_lyon.yaml", "a.yaml", ".yaml", "acme-lyon.yml", "acme-lyon.json", "acme.lyon.yaml"])
    def test_of_such_a_name_is_told(self, repo: ConfigRepo, good: Cli, name: str) -> None:
        repo.write(f"accounts/{name}", GOOD)
        told(good, f"accounts/{name}", account="acme-lyon" if name in ("acme-lyon.yml", "acme-lyon.json") else None)

    def test_of_an_id_that_is_taken_is_told(self, repo: ConfigRepo, good: Cli) -> None:
        repo.account("acme-nice", folder="again")
        told(good, "accounts/again/acme-nice.yaml")

    def test_of_an_id_that_differs_in_case_alone_is_told(self, repo: ConfigRepo, good: Cli) -> None:
        repo.account("Acme-Nice", folder="again")
        value = good.json("validate", code=1)
        assert {"account-id", "account-id-duplicate"} == {finding["rule"] for finding in value["findings"]}


class TestTheConfiguration:
    @pytest.mark.parametrize("content", [
        b"", b"- a\n", b"\x00\xff", b"organisation: [", b"timezone: Europe/Madrid\n", b"organisation: a\ntimezone: Mars/Olympus\n",
        b"organisation: a\ntimezone: UTC\nsurprise: 1\n", b"organisation: a\ntimezone: UTC\nguards: {max_share: 30}\n",
        b"organisation: a\ntimezone: UTC\napprovals: {source: nobody}\n", b"organisation: a\ntimezone: ../../etc/passwd\n",
    ])
    def test_of_such_content_is_told_and_nothing_runs(self, repo: ConfigRepo, good: Cli, content: bytes) -> None:
        repo.write("emp-gitops.yaml", content)
        told(good, "emp-gitops.yaml")
        for command in (("status",), ("history", "acme-nice"), ("import",), ("platform", "upgrade"), ("account", "renew", "acme-nice")):
            with good.nothing_written():
                outcome = good(*command, code=1)
            assert "where: emp-gitops.yaml:" in outcome.stderr, command
            assert outcome.stdout == ""

    @pytest.mark.parametrize("sort", ["link", "folder", "pipe"])
    def test_that_is_no_plain_file_is_told(self, repo: ConfigRepo, good: Cli, sort: str) -> None:
        file = repo.root / "emp-gitops.yaml"
        file.unlink()
        match sort:
            case "link":
                file.symlink_to("nowhere.yaml")
            case "folder":
                file.mkdir()
            case "pipe":
                os.mkfifo(file)
        for command in ("validate", "plan", "status"):
            outcome = good(command, code=1)
            assert "emp-gitops.yaml" in outcome.stdout + outcome.stderr

    def test_that_is_missing_below_the_top_is_told(self, repo: ConfigRepo, good: Cli) -> None:
        repo.remove("emp-gitops.yaml")
        repo.commit()
        for command in ("validate", "plan", "status", "reconcile"):
            assert "`emp-gitops init`" in good(command, code=1).stderr

    def test_that_is_missing_in_the_commit_is_told(self, repo: ConfigRepo, good: Cli) -> None:
        config = (repo.root / "emp-gitops.yaml").read_bytes()
        repo.remove("emp-gitops.yaml")
        repo.commit()
        repo.write("emp-gitops.yaml", config)
        with good.nothing_written():
            report = good.json("reconcile", code=1)
        assert [finding["rule"] for finding in report["findings"]] == ["config-missing"]


class TestGit:
    def test_is_needed_for_what_it_is_asked(self, repo: ConfigRepo, good: Cli, tmp_path: Path) -> None:
        (repo.root / ".git").rename(tmp_path / "hidden")
        for command in (("plan",), ("reconcile",), ("drift",), ("status",), ("apply", "emp-gitops.yaml")):
            with good.nothing_written():
                outcome = good(*command, code=4 if command[0] == "apply" else 1)
            assert outcome.stdout == ""
            assert "hint: " in outcome.stderr
            assert command[0] == "apply" or "not inside a git repository" in outcome.stderr

    def test_without_commits_is_told(self, repo: ConfigRepo, good: Cli, tmp_path: Path) -> None:
        (repo.root / ".git").rename(tmp_path / "hidden")
        git(repo.root, "init", "--quiet")
        for command in ("plan", "reconcile", "drift", "status"):
            outcome = good(command, code=1)
            assert "no commits yet" in outcome.stderr
            assert "hint: commit the configuration first" in outcome.stderr

    def test_that_is_not_installed_is_told(self, good: Cli) -> None:
        assert "git is not installed" in good.with_(PATH="/nowhere")("plan", code=1).stderr
