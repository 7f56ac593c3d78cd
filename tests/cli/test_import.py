"""`import`: accounts of the platform come under git without a change to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from emp_gitops.core.model import Account
from support.beginnings import Story
from support.cli import Cli
from support.repos import ConfigRepo

PALMA = Account(
    name="Palma: #1", customer="Brisa S.L.", license="essential", datapoints=80, start=date(2024, 1, 31), months=13,
    sector="hospitality", country="ES", rtc_lines=2, contacts=("a@brisa.example", "b@brisa.example"),
    comment="Two\nlines: [not a list]", language="es",
)


def two_accounts_are_on_the_platform_alone(repo: ConfigRepo, cli: Cli) -> None:
    """And one is managed."""
    repo.account("acme-lyon")
    repo.commit()
    cli("reconcile")
    with cli.screen() as screen:
        screen.put_account("brisa-palma", PALMA)
        screen.put_account("brisa-cadiz", replace(PALMA, name="Cadiz", comment=None, country=None, rtc_lines=0))


@pytest.fixture
def story() -> Story:
    return two_accounts_are_on_the_platform_alone


@pytest.fixture
def unmanaged(cli: Cli) -> Cli:
    return cli


def kinds(cli: Cli, **options: Any) -> dict[str, list[str]]:
    return {change["account"]: change["kinds"] for change in cli.json("plan", **options)["changes"]}


class TestImport:
    def test_of_everything_writes_what_is_not_in_git(self, repo: ConfigRepo, unmanaged: Cli) -> None:
        lyon = (repo.root / "accounts/acme-lyon.yaml").read_bytes()
        unmanaged("import")
        assert kinds(unmanaged) == {"brisa-cadiz": ["adoption"], "brisa-palma": ["adoption"]}
        assert (repo.root / "accounts/acme-lyon.yaml").read_bytes() == lyon
        assert "every account" in unmanaged("import").stdout

    def test_is_followed_by_an_adoption_that_changes_nothing(self, repo: ConfigRepo, unmanaged: Cli) -> None:
        unmanaged("import", "brisa-palma")
        change, = unmanaged.json("plan")["changes"]
        assert (change["before"], change["fields"], change["after"]["expires_on"]) == (None, [], "2025-02-28")
        assert Account.from_flat(change["after"]) == PALMA
        repo.commit()
        unmanaged("reconcile")
        live = unmanaged.live()["brisa-palma"]
        assert (live.account, live.applied, live.used_datapoints) == (PALMA, PALMA, None)
        assert [entry["kinds"] for entry in unmanaged.history("brisa-palma")] == [["adoption"]]
        assert kinds(unmanaged) == {}
        assert [row["account"] for row in unmanaged.json("status")["unmanaged"]] == ["brisa-cadiz"]

    def test_of_an_adopted_account_blocks_decreases_until_a_reading(self, repo: ConfigRepo, unmanaged: Cli) -> None:
        unmanaged("import", "brisa-palma")
        repo.commit()
        unmanaged("reconcile")
        unmanaged("account", "datapoints", "brisa-palma", "-5")
        assert [finding["rule"] for finding in unmanaged.json("plan", code=1)["findings"]] == ["usage-unknown"]
        unmanaged("platform", "usage", "set", "brisa-palma", "75")
        assert kinds(unmanaged) == {"brisa-palma": ["datapoints"]}

    def test_goes_into_the_folder_named(self, repo: ConfigRepo, unmanaged: Cli) -> None:
        assert "accounts/brisa/es/brisa-palma.yaml" in unmanaged("import", "brisa-palma", "--folder", "brisa/es").stdout
        assert (repo.root / "accounts/brisa/es/brisa-palma.yaml").exists()

    @pytest.mark.parametrize(("edit", "field"), [(("datapoints", "+1"), "datapoints"), (("license", "advanced"), "license")])
    def test_edited_before_the_adoption_is_refused(
        self, repo: ConfigRepo, unmanaged: Cli, edit: tuple[str, str], field: str
    ) -> None:
        unmanaged("import", "brisa-palma")
        unmanaged("account", edit[0], "brisa-palma", edit[1])
        finding, = unmanaged.json("plan", code=1)["findings"]
        assert (finding["rule"], finding["account"]) == ("adoption-differs", "brisa-palma")
        assert finding["message"].startswith(f"{field} is ")
        repo.commit()
        with unmanaged.nothing_written():
            unmanaged("reconcile", code=1)
        unmanaged("import", "brisa-palma")
        assert kinds(unmanaged) == {"brisa-palma": ["adoption"]}


class TestNothingIsWritten:
    def refused(self, cli: Cli, *ids: str) -> str:
        with cli.nothing_written():
            outcome = cli("import", *ids, code=1)
        assert outcome.stdout == ""
        return outcome.stderr

    def test_for_an_unknown_id(self, unmanaged: Cli) -> None:
        assert "did you mean 'brisa-palma'?" in self.refused(unmanaged, "brisa-palm")

    def test_for_a_known_id_beside_an_unknown_one(self, unmanaged: Cli) -> None:
        self.refused(unmanaged, "brisa-palma", "nobody-at-all")

    def test_for_a_retired_account(self, unmanaged: Cli) -> None:
        with unmanaged.screen() as screen:
            screen.retire_account("brisa-palma")
        assert "retired on the platform" in self.refused(unmanaged, "brisa-palma")

    def test_without_a_platform(self, unmanaged: Cli) -> None:
        assert "hint" in self.refused(unmanaged.with_(EMP_PLATFORM="sqlite:///missing.db"))

    @pytest.mark.parametrize("account", [
        replace(PALMA, license="platinum"), replace(PALMA, name="a\x1b[31mb"), replace(PALMA, name="\u202eb"),
        replace(PALMA, datapoints=5), replace(PALMA, contacts=()), replace(PALMA, comment="\x00"),
        replace(PALMA, customer="Acme S.A.", name="Acme Lyon"),
    ], ids=["license", "escape", "bidi", "datapoints", "contacts", "nul", "name taken"])
    def test_for_values_that_no_file_may_hold(self, unmanaged: Cli, account: Account) -> None:
        with unmanaged.screen() as screen:
            screen.put_account("brisa-bad", account)
        told = self.refused(unmanaged, "brisa-bad")
        assert not {"\x1b", "\u202e", "\x00"}.intersection(told)

    @pytest.mark.parametrize("id_", ["../../evil", "Evil", "e/vil", "evil\x1b[31m", "evil\u202e", ""])
    def test_for_ids_that_no_file_may_have(self, unmanaged: Cli, id_: str) -> None:
        with unmanaged.screen() as screen:
            screen.put_account(id_, PALMA)
        told = self.refused(unmanaged, id_)
        assert "is no account id" in told
        assert not {"\x1b", "\u202e"}.intersection(told)

    def test_after_the_account_whose_values_are_bad_and_what_came_before_is_told(self, unmanaged: Cli) -> None:
        with unmanaged.screen() as screen:
            screen.put_account("brisa-ibiza", replace(PALMA, datapoints=5))
        outcome = unmanaged("import", code=1)
        assert outcome.stdout == "brisa-cadiz: accounts/brisa-cadiz.yaml written\n"
        assert "at least 20" in outcome.stderr
        assert kinds(unmanaged) == {"brisa-cadiz": ["adoption"]}

    def test_for_a_file_in_git_that_is_broken(self, repo: ConfigRepo, unmanaged: Cli) -> None:
        repo.write("accounts/acme-lyon.yaml", "name: [")
        assert "mend the file first" in self.refused(unmanaged, "acme-lyon")
