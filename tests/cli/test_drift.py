"""What the platform changed on its own: shown by `drift`, refused by `reconcile`, settled either way."""

from __future__ import annotations

from typing import Any

import pytest

from support.beginnings import Story
from support.cli import Cli
from support.repos import ConfigRepo


def somebody_changed_lyon(repo: ConfigRepo, cli: Cli) -> None:
    """Two accounts, applied; on the screen, somebody raised the datapoints of one to 130 and changed its contacts."""
    repo.write("accounts/acme-lyon.yaml", LYON)
    repo.account("acme-nice")
    repo.commit()
    cli("reconcile")
    cli.on_screen("acme-lyon", datapoints=130, contacts=("lyon@acme.example", "b@acme.example"))


@pytest.fixture
def story() -> Story:
    return somebody_changed_lyon


@pytest.fixture
def drifted(cli: Cli) -> Cli:
    return cli


LYON = """\
name: Acme Lyon
customer: Acme S.A.
license: advanced
datapoints: 100     # see the contract
subscription: {start: 2026-03-01}
sector: offices
contacts: [a@acme.example]   # Ana
comment: Pilot site.
"""


def fields(drift: Any) -> dict[str, tuple[Any, Any, Any]]:
    return {field["path"]: (field["applied"], field["live"], field["wanted"]) for field in drift["fields"]}


class TestDrift:
    def test_shows_three_sides_of_each_field(self, drifted: Cli) -> None:
        outcome = drifted("drift", "--exit-code", "--format", "json", code=10)
        drift, = outcome.json("drift")["drift"]
        assert (drift["account"], drift["file"]) == ("acme-lyon", "accounts/acme-lyon.yaml")
        assert fields(drift) == {
            "datapoints": (100, 130, 100),
            "contacts": (["a@acme.example"], ["lyon@acme.example", "b@acme.example"], ["a@acme.example"]),
        }
        assert outcome.stderr == ""

    def test_of_nothing_says_so(self, repo: ConfigRepo, cli: Cli) -> None:
        cli = cli.with_(EMP_PLATFORM="sqlite:///another.db")
        cli("reconcile")
        assert cli.json("drift", "--exit-code")["drift"] == []
        assert "No drift" in cli("drift").stdout

    def test_ignores_what_git_changes(self, repo: ConfigRepo, drifted: Cli) -> None:
        repo.account("acme-nice", datapoints=150)
        assert [each["account"] for each in drifted.json("drift")["drift"]] == ["acme-lyon"]

    def test_can_be_seen_from_a_commit(self, repo: ConfigRepo, drifted: Cli) -> None:
        repo.write("accounts/acme-lyon.yaml", LYON.replace("100 ", "130 "))
        assert set(fields(drifted.json("drift")["drift"][0])) == {"contacts"}
        assert set(fields(drifted.json("drift", "--ref", "HEAD")["drift"][0])) == {"contacts", "datapoints"}

    def test_of_a_retirement_on_the_platform(self, drifted: Cli) -> None:
        with drifted.screen() as screen:
            screen.retire_account("acme-nice")
        nice = drifted.json("drift")["drift"][1]
        assert fields(nice) == {"state": ("managed", "retired", "managed")}
        drifted("reconcile", code=3)

    def test_writes_nothing_and_wants_a_platform(self, repo: ConfigRepo, cli: Cli, drifted: Cli) -> None:
        with drifted.nothing_written():
            drifted("drift")
        missing = drifted("drift", "--platform", "sqlite:///missing.db", code=1)
        assert missing.stdout == ""
        assert "hint" in missing.stderr
        assert not (repo.root / "missing.db").exists()

    def test_under_a_broken_policy_is_none(self, repo: ConfigRepo, drifted: Cli) -> None:
        repo.write("schemas/config.schema.json", "{")
        repo.write("schemas/account.schema.json", "{")
        outcome = drifted("drift", code=1)
        assert outcome.stdout == ""
        assert [line[:8] for line in outcome.stderr.splitlines() if line.startswith("schemas/")] == ["schemas/"] * 2
        assert "\\n" not in outcome.stderr

    def test_is_shown_by_the_plan_too(self, drifted: Cli) -> None:
        plan = drifted.json("plan", "--exit-code", code=10)
        assert [each["account"] for each in plan["drift"]] == ["acme-lyon"]
        for format_ in ("text", "markdown"):
            assert "changed on the platform" in drifted("plan", "--format", format_).stdout


class TestReconcile:
    def test_refuses_the_account_and_applies_the_others(self, repo: ConfigRepo, drifted: Cli) -> None:
        repo.account("acme-nice", datapoints=150)
        repo.commit()
        report = drifted.json("reconcile", code=3)
        assert {each["account"]: each["outcome"] for each in report["results"]} == {"acme-lyon": "refused", "acme-nice": "applied"}
        assert drifted.live()["acme-lyon"].account.datapoints == 130
        drifted("reconcile", code=3)

    def test_puts_the_value_of_git_back_when_the_plan_is_named(self, drifted: Cli) -> None:
        drifted("platform", "usage", "set", "acme-lyon", "95")
        with drifted.nothing_written():
            drifted("reconcile", "--allow", "sha256:" + "0" * 64, code=3)
        drifted("reconcile", "--allow", drifted.json("plan")["digest"])
        live = drifted.live()["acme-lyon"]
        assert (live.account.datapoints, live.account.contacts) == (100, ("a@acme.example",))
        assert drifted.json("drift")["drift"] == drifted.json("plan")["changes"] == []
        entry = drifted.history("acme-lyon")[-1]
        assert (entry["before"]["datapoints"], entry["after"]["datapoints"]) == (130, 100)

    def test_agrees_where_git_came_to_want_the_same(self, repo: ConfigRepo, drifted: Cli) -> None:
        drifted("import", "acme-lyon")
        repo.commit()
        assert {each["outcome"] for each in drifted.json("reconcile")["results"]} == {"unchanged"}
        drifted.on_screen("acme-lyon", comment="once more")
        path, sides = next(iter(fields(drifted.json("drift")["drift"][0]).items()))
        assert (path, sides) == ("comment", ("Pilot site.", "once more", "Pilot site."))


class TestImport:
    def test_keeps_the_platforms_values_and_every_other_byte(self, repo: ConfigRepo, drifted: Cli) -> None:
        outcome = drifted("import", "acme-lyon")
        assert "acme-lyon" in outcome.stdout
        text = (repo.root / "accounts/acme-lyon.yaml").read_text()
        assert text == LYON.replace("100 ", "130 ").replace("[a@acme.example]", "[lyon@acme.example, b@acme.example]")
        plan = drifted.json("plan")
        assert (plan["changes"], plan["drift"]) == ([], [])
        with drifted.nothing_written():
            drifted("import", "acme-lyon")

    def test_of_nothing_in_particular_leaves_drift_alone(self, drifted: Cli) -> None:
        with drifted.nothing_written():
            drifted("import")

    def test_takes_over_what_the_platform_removed(self, repo: ConfigRepo, drifted: Cli) -> None:
        drifted.on_screen("acme-lyon", comment=None)
        drifted("import", "acme-lyon")
        assert "comment" not in (repo.root / "accounts/acme-lyon.yaml").read_text()
        assert drifted.json("plan")["changes"] == []

    def test_removes_the_file_of_what_the_platform_retired(self, repo: ConfigRepo, drifted: Cli) -> None:
        drifted("import", "acme-lyon")
        with drifted.screen() as screen:
            screen.retire_account("acme-nice")
        assert "emp-gitops import acme-nice (removes the file)" in drifted("drift").stdout
        assert drifted("import", "acme-nice").stdout == "acme-nice: accounts/acme-nice.yaml removed\n"
        assert not (repo.root / "accounts/acme-nice.yaml").exists()
        plan = drifted.json("plan")
        assert (plan["changes"], plan["drift"]) == ([], [])
        repo.commit()
        assert {each["outcome"] for each in drifted.json("reconcile")["results"]} == {"unchanged"}

    def test_leaves_a_file_that_asks_for_a_retired_account_anew(self, repo: ConfigRepo, cli: Cli) -> None:
        repo.account("acme-old", start="2024-01-01")
        repo.commit()
        cli("reconcile", code=3)
        repo.remove("accounts/acme-old.yaml")
        repo.commit()
        cli("reconcile", code=3)
        repo.account("acme-old")
        with cli.nothing_written():
            assert "its file asks for it anew" in cli("import", "acme-old", code=1).stderr
