"""The text of an issue's file: what is put in comes out, and what is not ours stays to the last character."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emp_gitops.forge.issue_text import hidden, keys_in, neutral, records_in
from emp_gitops.forge.plain.issue_file import (
    amended,
    content_of,
    field_of,
    is_open,
    labels_of,
    new_comment,
    new_file,
    sections_of,
    with_comment,
    with_field,
    with_labels,
    with_section,
)
from emp_gitops.forge.plain.issue_paths import key_of, path_of

unhurried = settings(deadline=None)

DAY = date(2026, 11, 23)
ONE, TWO = "0123456789ab", "ba9876543210"

LINES = st.sampled_from([
    "", " ", "-->", "<!--", "```", "# Heading", "## emp-gitops, 2026-11-23", "- state: closed", "- labels: a, b", "---", "ñ€\U0001f600",
    "<!-- emp-gitops:record sent P1M -->", "<!-- emp-gitops:issue reminder a 2027-03-01 -->", f"<!-- emp-gitops:comment {ONE} -->",
    "<!--emp-gitops:record x-->", "<!--\temp-gitops:record x -->", "\ufeff<!-- emp-gitops:record x -->", "<<!--!-- emp-gitops:record x -->",
])
BODIES = st.lists(LINES | st.text(), max_size=8).flatmap(lambda lines: st.sampled_from(["\n", "\r\n", "\r"]).map(lambda end: end.join(lines)))
RECORDS = st.lists(st.from_regex(r"[!-~]([ -~]{0,20}[!-~])?", fullmatch=True).filter(lambda text: "--" not in text), max_size=3)
WORDS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True)


class TestABody:
    @unhurried
    @given(BODIES)
    def test_can_hold_nothing_that_counts(self, body: str) -> None:
        for text in (body, f"{body}\n", f"x\n{body}"):
            shown = neutral(text)
            assert (keys_in(shown), records_in(shown)) == ((), ())
            assert {*sections_of(shown)} == {""}

    @unhurried
    @given(BODIES)
    def test_is_the_same_when_it_is_made_harmless_again(self, body: str) -> None:
        assert neutral(neutral(body)) == neutral(body)

    def test_stays_as_it_is_where_it_is_harmless(self) -> None:
        body = "One  \ntwo\n\n\ttabs <!-- mine --> & ñ \U0001f600\n```\n<!-- emp-gitops -->\n```"
        assert neutral(f"\n{body}\n\n") == body


class TestAFile:
    @unhurried
    @given(BODIES, RECORDS, st.lists(st.tuples(BODIES, RECORDS), max_size=2))
    def test_gives_back_what_was_put_in(
        self, body: str, records: list[str], comments: list[tuple[str, list[str]]]
    ) -> None:
        text = new_file(title="T", body=body, labels=["a", "b"], assignees=[], records=records)
        for id_, (said, more) in zip((ONE, TWO), comments, strict=False):
            text = with_comment(text, new_comment(id_, said, more, on=DAY))
        description, *found = sections_of(text).values()
        assert (is_open(text), labels_of(text), description.records) == (True, ["a", "b"], tuple(records))
        assert description.text.endswith("\n\n".join(content_of(body, records)).rstrip("\r\n"))
        assert [(each.content, each.records) for each in found] == [
            ("\n\n".join(content_of(said, more)), tuple(more)) for said, more in comments
        ]

    @unhurried
    @given(st.text(), st.sampled_from(["\n", "\r\n"]), st.text())
    def test_keeps_every_character_that_people_wrote(self, note: str, end: str, last: str) -> None:
        """Whatever they did to the file before."""
        text = new_file(title="T", body="Body", labels=["a"], assignees=["ana"], records=["r"])
        before = f"{text.replace(chr(10), end)}{note}{end}{last}"
        closed = with_field(with_labels(before, ["b"]), "state", "closed")
        assert closed == before.replace("- state: open", "- state: closed").replace("- labels: a", "- labels: b")
        assert with_comment(closed, new_comment(ONE, "x", [], on=DAY)).startswith(closed)

    @unhurried
    @given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
    def test_takes_a_state_and_labels_whatever_is_in_it(self, text: str) -> None:
        changed = with_labels(with_field(text, "state", "closed"), ["a", "b"])
        assert (is_open(changed), labels_of(changed)) == (False, ["a", "b"])
        rest = iter(changed)
        assert all(char in rest for char in text) or field_of(text, "state") or field_of(text, "labels")

    @unhurried
    @given(BODIES, RECORDS, BODIES)
    def test_takes_another_text_for_a_comment(self, body: str, records: list[str], note: str) -> None:
        text = new_file(title="T", body="", labels=[], assignees=[], records=[])
        one, two = new_comment(ONE, "one", ["r"], on=DAY), new_comment(TWO, "two", [], on=DAY)
        before, after = f"{text}{neutral(note)}\n", with_comment(with_comment(f"{text}{neutral(note)}\n", one), two)
        other = amended(sections_of(after)[ONE], body, records)
        changed = with_section(after, other)
        assert changed == with_comment(with_comment(before, other), two)
        assert (sections_of(changed)[ONE].records, sections_of(changed)[TWO]) == (tuple(records), two)


class TestTheState:
    @pytest.mark.parametrize("line", [
        "- state: closed", "- State: Closed", "* STATE : closed by Ana", "-  state:closed  ", "+ state: closed\r",
        "- note: mine\n- state: closed",
    ])
    def test_is_what_a_person_wrote(self, line: str) -> None:
        assert not is_open(f"# Title\n\n{line}\n\nBody\n")
        assert is_open(with_field(f"# Title\n\n{line}\n\nBody\n", "state", "open"))

    @pytest.mark.parametrize("text", [
        "# Title\n\n- state: open\n\n- state: closed\n", "# Title\n\nstate: closed\n", "# Title\n\nBody\n\n- state: closed\n", "", "# T",
        "# Title\n\n- labels: a\n\n- state: closed\n", "closed",
    ])
    def test_is_open_otherwise(self, text: str) -> None:
        assert is_open(text)
        assert not is_open(with_field(text, "state", "closed"))

    @pytest.mark.parametrize(("text", "closed"), [
        ("# T\n\nBody\n", "# T\n\n- state: closed\n\nBody\n"),
        ("# T", "# T\n\n- state: closed\n"),
        ("# T\nBody", "# T\n\n- state: closed\n\nBody"),
        ("", "- state: closed\n"),
        ("Body", "- state: closed\n\nBody"),
        ("# T\r\n\r\n- labels: a\r\n\r\nBody\r\n", "# T\r\n\r\n- labels: a\r\n- state: closed\r\n\r\nBody\r\n"),
        ("# T\n\n- labels: a", "# T\n\n- labels: a\n- state: closed\n"),
        ("\ufeff# T\n\n- state: open\n", "\ufeff# T\n\n- state: closed\n"),
    ])
    def test_is_added_where_somebody_took_it_out(self, text: str, closed: str) -> None:
        assert with_field(text, "state", "closed") == closed


class TestATitle:
    @pytest.mark.parametrize(("title", "heading"), [
        ("Acme Madrid HQ: ends on 1 March 2027", "# Acme Madrid HQ: ends on 1 March 2027"),
        ("a\nb", "# a b"),
        ("*a* _b_ `c` [d](e) <f> | & ~g~ #", r"# \*a\* \_b\_ \`c\` \[d\](e) \<f\> \| \& \~g\~ \#" + "\u200c"),
        ("@ana https://x.example www.x.example :tada:", "# @\u200cana https:\u200c//x.example www\u200c.x.example :\u200ctada:"),
    ])
    def test_is_a_heading_without_markup_mentions_or_links(self, title: str, heading: str) -> None:
        assert new_file(title=title, body="", labels=[], assignees=[], records=[]).split("\n")[0] == heading


class TestAPath:
    @unhurried
    @given(st.lists(WORDS, min_size=1, max_size=4), st.integers(1, 9999))
    def test_leads_back_to_its_key(self, words: list[str], number: int) -> None:
        key = " ".join(words)
        if key != "heartbeat":
            assert key_of(path_of(key, number)) == (key, number)

    @unhurried
    @given(st.text(alphabet="as/.-1md", max_size=12) | st.from_regex(r"[a-z/.0-9]{0,9}(\.[0-9])?\.md", fullmatch=True))
    def test_is_of_one_key_alone(self, path: str) -> None:
        if found := key_of(path):
            assert path_of(*found) == path

    def test_is_readable(self) -> None:
        assert path_of("reminder acme-madrid 2027-03-01") == "reminders/acme-madrid/2027-03-01.md"
        assert path_of("operator") == "operator.md"

    @pytest.mark.parametrize("path", ["heartbeat.md", "README.md", "a/b.md", "as/b.1.md", "as/b.txt", "as//b.md", "as/.md", "s/b.md"])
    def test_of_any_other_file_is_none(self, path: str) -> None:
        assert key_of(path) is None


def test_what_is_hidden_is_hidden_in_html_too() -> None:
    assert hidden("reminder a-- 2027-03-01", ["x>", ">y"]) == (
        "<!-- emp-gitops:issue reminder a-- 2027-03-01 -->\n<!-- emp-gitops:record x> -->\n<!-- emp-gitops:record >y -->"
    )
