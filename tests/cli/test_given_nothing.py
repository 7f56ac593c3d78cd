"""`--trust` and `--allow` that are given nothing, as by a script whose variable is not set: leaving one out means something else."""

from __future__ import annotations

import pytest

from support.cli import Cli
from support.repos import ConfigRepo


@pytest.mark.parametrize("option", ["--trust", "--allow"])
@pytest.mark.parametrize("nothing", ["", " "])
def test_is_wrong_usage_of_reconcile_and_nothing_is_applied(repo: ConfigRepo, cli: Cli, option: str, nothing: str) -> None:
    repo.account("acme-lyon")
    repo.commit("one account")
    cli("reconcile")
    repo.account("acme-lyon", datapoints=150)
    repo.commit("more")
    with cli.nothing_written():
        assert f"'{option}': it names nothing" in cli("reconcile", option, nothing, code=2).stderr


def test_is_wrong_usage_of_apply(repo: ConfigRepo, cli: Cli) -> None:
    repo.account("acme-lyon")
    cli("plan", "--out", "saved.json")
    assert "'--allow': it names nothing" in cli("apply", "saved.json", "--allow", "", code=2).stderr
