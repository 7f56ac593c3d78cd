"""Whatever the values of an application hold: its review shows them as text, within its size, and they do nothing."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from emp_gitops.core.changes import KINDS, Change, Kind, kinds_between
from emp_gitops.core.config import ApprovalPolicy, Config, Roles
from emp_gitops.core.drift import Drift, DriftedField
from emp_gitops.core.findings import Finding
from emp_gitops.core.guards import Guard
from emp_gitops.core.model import Account, LiveAccount
from emp_gitops.core.plan import Inputs, Leg, Plan, Transfer
from emp_gitops.errors import EmpError
from emp_gitops.forge.base import Application
from emp_gitops.render.review_markdown import review_markdown, review_title
from emp_gitops.review.facts import FailedReview, Overlap, Review, SharedField
from support.nasty import texts
from support.reviews import BASE, HEAD, URL
from support.thorough import examples

some = st.sampled_from(["acme-lyon", "acme-nice", "brisa-palma"])
ids = some | texts
values = st.none() | texts | st.integers(0, 10**6) | st.lists(texts, max_size=2)
accounts = st.builds(
    Account, name=texts, customer=texts, license=texts, datapoints=st.integers(0, 10**9), months=st.integers(1, 120),
    start=st.dates(date(1970, 1, 1), date(2999, 12, 31)), sector=texts, country=st.none() | texts,
    contacts=st.lists(texts, max_size=2).map(tuple), comment=st.none() | texts, email_domain=st.none() | texts,
)
applications = st.builds(
    Application, id=st.sampled_from(["12", "14"]), title=texts, branch=texts, head=st.just(HEAD), requester=texts,
    state=st.sampled_from(["draft", "pending", "approved", "changes_requested"]), opened_at=st.just(datetime(2026, 1, 1, tzinfo=UTC)),
    url=st.none() | st.just(f"{URL}/pull/12") | texts, approved_by=st.lists(texts, max_size=2).map(tuple),
)
findings = st.builds(
    Finding, rule=texts, severity=st.sampled_from(["error", "warning"]), account=st.none() | ids, file=texts, line=st.integers(1, 99),
    column=st.just(1), message=texts, hint=st.none() | texts,
)
drifts = st.builds(Drift, ids, st.none() | texts, st.lists(st.builds(DriftedField, texts, values, values, values), max_size=2).map(tuple))


@st.composite
def changes(draw: st.DrawFn) -> tuple[Change, ...]:
    found = []
    for id_ in draw(st.lists(ids, max_size=3, unique=True)):
        kinds: tuple[Kind, ...] = (draw(st.sampled_from(KINDS)),)
        before = None if kinds[0] in ("create", "adoption") else draw(accounts)
        after = None if kinds[0] == "retirement" else draw(accounts)
        if before and after:
            kinds = kinds_between(before, after) or kinds
        found.append(Change(account=id_, file=draw(st.none() | texts), kinds=kinds, seen_version=1, before=before, after=after))
    return tuple(found)


@st.composite
def reviews(draw: st.DrawFn) -> Review:
    asked = draw(changes())
    plan = Plan(
        revision=None, today=date(2026, 11, 23), inputs=Inputs("", ""), changes=asked,
        transfers=tuple(draw(st.lists(st.builds(Transfer, texts, st.lists(st.builds(Leg, ids, st.integers(-9, 9)), min_size=1).map(tuple)), max_size=1))),
        findings=tuple(draw(st.lists(findings, max_size=3))), drift=tuple(draw(st.lists(drifts, max_size=2))),
        guards=tuple(draw(st.lists(st.builds(Guard, texts, texts, st.booleans()), max_size=2))),
    )
    live = {each.account: LiveAccount(id=each.account, version=1, account=each.before, used_datapoints=5) for each in asked if each.before}
    shared = st.builds(SharedField, ids, texts, values, values)
    overlaps = st.builds(
        Overlap, application=applications, accounts=st.lists(ids).map(tuple), fields=st.lists(shared, max_size=2).map(tuple),
        merges=st.booleans(), trouble=st.none() | texts,
    )
    roles = Roles((), tuple(draw(st.lists(texts, max_size=2))))
    source: Any = draw(st.sampled_from(["none", "github"]))
    return Review(
        application=draw(applications), base=BASE, plan=plan, live=live, accounts=tuple(each.account for each in asked),
        policy_files=tuple(draw(st.lists(texts, max_size=2))), conflicts=tuple(draw(st.lists(texts, max_size=2))),
        config=Config(organisation="x", timezone="UTC", roles=roles, approvals=ApprovalPolicy(source=source)),
        requester_trouble=draw(st.none() | texts), overlaps=tuple(draw(st.lists(overlaps, max_size=2))),
    )


failures = st.builds(FailedReview, applications, st.builds(EmpError, texts, where=st.none() | texts, hint=st.none() | texts))
unhurried = settings(deadline=None, max_examples=examples(60), report_multiple_bugs=False)

RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
ACTING = re.compile(r"@\w|#\d|://|www\.|\bGH-\d|:\w+:", re.IGNORECASE | re.ASCII)
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]|^::", re.MULTILINE)


def tokens(source: str) -> list[Token]:
    return [child for token in RENDERER.parse(source) for child in (token, *(token.children or ()))]


def assert_harmless(source: str) -> None:
    """Only the markup of the review itself is left, and in its text nothing that a forge would link."""
    assert not UNSEEN.search(source)
    assert "<!--" not in source
    found = tokens(source)
    assert {token.content for token in found if token.type in ("html_inline", "html_block")} <= {"<br>", "<sub>", "</sub>"}
    links = [str(token.attrs["href"]) for token in found if token.type == "link_open"]
    assert all(link.startswith(f"{URL}/") for link in links)
    assert not {token.type for token in found} & {"image", "hr", "fence", "code_block", "s_open"}
    text = "\n".join(
        "".join(child.content if child.type in ("text", "text_special") else "\0" for child in token.children or ())
        for token in found if token.type == "inline"
    )
    assert not ACTING.search(text)
    for row in re.findall(r"<tr>.*?</tr>", RENDERER.render(source), re.DOTALL):
        assert row.count("<td") in (0, 3, 5)


class TestAReview:
    @unhurried
    @given(reviews())
    def test_of_hostile_values_is_text_that_does_nothing(self, review: Review) -> None:
        assert_harmless(review_markdown(review))

    @unhurried
    @given(reviews())
    def test_has_its_verdict_on_the_first_line_and_in_the_title(self, review: Review) -> None:
        first = review_markdown(review).splitlines()[0]
        assert first.startswith("**")
        assert " · " in first
        title = review_title(review)
        assert len(title) <= 250
        assert len(title.splitlines()) == 1
        assert not UNSEEN.search(title)

    @unhurried
    @given(failures)
    def test_that_failed_is_text_that_does_nothing(self, review: FailedReview) -> None:
        assert_harmless(review_markdown(review))
