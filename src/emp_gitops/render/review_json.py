"""A review as JSON (`schemas/review.schema.json`)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from emp_gitops.core.plan_json import plan_file
from emp_gitops.errors import EmpError
from emp_gitops.forge.base import Application
from emp_gitops.render.findings import FORMAT_VERSION
from emp_gitops.review.facts import FailedReview, Overlap, Review
from emp_gitops.review.judging import Step, judge, next_steps

_NOTHING_KNOWN: dict[str, Any] = {
    "base": None,
    "digest": None,
    "accounts": [],
    "policy_files": [],
    "conflicts": [],
    "high_risk": False,
    "required_approvals": 1,
    "next": [],
    "overlaps": [],
    "plan": None,
}


def review_json(review: Review | FailedReview) -> dict[str, Any]:
    """The same keys for both; of a failed review only the application and the error are known."""
    head = {"format_version": FORMAT_VERSION, "application": _application(review.application)}
    if isinstance(review, FailedReview):
        verdict = {"verdict": "failed", "headline": "Could not be reviewed", "conclusion": "failure"}
        return {**head, **verdict, "error": _error(review.error), **_NOTHING_KNOWN}
    judgements = judge(review)
    first = judgements[0]
    return {
        **head,
        "verdict": first.key,
        "headline": first.headline,
        "conclusion": first.conclusion,
        "error": None,
        "base": review.base,
        "digest": review.digest,
        "accounts": list(review.accounts),
        "policy_files": list(review.policy_files),
        "conflicts": list(review.conflicts),
        "high_risk": review.is_high_risk,
        "required_approvals": review.required,
        "next": [_step(step) for step in next_steps(judgements)],
        "overlaps": [_overlap(overlap) for overlap in review.overlaps],
        "plan": plan_file(review.plan),
    }


def _application(application: Application) -> dict[str, Any]:
    return {
        "application": application.id,
        "title": application.title,
        "state": application.state,
        "requested_by": application.requested_by,
        "approved_by": list(application.approved_by),
        "branch": application.branch,
        "head": application.head,
        "url": application.url,
    }


def _step(step: Step) -> dict[str, Any]:
    return {"who": step.who, "what": step.what, "people": list(step.people), "command": step.command}


def _error(error: EmpError) -> dict[str, Any]:
    return {"message": error.message, "where": error.where, "hint": error.hint}


def _overlap(overlap: Overlap) -> dict[str, Any]:
    return {
        "application": _application(overlap.application),
        "accounts": list(overlap.accounts),
        "fields": [asdict(field) for field in overlap.fields],
        "merges": overlap.merges,
        "trouble": overlap.trouble,
    }
