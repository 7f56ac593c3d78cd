"""Plans, drift and reports as text for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from emp_gitops.core.changes import Change, FieldChange
from emp_gitops.core.drift import STATE, Drift
from emp_gitops.core.findings import has_errors
from emp_gitops.core.plan import Plan, Transfer
from emp_gitops.render.escape import terminal
from emp_gitops.render.findings import counted, findings_text
from emp_gitops.render.style import Style, drawn

if TYPE_CHECKING:
    from rich.text import Text

_SIGNS = {"create": ("+", "green"), "adoption": ("=", "cyan"), "retirement": ("-", "red")}
_CHANGES_OF = ("datapoints", "license", "details")
_WORDS = {"create": "to create", "adoption": "to adopt", "retirement": "to retire"}


def plan_text(plan: Plan, style: Style) -> str:
    """The whole plan: changes by account, transfers, drift, findings, guards, and a last line that sums up."""
    from rich.text import Text

    parts: list[Any] = [heading("Plan", plan), ""]
    refusals = plan.refusals()
    for change in plan.changes:
        parts += [*_change_lines(change, refusals.get(change.account)), ""]
    parts += [_transfer_line(transfer) for transfer in plan.transfers] + ([""] if plan.transfers else [])
    parts += [*_drift_lines(plan.drift), ""] if plan.drift else []
    if plan.unmanaged:
        names = ", ".join(map(terminal, plan.unmanaged))
        parts += [Text(f"Unmanaged, never touched: {names} (emp-gitops import brings them under git)"), ""]
    text = drawn(Style(color=style.color, width=10_000), *parts)
    text += findings_text(plan.findings, style) + ("\n" if plan.findings else "")
    return text + guards_text(plan) + summary_line(plan) + "\n"


def heading(what: str, plan: Plan) -> Text:
    """`Plan for 2026-11-23, revision 87feb728aa1d, sha256:…`"""
    from rich.text import Text

    source = f"revision {plan.revision[:12]}" if plan.revision else "work tree"
    return Text.assemble((what, "bold"), f" for {plan.today}, {source}, ", (plan.digest, "dim"))


def guards_text(plan: Plan) -> str:
    """The guards in the way, each with the option that passes it, where one does."""
    text = ""
    for guard in plan.guards:
        how = f"; to apply it all the same: --allow {plan.digest}" if guard.overridable else ""
        text += f"guard {guard.rule}: {terminal(guard.message)}{how}\n"
    return text


def summary_line(plan: Plan) -> str:
    """`Plan: 2 to create, 1 renewal, 8 unchanged.`"""
    if plan.run_errors:
        return "No plan: an error on the configuration, the schemas or the tree comes first."
    said = [kind_count(kind, count) for kind, count in plan.summary.items() if count]
    if not plan.changes and not has_errors(plan.findings):
        return f"No changes: the platform is as git wants it ({', '.join(said) or 'no accounts'})."
    if not plan.changes:
        errors = counted(sum(finding.severity == "error" for finding in plan.findings), "error")
        return f"No changes, and {errors} to mend first{': ' if said else ''}{', '.join(said)}."
    refusals = plan.refusals()
    refused = sum(change.account in refusals for change in plan.changes)
    return f"Plan: {', '.join(said)}{f'; {refused:,} refused' if refused else ''}."


def _change_lines(change: Change, refusal: str | None) -> Iterator[Text]:
    from rich.text import Text

    sign, color = _SIGNS.get(change.kinds[0], ("~", "yellow"))
    head = Text.assemble(("  " + sign, color), " ", (terminal(change.account), "bold"), f"  {', '.join(change.kinds)}")
    if change.file:
        head.append(f"  {terminal(change.file)}", style="dim")
    yield head
    for label, text in change_facts(change):
        yield Text.assemble(("      " + label.ljust(13), "dim"), terminal(text))
    if refusal:
        yield Text(f"      refused: {terminal(refusal)}", style="red")


def kind_count(kind: str, count: int) -> str:
    """`2 datapoints changes`, `1 to create`"""
    if kind in _CHANGES_OF:
        return counted(count, f"{kind} change")
    return counted(count, kind) if kind == "renewal" else f"{count:,} {_WORDS.get(kind, kind)}"


def change_facts(change: Change) -> Iterator[tuple[str, str]]:
    """What a change does, as labels and texts: the account where it comes or goes, else the fields that differ."""
    before, after = change.before, change.after
    if before and after:
        for field in change.fields:
            yield field.path.removeprefix("subscription."), field_text(field)
        if before.term != after.term:
            yield "expires on", f"{before.term.expires_on} -> {after.term.expires_on}"
    elif account := after or before:
        yield "account", f"{account.name}, {account.customer}"
        yield "contract", f"{account.license}, {counted(account.datapoints, 'datapoint')}"
        yield "term", f"{account.start} to {account.term.expires_on} ({counted(account.months, 'month')})"


def field_text(field: FieldChange) -> str:
    """`120 -> 150 (+30)`"""
    text = f"{value_text(field.before)} -> {value_text(field.after)}"
    if type(field.before) is int and type(field.after) is int:
        text += f" ({field.after - field.before:+,})"
    return text


def value_text(value: Any) -> str:
    if value is None:
        return "not set"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _transfer_line(transfer: Transfer) -> Text:
    from rich.text import Text

    legs = ", ".join(f"{terminal(leg.account)} {leg.delta:+,}" for leg in transfer.legs)
    return Text.assemble("  transfer within ", (terminal(transfer.customer), "bold"), f": {legs} (all or none)")


def _drift_lines(drifts: Iterable[Drift]) -> Iterator[Text]:
    from rich.text import Text

    for drift in drifts:
        account = terminal(drift.account)
        yield Text.assemble(("  ! ", "red"), (account, "bold"), "  changed on the platform")
        for field in drift.fields:
            label = field.path.removeprefix("subscription.").ljust(13)
            sides = ", ".join(f"{side} {value_text(getattr(field, side))}" for side in ("applied", "live", "wanted"))
            yield Text.assemble((f"      {label}", "dim"), terminal(sides))
        removes = " (removes the file)" if any(field.path == STATE for field in drift.fields) else ""
        yield Text(f"      to keep the platform's: emp-gitops import {account}{removes}", style="dim")


def drift_text(drifts: tuple[Drift, ...], style: Style) -> str:
    """Each drifted field on its three sides, and what can be done about it."""
    if not drifts:
        return "No drift: the platform changed nothing on its own.\n"
    return drawn(
        Style(color=style.color, width=10_000),
        *_drift_lines(drifts),
        "",
        f"{counted(len(drifts), 'account')} changed on the platform.",
        "To put git's values back: emp-gitops reconcile --allow DIGEST, with the digest that emp-gitops plan shows.",
    )
