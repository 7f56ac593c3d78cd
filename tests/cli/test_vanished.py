"""Commands on an account whose row somebody deleted from the platform's database."""

from __future__ import annotations

import pytest

from support.cli import Cli
from support.platforms import sql
from support.repos import ConfigRepo


@pytest.fixture
def cli(repo: ConfigRepo) -> Cli:
    for id_ in ("acme-lyon", "acme-nice"):
        repo.account(id_)
    repo.commit()
    cli = Cli(repo.root)
    cli("reconcile")
    sql(cli.url, "DELETE FROM accounts WHERE id = 'acme-lyon'")
    return cli


def test_it_is_drift_until_somebody_decides(cli: Cli) -> None:
    for _ in range(2):
        drifted, = cli.json_as("reconcile", "reconcile", code=3)["drift"]
    assert (drifted["account"], [field["path"] for field in drifted["fields"]]) == ("acme-lyon", ["state"])


def test_git_can_put_it_back(cli: Cli) -> None:
    cli("reconcile", "--allow", cli.json("plan")["digest"])
    assert (cli.live()["acme-lyon"].version, cli.live()["acme-lyon"].retired) == (2, False)
    assert cli.json("plan")["changes"] == []
    assert [entry["kinds"] for entry in cli.history("acme-lyon")] == [["create"], ["create"]]


def test_git_can_agree(repo: ConfigRepo, cli: Cli) -> None:
    repo.remove("accounts/acme-lyon.yaml")
    repo.commit()
    cli("reconcile")
    assert cli.live()["acme-lyon"].applied is None
    assert cli.json("drift")["drift"] == cli.json("plan")["changes"] == []
