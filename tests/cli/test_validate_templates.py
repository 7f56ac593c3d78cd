"""`validate` on mail templates: what a mail would come to grief on is found in the pull request that brings it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from support.cli import Cli
from support.repos import ConfigRepo

TEXT = "templates/mail/en/reminder.txt"
BROKEN = "Hello,\n{{ account.nmae }}\n"
MESSAGE = "the template cannot be used: 'dict object' has no attribute 'nmae'"


def test_a_broken_one_is_a_finding_with_its_place(repo: ConfigRepo, cli: Cli) -> None:
    repo.write(TEXT, BROKEN)
    (finding,) = cli.json("validate", code=1)["findings"]
    assert finding.pop("hint").startswith("see docs/reminders.md")
    assert finding == {
        "rule": "mail-template", "severity": "error", "account": None, "file": TEXT, "line": 2, "column": 1, "message": MESSAGE,
    }


def test_a_good_one_is_none(repo: ConfigRepo, cli: Cli) -> None:
    repo.write(TEXT, "Hello {{ account.name }}")
    assert cli.json("validate")["findings"] == []


def test_it_is_shown_in_every_format(repo: ConfigRepo, cli: Cli) -> None:
    repo.write(TEXT, BROKEN)
    assert f"{TEXT}:2:1: error: {MESSAGE}" in cli("validate", code=1).stdout
    assert f"::error file={TEXT},line=2,col=1,title=mail-template::{MESSAGE}" in cli("validate", "--format", "github", code=1).stdout
    assert '"startLine": 2' in cli("validate", "--format", "sarif", code=1).stdout


def test_it_is_policy_and_shown_whatever_is_asked_for(repo: ConfigRepo, cli: Cli) -> None:
    repo.account("acme-nice", folder="acme")
    repo.write(TEXT, BROKEN)
    for path in ("accounts/acme", "templates"):
        assert [each["file"] for each in cli.json("validate", path, code=1)["findings"]] == [TEXT]


@pytest.mark.parametrize("name", ["en/remindr.txt", "notes:3", "x\ny.txt"])
def test_a_name_that_replaces_nothing_is_one_of_the_whole_file(repo: ConfigRepo, cli: Cli, name: str) -> None:
    repo.write(f"templates/mail/{name}", "")
    (finding,) = cli.json("validate", code=1)["findings"]
    assert (finding["file"], finding["line"]) == (f"templates/mail/{name}".replace("\n", "\\n"), 1)
    assert "there is no template of that name" in finding["message"]


def test_a_link_is_not_followed(repo: ConfigRepo, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (repo.root / TEXT).parent.mkdir(parents=True)
    (repo.root / TEXT).symlink_to(tmp_path / "secret")
    (finding,) = cli.json("validate", code=1)["findings"]
    assert (finding["file"], finding["message"]) == (TEXT, "only plain files are read here")


def test_a_broken_configuration_is_told_alone(repo: ConfigRepo, cli: Cli) -> None:
    repo.write("emp-gitops.yaml", "organisation: [")
    repo.write(TEXT, BROKEN)
    assert {each["file"] for each in cli.json("validate", code=1)["findings"]} == {"emp-gitops.yaml"}


def test_it_stops_no_account(repo: ConfigRepo, cli: Cli) -> None:
    repo.account("acme-nice")
    repo.write(TEXT, BROKEN)
    repo.commit("all")
    cli("reconcile")


@pytest.mark.parametrize("template", [None, "Hello"])
def test_jinja_is_loaded_only_where_there_are_templates(repo: ConfigRepo, template: str | None) -> None:
    if template:
        repo.write(TEXT, template)
    program = f"import sys; from emp_gitops.cli.app import run; run(['-C', {str(repo.root)!r}, 'validate']); print('jinja2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == str(template is not None)
