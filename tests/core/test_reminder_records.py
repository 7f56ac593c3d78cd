"""The records of a ledger as lines of text: there and back, whatever an address holds, and never more than was said."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emp_gitops.core.reminder_records import Intent, Record, Sent, Skipped, read_records, to_line

DAY = date(2026, 11, 23)
ID = "<acme-lyon.2026-12-10.P1M@example.com>"

any_text = st.text(st.characters(exclude_categories=("Cs",)))
texts = any_text | st.sampled_from(["-->", "--", "---", "<!--", "a--b@x.example", "\\--", "\\-", "-\u007f-", "\n", '"'])
addresses = st.lists(texts, max_size=4).map(tuple)
stages = st.sampled_from(["P1M", "P1W", "P0D", "contacts"]) | texts
days = st.dates()
records: st.SearchStrategy[Record] = st.one_of(
    st.builds(Intent, stage=stages, on=days, message_id=st.just(ID), recipients=addresses),
    st.builds(Sent, stage=stages, on=days, message_id=st.just(ID), accepted=addresses, rejected=addresses),
    st.builds(Skipped, stage=stages, on=days),
)
SENT = Sent(stage="P1M", on=DAY, message_id=ID, accepted=("a@x.example",))


def broken(**changes: object) -> str:
    """The line of SENT with some values changed; None leaves one out."""
    value = json.loads(to_line(SENT)) | changes
    return json.dumps({key: each for key, each in value.items() if each is not None})


class TestALine:
    @given(st.lists(records))
    def test_is_read_as_what_was_written(self, given: list[Record]) -> None:
        assert read_records(map(to_line, given)) == tuple(given)

    @given(records)
    def test_is_printable_ascii_and_cannot_end_a_comment_of_html(self, record: Record) -> None:
        line = to_line(record)
        assert all(" " <= character <= "~" for character in line)
        assert "--" not in line
        assert not line.startswith("-")
        assert not line.endswith("-")

    def test_is_compact_json_with_a_version(self) -> None:
        assert to_line(Intent(stage="P1M", on=DAY, message_id=ID, recipients=("a--b@x.example",))) == (
            '{"v":1,"what":"intent","stage":"P1M","on":"2026-11-23","id":"<acme-lyon.2026-12-10.P1M@example.com>",'
            '"to":["a-\\u002db@x.example"]}'
        )
        assert to_line(Skipped(stage="P1M", on=DAY)) == '{"v":1,"what":"skipped","stage":"P1M","on":"2026-11-23"}'


class TestWhatIsNoRecord:
    @given(texts)
    def test_is_ignored(self, text: str) -> None:
        assert read_records([text, to_line(SENT)]) == (SENT,)

    @pytest.mark.parametrize("line", [
        "", "{}", "[]", "null", "1", '"sent"', "{" * 100_000, "[" * 50_000, to_line(SENT) + " " * 100_000, to_line(SENT)[:-1],
        broken(v=2), broken(v=True), broken(v=1.0), broken(v="1"), broken(v=None), broken(what="bounced"), broken(what=None),
        broken(stage=1), broken(stage=None), broken(on="soon"), broken(on=20261123), broken(accepted=None), broken(accepted="a@x.example"),
        broken(accepted=[1]), broken(rejected={}), broken(id=None), broken(id="acme"), broken(id="<a@b>\r\nBcc: eve@x.example"),
        broken(id="<a b@c>"), broken(id="<a@b><c@d>"), broken(id="<a@b>\n"), broken(id=f"<{'a' * 300}@b>"),
    ])  # fmt: skip
    def test_is_never_taken_for_a_sent_mail(self, line: str) -> None:
        assert read_records([line]) == ()

    def test_does_not_hide_what_stands_beside_it(self) -> None:
        assert read_records(["{", to_line(SENT), broken(v=9), to_line(SENT)]) == (SENT, SENT)

    def test_may_say_more_than_is_known_here(self) -> None:
        assert read_records([broken(colour="red")]) == (SENT,)
