"""Writing to several issues at once, so that what the forge refuses of one is that one's trouble alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from emp_gitops.errors import ForgeError
from emp_gitops.forge.issues import Deed, Issue, IssueTracker

PATIENCE = 3
"""How many issues in a row may fail before the forge itself is taken to be the trouble."""


@dataclass(frozen=True, slots=True)
class Written:
    """The issues that were written to, by key, and what was not done: the errors by the number of the group."""

    issues: Mapping[str, Issue] = field(default_factory=dict)
    refused: Mapping[int, ForgeError] = field(default_factory=dict)


def write(tracker: IssueTracker, groups: Sequence[Sequence[Deed]]) -> Written:
    """Carry out the groups of deeds, each of which is about one issue: all at once, or where that fails, one by one,
    since doing again what was done does nothing. Raises ForgeError where the forge itself is the trouble.
    """
    deeds = [deed for group in groups for deed in group]
    if not deeds:
        return Written()
    try:
        return Written(tracker.do(deeds))
    except ForgeError:
        return _one_by_one(tracker, groups)


def _one_by_one(tracker: IssueTracker, groups: Sequence[Sequence[Deed]]) -> Written:
    issues: dict[str, Issue] = {}
    refused: dict[int, ForgeError] = {}
    failures = 0
    filled = [(number, group) for number, group in enumerate(groups) if group]
    for number, group in filled:
        try:
            issues |= tracker.do(group)
            failures = 0
        except ForgeError as error:
            refused[number] = error
            failures += 1
            if failures in (PATIENCE, len(filled)):
                raise
    return Written(issues, refused)
