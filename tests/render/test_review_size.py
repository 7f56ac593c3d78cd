"""A review fits whatever it is posted to: what sums up is kept, lists end in "and N more"."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emp_gitops.core.guards import Guard
from emp_gitops.errors import PlatformError
from emp_gitops.render.fitting import COMMENT_LIMIT, SUMMARY_LIMIT, Part, fitted
from emp_gitops.render.review_markdown import review_markdown, review_title
from emp_gitops.review.facts import FailedReview, Overlap, Review
from support.accounts import an_account, in_git, on_platform
from support.reviews import CONFIG, an_application, review_of

WIDE = "\U0001f50c*" * 1_000


@pytest.fixture(scope="module")
def thousand() -> Review:
    """1,000 changed accounts, 500 of them with an error."""
    live = tuple(on_platform(f"acme-{n:04}", an_account(f"acme-{n:04}"), used_datapoints=60) for n in range(1_000))
    wanted = [replace(each.account, datapoints=50 if n % 2 else 160) for n, each in enumerate(live)]
    return review_of(in_git(*wanted, config=CONFIG), live)


@pytest.fixture(scope="module")
def monstrous(thousand: Review) -> Review:
    """Everything as long as it can be, and longer."""
    plan = replace(
        thousand.plan, guards=tuple(Guard(WIDE, WIDE) for _ in range(4)), drift=(),
        changes=tuple(
            replace(each, before=replace(each.before, name=WIDE), after=replace(each.after, comment=WIDE, contacts=(WIDE,) * 3))
            for each in thousand.changes if each.before and each.after
        ),
        findings=tuple(replace(each, file=WIDE, message=WIDE, hint=WIDE) for each in thousand.plan.findings),
    )
    other = an_application(id="14", requester=WIDE)
    return replace(
        thousand, plan=plan, policy_files=(WIDE,) * 500, conflicts=(WIDE,) * 500, requester_trouble=WIDE,
        application=an_application(requester=WIDE, branch=WIDE, approved_by=(WIDE,) * 50),
        overlaps=(Overlap(application=other, accounts=(WIDE,) * 500, trouble=WIDE),) * 500,
    )


class TestAThousandAccounts:
    def test_fit_into_a_comment(self, thousand: Review) -> None:
        text = review_markdown(thousand)
        assert 60_000 < len(text.encode()) <= COMMENT_LIMIT

    def test_keep_the_verdict_the_next_step_and_the_footer(self, thousand: Review) -> None:
        lines = review_markdown(thousand).splitlines()
        assert lines[0] == "**Not ready, 500 errors** · 1,000 accounts: 1,000 datapoints changes · +5,000 datapoints in all · all expire 2027-03-01"
        assert "1. **ana**: correct the errors and push; this review follows by itself" in lines
        assert lines[-1].startswith("<sub>Requested by ana.")

    def test_are_counted_where_they_are_cut(self, thousand: Review) -> None:
        text = review_markdown(thousand, rest=" in the [summary of this run](https://github.com/x)")
        shown = text.count("| [`acme-")
        assert f"\n…and {1_000 - shown:,} more accounts in the [summary of this run](https://github.com/x).\n" in text
        assert text.count("<details>") == text.count("</details>") == 1
        errors = text.count("- **error**")
        assert errors > 50
        assert f"\n…and {500 - errors:,} more findings" in text

    def test_are_all_there_without_a_limit(self, thousand: Review) -> None:
        text = review_markdown(thousand, None)
        assert text.count("| [`acme-") == 1_000
        assert text.count("- **error**") == 500
        assert "…and" not in text


class TestWhateverTheValues:
    @pytest.mark.parametrize("limit", [COMMENT_LIMIT, SUMMARY_LIMIT])
    def test_the_size_holds(self, monstrous: Review, limit: int) -> None:
        text = review_markdown(monstrous, limit)
        assert len(text.encode()) <= limit
        assert text.startswith("**Conflicts with main** · ")
        assert text.splitlines()[-1].startswith("<sub>")

    def test_the_title_is_short(self, monstrous: Review) -> None:
        assert len(review_title(monstrous)) <= 250

    def test_the_size_of_a_failure_holds(self) -> None:
        error = PlatformError(WIDE, where=WIDE, hint=WIDE)
        error.others = (PlatformError(WIDE),) * 1_000
        text = review_markdown(FailedReview(an_application(), error))
        assert len(text.encode()) <= COMMENT_LIMIT
        assert "more reasons" in text


parts = st.lists(
    st.text(max_size=30) | st.builds(Part, st.just("### head"), st.lists(st.text("aé€", max_size=60), max_size=20).map(tuple), st.just("row")),
    max_size=5,
)


class TestFitting:
    @given(parts, st.integers(1_000, 4_000))
    def test_keeps_the_size_and_accounts_for_every_row(self, given_parts: list[str | Part], limit: int) -> None:
        text = fitted(given_parts, limit)
        assert len(text.encode()) <= limit
        for part in given_parts:
            if isinstance(part, str):
                assert part in text
        left = sum(int(number) for number in re.findall(r"…and (\d+) more rows?\.", text))
        rows = sum(len(part.rows) for part in given_parts if isinstance(part, Part))
        everything = fitted(given_parts, None)
        assert "…and" not in everything
        assert (left == 0) == (text == everything)
        assert left <= rows

    def test_gives_what_a_short_list_leaves_to_a_long_one(self) -> None:
        long, short = Part("", ("x" * 9,) * 100, "row"), Part("", ("y",) * 3, "row")
        text = fitted([long, short], 800)
        assert text.count("y") == 3
        assert text.count("x" * 9) > 65

    def test_shows_no_head_without_rows(self) -> None:
        text = fitted([Part("### head", ("x" * 500,), "row")], 100)
        assert text == "\n…and 1 more row.\n"
