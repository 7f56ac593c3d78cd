"""`account renew`: exact dates in the file, in the plan, on the platform and in the history."""

from __future__ import annotations

from datetime import date

import pytest

from support.accounts import an_account
from support.cli import Cli
from support.repos import ConfigRepo


@pytest.mark.parametrize(("start", "months", "today", "options", "after"), [
    pytest.param("2026-03-01", 12, "2026-11-23", (), ("2026-03-01", 24, "2028-03-01"), id="early"),
    pytest.param("2026-03-01", 12, "2027-03-01", (), ("2026-03-01", 24, "2028-03-01"), id="on the last day"),
    pytest.param("2026-03-01", 12, "2027-03-31", (), ("2026-03-01", 24, "2028-03-01"), id="30 days late"),
    pytest.param("2026-03-01", 12, "2027-04-01", (), ("2027-04-01", 12, "2028-04-01"), id="31 days late"),
    pytest.param("2020-01-31", 1, "2026-11-23", (), ("2026-11-23", 12, "2027-11-23"), id="long expired"),
    pytest.param("2027-01-01", 12, "2026-11-23", (), ("2027-01-01", 24, "2029-01-01"), id="scheduled"),
    pytest.param("2026-01-31", 12, "2026-11-23", ("--months", "1"), ("2026-01-31", 13, "2027-02-28"), id="one month, anchored"),
    pytest.param("2024-02-29", 36, "2026-11-23", ("--months", "12"), ("2024-02-29", 48, "2028-02-29"), id="back to a leap day"),
    pytest.param("2018-01-31", 108, "2026-11-23", (), ("2018-01-31", 120, "2028-01-31"), id="120 months in all"),
    pytest.param("2018-01-31", 109, "2026-11-23", (), ("2027-02-28", 12, "2028-02-28"), id="past 120 months"),
    pytest.param("2026-03-01", 12, "2026-11-23", ("--months", "120"), ("2027-03-01", 120, "2037-03-01"), id="120 more"),
])
def test_a_renewal_goes_all_the_way(
    repo: ConfigRepo, cli: Cli, start: str, months: int, today: str, options: tuple[str, ...], after: tuple[str, int, str]
) -> None:
    cli = cli.with_(EMP_TODAY=today)
    repo.account("acme-lyon", start=start, months=months)
    repo.commit()
    cli("reconcile")
    outcome = cli("account", "renew", "acme-lyon", *options)
    assert after[2] in outcome.stdout
    change, = cli.json("plan")["changes"]
    assert change["kinds"] == ["renewal"]
    assert tuple(change["after"][name] for name in ("start", "months", "expires_on")) == after
    assert {field["path"] for field in change["fields"]} <= {"subscription.start", "subscription.months"}
    repo.commit()
    cli("reconcile")
    live = cli.live()["acme-lyon"].account
    assert (str(live.start), live.months, str(live.term.expires_on)) == after
    entry = cli.history("acme-lyon")[-1]
    assert (entry["kinds"], entry["after"]["expires_on"]) == (["renewal"], after[2])
    assert entry["before"]["expires_on"] == cli.history("acme-lyon")[0]["after"]["expires_on"]
    assert cli.json("plan")["changes"] == []


HEAD = "name: Acme Lyon\ncustomer: Acme S.A.\nlicense: advanced\ndatapoints: 60 # full\n"
TAIL = "sector: offices\ncontacts: [a@acme.example]   # Ana\n"


@pytest.mark.parametrize(("before", "after"), [
    pytest.param("subscription:\n  start: 2026-03-01        # signed\n",
                 "subscription:\n  start: 2026-03-01        # signed\n  months: 24\n", id="without months"),
    pytest.param("subscription:\n  start: 2026-03-01\n  months: 12  # one year\n",
                 "subscription:\n  start: 2026-03-01\n  months: 24  # one year\n", id="with months"),
    pytest.param("subscription:\n  months: 12\n  # the anchor\n  start: 2026-03-01\n",
                 "subscription:\n  months: 24\n  # the anchor\n  start: 2026-03-01\n", id="in the other order"),
    pytest.param("subscription: {start: 2026-03-01, months: 12}  # flow\n",
                 "subscription: {start: 2026-03-01, months: 24}  # flow\n", id="flow style"),
    pytest.param("subscription: { 'start' : \"2026-03-01\" }\n", None, id="flow style without months"),
    pytest.param("subscription:\n    start: '2026-03-01'\n    months: 12\n",
                 "subscription:\n    start: '2026-03-01'\n    months: 24\n", id="indented by four, quoted"),
])
def test_a_renewal_changes_only_the_bytes_it_must(repo: ConfigRepo, cli: Cli, before: str, after: str | None) -> None:
    file = repo.write("accounts/acme-lyon.yaml", f"{HEAD}{before}{TAIL}")
    cli("account", "renew", "acme-lyon")
    text = file.read_text()
    assert text.startswith(HEAD)
    assert text.endswith(TAIL)
    if after is not None:
        assert text == f"{HEAD}{after}{TAIL}"
    created, = cli.json("plan")["changes"]
    assert created["after"]["expires_on"] == "2028-03-01"


def test_a_late_renewal_takes_the_new_anchor_into_the_file(repo: ConfigRepo, cli: Cli) -> None:
    file = repo.write("accounts/acme-lyon.yaml", f"{HEAD}subscription:\n  start: 2020-03-01  # signed\n{TAIL}")
    cli("account", "renew", "acme-lyon")
    assert "  start: 2026-11-23  # signed\n" in file.read_text()


def test_two_early_renewals_in_one_plan_are_one_renewal_of_two_years(repo: ConfigRepo, cli: Cli) -> None:
    repo.account("acme-lyon")
    repo.commit()
    cli("reconcile")
    for _ in range(2):
        cli("account", "renew", "acme-lyon")
    change, = cli.json("plan")["changes"]
    assert (change["kinds"], change["after"]["expires_on"]) == (["renewal"], "2029-03-01")


def test_late_days_are_those_of_the_configuration(repo: ConfigRepo, cli: Cli) -> None:
    repo.config(renewal={"late_days": 0})
    file = repo.account("acme-lyon", start="2025-11-22")
    cli("account", "renew", "acme-lyon")
    assert "start: 2026-11-23" in file.read_text().replace('"', "")


def test_a_term_that_ends_in_the_past_is_refused_by_the_plan(repo: ConfigRepo, cli: Cli) -> None:
    repo.account("acme-lyon", start="2020-03-01", months=12)
    repo.commit()
    cli("reconcile")
    repo.account("acme-lyon", start="2020-03-01", months=24)
    repo.commit()
    plan = cli.json("plan", code=1)
    assert [each["rule"] for each in plan["findings"]] == ["renewal-ends-in-past"]
    with cli.nothing_written():
        cli("reconcile", code=1)
    assert cli.live()["acme-lyon"].account.term.expires_on == date(2021, 3, 1)


def test_a_renewal_that_would_still_end_in_the_past_names_the_months_that_do_not(repo: ConfigRepo, cli: Cli) -> None:
    repo.account("acme-lyon", start="2026-01-31")
    with cli.nothing_written():
        told = cli("account", "renew", "acme-lyon", "--months", "1", "--today", "2027-03-02", code=1).stderr
    assert "would still end on 2027-02-28, before today (2027-03-02)" in told
    assert "hint: ask for 2 months" in told
    cli("account", "renew", "acme-lyon", "--months", "2", "--today", "2027-03-02")


def test_a_new_term_in_place_of_one_past_120_months_is_told(repo: ConfigRepo, cli: Cli) -> None:
    repo.account("acme-lyon", start="2018-01-31", months=109)
    repo.account("acme-nice")
    assert "so a new one begins where the old one ends" in cli("account", "renew", "acme-lyon").stdout
    assert "begins" not in cli("account", "renew", "acme-nice").stdout


class TestARenewalPast120Months:
    """The day and the terms are far away: what counts is that the new term starts after the day of applying it."""

    @pytest.fixture
    def cli(self, repo: ConfigRepo) -> Cli:
        repo.account("acme-lyon", start="2980-01-31", months=120)
        repo.account("acme-nice", start="2980-01-31", months=120)
        repo.commit()
        cli = Cli(repo.root).with_(EMP_TODAY="2989-11-23")
        cli("reconcile")
        assert "a new one begins where the old one ends" in cli("account", "renew", "acme-lyon").stdout
        repo.commit()
        cli("reconcile")
        return cli

    def test_leaves_the_account_active(self, cli: Cli) -> None:
        zones = cli.json("status")
        assert [row["account"] for row in zones["active"]] == ["acme-nice", "acme-lyon"]
        assert zones["scheduled"] == []
        assert cli.live()["acme-lyon"].account.start == date(2990, 1, 31)

    def test_lets_nobody_retire_it(self, repo: ConfigRepo, cli: Cli) -> None:
        with cli.nothing_written():
            assert "acme-lyon is active until 2991-01-31" in cli("account", "retire", "acme-lyon", code=1).stderr
        repo.remove("accounts/acme-lyon.yaml")
        repo.commit()
        assert [each["rule"] for each in cli.json("plan", code=1)["findings"]] == ["active-account-removed"]
        cli("reconcile", code=1)
        assert not cli.live()["acme-lyon"].retired

    def test_is_left_to_the_plan_where_the_platform_cannot_be_asked(self, cli: Cli) -> None:
        told = cli.with_(EMP_PLATFORM="postgresql://127.0.0.1:1/none")("account", "retire", "acme-lyon").stderr
        assert "whether acme-lyon is active already could not be asked" in told
        assert [each["rule"] for each in cli.json("plan", code=1)["findings"]] == ["active-account-removed"]


@pytest.mark.parametrize("on_platform", ["nothing", "retired", "unmanaged", "scheduled"])
def test_an_account_that_has_not_begun_may_be_retired(repo: ConfigRepo, cli: Cli, on_platform: str) -> None:
    file = repo.account("acme-lyon", start="2027-01-01")
    repo.commit()
    if on_platform != "nothing":
        cli("platform", "upgrade")
    match on_platform:
        case "unmanaged":
            with cli.screen() as screen:
                screen.put_account("acme-lyon", an_account("acme-lyon"))
        case "scheduled":
            cli("reconcile")
        case "retired":
            cli("reconcile")
            cli.on_screen("acme-lyon", start=date(2026, 3, 1))
            with cli.screen() as screen:
                screen.retire_account("acme-lyon")
    cli("account", "retire", "acme-lyon")
    assert not file.exists()
