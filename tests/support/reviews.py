"""Reviews of applications, put together from accounts on both sides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

from emp_gitops.core.checking import CheckedTree
from emp_gitops.core.model import Account, LiveAccount
from emp_gitops.forge.base import Application
from emp_gitops.review.facts import Review
from support.accounts import TODAY, an_account, in_git, on_platform, planned, policy
from support.repos import config_text

HEAD: Final = "5d3c0b1f7a2e49d6b8c1e0f3a4957d62c8b1e0aa"
BASE: Final = "9f21ab34c0de5f6789ab0c1d2e3f4a5b6c7d8e9f"
URL: Final = "https://github.com/example-energy/accounts"
CONFIG: Final = config_text(
    forge="github:example-energy/accounts", approvals={"source": "github", "required": 1},
    roles={"super_admins": ["ana"], "customer_success": ["carla", "@example-energy/customer-success"]},
)

MADRID: Final = an_account("acme-madrid-hq", name="Acme Madrid HQ", datapoints=120)


def an_application(**fields: Any) -> Application:
    """A pending pull request by ana; `id` decides its address."""
    given = {
        "id": "12", "title": "More datapoints", "state": "pending", "requester": "ana", "head": HEAD,
        "opened_at": datetime(2026, 11, 20, 9, 0, tzinfo=UTC), "branch": "application/12-datapoints-acme-madrid-hq",
    } | fields
    return Application(**({"url": f"{URL}/pull/{given['id']}"} | given))


def a_review(
    *wanted: Account | tuple[str, Account], live: tuple[LiveAccount, ...] = (), changed: tuple[str, ...] | None = None,
    application: Application | None = None, today: date = TODAY, config: str = CONFIG, **facts: Any,
) -> Review:
    """The review of an application that leaves main with the `wanted` accounts; it changed those that are planned to
    change, unless `changed` says which.
    """
    return review_of(in_git(*wanted, config=config), live, changed, application, today, config, **facts)


def review_of(
    checked: CheckedTree, live: tuple[LiveAccount, ...], changed: tuple[str, ...] | None = None,
    application: Application | None = None, today: date = TODAY, config: str = CONFIG, **facts: Any,
) -> Review:
    plan = replace(planned(checked, *live, today=today), revision=HEAD)
    accounts = tuple(change.account for change in plan.changes) if changed is None else changed
    return Review(**{
        "application": application or an_application(), "base": BASE, "plan": plan, "live": {each.id: each for each in live},
        "accounts": accounts, "config": policy(config).config,
    } | facts)


def more_datapoints(**facts: Any) -> Review:
    """The plainest one: 30 datapoints more for one account."""
    live = (on_platform("acme-madrid-hq", MADRID, used_datapoints=84),)
    return a_review(replace(MADRID, datapoints=150), live=live, **facts)
