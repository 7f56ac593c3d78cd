"""The plan as JSON (`schemas/plan.schema.json`), there and back again."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from emp_gitops.core.changes import Change, fingerprint
from emp_gitops.core.drift import Drift, DriftedField
from emp_gitops.core.findings import Finding
from emp_gitops.core.guards import Guard
from emp_gitops.core.model import Account
from emp_gitops.core.plan import Inputs, Leg, Plan, Transfer
from emp_gitops.errors import StalePlanError

FORMAT_VERSION = "1.0"


def plan_file(plan: Plan) -> dict[str, Any]:
    """The plan as `read_plan` takes it: its JSON values, and a checksum over all of them."""
    value = plan_to_json(plan)
    return value | {"checksum": fingerprint(value)}


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """The plan as JSON values; what follows from the rest (digest, summary, fields) is written out for readers."""
    return {
        "format_version": FORMAT_VERSION,
        "digest": plan.digest,
        "revision": plan.revision,
        "today": plan.today.isoformat(),
        "inputs": asdict(plan.inputs),
        "summary": plan.summary,
        "changes": [_change_to_json(change) for change in plan.changes],
        "transfers": [{"customer": t.customer, "legs": [asdict(leg) for leg in t.legs]} for t in plan.transfers],
        "findings": [asdict(finding) for finding in plan.findings],
        "guards": [asdict(guard) for guard in plan.guards],
        "drift": [drift_to_json(drift) for drift in plan.drift],
        "unmanaged": list(plan.unmanaged),
    }


def _change_to_json(change: Change) -> dict[str, Any]:
    return {
        "account": change.account,
        "file": change.file,
        "kinds": list(change.kinds),
        "seen_version": change.seen_version,
        "before": change.before and change.before.to_flat(),
        "after": change.after and change.after.to_flat(),
        "fields": [asdict(field) for field in change.fields],
    }


def drift_to_json(drift: Drift) -> dict[str, Any]:
    return {"account": drift.account, "file": drift.file, "fields": [asdict(field) for field in drift.fields]}


def read_plan(text: str, *, where: str) -> Plan:
    """The plan in a saved file.

    Raises StalePlanError where the text is truncated, altered in any value, or of another format version. That is a
    check for accidents and careless hands: whoever alters a file can compute the checksum again, and nothing that is
    written on the platform comes from the file.
    """
    hint = "make a new one: emp-gitops plan --out FILE"
    try:
        value = json.loads(text, object_pairs_hook=_unrepeated)
        version = value["format_version"]
        if version != FORMAT_VERSION:
            raise StalePlanError(
                f"this plan has format version {version!r}, and {FORMAT_VERSION} is what I read", where=where, hint=hint
            )
        plan = _plan_from_json(value)
        checksum = value.pop("checksum")
        genuine = checksum == fingerprint(value) and plan_to_json(plan) == value
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise StalePlanError("this is not a whole saved plan", where=where, hint=hint) from error
    if not genuine:
        raise StalePlanError(
            "this saved plan was altered: its checksum, digest or summary does not follow from its content",
            where=where,
            hint=hint,
        )
    return plan


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object. Raises ValueError for a name given twice, of which a reader may see the one and we the other."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is given twice")
    return found


def _plan_from_json(value: dict[str, Any]) -> Plan:
    return Plan(
        revision=value["revision"],
        today=date.fromisoformat(value["today"]),
        inputs=Inputs(**value["inputs"]),
        changes=tuple(_change_from_json(each) for each in value["changes"]),
        transfers=tuple(
            Transfer(each["customer"], tuple(Leg(**leg) for leg in each["legs"])) for each in value["transfers"]
        ),
        findings=tuple(Finding(**each) for each in value["findings"]),
        guards=tuple(Guard(**each) for each in value["guards"]),
        drift=tuple(
            Drift(each["account"], each["file"], tuple(DriftedField(**field) for field in each["fields"]))
            for each in value["drift"]
        ),
        unchanged=value["summary"]["unchanged"],
        unmanaged=tuple(value["unmanaged"]),
    )


def _change_from_json(value: dict[str, Any]) -> Change:
    before, after = value["before"], value["after"]
    return Change(
        account=value["account"],
        file=value["file"],
        kinds=tuple(value["kinds"]),
        seen_version=value["seen_version"],
        before=before and Account.from_flat(before),
        after=after and Account.from_flat(after),
    )
