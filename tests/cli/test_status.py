"""`status` and `history` of the sample accounts on the day of their story."""

from __future__ import annotations

from typing import Any

import pytest

from support.cli import Cli
from support.repos import ConfigRepo

ZONES = ("active", "expired", "scheduled", "applications", "unmanaged")


def ids(zones: Any, zone: str) -> list[str]:
    return [row["account"] for row in zones[zone]]


class TestTheZones:
    def test_hold_each_account_once_in_the_order_of_what_happens_next(self, samples: Cli) -> None:
        zones = samples.json("status")
        assert zones["today"] == "2026-11-23"
        assert ids(zones, "active") == [
            "nordlys-oslo", "brisa-palma", "acme-lyon", "ferro-bologna", "kestrel-antwerp", "nordlys-bergen", "acme-madrid-hq",
            "brannoc-day-clinic", "acme-sevilla-dc", "ferro-modena", "kestrel-rotterdam", "valdemora-alumbrado",
            "valdemora-piscina", "brannoc-general",
        ]
        assert ids(zones, "expired") == ["brisa-cadiz", "ferro-imola", "brisa-funchal"]
        assert ids(zones, "scheduled") == ["kestrel-hamburg", "brisa-tenerife", "valdemora-cocheras"]
        assert zones["applications"] == zones["unmanaged"] == []

    def test_flag_what_expires_and_what_is_over_quota(self, samples: Cli) -> None:
        flags = {row["account"]: row["flags"] for row in samples.json("status")["active"] if row["flags"]}
        assert flags == {
            "nordlys-oslo": ["expiring"], "brisa-palma": ["expiring"], "acme-lyon": ["expiring"], "ferro-bologna": ["over_quota"],
        }

    def test_count_datapoints_used_and_left_and_days(self, samples: Cli) -> None:
        rows = {row["account"]: row for row in samples.json("status")["active"]}
        lyon, bologna, oslo = rows["acme-lyon"], rows["ferro-bologna"], rows["nordlys-oslo"]
        assert (lyon["datapoints"], lyon["used_datapoints"], lyon["datapoints_left"], lyon["days_left"]) == (60, 58, 2, 17)
        assert (bologna["used_datapoints"], bologna["datapoints_left"]) == (431, -31)
        assert (oslo["expires_on"], oslo["days_left"]) == ("2026-11-23", 0)
        expired = {row["account"]: row["days_left"] for row in samples.json("status")["expired"]}
        assert expired == {"brisa-cadiz": -18, "ferro-imola": -54, "brisa-funchal": -1302}

    def test_change_with_the_day(self, samples: Cli) -> None:
        zones = samples.json("status", "--today", "2026-11-24")
        assert "nordlys-oslo" in ids(zones, "expired")
        assert "kestrel-hamburg" in ids(samples.json("status", "--today", "2027-01-01"), "active")

    @pytest.mark.parametrize("zone", ZONES)
    def test_can_be_asked_for_one_by_one(self, samples: Cli, zone: str) -> None:
        every, one = samples.json("status"), samples.json("status", "--zone", zone)
        assert one == every | {other: [] for other in ZONES if other != zone}
        for row in one[zone]:
            assert row["account"] in samples("status", "--zone", zone).stdout

    def test_show_each_account_as_text(self, samples: Cli) -> None:
        lines = samples("status").stdout.splitlines()
        for account, fragments in {
            "acme-lyon": ("Acme S.A.", "60", "58", "97%", "2026-12-10", "17"), "ferro-bologna": ("-31", "108%", "over quota"),
            "brannoc-general": ("14,500", "13,120", "1,380"),
        }.items():
            line, = (line for line in lines if account in line)
            assert [fragment for fragment in fragments if fragment not in line] == []

    def test_list_applications_and_unmanaged_accounts(self, sample_repo: ConfigRepo, samples: Cli) -> None:
        with samples.screen() as screen:
            screen.put_account("old-hotel", screen.accounts()["brisa-palma"].account)
        sample_repo.branch("application/more-for-lyon")
        samples("account", "datapoints", "acme-lyon", "+30")
        sample_repo.commit("more", author="Bea <bea@example.com>")
        sample_repo.switch("main")
        zones = samples.json("status")
        row, = zones["unmanaged"]
        assert (row["account"], row["used_datapoints"], row["datapoints_left"]) == ("old-hotel", None, None)
        application, = zones["applications"]
        assert (application["application"], application["accounts"], application["requested_by"], application["state"]) == (
            "application/more-for-lyon", ["acme-lyon"], "Bea <bea@example.com>", "pending",
        )
        text = samples("status").stdout
        assert "application/more-for-lyon" in text
        assert "old-hotel" in text

    def test_leave_out_what_is_retired(self, sample_repo: ConfigRepo, samples: Cli) -> None:
        samples("account", "retire", "brisa-funchal")
        sample_repo.commit()
        samples("reconcile")
        assert "brisa-funchal" not in samples("status").stdout


class TestWithoutAPlatform:
    @pytest.mark.parametrize("command", ["status", "plan"])
    def test_it_is_taken_as_empty_and_said_to_be(self, repo: ConfigRepo, cli: Cli, command: str) -> None:
        outcome = cli(command, "--format", "json")
        outcome.json(command)
        assert "there is no platform at sqlite:///.emp-gitops/platform.db yet" in outcome.stderr
        assert not (repo.root / ".emp-gitops").exists()

    @pytest.mark.parametrize("command", [
        ("drift",), ("history", "acme-lyon"), ("import",), ("platform", "usage", "set", "acme-lyon", "1"),
        ("platform", "usage", "load", "usage.csv"),
    ], ids=" ".join)
    def test_the_others_are_errors(self, repo: ConfigRepo, cli: Cli, command: tuple[str, ...]) -> None:
        repo.write("usage.csv", "account,used_datapoints\nacme-lyon,1\n")
        with cli.nothing_written():
            outcome = cli(*command, code=1)
        assert outcome.stdout == ""
        assert "hint: " in outcome.stderr
        assert not (repo.root / ".emp-gitops").exists()


class TestHistory:
    def test_is_oldest_first_and_can_be_read(self, sample_repo: ConfigRepo, samples: Cli) -> None:
        samples("account", "datapoints", "acme-lyon", "+30")
        samples("account", "renew", "acme-lyon")
        sample_repo.commit("more", author="Bea <bea@example.com>")
        samples("reconcile")
        assert [entry["kinds"] for entry in samples.history("acme-lyon")] == [["create"], ["datapoints", "renewal"]]
        text = samples("history", "acme-lyon").stdout
        assert text.index("create") < text.index("renewal")
        for fragment in ("60 -> 90 (+30)", "2026-12-10 -> 2027-12-10", "Bea <bea@example.com>"):
            assert fragment in text

    def test_of_an_unknown_account_names_the_nearest(self, samples: Cli) -> None:
        outcome = samples("history", "acme-lion", code=1)
        assert "did you mean 'acme-lyon'?" in outcome.stderr
        assert outcome.stdout == ""

    def test_of_an_unmanaged_account_is_empty(self, samples: Cli) -> None:
        with samples.screen() as screen:
            screen.put_account("old-hotel", screen.accounts()["brisa-palma"].account)
        assert samples.history("old-hotel") == []
        assert "old-hotel" in samples("history", "old-hotel").stdout
