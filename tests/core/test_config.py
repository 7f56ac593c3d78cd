"""The configuration as a value."""

from __future__ import annotations

from decimal import Decimal

import pytest

from emp_gitops.core.config import Config, GuardPolicy, SenderDomain

REQUIRED = {"organisation": "Example Energy", "timezone": "Europe/Madrid"}


def test_what_is_left_out_has_the_documented_defaults() -> None:
    config = Config.from_value(REQUIRED)
    assert config.platform == "sqlite:///.emp-gitops/platform.db"
    assert (config.approvals.source, config.late_days, config.domains) == ("none", 30, {})
    assert config.guards == GuardPolicy(Decimal("0.3"), 10, 100)


def test_what_is_given_is_taken_over() -> None:
    config = Config.from_value(REQUIRED | {
        "platform": "postgresql://db.example/emp", "approvals": {"source": "github"}, "renewal": {"late_days": 0},
        "mail": {"domains": {"energy.acme.example": {"customer": "Acme S.A.", "verified": True}, "b.example": {"customer": "B"}}},
        "guards": {"min_accounts": 0, "max_count": 5},
    })
    assert (config.platform, config.approvals.source, config.late_days) == ("postgresql://db.example/emp", "github", 0)
    assert config.domains == {"energy.acme.example": SenderDomain("Acme S.A.", True), "b.example": SenderDomain("B", False)}
    assert config.guards == GuardPolicy(Decimal("0.3"), 0, 5)


@pytest.mark.parametrize("written", ["Energy.ACME.example", "energy.acme.example.", "energy.acme.example"])
def test_a_domain_is_kept_in_the_form_in_which_domains_are_compared(written: str) -> None:
    config = Config.from_value(REQUIRED | {"mail": {"domains": {written: {"customer": "Acme S.A."}}}})
    assert list(config.domains) == ["energy.acme.example"]


@pytest.mark.parametrize(("given", "share"), [("0.3", "0.3"), (0.3, "0.3"), ("0.100000", "0.1"), (1, "1"), (0, "0"), ("1.0", "1")])
def test_a_share_is_exact_however_it_was_read(given: object, share: str) -> None:
    assert Config.from_value(REQUIRED | {"guards": {"max_share": given}}).guards.max_share == Decimal(share)
