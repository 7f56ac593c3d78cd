"""Applications as text and as JSON: what each would do, and for whom it waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from emp_gitops.render.escape import terminal
from emp_gitops.render.findings import counted, findings_text
from emp_gitops.render.plan_text import change_facts
from emp_gitops.render.style import Style, drawn
from emp_gitops.review.facts import FailedReview, Review
from emp_gitops.review.judging import Step, judge

FORMAT_VERSION = "1.0"
_FEW = 3


def applications_json(reviews: Sequence[Review | FailedReview], today: date) -> dict[str, Any]:
    return {
        "format_version": FORMAT_VERSION,
        "today": today.isoformat(),
        "applications": [application_json(review, today) for review in reviews],
    }


def application_json(review: Review | FailedReview, today: date) -> dict[str, Any]:
    """One application, whether or not it could be looked at in full."""
    application = review.application
    made = review if isinstance(review, Review) else None
    return {
        "application": application.id,
        "state": state_of(review),
        "kinds": list(made.kinds) if made else [],
        "accounts": list(made.accounts) if made else [],
        "requested_by": application.requester,
        "opened_at": application.opened_at.isoformat(),
        "age_days": _age(application.opened_at, today),
        "waiting_for": waiting_for(review),
        "url": application.url,
    }


def state_of(review: Review | FailedReview) -> str:
    """The application's state, where what merging would do counts too."""
    if isinstance(review, FailedReview):
        return "failed"
    return "stale" if review.is_stale and review.application.state != "applied" else review.application.state


def waiting_for(review: Review | FailedReview) -> str | None:
    """Who has to do something next, with the names where a role has any; None where nobody can tell."""
    if isinstance(review, FailedReview):
        return None
    steps = judge(review)[0].steps
    return _who(steps[0]) if steps else None


def row_of(review: Review | FailedReview, today: date) -> tuple[str, ...]:
    """Name, state, what it would do, who asks, age, and who is waited for, as texts for a terminal."""
    application = review.application
    age = counted(max(_age(application.opened_at, today), 0), "day")
    waits = waiting_for(review) or "nobody"
    return terminal(application.id), state_of(review), _what(review), terminal(application.requester), age, waits


def applications_text(reviews: Sequence[Review | FailedReview], today: date, style: Style) -> str:
    """One block for each application, the oldest first."""
    if not reviews:
        return "No open applications.\n"
    lines = [f"{counted(len(reviews), 'open application')}", ""]
    for review in reviews:
        application = review.application
        age = _age(application.opened_at, today)
        when = f"{counted(age, 'day')} ago" if age > 0 else "today"
        lines += [
            f"{terminal(application.id)}  {state_of(review)}",
            f"    {_what(review)}",
            f"    asked for by {terminal(application.requester)}, {when}",
            f"    waits for {terminal(waiting_for(review) or 'nobody: see what is wrong with `applications show`')}",
            "",
        ]
    return "\n".join(lines)


def application_details(review: Review | FailedReview, style: Style) -> str:
    """What merging would change, what is wrong with it, and who must do what next."""
    application = review.application
    lines = [f"{terminal(application.id)}  {state_of(review)}, asked for by {terminal(application.requester)}", ""]
    if isinstance(review, FailedReview):
        lines.append(f"It cannot be looked at: {terminal(review.error.message)}")
        return "\n".join(lines) + "\n"
    for change in review.changes:
        lines.append(f"  {terminal(change.account)}  {', '.join(change.kinds)}")
        lines += [f"      {label:<12} {terminal(text)}" for label, text in change_facts(change)]
    lines += [f"  ! also changes {terminal(path)}, which decides what is allowed" for path in review.policy_files]
    lines += [f"  ! conflicts with main in {terminal(path)}" for path in review.conflicts]
    lines += [
        f"  ! {terminal(overlap.application.id)} changes {terminal(', '.join(overlap.accounts))} too"
        for overlap in review.overlaps
        if not overlap.trouble
    ]
    lines += [""] if len(lines) > 2 else []
    text = drawn(Style(color=style.color, width=10_000), *lines) + findings_text(review.findings, style)
    steps = [
        f"  {_who(step)}: {terminal(step.what)}" + (f"\n      {terminal(step.command)}" if step.command else "")
        for judgement in judge(review)
        for step in judgement.steps
    ]
    return text + "\n".join([f"{judge(review)[0].headline}.", *map(str, steps)]) + "\n"


def _what(review: Review | FailedReview) -> str:
    if isinstance(review, FailedReview):
        return terminal(review.error.message)
    names = ", ".join(terminal(account) for account in review.accounts[:_FEW])
    more = f" and {counted(len(review.accounts) - _FEW, 'other')}" if len(review.accounts) > _FEW else ""
    kinds = ", ".join(review.kinds)
    return f"{kinds} of {names}{more}" if kinds else (names + more or "changes no account")


def _who(step: Step) -> str:
    people = f" ({', '.join(step.people)})" if step.people else ""
    return terminal(f"{step.who}{people}")


def _age(opened_at: datetime, today: date) -> int:
    """Whole days from the opening to today, as UTC counts them."""
    return (datetime.combine(today, time(), UTC).date() - opened_at.astimezone(UTC).date()).days
