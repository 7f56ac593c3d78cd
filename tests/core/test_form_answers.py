"""Filled-in forms: what GitHub makes of them is read back, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emp_gitops.core.characters import is_nfc, refused_character
from emp_gitops.core.form_answers import FormError, derive, request_in
from emp_gitops.core.form_fields import FORMS
from emp_gitops.core.forms import FormIssue, FormKind, FormRequest
from emp_gitops.core.model import Account
from support.accounts import an_account
from support.forms import NEW_ACCOUNT, SENT_AT, markdown_of, sent

DAY = SENT_AT.date()


def asked(request: FormRequest, before: Account | None = None, today: date = DAY) -> Account:
    return derive(request, before, today=today, late_days=30)


def is_an_answer(text: str) -> bool:
    """Whether somebody may have meant it: no heading, nothing that files may not hold, not one of GitHub's own words."""
    return (
        refused_character(text) is None and is_nfc(text) and not any(sign in text for sign in "#\uff03\ufe5f=-<\r")
        and text.strip() not in ("", "_No response_", "None")
    )


LINES = st.text(min_size=1).map(str.strip).filter(lambda text: "\n" not in text).filter(is_an_answer)
TEXTS = st.lists(LINES, min_size=1).map("\n".join).filter(is_an_answer)


@st.composite
def filled_in(draw: st.DrawFn) -> tuple[FormKind, dict[str, str]]:
    kind = draw(st.sampled_from([*FORMS]))
    answers = {
        field.id: draw(TEXTS if field.element == "textarea" else LINES)
        for field in FORMS[kind].fields if field.required or draw(st.booleans())
    }
    return kind, answers


class TestAForm:
    @given(filled_in(), st.sampled_from(["\n", "\r\n"]))
    def test_is_read_back_as_it_was_filled_in(self, form: tuple[FormKind, dict[str, str]], line_end: str) -> None:
        kind, answers = form
        assert sent(kind, markdown_of(kind, answers).replace("\n", line_end)) == FormRequest(
            kind=kind, issue="#7", requested_by="ana", sent_at=SENT_AT, answers=answers,
        )

    def test_has_no_answer_where_none_was_chosen(self) -> None:
        request = sent("create", **NEW_ACCOUNT, language="None", comment="None")
        assert "language" not in request.answers
        assert request.answers["comment"] == "None"

    def test_names_everything_that_is_missing(self) -> None:
        with pytest.raises(FormError, match="License has no answer") as caught:
            sent("create", **{**NEW_ACCOUNT, "license": "None", "contacts": ""})
        assert [other.message for other in caught.value.others] == ["Contacts has no answer"]
        assert caught.value.where == "#7"

    @pytest.mark.parametrize(("body", "message"), [
        pytest.param("", "not made with a form", id="nothing"),
        pytest.param("Please renew acme-lyon.", "not made with a form", id="words"),
        pytest.param("Hello!\n\n{}", "not made with a form", id="words before it"),
        pytest.param("{}\n\n### Datapoints\n\n9", "'Datapoints' is there more than once", id="a heading twice"),
        pytest.param("{}\n\n### License\n\nenterprise", "'License' is of another form", id="another form's heading"),
        pytest.param("{}\n\n### Approved by\n\ncarla", "line looks like a heading", id="an unknown heading"),
        pytest.param("### Account\n\nacme-lyon\n\n### Datapoints\n\n9", "'Reason' is missing", id="one too few"),
        pytest.param("### Datapoints\n\n9\n\n### Account\n\na\n\n### Reason\n\nb", "in another order", id="another order"),
        pytest.param("{}" + "x" * 65_536, "more than 65,536 characters", id="too long"),
    ])
    def test_is_refused_when_it_is_not_as_the_form_makes_it(self, body: str, message: str) -> None:
        with pytest.raises(FormError, match=message):
            sent("datapoints", body.format(markdown_of("datapoints", {"account": "acme-lyon", "datapoints": "+5"})))


class TestAnIssue:
    ISSUE = FormIssue(issue="#7", author="ana", sent_at=SENT_AT, text=markdown_of("renewal", {"account": "acme-lyon"}))

    def test_asks_in_the_name_of_its_author(self) -> None:
        assert request_in(self.ISSUE) == sent("renewal", account="acme-lyon")

    def test_is_refused_where_somebody_else_had_a_hand_in_it(self) -> None:
        with pytest.raises(FormError, match="carla has edited this form, which ana sent"):
            request_in(replace(self.ISSUE, other_editors=("carla",)))


class TestAnAnswer:
    @pytest.mark.parametrize("line", [
        "### Datapoints", "  ### Datapoints", "# Datapoints", "###### x", "###", "###Datapoints", "### datapoints ###",
        "\uff03\uff03\uff03 Datapoints", "\u200b### Datapoints", "#\u200b## Datapoints", "\t### Datapoints", "---", "===",
        "<h3>Datapoints</h3>", "see <H2 >", "### License",
    ])
    @pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
    def test_can_bring_in_no_heading(self, line: str, line_end: str) -> None:
        for reason in (line, f"Because.{line_end}{line}{line_end}999999"):
            with pytest.raises(FormError):
                sent("datapoints", account="acme-lyon", datapoints="+5", reason=reason)

    @pytest.mark.parametrize("reason", ["#12 asks for it", "Datapoints", "- one\n- two", "a < b, c#d", "* * *"])
    def test_may_be_any_other_text(self, reason: str) -> None:
        assert sent("datapoints", account="acme-lyon", datapoints="+5", reason=reason).answers["reason"] == reason

    @pytest.mark.parametrize(("answer", "message"), [
        ("a\x00b", r"Name holds U\+0000"), ("a\u202eb", "Name holds U"), ("a\ue000b", "Name holds U"),
        ("e\u0301", "Name is not in composed form"), ("a\nb", "Name goes over several lines"),
    ])
    def test_holds_nothing_that_a_file_may_not_hold(self, answer: str, message: str) -> None:
        with pytest.raises(FormError, match=message):
            sent("create", **{**NEW_ACCOUNT, "name": answer})


class TestANewAccount:
    def test_is_as_the_form_says(self) -> None:
        request = sent(
            "create", **{**NEW_ACCOUNT, "contacts": "a@acme.example,\nb@acme.example c@acme.example"}, start="2027-01-01",
            months="36", country="ES", rtc_lines="4", email_domain="energy.acme.example", comment="Two\nlines.",
            language="es", auto_renew="propose",
        )
        assert asked(request) == Account(
            name="Acme Lyon", customer="Acme S.A.", license="advanced", datapoints=60, start=date(2027, 1, 1), months=36,
            sector="offices", country="ES", rtc_lines=4, email_domain="energy.acme.example",
            contacts=("a@acme.example", "b@acme.example", "c@acme.example"), comment="Two\nlines.", language="es",
            auto_renew="propose",
        )

    def test_starts_on_the_day_of_the_form_for_a_year_where_nothing_else_is_said(self) -> None:
        account = asked(sent("create", **NEW_ACCOUNT))
        assert (account.start, account.months) == (DAY, 12)

    def test_tells_every_answer_that_means_nothing(self) -> None:
        request = sent("create", **{**NEW_ACCOUNT, "datapoints": "many"}, start="tomorrow", months="121", rtc_lines="-1")
        with pytest.raises(FormError, match="Datapoints: 'many' is no whole number") as caught:
            asked(request)
        assert [other.message.partition(":")[0] for other in caught.value.others] == ["First day", "Months", "RTC lines"]


class TestAChange:
    @pytest.mark.parametrize(("kind", "answers", "after"), [
        ("datapoints", {"datapoints": "+10"}, {"datapoints": 110}),
        ("datapoints", {"datapoints": "-5"}, {"datapoints": 95}),
        ("datapoints", {"datapoints": "150"}, {"datapoints": 150}),
        ("license", {"license": "enterprise"}, {"license": "enterprise"}),
        ("renewal", {}, {"months": 24}),
        ("renewal", {"months": "6"}, {"months": 18}),
    ])
    def test_is_what_the_form_asks_for_and_no_more(
        self, kind: FormKind, answers: dict[str, str], after: dict[str, Any]
    ) -> None:
        assert asked(sent(kind, account="acme-lyon", **answers), an_account()) == an_account(**after)

    @pytest.mark.parametrize(("day", "start", "months"), [
        ("2027-03-31", "2026-03-01", 24),
        ("2027-04-01", "2027-04-01", 12),
    ])
    def test_depends_on_the_day_only_for_a_late_renewal(self, day: str, start: str, months: int) -> None:
        after = asked(sent("renewal", account="acme-lyon"), an_account(), date.fromisoformat(day))
        assert (str(after.start), after.months) == (start, months)

    @pytest.mark.parametrize(("kind", "answers", "message"), [
        ("datapoints", {"datapoints": "+0"}, "this would change nothing"),
        ("datapoints", {"datapoints": "1e3"}, "is no number of datapoints"),
        ("license", {"license": "advanced"}, "has the license 'advanced' already"),
        ("renewal", {"months": "0"}, "is no number of months"),
    ])
    def test_says_why_it_cannot_be(self, kind: FormKind, answers: dict[str, str], message: str) -> None:
        with pytest.raises(FormError, match=message) as caught:
            asked(sent(kind, account="acme-lyon", **answers), an_account())
        assert caught.value.where == "#7"

    def test_needs_an_account_that_is_there(self) -> None:
        with pytest.raises(FormError, match="there is no account 'acme-lyon'"):
            asked(sent("renewal", account="acme-lyon"))
