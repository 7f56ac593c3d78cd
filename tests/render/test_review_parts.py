"""Parts of a review: dates, commands and values at their edges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from emp_gitops.core.model import Account
from emp_gitops.render.fitting import Part, fitted, name, value
from emp_gitops.render.review_markdown import change_notice, review_markdown
from emp_gitops.review.facts import Review
from emp_gitops.review.judging import judge, next_steps
from emp_gitops.review.publishing import Memory
from support.accounts import an_account, on_platform
from support.repos import config_text
from support.reviews import HEAD, a_review, an_application, more_datapoints

LYON = an_account("acme-lyon")


def mails(wanted: Account, *live: Account, today: date, **fields: object) -> str:
    """The cell that tells when mail goes out."""
    review = a_review(wanted, live=tuple(on_platform("acme-lyon", each, **fields) for each in live), today=today)
    row, = (line for line in review_markdown(review).splitlines() if line.startswith("| `acme-lyon` |"))
    return row.split(" | ")[1]


class TestMail:
    """The term of Lyon goes from 2026-03-01 to 2027-03-01; a month before is 2027-02-01, a week before 2027-02-22."""

    def test_is_told_for_every_day_to_come(self) -> None:
        assert mails(replace(LYON, datapoints=120), LYON, today=date(2027, 1, 31)) == "2027-02-01, 2027-02-22, 2027-03-01"

    def test_of_a_term_that_stays_may_have_gone_out_already(self) -> None:
        assert mails(replace(LYON, datapoints=120), LYON, today=date(2027, 2, 1)) == "2027-02-22, 2027-03-01"
        assert mails(replace(LYON, datapoints=120), LYON, today=date(2027, 3, 1)) == "no day to come"

    def test_of_a_new_term_goes_out_at_once_where_its_day_has_passed(self) -> None:
        shorter = replace(LYON, start=date(2026, 2, 20))
        assert mails(LYON, shorter, today=date(2027, 2, 1)) == "the next run of reminders (since 2027-02-01), 2027-02-22, 2027-03-01"
        assert mails(LYON, today=date(2027, 2, 25)) == "the next run of reminders (since 2027-02-22), 2027-03-01"

    def test_of_an_adopted_account_is_told_for_the_days_to_come(self) -> None:
        assert mails(LYON, LYON, today=date(2027, 2, 1), applied=None) == "2027-02-22, 2027-03-01"

    def test_follows_the_configuration(self) -> None:
        config = config_text(reminders={"before": ["P2M", "P3D"]})
        text = review_markdown(a_review(replace(LYON, datapoints=120), live=(on_platform("acme-lyon", LYON),), config=config))
        assert "| `acme-lyon` | 2027-01-01, 2027-02-26 | 2027-03-01 |" in text


class TestACommand:
    def test_holds_a_branch_as_one_word_of_a_shell(self) -> None:
        application = an_application(url=None, branch="application/$(touch${IFS}x);id")
        step, = next_steps(judge(more_datapoints(application=application)))
        assert step.command == f"emp-gitops applications approve 'application/$(touch${{IFS}}x);id' --commit {application.head[:12]}"


class TestAValue:
    @pytest.mark.parametrize(("text", "shown"), [
        ("  Acme ", "Acme"), ("", "\\(empty\\)"), (" \n ", "\\(empty\\)"), ("x" * 160, "x" * 160), ("x" * 161, "x" * 159 + "…"),
        ("x" * 158 + "  y", "x" * 158 + "…"),
    ])
    def test_begins_and_ends_with_something_to_see(self, text: str, shown: str) -> None:
        assert value(text) == shown

    def test_as_code_is_no_marker(self) -> None:
        assert name("<!-- emp-gitops:review -->") == "`<\u200c!-- emp-gitops:review -->`"


def test_a_size_is_in_bytes() -> None:
    text = fitted([Part("", ("€" * 100,) * 100, "row")], 3_000)
    assert 2_000 < len(text.encode()) <= 3_000


class TestTheNoticeOfAChange:
    def notice(self, review: Review, head: str) -> list[str]:
        return change_notice(review, Memory(digest=review.digest, head=head, reviewed=True)).splitlines()

    def test_names_both_commits(self) -> None:
        first, _, why = self.notice(more_datapoints(), "0" * 40)
        assert first == (
            "**This plan changed after it was reviewed, please look again** · datapoints of `acme-madrid-hq`: 120 → 150 (+30) · expires 2027-03-01"
        )
        assert why == (
            f"It was made for commit `000000000000`; the last commit is `{HEAD[:12]}` now. The review above shows the plan as it is now."
        )

    def test_says_where_the_commit_is_the_same(self) -> None:
        assert self.notice(more_datapoints(), HEAD)[2].startswith("The commit is the same; main or the platform moved on (main is at `9f21")
