"""What `account …` asks for on a terminal, with each answer checked as it is given; what it says without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.beginnings import Story
from support.cli import Cli
from support.repos import ConfigRepo


def three_accounts(repo: ConfigRepo, _cli: Cli) -> None:
    """One active, one expired, and one whose name is long taken."""
    repo.account("acme-lyon", license="essential", datapoints=100)
    repo.account("acme-old", start="2024-01-01")
    repo.account("brisa-palma", customer="Brisa S.L.", name="Palma")


@pytest.fixture
def story() -> Story:
    return three_accounts


@pytest.fixture
def lyon(repo: ConfigRepo) -> Path:
    return repo.root / "accounts/acme-lyon.yaml"


class TestAnEditAsks:
    def test_for_the_account_and_the_datapoints(self, cli: Cli, lyon: Path) -> None:
        shown = cli.terminal("account", "datapoints", answers=[("Account id", "acme-lyon\n"), ("Datapoints, 100 now", "-30\n")])
        assert "(acme-lyon, acme-old, brisa-palma)" in shown
        assert "datapoints: 70\n" in lyon.read_text()

    def test_for_the_datapoints_alone(self, cli: Cli, lyon: Path) -> None:
        cli.terminal("account", "datapoints", "acme-lyon", answers=[("Datapoints, 100 now", "150\n")])
        assert "datapoints: 150\n" in lyon.read_text()

    def test_for_a_license_with_the_next_one_as_default(self, cli: Cli, lyon: Path) -> None:
        shown = cli.terminal("account", "license", "acme-lyon", answers=[("License, essential now", "\n")])
        assert "(advanced, enterprise) [advanced]" in shown
        assert "license: advanced\n" in lyon.read_text()

    def test_for_the_months_where_it_asks_for_the_account(self, cli: Cli, lyon: Path) -> None:
        shown = cli.terminal("account", "renew", answers=[("Account id", "acme-lyon\n"), ("Months", "\n")])
        assert "[12]" in shown
        assert "months: 24\n" in lyon.read_text()

    def test_for_nothing_where_the_account_to_renew_is_named(self, cli: Cli, lyon: Path) -> None:
        assert "Months" not in cli.terminal("account", "renew", "acme-lyon")
        assert "months: 24\n" in lyon.read_text()

    def test_for_one_of_the_accounts_that_can_be_retired(self, repo: ConfigRepo, cli: Cli) -> None:
        shown = cli.terminal("account", "retire", answers=[("Account id", "acme-lyon\n"), ("until 2027-03-01", "\n")])
        assert "Account id (acme-old) [acme-old]" in shown
        assert not (repo.root / "accounts/acme-old.yaml").exists()


class TestAnAnswerThatCannotBe:
    @pytest.mark.parametrize(("command", "question", "answers"), [
        ("datapoints", "Datapoints", {"many": "no number", "+0": "change nothing", "12": "at least 20", "-99": "at least 20"}),
        ("license", "License", {"advnced": "did you mean 'advanced'?", "essential": "advanced, enterprise"}),
    ])
    def test_is_told_why_and_asked_again(
        self, cli: Cli, command: str, question: str, answers: dict[str, str]
    ) -> None:
        conversation = [(question, f"{next(iter(answers))}\n")]
        for why, again in zip(answers.values(), [*list(answers)[1:], "\x04"], strict=True):
            conversation.append((why, again if again == "\x04" else f"{again}\n"))
        with cli.nothing_written():
            assert "Traceback" not in cli.terminal("account", command, "acme-lyon", answers=conversation, code=1)

    def test_to_which_account_names_the_nearest(self, cli: Cli) -> None:
        cli.terminal("account", "renew", answers=[
            ("Account id", "acme-lion\n"), ("did you mean 'acme-lyon'?", "acme-lyon\n"), ("Months", "200\n"), ("1 to 120", "1\n"),
        ])

    def test_on_a_new_account_is_known_at_once(self, cli: Cli) -> None:
        cli.terminal("account", "create", answers=[
            ("Account id", "Acme\n"), ("is no account id", "acme-lyon\n"), ("exists already", "acme-nice\n"),
            ("Customer", "   \n"), ("is blank", "Acme S.A.\n"), ("Name", "ACME  lyon\n"), ("acme-lyon of Acme S.A. has this name", "Acme Nice\n"),
            ("License", "gold\n"), ("none of them", "essential\n"), ("Datapoints", "10001\n"), ("at most 10,000", "ten\n"),
            ("no whole number", "\n"), ("First day", "2026-02-30\n"), ("does not exist", "\n"), ("Months", "121\n"), ("at most 120", "\n"),
            ("Sector", "ofices\n"), ("did you mean 'offices'?", "\n"), ("Contacts", "nobody\n"), ("no email address", "a@acme.example\n"),
        ])
        created = {change["account"]: change["after"] for change in cli.json("plan")["changes"]}["acme-nice"]
        assert (created["datapoints"], created["months"], created["contacts"]) == (20, 12, ["a@acme.example"])

    def test_cannot_act_on_the_terminal(self, cli: Cli) -> None:
        shown = cli.terminal("account", "renew", answers=[("Account id", "\x1bc\u202e\n"), ("there is no account", "\x04")], code=1)
        assert "\x1bc" not in shown
        assert "\u202e" not in shown.partition("there is no account")[2]


@pytest.mark.parametrize(("command", "missing"), [
    (("datapoints",), "ID, N"), (("datapoints", "acme-lyon"), "N"), (("license",), "ID, LICENSE"), (("license", "acme-lyon"), "LICENSE"),
    (("renew",), "ID"), (("retire",), "ID"),
])
def test_without_a_terminal_what_is_missing_is_wrong_usage(cli: Cli, command: tuple[str, ...], missing: str) -> None:
    with cli.nothing_written():
        outcome = cli("account", *command, code=2)
    assert outcome.stdout == ""
    assert f"error: missing: {missing}\n" in outcome.stderr
    assert f"emp-gitops account {command[0]} --help" in outcome.stderr


def test_where_no_account_comes_into_question_nothing_is_asked(repo: ConfigRepo, cli: Cli) -> None:
    repo.remove("accounts/acme-old.yaml")
    assert "no account for which this could be done" in cli.terminal("account", "retire", code=1)
