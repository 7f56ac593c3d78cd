"""`account … --open` in plain git: an edit that goes straight into an application."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.cli import Cli
from support.office import Office

BRANCH = "application/acme-hq-datapoints"


class TestAnEditThatIsOpened:
    @pytest.mark.parametrize(("arguments", "branch", "text"), [
        (("datapoints", "acme-hq", "+30"), BRANCH, "datapoints: 130"),
        (("license", "acme-hq", "essential"), "application/acme-hq-license", "license: essential"),
        (("renew", "acme-hq"), "application/acme-hq-renewal", "months: 24"),
    ])
    def test_is_on_a_branch_and_not_in_the_work_tree(
        self, office: Office, ana: Cli, arguments: tuple[str, ...], branch: str, text: str
    ) -> None:
        before = office.state()
        with ana.nothing_written():
            ana("account", *arguments, "--open")
        assert office.state() == before
        assert text in office.shown(branch)

    def test_creates_and_retires_accounts(self, office: Office, ana: Cli) -> None:
        office.repo.account("acme-old", start="2024-03-01")
        office.commit("an account that has expired")
        ana("reconcile", "--trust", "HEAD")
        with ana.nothing_written():
            ana("account", "retire", "acme-old", "--open")
            ana(
                "account", "create", "acme-new", "--name", "New", "--customer", "Acme S.A.", "--license", "essential",
                "--datapoints", "60", "--sector", "offices", "--contact", "a@acme.example", "--open",
            )
        assert "datapoints: 60" in office.shown("application/acme-new-create", "acme-new")
        assert office.repo.git("ls-tree", "application/acme-old-retirement", "accounts/acme-old.yaml") == ""

    def test_starts_from_main_whatever_the_work_tree_says(self, office: Office, ana: Cli) -> None:
        office.repo.branch("elsewhere")
        office.repo.account("acme-hq", datapoints=999)
        ana("account", "datapoints", "acme-hq", "+30", "--open")
        assert "datapoints: 130" in office.shown(BRANCH)

    def test_takes_a_key_only_with_it(self, office: Office, ana: Cli) -> None:
        key: Any = office.keys.of("ana").private
        assert "add --open" in ana("account", "datapoints", "acme-hq", "+30", "--key", key, code=2).stderr
        office.repo.git("config", "--unset", "user.signingkey")
        ana("account", "datapoints", "acme-hq", "+30", "--open", "--key", key)
        assert "130" in office.shown(BRANCH)


class TestWithoutThePlatform:
    def test_the_change_is_told_as_compared_with_main(self, office: Office, ana: Cli, tmp_path: Path) -> None:
        away = ana.with_(EMP_PLATFORM=f"sqlite:///{tmp_path}/nowhere.db")
        outcome = away("account", "datapoints", "acme-hq", "-30", "--open")
        assert "the platform could not be asked" in outcome.stderr
        assert "100 -> 70 (-30)" in outcome.stdout
        assert "70" in office.shown(BRANCH)
