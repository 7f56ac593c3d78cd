"""The plan as Markdown, for pull requests and issues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emp_gitops.core.changes import Change
from emp_gitops.core.plan import Plan
from emp_gitops.render.escape import code, markdown
from emp_gitops.render.plan_text import field_text, summary_line, value_text


def plan_markdown(plan: Plan) -> str:
    """A table of the changes with exact values, then transfers, drift, findings and guards."""
    return "\n".join(
        [
            f"**{summary_line(plan)}**",
            "",
            *_changes(plan),
            *_transfers(plan),
            *_drift(plan),
            *_findings(plan),
            *_guards(plan),
            f"<sub>{plan.today}, {f'revision {plan.revision}' if plan.revision else 'work tree'}, {plan.digest}</sub>",
            "",
        ]
    )


def _changes(plan: Plan) -> Iterator[str]:
    if not plan.changes:
        return
    refusals = plan.refusals()
    yield "| account | kind | change | expires on |"
    yield "|---|---|---|---|"
    for change in plan.changes:
        refused = f"<br>**refused**: {markdown(refusals[change.account])}" if change.account in refusals else ""
        yield f"| {code(change.account)} | {', '.join(change.kinds)} | {_what(change)}{refused} | {_expiry(change)} |"
    yield ""


def _what(change: Change) -> str:
    before, after = change.before, change.after
    if after and before:
        return "<br>".join(f"{field.path}: {markdown(field_text(field))}" for field in change.fields)
    account = after or before
    return (
        markdown(f"{account.name}, {account.customer}: {account.license}, {account.datapoints:,} datapoints")
        if account
        else ""
    )


def _expiry(change: Change) -> str:
    dates = [str(each.term.expires_on) for each in (change.before, change.after) if each]
    return " → ".join(dict.fromkeys(dates))


def _transfers(plan: Plan) -> Iterator[str]:
    for transfer in plan.transfers:
        legs = ", ".join(f"{code(leg.account)} {leg.delta:+,}" for leg in transfer.legs)
        yield f"Transfer within {markdown(transfer.customer)}, all or none: {legs}"
        yield ""


def _drift(plan: Plan) -> Iterator[str]:
    for drift in plan.drift:
        fields = ", ".join(
            f"{field.path} (applied {_value(field.applied)}, live {_value(field.live)}, git {_value(field.wanted)})"
            for field in drift.fields
        )
        yield f"- {code(drift.account)} was changed on the platform: {fields}"
    if plan.drift:
        yield ""


def _findings(plan: Plan) -> Iterator[str]:
    for finding in plan.findings:
        hint = f" ({markdown(finding.hint)})" if finding.hint else ""
        where = code(f"{finding.file}:{finding.line}:{finding.column}")
        yield f"- {finding.severity} in {where}: {markdown(finding.message)}{hint}"
    if plan.findings:
        yield ""


def _guards(plan: Plan) -> Iterator[str]:
    for guard in plan.guards:
        yield f"- guard {code(guard.rule)}: {markdown(guard.message)}"
    if plan.guards:
        yield ""


def _value(value: Any) -> str:
    return markdown(value_text(value))
