"""The older protection of a branch, told as the rules that rulesets are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emp_gitops.forge.settings import Rule


def protection_rules(value: Mapping[str, Any]) -> list[Rule]:
    """From the answer to `GET /repos/{owner}/{repo}/branches/{branch}/protection`.

    What administrators, or others who are named, need not keep is no rule: a change of theirs could go without.
    """
    if not _is_on(value, "enforce_admins"):
        return []
    rules = []
    if not _is_on(value, "allow_deletions"):
        rules.append(Rule(type="deletion", parameters={}))
    if not _is_on(value, "allow_force_pushes"):
        rules.append(Rule(type="non_fast_forward", parameters={}))
    reviews = value.get("required_pull_request_reviews")
    if reviews and not any((reviews.get("bypass_pull_request_allowances") or {}).values()):
        rules.append(Rule(type="pull_request", parameters={
            "required_approving_review_count": reviews.get("required_approving_review_count", 0),
            "dismiss_stale_reviews_on_push": reviews.get("dismiss_stale_reviews", False),
            "require_code_owner_review": reviews.get("require_code_owner_reviews", False),
            "require_last_push_approval": reviews.get("require_last_push_approval", False),
        }))
    if checks := value.get("required_status_checks"):
        rules.append(Rule(type="required_status_checks", parameters={
            "strict_required_status_checks_policy": checks.get("strict", False),
            "required_status_checks": [
                {"context": check["context"], "integration_id": check.get("app_id")} for check in checks["checks"]
            ],
        }))
    return rules


def _is_on(value: Mapping[str, Any], name: str) -> bool:
    return bool(value.get(name, {}).get("enabled"))
