"""The words that an application is opened with: what it asks for, and nothing that could act."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emp_gitops.render.application_body import application_body, application_title
from emp_gitops.render.fitting import COMMENT_LIMIT
from support.accounts import an_account, on_platform
from support.mails import LINK
from support.reviews import MADRID, a_review, more_datapoints

NASTY = "@all #1 | <b>x</b> [a](http://evil) `x` ::error::boo\u202e"


def test_the_title_tells_kind_before_after_and_the_end_in_one_line() -> None:
    assert application_title(more_datapoints()) == (
        "datapoints of acme-madrid-hq: 120 → 150 (+30) · expires 2027-03-01"
    )


def test_the_body_tells_each_account_with_used_and_left_datapoints() -> None:
    body = application_body(more_datapoints())
    assert body.startswith("datapoints of `acme-madrid-hq`: 120 → 150 (+30)")
    row = next(line for line in body.splitlines() if line.startswith("| [`acme-madrid-hq`]"))
    for fragment in ("120 → 150 (+30)", "| 84 |", "36\u00a0→\u00a066", "2027-03-01"):
        assert fragment in row
    assert "on top of main at `9f21ab34c0de`" in body


def test_a_renewal_tells_the_new_end() -> None:
    renewed = a_review(replace(MADRID, months=24), live=(on_platform("acme-madrid-hq", MADRID),))
    assert "2027-03-01 → 2028-03-01" in application_title(renewed)
    assert "2027-03-01 → 2028-03-01" in application_body(renewed)


def test_nobody_is_mentioned_in_the_title_of_a_transfer() -> None:
    one, other = (an_account(id_, customer="@all #1 http://x.example", datapoints=120) for id_ in ("acme-lyon", "acme-nice"))
    review = a_review(
        ("acme-lyon", replace(one, datapoints=110)), ("acme-nice", replace(other, datapoints=130)),
        live=(on_platform("acme-lyon", one), on_platform("acme-nice", other)),
    )
    assert application_title(review).replace("\u200c", "|").startswith("transfer within @|all #|1 http:|//x.|example: acme-lyon -10, acme-nice +10")


@pytest.mark.parametrize("field", ["name", "customer", "license", "comment"])
def test_no_value_can_act_where_the_words_are_shown(field: str) -> None:
    live = (on_platform("acme-madrid-hq", MADRID),)
    review = a_review(("acme-madrid-hq", replace(MADRID, **{field: NASTY})), live=live)
    title, body = application_title(review), application_body(review)
    assert "\u202e" not in title + body
    assert "\n" not in title
    assert not LINK.search(title)
    for acting in ("@all", "#1", "<b>", "](http", "`x`"):
        assert acting not in title + body


def test_a_thousand_accounts_fit_and_the_first_are_told() -> None:
    review = a_review(*((f"acme-{number:04}", an_account(f"acme-{number:04}", comment="x" * 500)) for number in range(1000)))
    title, body = application_title(review), application_body(review)
    assert title.startswith("1,000 accounts: 1,000 to create")
    assert len(title) <= 200
    assert len(body.encode()) <= COMMENT_LIMIT
    assert "acme-0000" in body
    assert "more accounts" in body
