"""Commands on a platform whose database somebody changed by hand."""

from __future__ import annotations

import pytest

from support.cli import Cli
from support.platforms import sql
from support.repos import ConfigRepo


@pytest.fixture
def cli(repo: ConfigRepo) -> Cli:
    repo.account("acme-lyon")
    repo.commit()
    cli = Cli(repo.root)
    cli("reconcile")
    return cli


@pytest.mark.parametrize(("used", "share"), [(0, "0%"), (5, "500%")])
def test_an_account_without_datapoints_is_shown(cli: Cli, used: int, share: str) -> None:
    sql(cli.url, f"UPDATE accounts SET datapoints = 0, used_datapoints = {used}")
    row, = cli.json("status")["active"]
    assert (row["datapoints"], row["datapoints_left"]) == (0, -used)
    assert share in cli("status").stdout
    assert "applied 100, live 0, wanted 100" in cli("plan").stdout


@pytest.mark.parametrize(("assignment", "says"), [
    ("datapoints = -1", "datapoints is -1"), ("start = '9999-12-31'", "outside the calendar"), ("datapoints = 'many'", "is 'many'"),
])
@pytest.mark.parametrize("command", ["status", "plan", "drift", "reconcile", "import"])
def test_a_value_that_makes_no_sense_stops_every_command_with_words(cli: Cli, command: str, assignment: str, says: str) -> None:
    sql(cli.url, f"UPDATE accounts SET {assignment}")
    outcome = cli(command, code=1)
    assert "acme-lyon: " in outcome.stderr
    assert says in outcome.stderr
    assert "hint: somebody wrote to the database by hand" in outcome.stderr
    assert outcome.stdout == ""
