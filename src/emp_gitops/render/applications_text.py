"""Applications as text and as JSON: what each would do, and for whom it waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from emp_gitops.forge.base import Application
from emp_gitops.render.escape import terminal
from emp_gitops.render.findings import counted, findings_text
from emp_gitops.render.plan_text import change_facts, guards_text, value_text
from emp_gitops.render.style import Style, drawn
from emp_gitops.review.facts import FailedReview, Review, SharedField
from emp_gitops.review.judging import Step, judge, next_steps

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
        "requested_by": application.requested_by,
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
    """Who has to do something next, with a role's names, as a sentence ends with it; None where nobody can tell."""
    if isinstance(review, FailedReview):
        return None
    steps = judge(review)[0].steps
    return " ".join([_named(steps[0].who_within, steps[0]), *filter(None, [steps[0].aim])]) if steps else None


def row_of(review: Review | FailedReview, today: date) -> tuple[str, ...]:
    """Name, state, what it would do, who asks, age, and who is waited for, as texts for a terminal."""
    application = review.application
    age = counted(max(_age(application.opened_at, today), 0), "day")
    waits = waiting_for(review) or "nobody"
    asks = terminal(application.requested_by or f"proposed by {application.proposed_by}")
    return terminal(application.id), state_of(review), _what(review), asks, age, waits


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
            f"    {_asked(application)}, {when}",
            f"    waits for {terminal(waiting_for(review) or 'nobody: see what is wrong with `applications show`')}",
            "",
        ]
    return "\n".join(lines)


def application_details(review: Review | FailedReview, style: Style) -> str:
    """What merging would change, what is wrong with it, and who must do what next."""
    application = review.application
    lines = [f"{terminal(application.id)}  {state_of(review)}, {_asked(application)}"]
    lines += [f"    {terminal(text)}" for text in (application.title, application.url) if text]
    lines += [f"    at commit {application.head[:12]}"] if application.head else []
    if isinstance(review, FailedReview):
        lines += ["", f"It cannot be looked at: {terminal(review.error.message)}"]
        return "\n".join(lines) + "\n"
    told = [*map(terminal, _changes(review)), *(f"  ! {terminal(remark)}" for remark in _remarks(review))]
    text = drawn(Style(color=style.color, width=10_000), *lines, "", *told, *([""] if told else []))
    text += findings_text(review.findings, style) + guards_text(review.plan)
    judgements = judge(review)
    return text + "\n".join([f"{terminal(judgements[0].headline)}.", *map(_step, next_steps(judgements))]) + "\n"


def _changes(review: Review) -> Iterator[str]:
    for change in review.changes:
        yield f"  {change.account}  {', '.join(change.kinds)}"
        yield from (f"      {label:<12} {text}" for label, text in change_facts(change))
        live = review.live.get(change.account)
        if live and live.used_datapoints is not None and not live.retired:
            yield f"      {'used':<12} {counted(live.used_datapoints, 'datapoint')}"


def _remarks(review: Review) -> Iterator[str]:
    """What nobody must overlook."""
    yield from (f"also changes {path}, which decides what is allowed" for path in review.policy_files)
    yield from (f"mail of {change.account} goes to other people" for change in review.redirected)
    yield from (f"conflicts with main in {path}" for path in review.conflicts)
    yield from (f"the platform changed {drift.account} on its own" for drift in review.drift)
    for overlap in review.overlaps:
        other = overlap.application.id
        if overlap.trouble:
            yield f"{other} could not be compared: {overlap.trouble}"
            continue
        fields = "; ".join(f"{field.account}: {_shared(field)}" for field in overlap.fields[:_FEW])
        yield f"{other} changes {', '.join(overlap.accounts[:_FEW])} too{f' ({fields})' if fields else ''}"


def _shared(field: SharedField) -> str:
    ours, theirs = value_text(field.ours), value_text(field.theirs)
    return f"{field.path} {ours} in both" if ours == theirs else f"{field.path} {ours} here, {theirs} there"


def _step(step: Step) -> str:
    who = _named(step.who, step)
    return f"  {who}: {terminal(step.what)}" + (f"\n      {terminal(step.command)}" if step.command else "")


def _what(review: Review | FailedReview) -> str:
    """The kinds and the accounts; files that decide what is allowed are never left out."""
    if isinstance(review, FailedReview):
        return terminal(review.error.message)
    names = ", ".join(terminal(account) for account in review.accounts[:_FEW])
    more = f" and {counted(len(review.accounts) - _FEW, 'other')}" if len(review.accounts) > _FEW else ""
    kinds = ", ".join(review.kinds)
    told = [f"{kinds} of {names}{more}" if kinds else names + more] if review.accounts else []
    told += [f"! {terminal(path)}" for path in review.policy_files[:_FEW]]
    told += [f"and {counted(len(review.policy_files) - _FEW, 'rule')} more"] if len(review.policy_files) > _FEW else []
    return ", ".join(told) or "changes no account"


def _named(who: str, step: Step) -> str:
    people = f" ({', '.join(step.people)})" if step.people else ""
    return terminal(f"{who}{people}")


def _asked(application: Application) -> str:
    if application.proposed_by:
        return f"proposed by {terminal(application.proposed_by)}"
    return f"asked for by {terminal(application.requester)}"


def _age(opened_at: datetime, today: date) -> int:
    """Whole days from the opening to today, as UTC counts them."""
    return (datetime.combine(today, time(), UTC).date() - opened_at.astimezone(UTC).date()).days
