"""`account datapoints`, `account license` and `account retire`: the file, the plan, the platform, the history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.beginnings import Story
from support.cli import Cli
from support.repos import ConfigRepo

COMMENTED = b"""# yaml-language-server: $schema=../schemas/account.schema.json
name:   Acme Lyon          # the old name was Acme Part-Dieu
customer: "Acme S.A."

license:  essential   # until the budgets come
datapoints: 100 # 30 are for Nice
subscription: {start: 2026-03-01, months: 12}
sector: offices
contacts:
  - facilities@acme.example    # never on Sundays
  -   "lyon@acme.example"
comment: >-
  Pilot site,
  see contract
"""


def lyon_is_applied(repo: ConfigRepo, cli: Cli) -> None:
    repo.write("accounts/acme/acme-lyon.yaml", COMMENTED)
    repo.commit("acme-lyon")
    cli("reconcile")


@pytest.fixture
def story() -> Story:
    return lyon_is_applied


@pytest.fixture
def lyon(repo: ConfigRepo) -> Path:
    """The commented file, committed and applied."""
    return repo.root / "accounts/acme/acme-lyon.yaml"


def the_change(cli: Cli) -> Any:
    """The one change of the plan."""
    changes = cli.json("plan")["changes"]
    assert len(changes) == 1, changes
    return changes[0]


class TestDatapoints:
    @pytest.mark.parametrize(("number", "total"), [("+10", 110), ("-5", 95), ("150", 150), ("+0050", 150), ("20", 20), ("-80", 20)])
    def test_change_one_number_of_the_file_and_nothing_else(self, cli: Cli, lyon: Path, number: str, total: int) -> None:
        outcome = cli("account", "datapoints", "acme-lyon", number)
        assert lyon.read_bytes() == COMMENTED.replace(b"100 #", b"%d #" % total)
        assert f"{total - 100:+}" in outcome.stdout
        assert "accounts/acme/acme-lyon.yaml" in outcome.stdout

    @pytest.mark.parametrize("dashes", [(), ("--",)])
    def test_take_a_minus_sign_with_and_without_dashes(self, cli: Cli, lyon: Path, dashes: tuple[str, ...]) -> None:
        cli("account", "datapoints", "acme-lyon", *dashes, "-5")
        assert b"datapoints: 95 # 30 are for Nice\n" in lyon.read_bytes()

    def test_go_all_the_way(self, repo: ConfigRepo, cli: Cli, lyon: Path) -> None:
        cli("account", "datapoints", "acme-lyon", "+10")
        change = the_change(cli)
        assert change["kinds"] == ["datapoints"]
        assert change["fields"] == [{"path": "datapoints", "before": 100, "after": 110}]
        assert change["before"]["expires_on"] == change["after"]["expires_on"] == "2027-03-01"
        commit = repo.commit("ten more", author="Bea <bea@example.com>")
        cli("reconcile")
        assert cli.live()["acme-lyon"].account.datapoints == 110
        created, changed = cli.history("acme-lyon")
        assert created["kinds"] == ["create"]
        assert created["before"] is None
        assert changed["kinds"] == ["datapoints"]
        assert (changed["before"]["datapoints"], changed["after"]["datapoints"]) == (100, 110)
        assert (changed["revision"], changed["requested_by"]) == (commit, "Bea <bea@example.com>")
        assert cli.json("plan")["changes"] == []

    @pytest.mark.parametrize("number", ["+0", "-0", "100", "0100"])
    def test_refuse_to_change_nothing(self, cli: Cli, lyon: Path, number: str) -> None:
        with cli.nothing_written():
            outcome = cli("account", "datapoints", "acme-lyon", number, code=1)
        assert "100 datapoints" in outcome.stderr
        assert "hint: +5 adds" in outcome.stderr

    @pytest.mark.parametrize(("number", "why"), [
        ("19", "at least 20"), ("-81", "at least 20"), ("-101", "at least 20"), ("0", "at least 20"), ("10001", "10000"),
        ("999999999999999", "10000"), ("+9901", "10000"),
    ])
    def test_refuse_what_would_not_be_valid(self, cli: Cli, lyon: Path, number: str, why: str) -> None:
        with cli.nothing_written():
            outcome = cli("account", "datapoints", "acme-lyon", number, code=1)
        assert why in outcome.stderr.replace(",", "")
        assert "where: accounts/acme/acme-lyon.yaml:6:13" in outcome.stderr

    def test_of_two_accounts_that_sum_to_zero_are_a_transfer(self, repo: ConfigRepo, cli: Cli, lyon: Path) -> None:
        repo.account("acme-nice", datapoints=50)
        repo.commit()
        cli("reconcile")
        cli("account", "datapoints", "acme-lyon", "-30")
        cli("account", "datapoints", "acme-nice", "+30")
        assert cli.json("plan")["transfers"] == [{"customer": "Acme S.A.", "legs": [
            {"account": "acme-lyon", "delta": -30}, {"account": "acme-nice", "delta": 30},
        ]}]


class TestLicense:
    def test_goes_all_the_way(self, repo: ConfigRepo, cli: Cli, lyon: Path) -> None:
        cli("account", "license", "acme-lyon", "advanced")
        assert lyon.read_bytes() == COMMENTED.replace(b"essential ", b"advanced ")
        assert the_change(cli)["kinds"] == ["license"]
        assert the_change(cli)["fields"] == [{"path": "license", "before": "essential", "after": "advanced"}]
        repo.commit()
        cli("reconcile")
        assert cli.live()["acme-lyon"].account.license == "advanced"
        assert [entry["kinds"] for entry in cli.history("acme-lyon")] == [["create"], ["license"]]

    def test_that_is_unknown_is_refused_with_the_nearest_one(self, cli: Cli, lyon: Path) -> None:
        with cli.nothing_written():
            assert "did you mean 'advanced'?" in cli("account", "license", "acme-lyon", "advnced", code=1).stderr

    def test_that_it_has_already_is_refused(self, cli: Cli, lyon: Path) -> None:
        with cli.nothing_written():
            assert "essential" in cli("account", "license", "acme-lyon", "essential", code=1).stderr

    def test_beside_other_edits_gives_each_kind(self, cli: Cli, lyon: Path) -> None:
        cli("account", "license", "acme-lyon", "advanced")
        cli("account", "datapoints", "acme-lyon", "+1")
        assert the_change(cli)["kinds"] == ["datapoints", "license"]


class TestRetire:
    @pytest.mark.parametrize("start", ["2024-01-01", "2027-01-01"])
    def test_of_an_expired_or_scheduled_account_goes_all_the_way(self, repo: ConfigRepo, cli: Cli, start: str) -> None:
        file = repo.account("acme-nice", start=start)
        repo.commit()
        cli("reconcile")
        cli("account", "retire", "acme-nice")
        assert not file.exists()
        assert the_change(cli)["kinds"] == ["retirement"]
        assert the_change(cli)["after"] is None
        repo.commit()
        cli("reconcile")
        assert cli.live()["acme-nice"].retired
        assert [entry["kinds"] for entry in cli.history("acme-nice")] == [["create"], ["retirement"]]
        zones = cli.json("status")
        assert "acme-nice" not in [row["account"] for zone in ("active", "expired", "scheduled", "unmanaged") for row in zones[zone]]

    @pytest.mark.parametrize("today", ["2026-11-23", "2026-03-01", "2027-03-01"])
    def test_of_an_active_account_is_refused(self, cli: Cli, lyon: Path, today: str) -> None:
        with cli.nothing_written():
            assert "active until 2027-03-01" in cli("account", "retire", "acme-lyon", "--today", today, code=1).stderr

    def test_of_an_account_that_git_lost_is_an_error_of_the_plan(self, repo: ConfigRepo, cli: Cli, lyon: Path) -> None:
        repo.account("acme-nice")
        lyon.unlink()
        repo.commit()
        plan = cli.json("plan", code=1)
        assert [(each["rule"], each["account"]) for each in plan["findings"]] == [("active-account-removed", "acme-lyon")]
        assert [each["account"] for each in plan["changes"]] == ["acme-nice"]
        results = {each["account"]: each["outcome"] for each in cli.json("reconcile", code=1)["results"]}
        assert results == {"acme-lyon": "refused", "acme-nice": "applied"}

    def test_can_be_followed_by_the_same_id_again(self, repo: ConfigRepo, cli: Cli) -> None:
        for start in ("2024-01-01", "2026-03-01"):
            repo.account("acme-nice", start=start)
            repo.commit()
            cli("reconcile")
            if start == "2024-01-01":
                cli("account", "retire", "acme-nice")
                repo.commit()
                cli("reconcile")
        assert [entry["kinds"] for entry in cli.history("acme-nice")] == [["create"], ["retirement"], ["create"]]
        assert cli.live()["acme-nice"].version == 3


@pytest.mark.parametrize("command", [("datapoints", "+5"), ("license", "advanced"), ("renew",), ("retire",)], ids="-".join)
class TestAnyEdit:
    def edit(self, cli: Cli, account: str, command: tuple[str, ...], code: int) -> str:
        with cli.nothing_written():
            return cli("account", command[0], account, *command[1:], code=code).stderr

    def test_of_an_unknown_account_names_the_nearest(self, cli: Cli, lyon: Path, command: tuple[str, ...]) -> None:
        assert "did you mean 'acme-lyon'?" in self.edit(cli, "acme-lion", command, 1)

    @pytest.mark.parametrize("id_", ["../acme/acme-lyon", "accounts/acme/acme-lyon.yaml", "", "\x1b[31m"])
    def test_of_what_is_no_id_is_refused(self, cli: Cli, lyon: Path, command: tuple[str, ...], id_: str) -> None:
        assert "\x1b" not in self.edit(cli, id_, command, 1)

    @pytest.mark.parametrize("content", [b"", b"name: [", b"\xff\xfe", COMMENTED.replace(b"100", b"12"), b"- a\n"])
    def test_of_a_broken_file_asks_to_mend_it_first(
        self, cli: Cli, lyon: Path, command: tuple[str, ...], content: bytes
    ) -> None:
        lyon.write_bytes(content)
        assert "where: accounts/acme/acme-lyon.yaml:" in self.edit(cli, "acme-lyon", command, 1)

    def test_of_a_file_with_a_wrong_name_asks_to_mend_it_first(
        self, cli: Cli, lyon: Path, command: tuple[str, ...]
    ) -> None:
        lyon.rename(lyon.parent / "Acme_Lyon.yaml")
        assert "where: accounts/acme/Acme_Lyon.yaml:1:1" in self.edit(cli, "Acme_Lyon", command, 1)

    def test_under_a_broken_configuration_is_refused(self, repo: ConfigRepo, cli: Cli, lyon: Path, command: tuple[str, ...]) -> None:
        repo.write("emp-gitops.yaml", "organisation: [")
        assert "where: emp-gitops.yaml:" in self.edit(cli, "acme-lyon", command, 1)

    def test_of_a_symbolic_link_is_refused(self, cli: Cli, lyon: Path, command: tuple[str, ...], tmp_path: Path) -> None:
        target = lyon.rename(tmp_path / "elsewhere.yaml")
        lyon.symlink_to(target)
        assert "symbolic link" in self.edit(cli, "acme-lyon", command, 1)
        assert target.read_bytes() == COMMENTED
