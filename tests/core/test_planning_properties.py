"""What holds of every plan, over generated files and platforms."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emp_gitops.core.checking import CheckedTree
from emp_gitops.core.model import Account, LiveAccount
from emp_gitops.core.plan import Plan
from emp_gitops.core.planning import make_plan
from support.accounts import IDS, TODAY, an_account, check, dates, in_git, moved, on_platform, planned, worlds
from support.thorough import examples

# Each example is a whole world of accounts; what can go wrong shows in few of them.
sparingly = settings(max_examples=examples(40))

World = tuple[dict[str, Account], list[str], dict[str, LiveAccount]]


def files_of(world: World) -> CheckedTree:
    wanted, broken, _ = world
    return in_git(*wanted.items(), broken=broken)


def carried_out(plan: Plan, live: dict[str, LiveAccount]) -> dict[str, LiveAccount]:
    """The platform after each change of the plan, as its protocol describes it."""
    after = dict(live)
    for change in plan.changes:
        row = live.get(change.account)
        assert change.seen_version == (row.version if row else 0)
        after[change.account] = LiveAccount(
            id=change.account, version=change.seen_version + 1, account=change.after or row.account,  # type: ignore[union-attr]
            used_datapoints=row.used_datapoints if row else 0, applied=change.after, retired=change.after is None,
        )
    return after


class TestAnyPlan:
    @sparingly
    @given(worlds(), dates)
    def test_carried_out_makes_the_platform_what_git_wants(self, world: World, today: Any) -> None:
        wanted, broken, live = world
        plan = make_plan(files_of(world), live, today)
        after = carried_out(plan, live)
        for id_, account in wanted.items():
            assert after[id_].account == account
            assert not after[id_].retired
        for id_, row in live.items():
            if id_ not in wanted and (id_ in broken or row.is_unmanaged):
                assert after[id_] == row

    @sparingly
    @given(worlds(), dates)
    def test_carried_out_leaves_nothing_to_do(self, world: World, today: Any) -> None:
        plan = make_plan(files_of(world), world[2], today)
        again = make_plan(files_of(world), carried_out(plan, world[2]), today)
        assert again.changes == ()

    @sparingly
    @given(worlds(), dates)
    def test_counts_every_account_once(self, world: World, today: Any) -> None:
        wanted, broken, live = world
        plan = make_plan(files_of(world), live, today)
        changed = [change.account for change in plan.changes]
        assert changed == sorted(set(changed))
        assert not set(changed) & (set(broken) | set(plan.unmanaged))
        assert set(changed) <= wanted.keys() | {id_ for id_, row in live.items() if row.applied and not row.retired}
        assert plan.unchanged + len(changed) <= len(wanted.keys() | live.keys())
        assert plan.summary["unchanged"] == plan.unchanged

    @sparingly
    @given(worlds(), dates)
    def test_refuses_transfers_whole_or_not_at_all(self, world: World, today: Any) -> None:
        plan = make_plan(files_of(world), world[2], today)
        for allowed in (False, True):
            refused = plan.refusals(allowed=allowed)
            for transfer in plan.transfers:
                assert sum(leg.delta for leg in transfer.legs) == 0
                assert len({leg.account in refused for leg in transfer.legs}) == 1
        assert plan.refusals(allowed=True).keys() <= plan.refusals().keys()

    @sparingly
    @given(worlds(), dates)
    def test_refuses_every_account_that_drifted_and_every_broken_one(self, world: World, today: Any) -> None:
        plan = make_plan(files_of(world), world[2], today)
        assert {drift.account for drift in plan.drift} | set(world[1]) <= plan.refusals().keys()

    @sparingly
    @given(worlds(), dates)
    def test_has_its_findings_in_order_on_files_that_exist(self, world: World, today: Any) -> None:
        checked = files_of(world)
        plan = make_plan(checked, world[2], today)
        assert all(finding.file in {*checked.tree.accounts, "accounts"} for finding in plan.findings)
        assert [f.file for f in plan.findings] == sorted(f.file for f in plan.findings)


class TestTheDigest:
    @sparingly
    @given(worlds(), st.sampled_from(["a", "b"]), st.integers(0, 10**6))
    def test_does_not_depend_on_revision_place_or_usage(self, world: World, folder: str, used: int) -> None:
        checked, live = files_of(world), world[2]
        digest = make_plan(checked, live, TODAY).digest
        assert make_plan(moved(checked, folder, revision="c" * 40), live, TODAY).digest == digest
        used_up = {id_: replace(row, used_datapoints=used) for id_, row in live.items()}
        assert make_plan(checked, used_up, TODAY).digest == digest

    @sparingly
    @given(worlds(), st.integers(0, 10_000))
    def test_does_not_depend_on_the_day_where_the_changes_do_not(self, world: World, days: int) -> None:
        now, later = (make_plan(files_of(world), world[2], day) for day in (TODAY, TODAY + timedelta(days)))
        assert (now.digest == later.digest) == (now.changes == later.changes)

    @sparingly
    @given(worlds(), st.sampled_from(IDS), st.data())
    def test_differs_for_any_other_content(self, world: World, id_: str, data: st.DataObject) -> None:
        wanted, broken, live = world
        digest = planned(files_of(world), *live.values()).digest
        options = [{id_: replace(wanted[id_], comment="another")}, {}] if id_ in wanted else [{id_: an_account(id_, comment="new")}]
        others = {key: value for key, value in wanted.items() if key != id_} | data.draw(st.sampled_from(options))
        assert planned(in_git(*others.items(), broken=[key for key in broken if key != id_]), *live.values()).digest != digest

    @sparingly
    @given(worlds())
    def test_differs_for_any_other_version_that_matters(self, world: World) -> None:
        digest = planned(files_of(world), *world[2].values()).digest
        for id_, row in world[2].items():
            matters = row.applied is not None or id_ in world[0] or id_ in world[1]
            other = world[2] | {id_: replace(row, version=row.version + 1)}
            assert (planned(files_of(world), *other.values()).digest != digest) is matters

    def test_differs_for_another_broken_file(self) -> None:
        good = in_git(broken=["acme-lyon"])
        other = replace(good, tree=replace(good.tree, accounts={"accounts/acme-lyon.yaml": b"name: {"}))
        assert planned(good, on_platform()).digest != planned(other, on_platform()).digest

    def test_differs_where_the_platform_changed_a_value_and_its_version(self) -> None:
        checked = in_git(an_account())
        other = on_platform(account=an_account(datapoints=99), applied=an_account(), version=2)
        assert planned(checked, on_platform()).digest != planned(checked, other).digest

    def test_is_of_the_content_and_not_of_the_writing(self) -> None:
        checked = in_git(an_account())
        spaced = replace(checked.tree, accounts={path: b"# note\n" + data for path, data in checked.tree.accounts.items()})
        assert planned(check(spaced)).digest == planned(checked).digest


@pytest.mark.parametrize("digest", [planned(in_git(an_account()), on_platform()).digest])
def test_a_digest_names_its_algorithm(digest: str) -> None:
    assert digest.startswith("sha256:")
    assert len(digest) == 71
