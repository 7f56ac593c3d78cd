"""What rules on a branch demand, beside what they should."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from emp_gitops.forge.settings import Rule

ANY_APP = "any"
"""In place of the id of an App that a check is to come from: any, but some App."""

ACTIONS = 15368
"""The id of the App by which github.com runs workflows."""

_CHECKS = "required_status_checks"
_MISSING = {
    "deletion": "main can be deleted",
    "non_fast_forward": "main can be pushed to by force, which rewrites its history",
    "pull_request": "main can be pushed to without a pull request",
    _CHECKS: "main requires no check",
}
_WEAKER = {
    "required_approving_review_count": "pull requests into main need fewer approvals than they should",
    "dismiss_stale_reviews_on_push": "an approval outlives a push: stale reviews are not dismissed",
    "require_code_owner_review": "code owners need not approve what they own",
    "require_last_push_approval": "whoever pushed last may be the only one who approves",
    "strict_required_status_checks_policy": "a branch that is behind main may be merged",
}


def shortfalls(wanted: Iterable[Rule], found: Sequence[Rule]) -> list[str]:
    """What the rules that were found do not demand although they should, each told once."""
    return list(dict.fromkeys(message for rule in wanted for message in _missing(rule, found)))


def _missing(rule: Rule, found: Sequence[Rule]) -> Iterator[str]:
    same = [each.parameters for each in found if each.type == rule.type]
    if not same:
        yield _MISSING.get(rule.type, f"main has no rule {rule.type}")
        return
    if rule.type == _CHECKS:
        yield from _checks(rule.parameters[_CHECKS], same)
    for name, value in rule.parameters.items():
        if name != _CHECKS and not any(_as_strict(each.get(name), value) for each in same):
            yield _WEAKER.get(name, f"{rule.type} of main is set otherwise: {name}")


def _as_strict(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, bool):
        return found is True or not wanted
    if isinstance(wanted, int):
        return isinstance(found, int) and found >= wanted
    return bool(found == wanted)


def _checks(wanted: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    live = [check for each in found for check in each.get(_CHECKS, ())]
    for check in wanted:
        name, app = check["context"], check.get("integration_id")
        apps = {each.get("integration_id") for each in live if each["context"] == name}
        if not apps:
            yield f"main does not require the check {name}"
        elif app == ANY_APP and apps == {None}:
            yield f"the check {name} counts whoever reports it: main asks for no App"
        elif app not in (None, ANY_APP) and app not in apps:
            known = " (GitHub Actions)" if app == ACTIONS else ""
            yield f"the check {name} counts whoever reports it: main does not ask for the App {app}{known}"
