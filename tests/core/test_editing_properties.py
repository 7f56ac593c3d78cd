"""Any edit of any account-like file gives the wanted value, and leaves every byte outside the edited entry."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from emp_gitops.core.editing import REMOVE, new_file, with_values
from emp_gitops.core.loading import Path, load
from support.account_documents import TEXT_KEYS, AccountDocument, account_documents, accounts, scalars, text_lists
from support.thorough import examples


def value_of(data: bytes) -> Any:
    loaded = load(data)
    assert loaded.problems == ()
    return loaded.value


def same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def edited(value: dict[str, Any], path: Path, new: Any) -> dict[str, Any]:
    """What the value is after an edit, by another way than the code's."""
    key, *deeper = path
    if deeper:
        inner = edited(value.get(key, {}), tuple(deeper), new)
        return value if new is REMOVE and key not in value else {**value, key: inner}
    return {k: v for k, v in value.items() if k != key} | ({} if new is REMOVE else {key: new})


edits = st.one_of(
    st.tuples(st.tuples(st.sampled_from([*TEXT_KEYS, "datapoints"])), scalars | st.just(REMOVE)),
    st.tuples(st.just(("subscription",)), st.just(REMOVE)),
    st.tuples(st.tuples(st.just("subscription"), st.sampled_from(["start", "months"])), scalars | st.just(REMOVE)),
    st.tuples(st.just(("contacts",)), text_lists | st.just(REMOVE)),
)


@given(account_documents())
@settings(max_examples=examples(200))
def test_the_drawn_files_say_what_they_should(document: AccountDocument) -> None:
    assert same(value_of(document.data), document.value)


@given(account_documents(), edits)
@settings(max_examples=examples(300))
def test_an_edit_gives_the_wanted_value_and_leaves_what_is_around_the_entry(
    document: AccountDocument, edit: tuple[Path, Any]
) -> None:
    path, new = edit
    wanted = edited(document.value, path, new)
    assume(wanted)
    result = with_values(document.data, {path: new})
    assert same(value_of(result), wanted)
    if same(wanted, document.value):
        assert result == document.data
    elif path[0] in document.value:
        before, behind = document.around(str(path[0]))
        assert result.startswith(before)
        assert result.endswith(behind)
        if path == (path[0],) and new is REMOVE and document.is_ended:
            assert result == before + behind
    else:
        start, behind = document.around(str([key for key, _ in document.pieces if key][-1]))
        assert_inserted(document.data, result, not_before=len(start))


def assert_inserted(old: bytes, new: bytes, *, not_before: int) -> None:
    """The new bytes are the old ones with some more in one place."""
    more = len(new) - len(old)
    assert any(new[:at] + new[at + more :] == old for at in range(not_before, len(old) + 1))


@given(account_documents(), edits, edits)
def test_two_edits_at_once_are_one_after_the_other(
    document: AccountDocument, one: tuple[Path, Any], other: tuple[Path, Any]
) -> None:
    wanted = edited(edited(document.value, *one), *other)
    assume(wanted and edited(document.value, *one) and one[0] != other[0])
    at_once = with_values(document.data, dict([one, other]))
    assert at_once == with_values(with_values(document.data, dict([one])), dict([other]))
    assert same(value_of(at_once), wanted)


@given(account_documents(), text_lists)
def test_an_edit_and_its_way_back_give_the_values_that_were_there(
    document: AccountDocument, contacts: list[str]
) -> None:
    there = with_values(document.data, {("contacts",): contacts})
    back = with_values(there, {("contacts",): document.value.get("contacts", REMOVE)})
    assert same(value_of(back), document.value)
    if "contacts" not in document.value and document.is_ended:
        assert back == document.data


@given(accounts)
def test_a_new_file_says_what_it_was_given(account: dict[str, Any]) -> None:
    subscription = account.pop("subscription", {})
    data = new_file({**account, **subscription, "sector": None, "expires_on": "x"}, schema_path="../s.json")
    assert same(value_of(data), {**account, **({"subscription": subscription} if subscription else {})})
    assert value_of(with_values(data, {("language",): "es"})) == {**value_of(data), "language": "es"}
