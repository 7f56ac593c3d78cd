"""Is main protected as `.github/rulesets/main.json` asks for?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from emp_gitops.doctor.strictness import ANY_APP, shortfalls
from emp_gitops.doctor.values import Check, Problem, Subject, error, on_forge, warning
from emp_gitops.forge.base import MAIN
from emp_gitops.forge.settings import Rule, Settings
from emp_gitops.shipped import shipped_github

RULESET = ".github/rulesets/main.json"
_AGAIN = "write it again, as `emp-gitops init --forge github:OWNER/REPO` does"


def _protected(subject: Subject) -> Iterator[Problem]:
    wanted, troubles = _ruleset(subject)
    yield from troubles
    settings = subject.forge
    rules = settings.rules(MAIN)
    found = shortfalls(wanted, rules)
    if found:  # the older kind of protection may demand it
        found = shortfalls(wanted, [*rules, *settings.protection(MAIN)])
    there = {rule.ruleset for rule in rules} - {None}
    place = f"repos/{settings.name}/rulesets"
    call = f"--method PUT {place}/{there.pop()}" if len(there) == 1 else place  # a second one of the name is refused
    hint = f"gh api {call} --input {RULESET} sets what the file says"
    yield from (error(message, hint) for message in found)
    yield from _exceptions(settings, rules)


def _ruleset(subject: Subject) -> tuple[list[Rule], list[Problem]]:
    """The rules that should hold, those of the file and no less than this version asks for; and what is wrong with the
    file.
    """
    least, data = _least(subject), subject.file(RULESET)
    if data is None:
        return least, [error(f"{RULESET} is missing", _AGAIN)]
    try:
        value = json.loads(data)
        rules, idle = _rules(value), list(_idle(value))
    except (ValueError, KeyError, TypeError, AttributeError):
        return least, [error(f"{RULESET} is no ruleset", _AGAIN)]
    less = shortfalls(least, rules)
    problems = [error(f"{RULESET} asks for less than it should: {each}", _AGAIN) for each in less]
    return [*rules, *(least if less else ())], [*problems, *(error(f"{RULESET} {each}", _AGAIN) for each in idle)]


def _least(subject: Subject) -> list[Rule]:
    """What protects main at the least: the rules that `init` writes, with as many approvals as reconcile asks for. What
    is merged by a signature comes in by a push.
    """
    approvals = subject.config.approvals
    rules = _rules(json.loads(shipped_github()[RULESET]))
    if approvals.source == "signed-merge":
        return [rule for rule in rules if rule.type in ("deletion", "non_fast_forward")]
    more: dict[str, dict[str, Any]] = {
        "pull_request": {"required_approving_review_count": approvals.required},
        # On a server of one's own the App that runs workflows has another number.
        "required_status_checks": {"required_status_checks": [
            {**check, "integration_id": ANY_APP} for rule in rules for check in rule.parameters.get(rule.type, ())
        ]},
    }
    return [replace(rule, parameters={**rule.parameters, **more.get(rule.type, {})}) for rule in rules]


def _rules(value: Any) -> list[Rule]:
    found = [Rule(type=rule["type"], parameters=rule.get("parameters", {})) for rule in value["rules"]]
    shortfalls(found, found)  # raises for what cannot be compared
    return found


def _idle(value: Any) -> Iterator[str]:
    """Why what the file says would not hold."""
    if value.get("enforcement") != "active" or value.get("target", "branch") != "branch":
        yield "would not be in force: its enforcement is to be active, its target branch"
    names = value["conditions"]["ref_name"]
    if not {f"refs/heads/{MAIN}", "~DEFAULT_BRANCH", "~ALL"} & set(names["include"]) or names["exclude"]:
        yield f"is not for {MAIN}: its conditions are to include refs/heads/{MAIN}, and exclude nothing"
    if value.get("bypass_actors"):
        yield "lets somebody pass by its rules: its bypass_actors are to be empty"


def _exceptions(settings: Settings, rules: Sequence[Rule]) -> Iterator[Problem]:
    for ruleset in sorted({rule.ruleset for rule in rules if rule.ruleset is not None}):
        if count := settings.exceptions(ruleset):
            yield warning(
                f"the ruleset {ruleset} of main may be bypassed ({count} in its bypass list)",
                "empty its bypass list; what comes in past an approval, reconcile refuses",
            )


CHECKS = (
    Check(id="main-protected", fine="main is protected as its ruleset says", examine=_protected, concerns=on_forge),
)
