"""The configuration, `emp-gitops.yaml`, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from emp_gitops.core.formats import domain_key

ApprovalSource = Literal["none", "github", "signed-merge"]

DEFAULT_PLATFORM = "sqlite:///.emp-gitops/platform.db"


@dataclass(frozen=True, slots=True)
class GuardPolicy:
    """How much one plan may take away before somebody must name it.

    `max_share` is a fraction of the managed accounts, used once there are `min_accounts`; `max_count` is a number of
    accounts.
    """

    max_share: Decimal = Decimal("0.3")
    min_accounts: int = 10
    max_count: int = 100


@dataclass(frozen=True, slots=True)
class SenderDomain:
    """A sender domain, the customer it belongs to, and whether mail may be sent from it."""

    customer: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the configuration says, with the defaults filled in. `domains` is keyed by `formats.domain_key`."""

    organisation: str
    timezone: str
    platform: str = DEFAULT_PLATFORM
    approvals_source: ApprovalSource = "none"
    late_days: int = 30
    domains: Mapping[str, SenderDomain] = field(default_factory=dict)
    guards: GuardPolicy = GuardPolicy()

    @classmethod
    def from_value(cls, value: Mapping[str, Any]) -> Config:
        """From a value that is valid under the configuration's schema."""
        guards = value.get("guards", {})
        defaults = GuardPolicy()
        domains = value.get("mail", {}).get("domains", {})
        return cls(
            organisation=value["organisation"],
            timezone=value["timezone"],
            platform=value.get("platform", DEFAULT_PLATFORM),
            approvals_source=value.get("approvals", {}).get("source", "none"),
            late_days=value.get("renewal", {}).get("late_days", 30),
            domains={
                domain_key(domain) or domain: SenderDomain(entry["customer"], entry.get("verified", False))
                for domain, entry in domains.items()
            },
            guards=GuardPolicy(
                Decimal(str(guards.get("max_share", defaults.max_share))),
                guards.get("min_accounts", defaults.min_accounts),
                guards.get("max_count", defaults.max_count),
            ),
        )
