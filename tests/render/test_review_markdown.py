"""The comment of a review, as golden files that a person finds good to read (`tests/golden/review`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from emp_gitops.errors import PlatformError
from emp_gitops.forge.base import Obstacle
from emp_gitops.render.review_markdown import review_markdown
from emp_gitops.review.facts import FailedReview, Overlap, Review, SharedField
from support.accounts import an_account, in_git, on_platform
from support.forms import sent
from support.golden import assert_golden
from support.repos import config_text
from support.reviews import CONFIG, MADRID, a_review, an_application, more_datapoints, review_of

LYON = an_account("acme-lyon", datapoints=100)
PALMA = an_account("brisa-palma", customer="Hoteles Brisa S.L.", license="essential", datapoints=60)


def renewal() -> Review:
    return a_review(
        replace(LYON, months=24, license="enterprise"), live=(on_platform("acme-lyon", LYON, used_datapoints=71),),
        application=an_application(id="13", title="Renew Lyon", state="approved", approved_by=("carla",)),
    )


def creation() -> Review:
    new = an_account("acme-nice", start=date(2026, 12, 1), months=1, datapoints=40, contacts=("ops@acme.example", "nice@acme.example"))
    return a_review(new, live=())


def transfer() -> Review:
    live = (on_platform("acme-lyon", LYON, used_datapoints=71), on_platform("acme-madrid-hq", MADRID, used_datapoints=None))
    return a_review(replace(LYON, datapoints=80), replace(MADRID, datapoints=140), live=live)


def many_kinds() -> Review:
    nice = an_account("acme-nice", datapoints=40)
    gone = an_account("brisa-cadiz", customer="Hoteles Brisa S.L.", start=date(2025, 3, 1), datapoints=30)
    live = (
        on_platform("acme-lyon", LYON, used_datapoints=71), on_platform("brisa-palma", PALMA, used_datapoints=58),
        on_platform("brisa-cadiz", gone, used_datapoints=12), on_platform("acme-madrid-hq", MADRID, used_datapoints=84),
    )
    return a_review(
        replace(LYON, months=24), replace(PALMA, license="advanced", comment="Upgraded, see 2026-118", datapoints=75), nice,
        replace(MADRID, datapoints=130), live=live, changed=("acme-lyon", "acme-nice", "brisa-cadiz", "brisa-palma"),
    )


def errors() -> Review:
    live = (on_platform("acme-lyon", LYON, used_datapoints=71), on_platform("brisa-palma", PALMA, used_datapoints=80))
    checked = in_git(
        replace(LYON, datapoints=60), replace(PALMA, comment="Pool closed"), ("acme-nice", an_account("acme-nice", rtc_lines=4)), config=CONFIG,
    )
    return review_of(checked, live)


def redirected() -> Review:
    return a_review(
        replace(LYON, contacts=("billing@acme-invoices.example",)), live=(on_platform("acme-lyon", LYON, used_datapoints=71),),
        policy_files=("emp-gitops.yaml", "schemas/account.schema.json"),
    )


def only_rules() -> Review:
    live = (on_platform("acme-lyon", LYON),)
    return a_review(LYON, live=live, changed=(), policy_files=(".github/workflows/reconcile.yml",))


def refused() -> Review:
    """A guard, drift and a requester without the role at once."""
    return held(requester_trouble="mallory is no SuperAdmin", application=an_application(requester="mallory"))


def held(**facts: Any) -> Review:
    """A guard and drift, which an operator can allow after the merge."""
    live = tuple(
        on_platform(f"acme-{number:02}", an_account(f"acme-{number:02}"), used_datapoints=10) for number in range(12)
    )
    wanted = [replace(each.account, datapoints=70 if number < 5 else 100) for number, each in enumerate(live)]
    drifted = replace(live[0], account=replace(live[0].account, license="enterprise"))
    return a_review(*wanted, live=(drifted, *live[1:]), **facts)


def held_by_drift() -> Review:
    drifted = replace(on_platform("acme-lyon", LYON, used_datapoints=71), account=replace(LYON, license="enterprise"))
    approved = an_application(id="13", title="More for Lyon", state="approved", approved_by=("carla",))
    return a_review(replace(LYON, datapoints=150), live=(drifted,), application=approved)


def stopped() -> Review:
    """Most files are gone."""
    live = tuple(on_platform(f"acme-{number:02}", an_account(f"acme-{number:02}", start=date(2024, 3, 1))) for number in range(4))
    return a_review(live[0].account, live=live)


def not_its_form() -> Review:
    form = sent("datapoints", account="acme-madrid-hq", datapoints="+20")
    trouble = "what it makes of acme-madrid-hq is not what its form #7 asks for, in datapoints"
    return more_datapoints(form_trouble=trouble, application=an_application(form=form))


def moved_here() -> Review:
    words = "carla approved it before it went into main"
    return more_datapoints(application=an_application(obstacle=Obstacle(words=words, lasts=False)))


def unapprovable() -> Review:
    words = (
        "GitHub knows no author of its commit 5d3c0b1f7a2e: whoever made it adds the commit's address to their GitHub account, "
        "or commits again with one of theirs"
    )
    return more_datapoints(application=an_application(obstacle=Obstacle(words=words, lasts=True)))


def conflicting() -> Review:
    other = an_application(id="14", requester="berta", title="Madrid again")
    third = an_application(id="15", requester="ana")
    fourth = an_application(id="16", requester="ana")
    return more_datapoints(conflicts=("accounts/acme-madrid-hq.yaml",), overlaps=(
        Overlap(application=other, accounts=("acme-madrid-hq",), fields=(SharedField("acme-madrid-hq", "datapoints", 150, 140),), merges=False),
        Overlap(application=third, accounts=("acme-madrid-hq",)),
        Overlap(application=fourth, trouble="commit 5d3c0b1f7a2e is not in this clone"),
    ))


def stale() -> Review:
    return a_review(MADRID, live=(on_platform("acme-madrid-hq", MADRID),), changed=())


def plain_git() -> Review:
    branch = "application/2-datapoints-acme-madrid-hq"
    config = config_text(approvals={"source": "signed-merge"}, roles={"super_admins": ["ana"], "customer_success": ["carla"]})
    return more_datapoints(config=config, application=an_application(id=branch, branch=branch, url=None, requester="Ana <ana@example.com>"))


def proposed() -> Review:
    lyon, form = an_account("acme-lyon"), sent("renewal", account="acme-lyon")
    application = an_application(
        id="13", title="renewal of acme-lyon", requester="example-energy-forms[bot]", is_proposal=True, form=replace(form, is_proposed=True),
    )
    return a_review(replace(lyon, months=24), live=(on_platform("acme-lyon", lyon, used_datapoints=71),), application=application)


def proposed_otherwise() -> Review:
    """Somebody pushed to it."""
    trouble = "what it makes of acme-lyon is not what the proposed renewal asks for, in subscription.months"
    return replace(proposed(), form_trouble=trouble)


def two_needed() -> Review:
    return more_datapoints(required=2, application=an_application(approved_by=("carla",)))


def changes_requested() -> Review:
    return more_datapoints(application=an_application(state="changes_requested"))


def draft() -> Review:
    return more_datapoints(application=an_application(state="draft"))


def unchecked() -> Review:
    return more_datapoints(config=config_text(approvals={"source": "none"}))


def failed() -> FailedReview:
    return FailedReview(an_application(), PlatformError(
        "the platform cannot be reached: connection refused", where="postgresql://db.example/emp", hint="check EMP_PLATFORM, then run this again",
    ))


REVIEWS: tuple[Callable[[], Review | FailedReview], ...] = (
    more_datapoints, renewal, creation, transfer, many_kinds, errors, redirected, only_rules, refused, held, held_by_drift, stopped, not_its_form,
    moved_here, unapprovable, conflicting, stale, plain_git, proposed, proposed_otherwise,
    two_needed, changes_requested, draft, unchecked, failed,
)


@pytest.mark.parametrize("make", REVIEWS, ids=lambda make: make.__name__)
def test_the_comment_is_as_it_was_found_good(make: Callable[[], Review | FailedReview]) -> None:
    assert_golden(f"review/{make.__name__.replace('_', '-')}.md", review_markdown(make()))
