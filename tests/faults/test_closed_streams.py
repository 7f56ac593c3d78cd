"""A caller may close the standard streams, as some schedulers do; the work is done all the same."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from support.accounts import SCHEMAS
from support.cli import Cli, clean_environment, command_line
from support.repos import ConfigRepo

MANY = 60
"""Changes enough for a progress bar, were there a terminal."""


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    repo = ConfigRepo(tmp_path / "repo")
    repo.config()
    for name in ("schemas/account.schema.json", "schemas/config.schema.json"):
        repo.write(name, SCHEMAS[name])
    for number in range(MANY):
        repo.account(f"acme-{number}")
    repo.commit()
    return Cli(repo.root)


def run(cli: Cli, arguments: str, closed: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        f"{shlex.join(command_line(*arguments.split()))} {closed}", shell=True, executable="/bin/bash", cwd=cli.folder,
        env=clean_environment(), capture_output=True, text=True, check=False,
    )


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_reconcile_applies_what_it_should(cli: Cli, closed: str) -> None:
    done = run(cli, "reconcile", closed)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert len(cli.live()) == MANY


@pytest.mark.parametrize("closed", ["<&-", "<&- >&- 2>&-"])
def test_nobody_is_asked(cli: Cli, closed: str) -> None:
    done = run(cli, "account create", closed)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("closed", ["2>/dev/full", "2>&1 >/dev/null | true"])
def test_a_standard_error_that_takes_nothing_stops_no_reconcile(cli: Cli, closed: str) -> None:
    done = run(cli, "reconcile", f"{closed}; exit ${{PIPESTATUS[0]}}")
    assert done.returncode == 0
    assert len(cli.live()) == MANY


def test_an_error_that_cannot_be_told_keeps_its_exit_code(cli: Cli) -> None:
    assert run(cli, "history nobody", "2>/dev/full").returncode == 1
    assert run(cli, "history", "2>/dev/full").returncode == 2
    assert run(cli, "account renew", "2>/dev/full").returncode == 2
