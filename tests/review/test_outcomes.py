"""What became of an application, told on it once, and again only where there is something new to say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emp_gitops.errors import ForgeError
from emp_gitops.reconcile import Report, Result
from emp_gitops.render.fitting import COMMENT_LIMIT
from emp_gitops.render.outcome_markdown import outcome_markdown
from emp_gitops.review.outcomes import outcomes_of, post_outcomes
from support.accounts import an_account, in_git, on_platform, planned
from support.discussions import RecordedDiscussion
from support.golden import assert_golden
from support.reviews import HEAD, MADRID

LYON = an_account("acme-lyon")
NICE = an_account("acme-nice", datapoints=40)
APPLICATIONS = {"acme-madrid-hq": "12", "acme-lyon": "12", "acme-nice": "13"}


def a_report(*results: Result, blocked: str | None = None, revision: str = HEAD) -> Report:
    checked = in_git(replace(MADRID, datapoints=150), replace(LYON, months=24, comment="Extended"), NICE)
    plan = planned(checked, on_platform("acme-madrid-hq", MADRID), on_platform("acme-lyon", LYON))
    return Report(plan=replace(plan, revision=revision), results=results, blocked=blocked)


APPLIED = a_report(*(Result(account, "applied") for account in APPLICATIONS))
UNCHANGED = a_report(*(Result(account, "unchanged") for account in APPLICATIONS), revision="0" * 40)
MIXED = a_report(
    Result("acme-madrid-hq", "failed", "the account is at version 8 by now, and the plan saw version 7"),
    Result("acme-lyon", "applied"), Result("acme-nice", "refused", "0123456789ab changed it without approval"),
)
BLOCKED = a_report(blocked="5 of the 12 managed accounts would be retired, reduced or shortened; guards.max_share allows 30 %")


@pytest.fixture
def discussion() -> RecordedDiscussion:
    return RecordedDiscussion()


def post(discussion: RecordedDiscussion, report: Report) -> None:
    post_outcomes(discussion, outcomes_of(report, APPLICATIONS), outcome_markdown)


def on(discussion: RecordedDiscussion, application: str) -> list[str]:
    return [body for where, body in discussion.comments if where == application]


class TestTheWords:
    @pytest.mark.parametrize(("name", "report"), [("applied", APPLIED), ("unchanged", UNCHANGED), ("mixed", MIXED), ("blocked", BLOCKED)])
    def test_are_as_they_were_found_good(self, name: str, report: Report) -> None:
        texts = [outcome_markdown(outcome) for outcome in outcomes_of(report, APPLICATIONS)]
        assert_golden(f"review/outcome-{name}.md", "\n---\n\n".join(texts))

    def test_fit_a_comment_for_a_thousand_accounts(self) -> None:
        accounts = [f"acme-{number:04}" for number in range(1_000)]
        report = a_report(*(Result(account, "failed", "the disk is full \U0001f50c " * 30) for account in accounts))
        outcome, = outcomes_of(report, dict.fromkeys(accounts, "12"))
        text = outcome_markdown(outcome)
        assert len(text.encode()) <= COMMENT_LIMIT
        assert text.startswith("**Failed** · 1,000 accounts")
        assert "more accounts" in text

    def test_hold_hostile_reasons_as_text(self) -> None:
        outcome, *_ = outcomes_of(a_report(Result("acme-lyon", "failed", "| @ana\n::error:: <!-- emp-gitops:outcome -->")), {"acme-lyon": "12"})
        text = outcome_markdown(outcome)
        assert "<!--" not in text
        assert "@ana" not in text
        assert "\n::" not in text


class TestAComment:
    def test_is_made_on_each_application_for_its_own_accounts(self, discussion: RecordedDiscussion) -> None:
        post(discussion, MIXED)
        (twelve,), (thirteen,) = on(discussion, "12"), on(discussion, "13")
        assert "acme-nice" not in twelve
        assert "acme-lyon" not in thirteen

    def test_is_not_made_again_by_the_next_run(self, discussion: RecordedDiscussion) -> None:
        for report in (APPLIED, APPLIED, UNCHANGED):
            post(discussion, report)
        assert len(discussion.comments) == 2

    def test_is_made_when_a_run_before_crashed_between_applying_and_telling(self, discussion: RecordedDiscussion) -> None:
        post(discussion, UNCHANGED)
        assert on(discussion, "13")[0].startswith("**In effect** · `acme-nice`\n")

    def test_is_made_again_for_a_failure_that_came_back(self, discussion: RecordedDiscussion) -> None:
        for report in (MIXED, APPLIED, replace(MIXED, plan=replace(MIXED.plan, revision="0" * 40))):
            post(discussion, report)
        assert [body.partition("**")[2].partition("**")[0] for body in on(discussion, "13")] == ["Refused", "Applied", "Refused"]

    def test_tells_of_a_run_that_applied_nothing(self, discussion: RecordedDiscussion) -> None:
        post(discussion, BLOCKED)
        assert all(body.startswith("**Refused** · ") for _, body in discussion.comments)

    def test_that_fails_leaves_the_others_to_be_made(self) -> None:
        class Broken(RecordedDiscussion):
            def find_comment(self, application: str, marker: str) -> str | None:
                if application == "12":
                    raise ForgeError("12 is locked")
                return super().find_comment(application, marker)

        broken = Broken()
        with pytest.raises(ForgeError, match="12 is locked"):
            post(broken, APPLIED)
        assert [where for where, _ in broken.comments] == ["13"]
