"""The issues of reminders: good to read, and whatever an account's values hold, they do nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from emp_gitops.core.model import Account
from emp_gitops.core.reminder_records import Sent
from emp_gitops.core.schedule import Stage
from emp_gitops.forge.base import Application
from emp_gitops.mail.facts import ReminderFacts, RemovedContactFacts, Renewal
from emp_gitops.reminding.running import Mailed
from emp_gitops.reminding.values import Ended, Notice, Post, Reminder, Report
from emp_gitops.render.reminder_markdown import ReminderMarkdown, stage_words
from support.accounts import an_account
from support.golden import assert_golden
from support.mails import LINK
from support.nasty import texts
from support.thorough import examples

WORDS = ReminderMarkdown()
TODAY = date(2026, 11, 23)
COMMANDS = Renewal(commands=("emp-gitops account renew acme-lyon --open",))
FORM = Renewal(url="https://github.com/example-energy/accounts/issues/new?template=renewal.yml&account=acme-lyon")
PULL = "https://github.com/example-energy/accounts/pull/14"
ACTING = re.compile(r"@\w|#\d|://|www\.|\bGH-\d|:\w+:", re.IGNORECASE | re.ASCII)

accounts = st.builds(
    Account, name=texts, customer=texts, license=texts, datapoints=st.integers(0, 10**9), months=st.integers(1, 120),
    start=st.dates(date(1970, 1, 1), date(2999, 12, 31)), sector=texts, rtc_lines=st.integers(0, 9), comment=st.none() | texts,
    contacts=st.lists(texts, max_size=3).map(tuple),
)
said = st.dictionaries(texts, texts, max_size=2)
applications = st.none() | st.builds(
    Application, id=st.just("14"), title=texts, state=st.just("pending"), requester=texts, opened_at=st.just(datetime(2026, 1, 1, tzinfo=UTC)),
    branch=texts, head=st.just("a" * 40), url=st.none() | st.just(PULL) | texts,
)


def facts(account: Account | None = None, **fields: Any) -> ReminderFacts:
    account = account or an_account(
        "acme-lyon", start=date(2025, 12, 10), datapoints=120, rtc_lines=4, country="ES", comment="Pilot: see #12",
        contacts=("a@acme.example", "b@acme.example"),
    )
    return ReminderFacts(**{
        "account": "acme-lyon", "value": account, "used_datapoints": 84, "stage": "P1M", "today": date(2026, 11, 10),
        "to": account.contacts, "renewal": COMMANDS,
    } | fields)


def tokens(source: str) -> list[Token]:
    parsed = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source)
    return [child for token in parsed for child in (token, *(token.children or ()))]


def assert_harmless(source: str) -> None:
    assert "<!--" not in source
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", source)
    found = tokens(source)
    assert {token.content for token in found if token.type == "fence"} <= {"emp-gitops account renew acme-lyon --open\n"}
    assert not {token.type for token in found} & {"image", "hr", "code_block", "s_open", "html_inline", "html_block", "blockquote_open"}
    assert {str(token.attrs["href"]) for token in found if token.type == "link_open"} <= {PULL, FORM.url}
    text = "\n".join(
        "".join(child.content if child.type in ("text", "text_special") else "\0" for child in token.children or ())
        for token in found if token.type == "inline"
    )
    assert not ACTING.search(text)


def assert_harmless_title(title: str) -> None:
    assert len(title.splitlines()) == 1
    assert not ACTING.search(title)
    assert not LINK.search(title)
    assert not {token.type for token in tokens(title)} & {"link_open", "image", "html_inline", "html_block", "code_inline"}


class TestHostileValues:
    @settings(deadline=None, max_examples=examples(60))
    @given(accounts, applications, st.none() | st.integers(0, 10**9), st.sampled_from([COMMANDS, FORM]))
    def test_do_nothing_in_an_issue(self, account: Account, application: Application | None, used: int | None, renewal: Renewal) -> None:
        about = facts(account, used_datapoints=used, renewal=renewal)
        for text in (WORDS.opening(about, application), WORDS.stage(about, application)):
            assert_harmless(text)
        assert_harmless_title(WORDS.title(about))

    @settings(deadline=None, max_examples=examples(60))
    @given(accounts, st.lists(texts, max_size=3).map(tuple))
    def test_do_nothing_in_a_notice(self, account: Account, removed: tuple[str, ...]) -> None:
        about = RemovedContactFacts(account="acme-lyon", value=account, removed=removed, version=2, changed_on=TODAY)
        assert_harmless(WORDS.notice(about))
        assert_harmless_title(WORDS.notice_title(about))

    @settings(deadline=None, max_examples=examples(60))
    @given(st.lists(texts, max_size=3).map(tuple), said, said, st.none() | texts)
    def test_do_nothing_where_it_says_who_was_reached(self, accepted: tuple[str, ...], refused: dict[str, str], put_off: dict[str, str], warning: str | None) -> None:
        sent = Sent(stage="P1M", on=TODAY, message_id="<a@b>", accepted=accepted, rejected=tuple(refused))
        assert_harmless(WORDS.mailed(Mailed(sent=(sent, sent), refused=refused, put_off=put_off, warning=warning)))

    @settings(deadline=None, max_examples=examples(60))
    @given(texts, said, texts)
    def test_do_nothing_in_the_operators_issue(self, trouble: str, bounced: dict[str, str], account: str) -> None:
        report = Report(
            today=TODAY,
            reminders=(
                Reminder(account=account, expires_on=TODAY, stage="P1M", outcome="failed", post=Post(trouble=trouble)),
                Reminder(account=account, expires_on=TODAY, stage="P1M", outcome="sent", post=Post(bounced=bounced)),
            ),
            notices=(Notice(account=account, version=2, outcome="failed", post=Post(trouble=trouble)),),
        )
        assert_harmless(WORDS.failures(report))


    def test_do_nothing_in_a_title(self) -> None:
        about = replace(facts(an_account(name="@carla #12 GH-5 http://x.example", start=date(2026, 3, 1))), account="gh-5")
        assert WORDS.title(about).replace("\u200c", "|") == "@|carla #|12 GH-|5 http:|//x.|example (gh-|5) expires on 2027-03-01"
        removal = RemovedContactFacts(account="acme-lyon", value=about.value, removed=(), version=2, changed_on=TODAY)
        assert WORDS.notice_title(removal).replace("\u200c", "|") == "@|carla #|12 GH-|5 http:|//x.|example (acme-lyon): mail goes to other people"


class TestWhatAnIssueSays:
    @pytest.mark.parametrize(("name", "about", "pending"), [
        ("first", facts(), False),
        ("expired", facts(today=date(2026, 12, 12), stage="P0D", used_datapoints=None), False),
        ("form", facts(renewal=FORM, used_datapoints=131), False),
        ("pending", facts(), True),
    ])
    def test_is_good_to_read(self, name: str, about: ReminderFacts, pending: bool) -> None:
        application = Application(
            id="14", title="Renew", state="pending", requester="ana", opened_at=datetime(2026, 1, 1, tzinfo=UTC),
            branch="application/renew", head="a" * 40, url=PULL,
        )
        text = "\n\n".join([f"# {WORDS.title(about)}", WORDS.opening(about, application if pending else None), "---", WORDS.stage(about, application if pending else None)])
        assert_golden(f"reminders/{name}.md", f"{text}\n")

    def test_of_a_proposal_leaves_the_ways_to_ask_open(self) -> None:
        proposal = Application(
            id="14", title="Renew", state="pending", requester="emp-forms[bot]", opened_at=datetime(2026, 1, 1, tzinfo=UTC),
            branch="application/renew", head="a" * 40, url=PULL, is_proposal=True,
        )
        opening = WORDS.opening(facts(), proposal)
        assert "proposes a renewal, and nobody has asked for it yet: a SuperAdmin can make it a request." in opening
        assert "emp-gitops account renew acme-lyon --open" in opening
        assert WORDS.stage(facts(), proposal).endswith("proposes a renewal, and nobody has asked for it yet.")

    def test_of_the_most_that_an_account_can_hold_fits_into_an_issue(self) -> None:
        long = [f"{'é' * 100}{number}@{'x' * 120}.example" for number in range(50)]
        account = replace(facts().value, name="é" * 120, customer="é" * 120, comment="é" * 5000, contacts=tuple(long))
        sent = tuple(Sent(stage="P1M", on=TODAY, message_id="<a@b>", accepted=tuple(long)) for _ in range(2))
        bounced = dict.fromkeys(long, "é" * 1000)
        assert len(WORDS.opening(facts(account), None)) < 10_000
        assert len(WORDS.mailed(Mailed(sent=sent, refused=bounced, put_off=bounced))) < 30_000

    def test_lists_twenty_addresses_and_counts_the_rest(self) -> None:
        sent = Sent(stage="P1M", on=TODAY, message_id="<a@b>", accepted=tuple(f"a{number}@x.example" for number in range(30)))
        text = WORDS.mailed(Mailed(sent=(sent,), refused={f"b{number}@x.example": "550" for number in range(30)}, put_off={}))
        assert "`a19@x.example` and 10 more." in text
        assert "- and 10 more" in text
        nobody = Sent(stage="P1M", on=TODAY, message_id="<a@b>", accepted=())
        assert WORDS.mailed(Mailed(sent=(nobody,), refused={}, put_off={})) == "Mailed on 2026-11-23 to nobody."

    @pytest.mark.parametrize(("now", "said"), [
        (date(2027, 12, 10), "Renewed until 2027-12-10. Thank you!"), (date(2026, 11, 10), "ends on 2026-11-10 now"), (None, "is retired"),
    ])
    def test_at_its_end_is_why(self, now: date | None, said: str) -> None:
        assert said in WORDS.ended(Ended(key="any", issue="#1", account="acme-lyon", expires_on=date(2026, 12, 10), now=now))

    def test_of_what_was_missed_is_the_day_and_the_reason(self) -> None:
        stages = (Stage("P1M", date(2026, 11, 10)), Stage("P0D", date(2026, 12, 10)))
        end = date(2026, 12, 10)
        assert WORDS.skipped(stages, today=date(2026, 12, 20), expires_on=end).endswith(
            "the reminder a month before 2026-12-10; on 2026-12-10 itself. On 2026-12-20, the account has expired."
        )
        assert WORDS.skipped(stages[:1], today=date(2026, 12, 9), expires_on=end).endswith("it is too late for that.")


@pytest.mark.parametrize(("stage", "words"), [
    ("P1M", "a month before D"), ("P1W", "a week before D"), ("P0D", "on D itself"), ("P0W", "on D itself"), ("P1D", "1 day before D"),
    ("P2W", "2 weeks before D"), ("P1Y", "a year before D"), ("P10D", "10 days before D"),
])
def test_a_stage_in_words(stage: str, words: str) -> None:
    assert stage_words(stage, "D") == words
