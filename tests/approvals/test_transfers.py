"""Transfers stay whole from their approval until they are applied, whatever somebody pushes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.cli import Cli
from support.office import Office, outcomes, refusal


def ask_for_a_transfer(office: Office) -> None:
    """Both legs in one application."""
    office.branch_off()
    office.repo.account("acme-hq", datapoints=70)
    office.repo.account("acme-lyon", datapoints=130)
    office.commit("transfer")
    office.repo.switch("main")


class TestATransfer:
    """Two legs of one application, and a push that meddles."""

    @pytest.fixture
    def applied_for(self, office: Office, cli: Cli) -> Office:
        ask_for_a_transfer(office)
        office.merge()
        return office

    def test_stays_whole_beside_a_push_of_another_account_of_the_customer(self, office: Office, cli: Cli) -> None:
        office.apply_for("acme-nice", branch="application/nice")
        office.merge("application/nice")
        outcomes(cli)
        ask_for_a_transfer(office)
        office.merge()
        office.push("acme-nice", datapoints=90)
        with cli.screen() as screen:
            screen.record_usage({"acme-hq": 99})
        assert outcomes(cli, code=1) == dict.fromkeys(("acme-hq", "acme-lyon", "acme-nice"), "refused")
        with cli.screen() as screen:
            screen.record_usage({"acme-hq": 50})
        assert outcomes(cli, code=3) == {"acme-hq": "applied", "acme-lyon": "applied", "acme-nice": "refused"}

    def test_is_refused_whole_where_a_push_changed_one_leg(self, applied_for: Office, cli: Cli) -> None:
        applied_for.push("acme-hq", datapoints=90)
        assert outcomes(cli, code=3) == {"acme-hq": "refused", "acme-lyon": "refused"}
        assert {each.account.datapoints for each in cli.live().values()} == {100}

    def test_is_refused_whole_where_a_push_put_one_leg_back(self, applied_for: Office, cli: Cli) -> None:
        applied_for.push("acme-hq", datapoints=100)
        assert refusal(cli, "acme-lyon") == "it is one leg of a transfer, and acme-hq is refused"

    def test_stays_together_when_a_later_application_adds_to_one_leg(self, applied_for: Office, cli: Cli) -> None:
        applied_for.apply_for("acme-lyon", branch="application/more", datapoints=135)
        applied_for.merge("application/more")
        with cli.screen() as screen:
            screen.record_usage({"acme-hq": 99})  # too much for its leg, so none of the other may be applied
        assert outcomes(cli, code=1) == {"acme-hq": "refused", "acme-lyon": "refused"}

    @pytest.mark.parametrize("meddle", [
        lambda text: text + "unknown_key: 1\n",
        lambda text: text.replace("Acme S.A.", "Acme X"),
        lambda text: text.replace("datapoints: 100", "datapoints: 130"),
    ])
    def test_is_refused_whole_where_a_leg_was_meddled_with_before_it_was_merged(
        self, office: Office, cli: Cli, meddle: Callable[[str], str]
    ) -> None:
        ask_for_a_transfer(office)
        leg = office.repo.root / "accounts/acme-lyon.yaml"
        leg.write_text(meddle(leg.read_text()))
        office.commit("eve", by=None)
        office.push("acme-mole")
        office.merge()
        found = {each["account"]: each["outcome"] for each in cli.json("reconcile", code=None)["results"]}
        assert (found["acme-hq"], found["acme-lyon"]) == ("refused", "refused")
        assert {each.account.datapoints for each in cli.live().values()} == {100}

    def test_that_was_applied_while_something_is_refused_binds_nothing_any_more(self, office: Office, cli: Cli) -> None:
        office.push("acme-mole")  # holds the trusted revision
        ask_for_a_transfer(office)
        office.merge()
        outcomes(cli, code=3)
        office.push("acme-lyon", datapoints=131)
        office.apply_for("acme-hq", branch="application/two", datapoints=80)
        office.merge("application/two")
        assert outcomes(cli, code=3) == {"acme-hq": "applied", "acme-lyon": "refused", "acme-mole": "refused"}

    def test_that_was_applied_holds_nothing_up_later(self, applied_for: Office, cli: Cli) -> None:
        outcomes(cli)
        applied_for.push("acme-hq", license="enterprise")
        applied_for.apply_for("acme-lyon", branch="application/name", datapoints=130, name="Acme Lyon Part-Dieu")
        applied_for.merge("application/name")
        assert outcomes(cli, code=3) == {"acme-hq": "refused", "acme-lyon": "applied"}
