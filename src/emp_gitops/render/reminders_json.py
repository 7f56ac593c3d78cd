"""What a run of reminders did, and why an account's mails went out or not, for programs."""

from __future__ import annotations

from typing import Any

from emp_gitops.reminding.explaining import Explanation
from emp_gitops.reminding.stages import StageStory
from emp_gitops.reminding.values import Notice, Reminder, Report
from emp_gitops.render.findings import FORMAT_VERSION


def reminders_json(report: Report) -> dict[str, Any]:
    """`schemas/remind.schema.json`."""
    return {
        "format_version": FORMAT_VERSION,
        "today": report.today.isoformat(),
        "reminders": [
            {"account": each.account, "expires_on": each.expires_on.isoformat(), "stage": each.stage} | _outcome(each)
            for each in report.reminders
        ],
        "notices": [{"account": each.account} | _outcome(each) for each in report.notices],
    }


def _outcome(each: Reminder | Notice) -> dict[str, Any]:
    return {
        "outcome": each.outcome,
        "issue": each.post.issue,
        "message_id": each.post.message_id,
        "recipients": list(each.post.recipients),
        "error": each.post.trouble,
    }


def why_json(explanation: Explanation) -> dict[str, Any]:
    """`schemas/why.schema.json`."""
    return {
        "format_version": FORMAT_VERSION,
        "today": explanation.today.isoformat(),
        "account": explanation.account,
        "state": explanation.state,
        "contacts": list(explanation.contacts),
        "reason": explanation.reason,
        "terms": [
            {
                "expires_on": term.expires_on.isoformat(),
                "current": term.is_current,
                "issue": term.issue.id if term.issue else None,
                "url": term.issue.url if term.issue else None,
                "stages": [_stage(each) for each in term.stages],
            }
            for term in explanation.terms
        ],
    }


def _stage(each: StageStory) -> dict[str, Any]:
    return {
        "stage": each.stage,
        "on": each.on and each.on.isoformat(),
        "outcome": each.outcome,
        "reason": each.reason,
        "sent_on": each.sent_on and each.sent_on.isoformat(),
        "message_id": each.message_id,
        "accepted": list(each.accepted),
        "rejected": list(each.rejected),
        "left": list(each.left),
    }
