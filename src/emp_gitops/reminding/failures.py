"""The operator's issue: what failed or bounced in a run, until a run has nothing of that kind.

There is one open issue at a time. A closed one stays closed: whoever reads it later finds one trouble, from its first
day to its last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import count

from emp_gitops.core.changes import fingerprint
from emp_gitops.forge.issues import Close, Comment, Deed, Issue, IssueTracker, OpenIssue
from emp_gitops.reminding.keys import FAILURES, FAILURES_LABEL, LABEL
from emp_gitops.reminding.running import Words
from emp_gitops.reminding.values import Report


def tell_operator(report: Report, tracker: IssueTracker, issues: Mapping[str, Issue], words: Words) -> None:
    """Open the issue, add to it what is new, or close it. `issues` are those that there were before. Raises
    ForgeError.
    """
    if deeds := list(_deeds(report, tracker, issues, words)):
        tracker.do(deeds)


def _deeds(
    report: Report, tracker: IssueTracker, issues: Mapping[str, Issue], words: Words
) -> Iterator[Deed]:
    is_well = not report.failures and not report.bounces
    if not is_well:
        issues = tracker.issues()  # as they are now: another job may have had the same trouble
    standing = [key for key, issue in issues.items() if issue.is_open and key.startswith(f"{FAILURES} ")]
    if is_well:
        yield from (Close(key=key, body=words.all_well(report.today)) for key in standing)
        return
    body, record = words.failures(report), _record(report)
    if not standing:
        key = _free_key(report.today, issues)
        title = words.failures_title(report.today)
        yield OpenIssue(key=key, title=title, body=body, labels=(LABEL, FAILURES_LABEL), records=(record,))
    elif not any(record in entry.records for entry in tracker.entries(standing).get(standing[0], ())):
        yield Comment(key=standing[0], body=body, records=(record,))


def _record(report: Report) -> str:
    """Names what went wrong on a day, so that another run on that day does not say it again."""
    told = [
        [type(each).__name__, each.account, each.post.trouble, sorted(each.post.bounced.items())]
        for each in (*report.failures, *report.bounces)
    ]
    return fingerprint([report.today.isoformat(), told])


def _free_key(today: date, issues: Mapping[str, Issue]) -> str:
    keys = (f"{FAILURES} {today}{f' {number}' if number > 1 else ''}" for number in count(1))
    return next(key for key in keys if key not in issues)
