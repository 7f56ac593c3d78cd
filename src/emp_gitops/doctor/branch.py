"""Is main protected as `.github/rulesets/main.json` asks for?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from emp_gitops.doctor.values import Check, Problem, Subject, error, on_forge, warning
from emp_gitops.forge.base import MAIN
from emp_gitops.forge.settings import Rule, Settings
from emp_gitops.shipped import shipped_github

RULESET = ".github/rulesets/main.json"

_MISSING = {
    "deletion": "main can be deleted",
    "non_fast_forward": "main can be pushed to by force, which rewrites its history",
    "pull_request": "main can be pushed to without a pull request",
    "required_status_checks": "main requires no check",
}
_WEAKER = {
    "required_approving_review_count": "pull requests into main need fewer approvals than they should",
    "dismiss_stale_reviews_on_push": "an approval outlives a push: stale reviews are not dismissed",
    "require_code_owner_review": "code owners need not approve what they own",
    "require_last_push_approval": "whoever pushed last may be the only one who approves",
}


def shortfalls(wanted: Iterable[Rule], found: Sequence[Rule]) -> Iterator[str]:
    """What the rules that were found do not demand although they should."""
    for rule in wanted:
        same = [each.parameters for each in found if each.type == rule.type]
        if not same:
            yield _MISSING.get(rule.type, f"main has no rule {rule.type}")
        elif rule.type == "required_status_checks":
            yield from _checks(rule.parameters, same)
        else:
            yield from (
                _WEAKER.get(name, f"{rule.type} of main is set otherwise: {name}")
                for name, value in rule.parameters.items()
                if not any(_as_strict(each.get(name), value) for each in same)
            )


def _as_strict(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, bool):
        return found is True or not wanted
    if isinstance(wanted, int):
        return isinstance(found, int) and found >= wanted
    return bool(found == wanted)


def _checks(wanted: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    live = [check for each in found for check in each.get("required_status_checks", ())]
    for check in wanted["required_status_checks"]:
        name, app = check["context"], check.get("integration_id")
        apps = {each.get("integration_id") for each in live if each["context"] == name}
        if not apps:
            yield f"main does not require the check {name}"
        elif app is not None and app not in apps:
            yield f"the check {name} counts whoever reports it: main does not ask for the App {app} (GitHub Actions)"


def _ruleset(subject: Subject) -> tuple[list[Rule], Problem | None]:
    """The rules that should hold, and what is wrong with their file; without a good one, those of this version."""
    data, trouble = subject.file(RULESET), "is missing"
    if data is not None:
        try:
            return _rules(data), None
        except (ValueError, KeyError, TypeError, AttributeError):
            trouble = "is no ruleset"
    hint = "write it again, as `emp-gitops init --forge github:OWNER/REPO` does"
    return _rules(shipped_github()[RULESET].encode()), error(f"{RULESET} {trouble}", hint)


def _rules(data: bytes) -> list[Rule]:
    found = [Rule(type=rule["type"], parameters=rule.get("parameters", {})) for rule in json.loads(data)["rules"]]
    list(shortfalls(found, found))  # raises for what cannot be compared
    return found


def _protected(subject: Subject) -> Iterator[Problem]:
    wanted, trouble = _ruleset(subject)
    if trouble:
        yield trouble
    settings = subject.forge
    rules = settings.rules(MAIN)
    found = list(shortfalls(wanted, rules))
    if found:  # the older kind of protection may demand it
        found = list(shortfalls(wanted, [*rules, *settings.protection(MAIN)]))
    hint = f"gh api repos/{settings.name}/rulesets --input {RULESET} sets what the file says"
    yield from (error(message, hint) for message in found)
    yield from _exceptions(settings, rules)


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
