"""`account create` with options; the questions on a terminal are in test_console.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.cli import Cli
from support.repos import ConfigRepo

OPTIONS = {
    "--name": "Acme Nice", "--customer": "Acme S.A.", "--license": "advanced", "--datapoints": "60", "--sector": "offices",
    "--contact": "a@acme.example",
}


def options(**more: str | None) -> list[str]:
    """The least that an account needs, with others or without some (None)."""
    chosen = OPTIONS | {f"--{name.replace('_', '-')}": value for name, value in more.items()}
    return [word for name, value in chosen.items() if value is not None for word in (name, value)]


class TestCreate:
    def test_writes_a_file_that_an_editor_and_the_plan_understand(self, repo: ConfigRepo, cli: Cli) -> None:
        outcome = cli("account", "create", "acme-nice", *options())
        assert (repo.root / "accounts/acme-nice.yaml").read_text() == (
            "# yaml-language-server: $schema=../schemas/account.schema.json\n"
            "name: Acme Nice\n"
            "customer: Acme S.A.\n"
            "license: advanced\n"
            "datapoints: 60\n"
            "subscription:\n"
            "  start: 2026-11-23\n"
            "  months: 12\n"
            "sector: offices\n"
            "contacts: [a@acme.example]\n"
        )
        assert "2026-11-23 to 2027-11-23" in outcome.stdout
        change, = cli.json("plan")["changes"]
        assert (change["kinds"], change["before"], change["after"]["expires_on"]) == (["create"], None, "2027-11-23")

    def test_takes_every_field(self, repo: ConfigRepo, cli: Cli) -> None:
        repo.config(mail={"domains": {"energy.acme.example": {"customer": "Acme S.A."}}})
        cli(
            "account", "create", "acme-nice", *options(
                start="2026-01-31", months="13", country="ES", rtc_lines="4", email_domain="energy.acme.example",
                comment="Pilot: #1\nsee contract", language="es", auto_renew="propose", folder="accounts/acme/france",
            ), "--contacts", "b@acme.example",
        )
        assert "$schema=../../../schemas/" in (repo.root / "accounts/acme/france/acme-nice.yaml").read_text()
        change, = cli.json("plan")["changes"]
        assert change["after"] == {
            "name": "Acme Nice", "customer": "Acme S.A.", "license": "advanced", "datapoints": 60, "start": "2026-01-31",
            "months": 13, "expires_on": "2027-02-28", "sector": "offices", "country": "ES", "rtc_lines": 4,
            "email_domain": "energy.acme.example", "contacts": ["a@acme.example", "b@acme.example"],
            "comment": "Pilot: #1\nsee contract", "language": "es", "auto_renew": "propose",
        }

    @pytest.mark.parametrize("name", ["yes", "12", "- a: b #c", "2026-01-01", "O'Neill"])
    def test_quotes_what_yaml_would_misread(self, cli: Cli, name: str) -> None:
        cli("account", "create", "acme-nice", *options(name=name))
        assert cli.json("plan")["changes"][0]["after"]["name"] == name

    def test_puts_the_file_beside_the_customers_others(self, repo: ConfigRepo, cli: Cli) -> None:
        repo.account("acme-lyon", folder="customers/acme")
        cli("account", "create", "acme-nice", *options())
        assert (repo.root / "accounts/customers/acme/acme-nice.yaml").exists()

    def test_puts_the_file_at_the_top_where_the_customer_has_several_folders(self, repo: ConfigRepo, cli: Cli) -> None:
        repo.account("acme-lyon", folder="fr")
        repo.account("acme-madrid", folder="es")
        cli("account", "create", "acme-nice", *options())
        assert (repo.root / "accounts/acme-nice.yaml").exists()

    def test_warns_of_nothing_and_asks_nothing_without_a_terminal(self, cli: Cli) -> None:
        assert cli("account", "create", "acme-nice", *options()).stderr == ""
        assert "missing: --customer, --contact" in cli(
            "account", "create", "acme-lille", *options(name="Acme Lille", customer=None, contact=None), code=2,
        ).stderr


class TestNothingIsWritten:
    def refused(self, cli: Cli, id_: str = "acme-nice", *, code: int = 1, **more: str | None) -> str:
        with cli.nothing_written():
            return cli("account", "create", id_, *options(**more), code=code).stderr

    @pytest.mark.parametrize(("more", "why"), [
        ({"license": "advnced"}, "did you mean 'advanced'?"),
        ({"sector": "ofices"}, "did you mean 'offices'?"),
        ({"datapoints": "12"}, "at least 20"),
        ({"datapoints": "10000001"}, "datapoints"),
        ({"license": "essential", "datapoints": "10001"}, "10000"),
        ({"months": "0"}, "months"),
        ({"months": "121"}, "120"),
        ({"contact": "a@b, c@d"}, "contacts"),
        ({"name": "   "}, "name"),
        ({"name": "a\x1b[31mb"}, "U+001B"),
        ({"name": "a\u202eb"}, "U+202E"),
        ({"name": "a\nb"}, "name"),
        ({"country": "XX"}, "country"),
        ({"rtc_lines": "4"}, "Spain"),
        ({"rtc_lines": "-1", "country": "ES"}, "rtc_lines"),
        ({"email_domain": "unknown.example"}, "not registered"),
    ])
    def test_where_the_account_would_not_be_valid(self, cli: Cli, more: dict[str, str], why: str) -> None:
        told = self.refused(cli, **more)
        assert why in told.replace(",", "")
        assert "\x1b" not in told
        assert "\u202e" not in told

    @pytest.mark.parametrize("more", [{"start": "2026-02-30"}, {"start": "1969-12-31"}, {"start": "tomorrow"}, {"datapoints": "many"}, {"months": "1.5"}])
    def test_where_an_option_is_no_date_or_number(self, cli: Cli, more: dict[str, str]) -> None:
        self.refused(cli, code=2, **more)

    @pytest.mark.parametrize("id_", [
        "../../evil", "/tmp/evil", "acme/nice", "Acme", "a", "-acme", "acme_nice", "acme.nice", "acme nice", "é-acme", "a" * 64, "a\x1b[31mb", "",
    ])
    def test_where_the_id_is_none(self, cli: Cli, id_: str, tmp_path: Path) -> None:
        around = set(tmp_path.rglob("*"))
        assert "\x1b" not in self.refused(cli, id_, code=2 if id_.startswith("-") else 1)
        assert set(tmp_path.rglob("*")) == around

    def test_and_every_problem_is_told_at_once(self, cli: Cli) -> None:
        told = self.refused(cli, license="advnced", datapoints="12", contact="nobody")
        assert [line for line in told.splitlines() if line.startswith("  where: ")] == [
            f"  where: accounts/acme-nice.yaml:{place}" for place in ("4:10", "5:13", "10:12")
        ]
        for word in ("did you mean 'advanced'?", "at least 20", "no email address"):
            assert word in told

    def test_where_the_id_is_taken(self, repo: ConfigRepo, cli: Cli) -> None:
        repo.account("acme-nice", folder="elsewhere")
        assert "exists already" in self.refused(cli)

    def test_where_the_id_is_taken_by_a_broken_file(self, repo: ConfigRepo, cli: Cli) -> None:
        repo.write("accounts/elsewhere/acme-nice.yaml", "name: [")
        assert "exists already" in self.refused(cli)

    def test_where_the_customer_has_the_name_already(self, repo: ConfigRepo, cli: Cli) -> None:
        repo.account("acme-lyon", name="ACME NICE")
        assert "acme-lyon" in self.refused(cli)

    @pytest.mark.parametrize("folder", ["..", "../up", "a/../../b", "/tmp", "a\nb", "a\u202eb"])
    def test_where_the_folder_is_outside_or_no_plain_name(self, cli: Cli, folder: str) -> None:
        assert "is not a folder under accounts/" in self.refused(cli, folder=folder)

    def test_where_the_folder_is_a_link(self, repo: ConfigRepo, cli: Cli, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        (repo.root / "accounts").mkdir()
        (repo.root / "accounts/linked").symlink_to(tmp_path / "elsewhere")
        assert "symbolic link" in self.refused(cli, folder="linked")
        assert list((tmp_path / "elsewhere").iterdir()) == []

    def test_where_the_folder_is_a_file(self, repo: ConfigRepo, cli: Cli) -> None:
        repo.account("acme-lyon")
        assert "where: accounts/acme-lyon.yaml" in self.refused(cli, folder="acme-lyon.yaml")
