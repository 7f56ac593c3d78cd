"""What a reconcile did, as text for people."""

from __future__ import annotations

from collections import Counter

from emp_gitops.core.changes import Change
from emp_gitops.reconcile import Outcome, Report
from emp_gitops.render.escape import terminal
from emp_gitops.render.findings import findings_text
from emp_gitops.render.plan_text import change_facts, guards_text, heading, plan_text
from emp_gitops.render.style import Style, drawn

_COLORS: dict[Outcome, str] = {"applied": "green", "failed": "red", "refused": "red"}
_OUTCOMES: tuple[Outcome, ...] = (*_COLORS, "unchanged")


def report_text(report: Report, style: Style) -> str:
    """What became of each account that was to change, the findings, and a last line that sums up.

    Where nothing at all was applied, the whole plan and the reason.
    """
    from rich.text import Text

    plan = report.plan
    if report.blocked:
        return f"{plan_text(plan, style)}\nRefused, nothing was applied: {terminal(report.blocked)}\n"
    changes = {change.account: change for change in plan.changes}
    lines = []
    for result in report.results:
        if result.outcome != "unchanged":
            outcome, account = result.outcome.ljust(9), terminal(result.account)
            line = Text.assemble((f"  {outcome}", _COLORS[result.outcome]), (account, "bold"))
            lines.append(line.append(f"  {terminal(result.error or _in_short(changes[result.account]))}"))
    counts = Counter(result.outcome for result in report.results)
    said = ", ".join(f"{counts[outcome]:,} {outcome}" for outcome in _OUTCOMES if counts[outcome])
    last = f"Reconciled: {said}.\n" if lines else f"Nothing changes: {said or 'no accounts'}.\n"
    text = drawn(
        Style(color=style.color, width=10_000), heading("Reconciled", plan), "", *lines, *([""] if lines else [])
    )
    return text + findings_text(plan.findings, style) + ("\n" if plan.findings else "") + guards_text(plan) + last


def _in_short(change: Change) -> str:
    facts = list(change_facts(change))
    # `datapoints 60 -> 90` names its kind by itself; `months 12 -> 24` is a renewal.
    unsaid = [kind for kind in change.kinds if kind not in dict(facts)]
    return f"{', '.join(unsaid)}{': ' if unsaid else ''}{'; '.join(f'{label} {text}' for label, text in facts)}"
