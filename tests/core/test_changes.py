"""Typed changes: kinds, fields, deltas and the key under which a change is written once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given

from emp_gitops.core.changes import KINDS, Change, FieldChange, count_kinds, fingerprint, kinds_between
from emp_gitops.core.model import FIELDS, Account
from support.accounts import an_account, any_accounts

BEFORE = an_account(datapoints=100, comment="old")


def a_change(**fields: Any) -> Change:
    return Change(**{
        "account": "acme-lyon", "file": "accounts/acme-lyon.yaml", "kinds": ("datapoints",), "seen_version": 3,
        "before": BEFORE, "after": replace(BEFORE, datapoints=130),
    } | fields)


CREATE = a_change(kinds=("create",), before=None)
RETIREMENT = a_change(kinds=("retirement",), file=None, after=None)
ADOPTION = a_change(kinds=("adoption",), before=None, after=BEFORE)


class TestTheKindsBetweenTwoVersions:
    @pytest.mark.parametrize(("changes", "kinds"), [
        ({}, ()),
        ({"datapoints": 130}, ("datapoints",)),
        ({"license": "essential"}, ("license",)),
        ({"start": date(2027, 3, 1)}, ("renewal",)),
        ({"months": 24}, ("renewal",)),
        ({"start": date(2027, 3, 1), "months": 24}, ("renewal",)),
        *(({field: value}, ("details",)) for field, value in {
            "name": "x", "customer": "x", "sector": "retail", "country": "ES", "rtc_lines": 1, "email_domain": "a.example",
            "contacts": (), "comment": None, "language": "es", "auto_renew": "propose",
        }.items()),
        ({"comment": "x", "months": 24, "license": "essential", "datapoints": 20}, ("datapoints", "license", "renewal", "details")),
    ])
    def test_say_what_a_change_means_in_a_fixed_order(self, changes: dict[str, Any], kinds: tuple[str, ...]) -> None:
        assert kinds_between(BEFORE, replace(BEFORE, **changes)) == kinds

    @given(any_accounts, any_accounts)
    def test_are_none_exactly_between_equals(self, a: Account, b: Account) -> None:
        assert (kinds_between(a, b) == ()) == (a == b)
        assert kinds_between(a, b) == kinds_between(b, a)


class TestTheFieldsOfAChange:
    def test_are_those_that_differ_as_json_values_under_their_path_in_the_file(self) -> None:
        after = replace(BEFORE, datapoints=130, start=date(2027, 3, 1), contacts=("b@acme.example",), comment=None)
        assert a_change(after=after).fields == (
            FieldChange("datapoints", 100, 130),
            FieldChange("subscription.start", "2026-03-01", "2027-03-01"),
            FieldChange("contacts", ["facilities@acme.example"], ["b@acme.example"]),
            FieldChange("comment", "old", None),
        )

    def test_are_all_given_ones_on_create(self) -> None:
        fields = {field.path: (field.before, field.after) for field in CREATE.fields}
        assert fields["datapoints"] == (None, 130)
        assert fields["rtc_lines"] == (None, 0)
        assert "country" not in fields

    def test_are_all_given_ones_on_retirement(self) -> None:
        assert FieldChange("datapoints", 100, None) in RETIREMENT.fields

    def test_are_none_on_adoption(self) -> None:
        assert ADOPTION.fields == ()

    @given(any_accounts, any_accounts)
    def test_turn_the_one_account_into_the_other(self, before: Account, after: Account) -> None:
        paths = {"subscription.start": "start", "subscription.months": "months"}
        changed = {paths.get(field.path, field.path): field.after for field in a_change(before=before, after=after).fields}
        assert Account.from_flat(before.to_flat() | changed) == after


@pytest.mark.parametrize(("change", "delta"), [
    (a_change(), 30), (CREATE, 130), (RETIREMENT, -100), (ADOPTION, 0),
    (a_change(kinds=("license",), after=replace(BEFORE, license="essential")), 0),
    (a_change(after=replace(BEFORE, datapoints=20)), -80),
])
def test_the_delta_of_datapoints_is_signed(change: Change, delta: int) -> None:
    assert change.datapoints_delta == delta


class TestTheIdempotencyKey:
    def test_is_the_same_wherever_the_file_lies(self) -> None:
        assert a_change(file="accounts/elsewhere/acme-lyon.yaml").idempotency_key == a_change().idempotency_key

    @pytest.mark.parametrize("other", [
        {"account": "acme-madrid"}, {"seen_version": 4}, {"kinds": ("datapoints", "details")},
        {"before": replace(BEFORE, comment="x")}, {"after": replace(BEFORE, datapoints=131)}, {"after": None},
    ], ids=str)
    def test_differs_for_any_other_change(self, other: dict[str, Any]) -> None:
        assert a_change(**other).idempotency_key != a_change().idempotency_key


def test_a_fingerprint_does_not_depend_on_the_order_of_keys_and_keeps_every_letter() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint("é") != fingerprint("e")
    # A fixed point: saved plans and recorded keys of an earlier release have to stay good.
    assert fingerprint({"ñ": [1, None]}) == "sha256:746e88caa882cf0f309726cc360aaf155101213c97a676264d4f273c6600bb98"


def test_a_change_of_two_kinds_counts_under_both() -> None:
    counts = dict(count_kinds((CREATE, a_change(kinds=("datapoints", "details")), a_change())))
    assert list(counts) == list(KINDS)
    assert counts == dict.fromkeys(KINDS, 0) | {"create": 1, "datapoints": 2, "details": 1}


def test_every_field_of_an_account_has_a_kind() -> None:
    for field in FIELDS:
        other = replace(BEFORE, **{field: date(2030, 1, 1) if field == "start" else 77 if field == "months" else "other"})
        assert len(kinds_between(BEFORE, other)) == 1
