"""An account's audit, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emp_gitops.core.changes import Change
from emp_gitops.platform.base import AuditEntry
from emp_gitops.render.escape import terminal
from emp_gitops.render.findings import FORMAT_VERSION
from emp_gitops.render.plan_text import change_facts


def history_json(account: str, entries: Sequence[AuditEntry]) -> dict[str, Any]:
    """`schemas/history.schema.json`."""
    return {
        "format_version": FORMAT_VERSION,
        "account": account,
        "entries": [
            {
                "at": entry.at.isoformat(),
                "kinds": list(entry.kinds),
                "before": entry.before and entry.before.to_flat(),
                "after": entry.after and entry.after.to_flat(),
                "revision": entry.revision,
                "requested_by": entry.requested_by,
                "approved_by": entry.approved_by,
            }
            for entry in entries
        ],
    }


def history_text(entries: Sequence[AuditEntry]) -> str:
    """Oldest first: when, what, by whom, from which revision."""
    lines = []
    for entry in entries:
        who = "".join(
            f", {verb} by {name}"
            for verb, name in (("requested", entry.requested_by), ("approved", entry.approved_by))
            if name
        )
        revision = f", revision {entry.revision[:12]}" if entry.revision else ""
        lines.append(terminal(f"{entry.at:%Y-%m-%d %H:%M:%S %Z}  {', '.join(entry.kinds)}{revision}{who}"))
        lines += [f"    {label}: {terminal(text)}" for label, text in change_facts(_change(entry))]
    return "".join(f"{line}\n" for line in lines)


def _change(entry: AuditEntry) -> Change:
    return Change(
        account=entry.account,
        file=None,
        kinds=entry.kinds,
        seen_version=0,
        before=entry.before,
        after=entry.after,
    )
