"""Planning: the wanted accounts beside the live ones, as a plan. Pure; the reader was asked before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from emp_gitops.core.changes import Change, kinds_between
from emp_gitops.core.checking import CheckedTree, violated
from emp_gitops.core.drift import Drift, drift_of
from emp_gitops.core.findings import Finding, has_errors, in_order
from emp_gitops.core.guards import guards
from emp_gitops.core.model import Account, LiveAccount
from emp_gitops.core.plan import Inputs, Plan, find_transfers, inputs_of, legs_by_customer
from emp_gitops.core.rules.registry import PlanningCase, planning_rule
from emp_gitops.core.standing import ALL_STAND, Standing
from emp_gitops.core.tree import account_id


def make_plan(
    checked: CheckedTree, live: Mapping[str, LiveAccount], today: date, standing: Standing = ALL_STAND
) -> Plan:
    """What would turn the live accounts into the wanted ones. What does not stand is shown, and refused; guards and
    transfers are about the rest.

    Accounts whose file is broken are left out on both sides: nothing is known of what is wanted. With an error on the
    configuration, a schema or the tree there are no changes at all, only the findings.
    """
    wanted = {id_: each.account for id_, each in checked.wanted.items()}
    revision, inputs = checked.tree.revision, _inputs(checked, wanted, live)
    empty = Plan(revision=revision, today=today, inputs=inputs, findings=checked.findings, standing=standing)
    if checked.policy is None or has_errors(f for f in checked.findings if f.account is None):
        return empty
    managed = {id_ for id_, each in live.items() if each.applied and (not each.retired or id_ in checked.ids)}
    ids = sorted(wanted.keys() | (managed - checked.ids))
    cases = [PlanningCase(id_, wanted.get(id_), live.get(id_), today) for id_ in ids]
    changes, findings = _changes(checked, cases)
    approved = [change for change in changes if change.account not in standing.unapproved]
    findings += _torn_transfers(checked, live, approved, standing)
    changed = {change.account for change in changes}
    broken = {finding.account for finding in findings if finding.severity == "error"}
    return replace(
        empty,
        changes=tuple(changes),
        transfers=find_transfers(changes),
        findings=in_order(findings),
        drift=tuple(drift for case in cases if (drift := _drift(checked, case))),
        guards=guards(
            approved,
            managed=managed,
            files=checked.ids | standing.unapproved.keys(),  # what nobody approved to remove is still there
            policy=checked.policy.config.guards,
        ),
        unchanged=sum(case.id in managed and case.id not in changed and case.id not in broken for case in cases),
        unmanaged=tuple(sorted(id_ for id_, each in live.items() if each.is_unmanaged and id_ not in checked.ids)),
    )


def _changes(checked: CheckedTree, cases: Sequence[PlanningCase]) -> tuple[list[Change], list[Finding]]:
    """What the accounts' cases come to, and the findings of the tree with those of the cases."""
    changes, findings = [], list(checked.findings)
    for case in cases:
        found = list(_findings(checked, case))
        findings += found
        if not (case.wanted is None and has_errors(found)) and (change := _change(checked, case)):
            changes.append(change)
    return changes, findings


def _change(checked: CheckedTree, case: PlanningCase) -> Change | None:
    file = checked.wanted[case.id].file if case.wanted else None
    live = case.live
    if live is None or live.retired:
        seen = live.version if live else 0
        if case.wanted is None:
            return None
        return Change(account=case.id, file=file, kinds=("create",), seen_version=seen, before=None, after=case.wanted)
    if case.wanted is None:
        return Change(
            account=case.id,
            file=None,
            kinds=("retirement",),
            seen_version=live.version,
            before=live.account,
            after=None,
        )
    if live.is_unmanaged:
        # Where the two differ, a finding says so and the account is refused.
        return Change(
            account=case.id, file=file, kinds=("adoption",), seen_version=live.version, before=None, after=case.wanted
        )
    kinds = kinds_between(live.account, case.wanted)
    if not kinds:
        return None
    return Change(
        account=case.id, file=file, kinds=kinds, seen_version=live.version, before=live.account, after=case.wanted
    )


def _drift(checked: CheckedTree, case: PlanningCase) -> Drift | None:
    if case.live is None:
        return None
    return drift_of(case.live, case.wanted, checked.wanted[case.id].file if case.wanted else None)


def _findings(checked: CheckedTree, case: PlanningCase) -> Iterator[Finding]:
    for rule, violation in planning_rule.violations(case):
        file, at = checked.position(case.id, violation.field)
        yield violated(violation, rule.id, rule.severity, file, at, case.id)


def _torn_transfers(
    checked: CheckedTree, live: Mapping[str, LiveAccount], changes: Sequence[Change], standing: Standing
) -> Iterator[Finding]:
    """An error on each change that may be one leg of a transfer whose other leg stands in a broken file.

    Changes that sum to zero by themselves have all of their legs. A file that nobody approved holds no leg: which
    accounts an approved transfer is about, its application says.
    """
    broken: dict[str, str] = {}
    for id_ in sorted(checked.ids - checked.wanted.keys() - standing.unapproved.keys()):
        row = live.get(id_)
        if row and row.applied and not row.retired:
            broken.setdefault(row.account.customer, id_)
    for customer, legs in legs_by_customer(changes).items() if broken else ():
        for leg in legs if customer in broken and sum(leg.delta for leg in legs) != 0 else ():
            file, at = checked.position(leg.account, "datapoints")
            yield Finding.error(
                "transfer-torn",
                file,
                f"these {leg.delta:+,} datapoints may be one leg of a transfer, and the file of {broken[customer]!r}, "
                "of the same customer, is broken",
                at=at,
                hint=f"mend the file of {broken[customer]!r} first",
                account=leg.account,
            )


def _inputs(checked: CheckedTree, wanted: Mapping[str, Account], live: Mapping[str, LiveAccount]) -> Inputs:
    content: dict[str, Any] = {id_: account.to_flat() for id_, account in wanted.items()}
    for path, data in checked.tree.accounts.items():
        if account_id(path) not in content:
            content[account_id(path)] = hashlib.sha256(data).hexdigest()
    versions = {id_: each.version for id_, each in live.items() if id_ in content or each.applied is not None}
    return inputs_of(content, versions)
