"""The schemas of the machine outputs: each accepts a full output and nothing less or more."""

from __future__ import annotations

from typing import Any

import pytest

from emp_gitops.core.changes import KINDS
from schema_folder import OUTPUTS, SCHEMAS, is_valid, object_schemas, sample_account


def without(value: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: each for name, each in value.items() if name != key}


class TestAnOutputSchema:
    @pytest.mark.parametrize("name", OUTPUTS)
    def test_accepts_a_full_output(self, name: str) -> None:
        assert is_valid(name, sample_output(name))

    @pytest.mark.parametrize("name", OUTPUTS)
    def test_requires_every_key_and_refuses_another(self, name: str) -> None:
        output = sample_output(name)
        assert not is_valid(name, {**output, "surprise": 1})
        assert not is_valid(name, {**output, "format_version": "2.0"})
        for key in output:
            assert not is_valid(name, without(output, key)), key

    @pytest.mark.parametrize("name", OUTPUTS)
    def test_requires_every_key_of_every_part(self, name: str) -> None:
        for place, part in object_schemas(SCHEMAS[name]):
            assert part["additionalProperties"] is False, place
            assert part["required"] == list(part["properties"]), place

    @pytest.mark.parametrize(("place", "value"), [
        ("/$defs/kinds", []),
        ("/$defs/kinds", ["create", "create"]),
        ("/$defs/kinds", ["rename"]),
        ("/$defs/digest", "sha256:abc"),
        ("/$defs/account_id", "Acme"),
        ("/$defs/field_path", "start"),
        ("/$defs/field_path", "expires_on"),
        ("/$defs/field_value", {"start": "2026-03-01"}),
        ("/$defs/field_value", [1]),
        ("/$defs/transfer", {"customer": "Acme S.A.", "legs": [{"account": "acme-lyon", "delta": 30}]}),
        ("/$defs/transfer", {"customer": "Acme S.A.", "legs": [{"account": each, "delta": 0} for each in ("aa", "bb")]}),
        ("/properties/revision", "main"),
    ])
    def test_refuses_what_a_plan_never_holds(self, place: str, value: Any) -> None:
        assert not is_valid("plan.schema.json", value, place=place)


def sample_output(name: str) -> dict[str, Any]:
    """One output of each command with at least one entry in each list."""
    before, after = sample_account().to_flat(), sample_account(datapoints=90).to_flat()
    finding = {"rule": "r", "severity": "error", "account": None, "file": "emp-gitops.yaml", "line": 1, "column": 1,
               "message": "m", "hint": None}
    drift = [{"account": "acme-lyon", "file": None, "fields": [
        {"path": "contacts", "applied": ["a@acme.example"], "live": [], "wanted": None},
    ]}]
    if name == "validate.schema.json":
        return {"format_version": "1.0", "checked": 1, "findings": [finding]}
    if name == "drift.schema.json":
        return {"format_version": "1.0", "today": "2026-11-23", "drift": drift}
    if name == "history.schema.json":
        return {"format_version": "1.0", "account": "acme-lyon", "entries": [
            {"at": "2026-11-23T08:00:00Z", "kinds": ["create"], "before": None, "after": before, "revision": None,
             "requested_by": "ana", "approved_by": None},
        ]}
    if name in ("status.schema.json", "applications.schema.json"):
        row = {"account": "acme-lyon", "name": "Acme Lyon", "customer": "Acme S.A.", "license": "any", "datapoints": 60,
               "used_datapoints": 70, "datapoints_left": -10, "expires_on": "2026-11-20", "days_left": -3,
               "flags": ["over_quota"]}
        application = {"application": "application/lyon", "state": "pending", "kinds": ["datapoints"],
                       "accounts": ["acme-lyon"], "requested_by": "ana", "opened_at": "2026-11-20T08:00:00Z",
                       "waiting_for": "Customer Success", "age_days": 3, "url": None}
        if name == "applications.schema.json":
            return {"format_version": "1.0", "today": "2026-11-23", "applications": [application]}
        return {"format_version": "1.0", "today": "2026-11-23", "active": [row], "expired": [row], "scheduled": [row],
                "applications": [application], "unmanaged": [row | {"used_datapoints": None, "datapoints_left": None}]}
    if name in ("remind.schema.json", "why.schema.json"):
        return sample_explanation() if name == "why.schema.json" else sample_reminders()
    digest = "sha256:" + "0" * 64
    plan = {
        "format_version": "1.0", "digest": digest, "inputs": {"wanted": digest, "live": digest}, "revision": "a" * 40,
        "today": "2026-11-23", "summary": dict.fromkeys([*KINDS, "unchanged", "unmanaged"], 0),
        "changes": [{"account": "acme-lyon", "file": None, "kinds": ["datapoints"], "seen_version": 1, "before": before,
                     "after": after, "fields": [{"path": "datapoints", "before": 60, "after": 90}]}],
        "transfers": [{"customer": "Acme S.A.", "legs": [{"account": "acme-lyon", "delta": 30},
                                                         {"account": "acme-madrid", "delta": -30}]}],
        "findings": [finding], "guards": [{"rule": "g", "message": "m", "overridable": True}], "drift": drift,
        "unmanaged": ["old-hotel"],
    }
    if name == "plan.schema.json":
        return plan | {"checksum": digest}
    if name == "review.schema.json":
        return sample_review(plan | {"checksum": digest})
    if name == "doctor.schema.json":
        return {"format_version": "1.0", "forge": "git",
                "checks": [{"check": "main-protected", "outcome": "fine", "message": "m", "hint": None}]}
    assert name == "reconcile.schema.json", f"{name} has no sample here"
    return plan | {"results": [{"account": "acme-lyon", "outcome": "failed", "error": "m"}]}


def sample_reminders() -> dict[str, Any]:
    return {"format_version": "1.0", "today": "2026-11-23", "reminders": [
        {"account": "acme-lyon", "expires_on": "2026-12-10", "stage": "P1M", "outcome": "sent", "issue": "#12",
         "message_id": "<any@example.com>", "recipients": ["a@acme.example"], "error": None},
    ], "notices": [
        {"account": "acme-lyon", "outcome": "failed", "issue": "#13", "message_id": "<any@example.com>",
         "recipients": ["b@acme.example"], "error": "the mail server cannot be reached"},
    ]}


def sample_explanation() -> dict[str, Any]:
    stage = {"stage": "P1M", "on": "2026-11-10", "outcome": "sent", "reason": "r", "sent_on": "2026-11-10",
             "message_id": "<any@example.com>", "accepted": ["a@acme.example"], "rejected": [], "left": []}
    term = {"expires_on": "2026-12-10", "current": True, "issue": "#12", "url": None, "stages": [stage]}
    return {"format_version": "1.0", "today": "2026-11-23", "account": "acme-lyon", "state": "active",
            "contacts": ["a@acme.example"], "reason": "r", "terms": [term]}


def sample_review(plan: dict[str, Any]) -> dict[str, Any]:
    application = {"application": "12", "title": "", "state": "pending", "requested_by": "ana", "approved_by": ["carla"],
                   "branch": "application/lyon", "head": "a" * 40, "url": None}
    return {
        "format_version": "1.0", "application": application, "verdict": "waiting", "headline": "Ready",
        "conclusion": "success", "error": {"message": "m", "where": None, "hint": None}, "base": "b" * 40,
        "digest": plan["digest"], "accounts": ["acme-lyon"], "policy_files": ["emp-gitops.yaml"], "conflicts": ["any"],
        "high_risk": True, "required_approvals": 1, "plan": plan,
        "next": [{"who": "Customer Success", "people": ["carla"], "what": "approve it", "command": None}],
        "overlaps": [{"application": application, "accounts": ["acme-lyon"], "merges": False, "trouble": None, "fields": [
            {"account": "acme-lyon", "path": "datapoints", "ours": 150, "theirs": None},
        ]}],
    }
