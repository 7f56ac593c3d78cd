"""What became of a merged application, as the Markdown of a comment."""

from __future__ import annotations

from collections.abc import Iterator

from emp_gitops.core.changes import Change
from emp_gitops.reconcile import Result
from emp_gitops.render.findings import counted
from emp_gitops.render.fitting import COMMENT_LIMIT, Part, fitted, name, value
from emp_gitops.render.review_subject import MARKDOWN, account_text, field_text, term
from emp_gitops.review.outcomes import ApplicationOutcome

_FEW = 3


def outcome_markdown(outcome: ApplicationOutcome, limit: int = COMMENT_LIMIT) -> str:
    """A verdict, one row an account with what is in effect now or why not, and what happens next."""
    return fitted(list(_parts(outcome)), limit)


def _parts(outcome: ApplicationOutcome) -> Iterator[str | Part]:
    yield f"**{_verdict(outcome)}** · {_accounts(outcome)}\n"
    ordered = sorted(outcome.results, key=lambda result: result.outcome in ("applied", "unchanged"))
    rows = tuple(_row(result, outcome.changes.get(result.account)) for result in ordered)
    yield Part("| account | outcome | what |\n|---|---|---|", rows, "account")
    if outcome.count("failed"):
        yield "What failed is tried again by the next reconcile, which goes on from there.\n"
    if outcome.count("refused"):
        yield "What was refused stays as it is on the platform until its reason is gone and reconcile runs again.\n"
    if outcome.revision:
        yield f"<sub>Reconciled at revision {name(outcome.revision[:12])}.</sub>\n"


def _verdict(outcome: ApplicationOutcome) -> str:
    failed, refused, all_ = outcome.count("failed"), outcome.count("refused"), len(outcome.results)
    parts = [
        f"{word}{'' if count == all_ else f' for {count:,} of {all_:,}'}"
        for word, count in (("Failed", failed), ("Refused", refused))
        if count
    ]
    return ", ".join(parts) or ("Applied" if outcome.count("applied") else "In effect")


def _accounts(outcome: ApplicationOutcome) -> str:
    if len(outcome.results) <= _FEW:
        return ", ".join(name(result.account) for result in outcome.results)
    return counted(len(outcome.results), "account")


def _row(result: Result, change: Change | None) -> str:
    if result.error is not None:
        what = value(result.error, 600)
    elif result.outcome == "applied" and change:
        what = _what(change)
    else:
        what = "the platform is as main wants it"
    return f"| {name(result.account)} | {result.outcome} | {what} |"


def _what(change: Change) -> str:
    if not (change.before and change.after):
        return f"{account_text(change, MARKDOWN)}; expires {term(change)}"
    lines = [
        f"{value(field.path.removeprefix('subscription.'))}: {field_text(field, MARKDOWN)}" for field in change.fields
    ]
    ends = [f"expires {term(change)}"] if change.before.term != change.after.term else []
    return "<br>".join([*lines, *ends])
