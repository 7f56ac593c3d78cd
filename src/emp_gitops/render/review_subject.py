"""What an application asks for, in one line: the kind of change, before and after, and the new expiry date."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from emp_gitops.core.changes import Change, FieldChange, count_kinds
from emp_gitops.render.escape import terminal, title
from emp_gitops.render.findings import counted
from emp_gitops.render.fitting import clipped, name, value
from emp_gitops.render.plan_text import kind_count
from emp_gitops.review.facts import Review

_FEW = 3


@dataclass(frozen=True, slots=True)
class Sink:
    """How ids and other values are written where the line goes."""

    id: Callable[[str], str]
    text: Callable[[str], str]


MARKDOWN = Sink(id=name, text=value)
PLAIN = Sink(id=lambda text: terminal(clipped(text)), text=lambda text: terminal(clipped(text)))
TITLE = Sink(id=PLAIN.id, text=lambda text: title(clipped(text)))


def subject(review: Review, sink: Sink) -> str:
    """``datapoints of `acme-lyon`: 120 → 150 (+30) · expires 2027-03-01``"""
    parts = list(_accounts(review, sink)) if review.changes else []
    if not parts and not review.policy_files:
        parts = ["merging changes nothing" if review.is_stale else "no change on the platform"]
    if review.policy_files:
        files = ", ".join(map(sink.id, review.policy_files[:_FEW]))
        more = f" and {len(review.policy_files) - _FEW:,} more" if len(review.policy_files) > _FEW else ""
        parts.append(f"changes the rules ({files}{more})")
    return " · ".join(parts)


def _accounts(review: Review, sink: Sink) -> Iterator[str]:
    changes = review.changes
    if len(changes) == 1:
        yield _one(changes[0], sink)
        yield f"{_verb(changes[0], review)} {term(changes[0])}"
        return
    transfer = review.transfers[0] if len(review.transfers) == 1 else None
    if transfer and {leg.account for leg in transfer.legs} == {change.account for change in changes}:
        legs = ", ".join(f"{sink.id(leg.account)} {leg.delta:+,}" for leg in transfer.legs[:_FEW])
        more = f" and {len(transfer.legs) - _FEW:,} more" if len(transfer.legs) > _FEW else ""
        yield f"transfer within {sink.text(transfer.customer)}: {legs}{more}"
    else:
        kinds = ", ".join(kind_count(kind, number) for kind, number in count_kinds(changes) if number)
        yield f"{counted(len(changes), 'account')}: {kinds}"
        if delta := sum(change.datapoints_delta for change in changes):
            yield f"{delta:+,} datapoints in all"
    yield from _span(changes)


def _one(change: Change, sink: Sink) -> str:
    if change.before is None or change.after is None:
        return f"{_VERBS[change.kinds[0]]} {sink.id(change.account)}: {account_text(change, sink)}"
    shown = [field for field in change.fields if field.path in ("datapoints", "license")]
    detail = [] if shown else [field for field in change.fields if not field.path.startswith("subscription.")]
    texts = [field_text(field, sink) for field in shown] + [sink.text(field.path) for field in detail]
    return f"{_joined(change.kinds)} of {sink.id(change.account)}{': ' if texts else ''}{', '.join(texts)}"


_VERBS = {"create": "create", "adoption": "adopt", "retirement": "retire"}


def account_text(change: Change, sink: Sink) -> str:
    """`advanced, 120 datapoints`, of an account that comes or goes."""
    account = change.after or change.before
    return f"{sink.text(account.license)}, {counted(account.datapoints, 'datapoint')}" if account else ""


def _verb(change: Change, review: Review) -> str:
    account = change.after or change.before
    return "expired" if account and account.term.expires_on < review.plan.today else "expires"


def term(change: Change) -> str:
    """`2027-03-01 → 2028-03-01`, or the one date where both are the same."""
    dates = [str(each.term.expires_on) for each in (change.before, change.after) if each]
    return " → ".join(dict.fromkeys(dates))


def _span(changes: Sequence[Change]) -> Iterator[str]:
    ends = sorted(change.after.term.expires_on for change in changes if change.after)
    if ends:
        yield f"all expire {ends[0]}" if ends[0] == ends[-1] else f"expiring from {ends[0]} to {ends[-1]}"


def field_text(field: FieldChange, sink: Sink) -> str:
    """`120 → 150 (+30)`"""
    text = f"{_value(field.before, sink)} → {_value(field.after, sink)}"
    if type(field.before) is int and type(field.after) is int:
        text += f" ({field.after - field.before:+,})"
    return text


def _value(given: Any, sink: Sink) -> str:
    if given is None or given == []:
        return "not set"
    if isinstance(given, list):
        return sink.text(", ".join(map(str, given)))
    return f"{given:,}" if type(given) is int else sink.text(str(given))


def _joined(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
