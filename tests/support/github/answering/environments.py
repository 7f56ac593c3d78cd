"""Deployment environments, secrets and variables."""

from __future__ import annotations

from typing import Any

from support.github.answering.protections import hide
from support.github.model import RefusedError
from support.github.routing import REPO, Call, Listing, Reply, answers
from support.github.settings import Environment
from support.github.shapes import people
from support.github.shapes.people import SINCE
from support.github.state import State

_ENVIRONMENT = f"{REPO}/environments/{{environment_name}}"


@answers("GET", f"{REPO}/environments")
def list_(state: State, _call: Call) -> Listing:
    hide(state, "environments")
    return Listing([*state.settings.environments.values()], lambda each: _shape(state, each), "environments")


@answers("GET", _ENVIRONMENT)
def get(state: State, call: Call) -> Reply:
    return Reply(_shape(state, _found(state, call)))


@answers("GET", f"{_ENVIRONMENT}/deployment-branch-policies")
def policies(state: State, call: Call) -> Listing:
    branches = _found(state, call).branches
    patterns = branches if isinstance(branches, list) else []
    return Listing(
        patterns, lambda name: {"id": len(name), "node_id": f"BP_{name}", "name": name, "type": "branch"}, "branch_policies"
    )


@answers("GET", f"{_ENVIRONMENT}/deployment_protection_rules")
def custom_rules(state: State, call: Call) -> Listing:
    """Those of Apps, of which there are none here."""
    _found(state, call)
    return Listing([], dict, "custom_deployment_protection_rules")


@answers("GET", f"{_ENVIRONMENT}/secrets")
def environment_secrets(state: State, call: Call) -> Listing:
    hide(state, "secrets")
    return _secrets(_found(state, call).secrets)


@answers("GET", f"{_ENVIRONMENT}/variables")
def environment_variables(state: State, call: Call) -> Listing:
    hide(state, "variables")
    return _variables(_found(state, call).variables)


@answers("GET", f"{REPO}/actions/secrets")
def secrets(state: State, _call: Call) -> Listing:
    hide(state, "secrets")
    return _secrets(state.settings.secrets)


@answers("GET", f"{REPO}/actions/variables")
def variables(state: State, _call: Call) -> Listing:
    hide(state, "variables")
    return _variables(state.settings.variables)


def _secrets(names: list[str]) -> Listing:
    return Listing(names, lambda name: {"name": name, "created_at": SINCE, "updated_at": SINCE}, "secrets")


def _variables(values: dict[str, str]) -> Listing:
    return Listing(
        [*values.items()],
        lambda item: {"name": item[0], "value": item[1], "created_at": SINCE, "updated_at": SINCE}, "variables",
    )


def _found(state: State, call: Call) -> Environment:
    hide(state, "environments")
    if found := state.settings.environments.get(call.path["environment_name"]):
        return found
    raise RefusedError(404, "Not Found")


def _shape(state: State, found: Environment) -> dict[str, Any]:
    rules: list[dict[str, Any]] = []
    if found.reviewers:
        rules.append({
            "id": found.id + 1, "node_id": f"GA_{found.id + 1}", "type": "required_reviewers",
            "prevent_self_review": found.prevents_self_review,
            "reviewers": [_reviewer(state, name) for name in found.reviewers],
        })
    policy = None
    if found.branches is not None:
        rules.append({"id": found.id + 2, "node_id": f"GA_{found.id + 2}", "type": "branch_policy"})
        only = found.branches == "protected"
        policy = {"protected_branches": only, "custom_branch_policies": not only}
    return {
        "id": found.id, "node_id": f"EN_{found.id}", "name": found.name, "created_at": SINCE, "updated_at": SINCE,
        "url": f"{state.repository}/environments/{found.name}", "html_url": f"{state.page}/deployments/{found.name}",
        "protection_rules": rules, "deployment_branch_policy": policy,
    }


def _reviewer(state: State, name: str) -> dict[str, Any]:
    if not name.startswith("@"):
        return {"type": "User", "reviewer": people.user(state, name)}
    slug = name.partition("/")[2]
    return {"type": "Team", "reviewer": people.team(state, next(each for each in state.teams if each.slug == slug))}
