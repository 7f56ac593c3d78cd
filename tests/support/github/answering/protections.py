"""Branches, and what keeps people from pushing to them."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from support.github.model import RefusedError
from support.github.routing import REPO, Call, Listing, Reply, answers
from support.github.shapes import repositories
from support.github.state import State

_BRANCH = f"{REPO}/branches/{{branch}}"


@answers("GET", _BRANCH)
def branch(state: State, call: Call) -> Reply:
    name = _known(state, call)
    url = f"{state.repository}/branches/{name}"
    protection = state.settings.protection.get(name)
    tip = state.bare.resolve(f"refs/heads/{name}") or ""
    return Reply({
        "name": name, "commit": repositories.commit(state, tip), "protected": protection is not None,
        "protection": protection or {"enabled": False}, "protection_url": f"{url}/protection",
        "_links": {"self": url, "html": f"{state.page}/tree/{name}"},
    })


@answers("GET", f"{_BRANCH}/protection")
def protection(state: State, call: Call) -> Reply:
    hide(state, "protection")
    found = state.settings.protection.get(_known(state, call))
    if found is None:
        raise RefusedError(404, "Branch not protected")
    return Reply(found)


@answers("GET", f"{REPO}/rulesets")
def rulesets(state: State, _call: Call) -> Listing:
    """In lists a ruleset has no rules and no conditions."""
    short = ("rules", "conditions", "bypass_actors")
    return Listing(
        [*state.settings.rulesets.values()],
        lambda ruleset: {key: value for key, value in _ruleset(state, ruleset).items() if key not in short},
    )


@answers("GET", f"{REPO}/rulesets/{{ruleset_id}}")
def ruleset(state: State, call: Call) -> Reply:
    """Who may pass by its rules is told to those who may change it."""
    found = state.settings.rulesets.get(call.number("ruleset_id"))
    if found is None:
        raise RefusedError(404, "Not Found")
    shown = _ruleset(state, found)
    return Reply({key: value for key, value in shown.items() if key != "bypass_actors" or "bypass" not in state.settings.hidden})


@answers("GET", f"{REPO}/rules/branches/{{branch}}")
def rules(state: State, call: Call) -> Listing:
    """The rules of all rulesets that are active on the branch, which need not exist."""
    return Listing([*_rules(state, f"refs/heads/{call.path['branch']}")], lambda rule: rule)


def _rules(state: State, ref: str) -> Iterator[dict[str, Any]]:
    for found in state.settings.rulesets.values():
        if found.get("enforcement") == "active" and found.get("target", "branch") == "branch" and _covers(found, ref):
            for rule in found.get("rules", []):
                source = {"ruleset_source_type": "Repository", "ruleset_source": f"{state.owner}/{state.name}"}
                yield {**rule, **source, "ruleset_id": found["id"]}


def _covers(ruleset: dict[str, Any], ref: str) -> bool:
    names = (ruleset.get("conditions") or {}).get("ref_name", {"include": ["~ALL"], "exclude": []})
    return _matches(names["include"], ref) and not _matches(names["exclude"], ref)


def _matches(patterns: list[str], ref: str) -> bool:
    special = {"~ALL": "refs/heads/*", "~DEFAULT_BRANCH": "refs/heads/main"}
    return any(fnmatchcase(ref, special.get(pattern, pattern)) for pattern in patterns)


def _ruleset(state: State, found: dict[str, Any]) -> dict[str, Any]:
    url = f"{state.repository}/rulesets/{found['id']}"
    return {
        "source_type": "Repository", "source": f"{state.owner}/{state.name}", "node_id": f"RRS_{found['id']}",
        "_links": {"self": {"href": url}, "html": {"href": f"{state.page}/rules/{found['id']}"}}, **found,
    }


def hide(state: State, kind: str) -> None:
    """Refuses with 403 where the tokens may not read this kind of settings."""
    if kind in state.settings.hidden:
        raise RefusedError(403, "Resource not accessible by integration")


def _known(state: State, call: Call) -> str:
    name = call.path["branch"]
    if state.bare.resolve(f"refs/heads/{name}") is None:
        raise RefusedError(404, "Branch not found")
    return name
