"""The plan as JSON: there and back, and not back where anything was altered."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emp_gitops.core.changes import KINDS, Change, fingerprint
from emp_gitops.core.drift import Drift, DriftedField
from emp_gitops.core.findings import Finding
from emp_gitops.core.guards import Guard
from emp_gitops.core.model import Account, LiveAccount
from emp_gitops.core.plan import Inputs, Leg, Plan, Transfer
from emp_gitops.core.plan_json import FORMAT_VERSION, plan_file, read_plan
from emp_gitops.core.planning import make_plan
from emp_gitops.errors import ExitCode, StalePlanError
from schema_folder import is_valid
from support.accounts import (
    TODAY,
    an_account,
    any_accounts,
    dates,
    in_git,
    on_platform,
    optional_texts,
    planned,
    texts,
    worlds,
)
from support.thorough import examples

json_values = st.none() | texts | st.integers(0, 10**18) | st.lists(texts, max_size=2)

changes = st.builds(
    Change, account=texts, file=optional_texts, kinds=st.lists(st.sampled_from(KINDS), unique=True).map(tuple),
    seen_version=st.integers(0, 10**6), before=st.none() | any_accounts, after=st.none() | any_accounts,
)
findings = st.builds(
    Finding, rule=texts, severity=st.sampled_from(["error", "warning"]), account=optional_texts, file=texts,
    line=st.integers(1, 10**6), column=st.integers(1, 10**6), message=texts, hint=optional_texts,
)
drifts = st.builds(
    Drift, account=texts, file=optional_texts,
    fields=st.lists(st.builds(DriftedField, texts, json_values, json_values, json_values), max_size=2).map(tuple),
)
legs = st.lists(st.builds(Leg, texts, st.integers(-(10**9), 10**9)), max_size=3).map(tuple)
any_plans = st.builds(
    Plan, revision=optional_texts, today=dates, inputs=st.builds(Inputs, texts, texts),
    changes=st.lists(changes, max_size=3).map(tuple), transfers=st.lists(st.builds(Transfer, texts, legs), max_size=2).map(tuple),
    findings=st.lists(findings, max_size=3).map(tuple), guards=st.lists(st.builds(Guard, texts, texts, st.booleans()), max_size=2).map(tuple),
    drift=st.lists(drifts, max_size=2).map(tuple), unchanged=st.integers(0, 10**6), unmanaged=st.lists(texts, max_size=2).map(tuple),
)

PLAN = planned(
    in_git(
        an_account("acme-lyon", datapoints=130), an_account("acme-madrid", datapoints=70), an_account("acme-new", comment="ñandú"),
        an_account("acme-drift", comment="git"), an_account("acme-found"), an_account("acme-wrong", rtc_lines=4), broken=["acme-broken"],
    ),
    on_platform("acme-lyon"), on_platform("acme-madrid"), on_platform("acme-drift", applied=an_account("acme-drift", comment="before")),
    on_platform("acme-found", applied=None), on_platform("acme-old", an_account("acme-old", start=date(2024, 1, 1))),
    on_platform("unmanaged", applied=None), on_platform("acme-broken"),
)


def read(value: Any) -> Plan:
    return read_plan(value if isinstance(value, str) else json.dumps(value), where="plan.json")


def trouble_with(value: Any) -> StalePlanError | None:
    try:
        read(value)
    except StalePlanError as error:
        return error
    return None


class TestASavedPlan:
    @given(any_plans)
    def test_is_read_back_as_it_was(self, plan: Plan) -> None:
        assert read(json.dumps(plan_file(plan))) == plan
        assert read(json.dumps(plan_file(plan), ensure_ascii=False, indent=2)).digest == plan.digest

    @given(worlds())
    @settings(max_examples=examples(40))
    def test_of_real_accounts_is_read_back_and_valid_under_its_schema(
        self, world: tuple[dict[str, Account], list[str], dict[str, LiveAccount]],
    ) -> None:
        wanted, broken, live = world
        plan = make_plan(in_git(*wanted.items(), broken=broken), live, TODAY)
        assert read(plan_file(plan)) == plan
        assert is_valid("plan.schema.json", plan_file(plan))

    def test_tells_readers_what_follows_from_the_rest(self) -> None:
        value = plan_file(PLAN)
        assert value["digest"] == PLAN.digest
        assert value["summary"] == PLAN.summary
        lyon = next(change for change in value["changes"] if change["account"] == "acme-lyon")
        assert lyon["fields"] == [{"path": "datapoints", "before": 100, "after": 130}]
        assert (lyon["before"]["datapoints"], lyon["after"]["expires_on"]) == (100, "2027-03-01")

    def test_has_every_part_in_the_example_that_is_altered_below(self) -> None:
        empty = [key for key, each in plan_file(PLAN).items() if each in ([], None)]
        assert empty == ["revision", "guards"]
        assert {kind for change in PLAN.changes for kind in change.kinds} >= {"create", "datapoints", "adoption", "retirement"}


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] + [leaf for key, each in inner for leaf in leaves(each, (*path, key))]


def at(path: tuple[Any, ...]) -> Any:
    value: Any = plan_file(PLAN)
    for step in path:
        value = value[step]
    return value


def altered(path: tuple[Any, ...], alter: Callable[[Any], Any]) -> Any:
    """The example plan's JSON with the value at a path altered, or taken out where `alter` gives `...`."""
    value = plan_file(PLAN)
    holder = value
    for step in path[:-1]:
        holder = holder[step]
    new = alter(holder[path[-1]])
    if new is ...:
        del holder[path[-1]]
    else:
        holder[path[-1]] = new
    return value


PLACES = leaves(plan_file(PLAN))[1:]


class TestAnAlteredPlan:
    @pytest.mark.parametrize("key", plan_file(PLAN))
    @pytest.mark.parametrize("alter", [lambda _: "other", lambda _: None, lambda _: 7, lambda _: [], lambda _: ...],
                             ids=["text", "null", "number", "list", "left out"])
    def test_is_refused_in_every_part(self, key: str, alter: Callable[[Any], Any]) -> None:
        value = altered((key,), alter)
        assert (trouble_with(value) is None) == (value == plan_file(PLAN))

    @given(st.sampled_from(PLACES), json_values | st.just(...) | st.floats() | st.dictionaries(texts, texts))
    def test_is_refused_wherever_it_was_altered(self, path: tuple[Any, ...], new: Any) -> None:
        value = altered(path, lambda _: new)
        assert (trouble_with(value) is None) == (json.dumps(value) == json.dumps(plan_file(PLAN)))

    @pytest.mark.parametrize("other", [2.0, True])
    def test_is_refused_where_a_number_became_another_kind_of_the_same_value(self, other: Any) -> None:
        path = next(path for path in PLACES if type(at(path)) is int and at(path) == int(other))
        assert trouble_with(altered(path, lambda _: other))

    def test_is_refused_where_a_name_stands_twice(self) -> None:
        text = json.dumps(plan_file(PLAN))
        assert trouble_with(text.replace('"revision"', '"revision": "main", "revision"', 1))

    def test_is_refused_with_a_fresh_checksum_where_what_follows_from_the_rest_does_not(self) -> None:
        value = altered(("summary", "create"), lambda _: 0)
        del value["checksum"]
        assert trouble_with(value | {"checksum": fingerprint(value)})

    @given(st.sampled_from(PLACES), json_values | st.just(...) | st.floats() | st.dictionaries(texts, texts))
    def test_never_ends_in_a_traceback(self, path: tuple[Any, ...], new: Any) -> None:
        value = altered(path, lambda _: new)
        if error := trouble_with(value):
            assert (error.exit_code, error.where) == (ExitCode.STALE_PLAN, "plan.json")
            assert "emp-gitops plan --out" in (error.hint or "")
        else:
            assert json.loads(json.dumps(plan_file(read(value)))) == value

    @given(st.integers(0, 10_000))
    def test_is_refused_where_it_was_cut(self, end: int) -> None:
        text = json.dumps(plan_file(PLAN))
        with pytest.raises(StalePlanError):
            read(text[:min(end, len(text) - 1)])

    @pytest.mark.parametrize("text", [
        "", "null", "[]", "5", '"plan"', "{}", "[" * 100_000, "9" * 5000, '{"format_version": "1.0"}', "\ud800", "NaN",
        json.dumps(plan_file(PLAN) | {"more": 1}),
    ], ids=lambda text: text[:12].encode("unicode_escape").decode())
    def test_that_is_none_at_all_is_refused(self, text: str) -> None:
        with pytest.raises(StalePlanError):
            read(text)

    def test_of_another_format_version_says_which(self) -> None:
        with pytest.raises(StalePlanError, match=f"format version '2.0', and {FORMAT_VERSION} is what I read"):
            read(plan_file(PLAN) | {"format_version": "2.0"})
