"""The lists of a review: what changes, what is wrong, who else is at it, and what merging causes by date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from emp_gitops.core.changes import Change
from emp_gitops.core.config import DEFAULT_REMINDERS
from emp_gitops.core.findings import Finding
from emp_gitops.core.model import Account, LiveAccount
from emp_gitops.core.plan import Transfer
from emp_gitops.core.schedule import stages_of
from emp_gitops.render.findings import counted
from emp_gitops.render.fitting import Part, name, value
from emp_gitops.render.plan_text import value_text
from emp_gitops.render.review_links import file_line, file_of, pull_request
from emp_gitops.render.review_subject import MARKDOWN, field_text, term
from emp_gitops.review.facts import Overlap, Review, SharedField

_FEW, _MOST, _LONG = 5, 10, 25
_UNKNOWN = "not known"
_NONE = "none"
_ARROW = "\u00a0→\u00a0"  # narrow cells do not break there


def changes(review: Review) -> Iterator[str | Part]:
    """The plan: one row an account, with the datapoints used now and those left before and after."""
    if review.changes:
        refusals = _reasons(review)
        head = "| account | change | used | left | expires |\n|---|---|--:|--:|---|"
        rows = tuple(_row(review, change, refusals.get(change.account)) for change in review.changes)
        if len(rows) > _LONG:
            head = f"<details><summary>The plan of {len(rows):,} accounts</summary>\n\n{head}"
        yield Part(head, rows, "account", "</details>" if len(rows) > _LONG else "")
    if review.transfers:
        yield Part("", tuple(map(_transfer, review.transfers)), "transfer")


def _transfer(transfer: Transfer) -> str:
    legs = ", ".join(f"{name(leg.account)} {leg.delta:+,}" for leg in transfer.legs[:_MOST])
    more = f" and {len(transfer.legs) - _MOST:,} more" if len(transfer.legs) > _MOST else ""
    return f"- Transfer within {value(transfer.customer)}, all or none: {legs}{more}"


def _row(review: Review, change: Change, refusal: str | None) -> str:
    account = change.after or change.before
    who = f"<br>{value(account.name, 80)}, {value(account.customer, 80)}" if account else ""
    live = review.live.get(change.account)
    cells = (
        file_of(review.application, change.file, change.account) + who,
        _what(change) + (f"<br>**refused**{refusal}" if refusal is not None else ""),
        *_usage(change, None if live is None or live.retired else live),
        term(change),
    )
    return f"| {' | '.join(cells)} |"


def _reasons(review: Review) -> dict[str, str]:
    """How the row of each refused account ends: without what the list of findings says anyway."""
    told = {finding.message for finding in review.findings}
    refusals = review.plan.refusals().items()
    return {account: ", see below" if reason in told else f": {value(reason, 300)}" for account, reason in refusals}


def _what(change: Change) -> str:
    before, after = change.before, change.after
    if before and after:
        lines = [f"{_label(field.path)}: {field_text(field, MARKDOWN)}" for field in change.fields]
        return "<br>".join([*(["**renewal**"] if "renewal" in change.kinds else []), *lines])
    lines = [f"**{change.kinds[0]}**"]
    if account := after or before:
        lines += [f"{value(account.license)}, {counted(account.datapoints, 'datapoint')}"]
        lines += [f"{counted(account.months, 'month')} from {account.start}"]
    return "<br>".join([*lines, *([f"mail to {value(', '.join(after.contacts))}"] if after else [])])


def _label(path: str) -> str:
    return path.removeprefix("subscription.")


def _usage(change: Change, live: LiveAccount | None) -> tuple[str, str]:
    if live is None:
        return _NONE, _NONE if change.after is None else f"{change.after.datapoints:,}"
    if live.used_datapoints is None:
        return _UNKNOWN, _UNKNOWN
    after = change.after.datapoints if change.after else live.account.datapoints
    left = dict.fromkeys(f"{total - live.used_datapoints:,}" for total in (live.account.datapoints, after))
    return f"{live.used_datapoints:,}", _ARROW.join(left)


def findings(review: Review) -> Iterator[Part]:
    if review.findings:
        warnings = len(review.findings) - review.errors
        counts = [counted(number, noun) for number, noun in ((review.errors, "error"), (warnings, "warning")) if number]
        yield Part(
            f"### {' and '.join(counts)}\n",
            tuple(_finding(review, finding) for finding in review.findings), "finding",
        )


def _finding(review: Review, finding: Finding) -> str:
    where = file_line(review.application, review.revision_of(finding.file), finding.file, finding.line)
    hint = f"<br>_{value(finding.hint, 400)}_" if finding.hint else ""
    return f"- **{finding.severity}** in {where}: {value(finding.message, 600)}{hint}"


def conflicts(review: Review) -> Iterator[Part]:
    if review.conflicts:
        yield Part("### Where it conflicts with main\n", tuple(f"- {name(path)}" for path in review.conflicts), "file")


def drift(review: Review) -> Iterator[Part]:
    rows = tuple(
        f"| {name(each.account)} | {' | '.join(map(_side, (field.path, field.applied, field.live, field.wanted)))} |"
        for each in review.drift
        for field in each.fields
    )
    if rows:
        head = "| account | field | applied last | on the platform | in this application |\n|---|---|---|---|---|"
        yield Part(f"### Changed on the platform meanwhile\n\n{head}", rows, "field")


def _side(given: object) -> str:
    return value(value_text(given))


def overlaps(review: Review) -> Iterator[Part]:
    if review.overlaps:
        rows = tuple(map(_overlap, review.overlaps))
        yield Part("### Other open applications for the same accounts\n", rows, "application")


def _overlap(overlap: Overlap) -> str:
    other = overlap.application
    head = f"- {pull_request(other)} by {value(other.proposed_by or other.requester)}"
    if overlap.trouble:
        return f"{head} **could not be compared**: {value(overlap.trouble, 300)}"
    told = "; ".join(map(_shared, overlap.fields[:_FEW])) or "they change different fields"
    told += f"; and {len(overlap.fields) - _FEW:,} more fields that both change" if len(overlap.fields) > _FEW else ""
    if not overlap.merges:
        told += ". **Git cannot merge both**: whichever comes second has to be brought up to date"
    return f"{head}, for {_some(overlap.accounts)}: {told}"


def _some(accounts: Sequence[str]) -> str:
    few, left = ", ".join(map(name, accounts[:_FEW])), len(accounts) - _FEW
    return f"{few} and {left:,} more" if left > 0 else few


def _shared(field: SharedField) -> str:
    ours, theirs = _side(field.ours), _side(field.theirs)
    what = f"both change {value(field.path)} of {name(field.account)}"
    return f"{what} to {ours}" if field.ours == field.theirs else f"**{what}**, to {ours} here and to {theirs} there"


def dates(review: Review) -> Iterator[Part]:
    """When the contacts get mail and when the account ends, for what may be applied."""
    refusals = review.plan.refusals()
    before = review.config.reminders_before if review.config else DEFAULT_REMINDERS
    alike: dict[str, list[str]] = {}
    for change in review.changes:
        if change.after and change.account not in refusals:
            told = f"{_mails(change, change.after, before, review)} | {change.after.term.expires_on}"
            alike.setdefault(told, []).append(change.account)
    rows = tuple(f"| {_some(accounts)} | {told} |" for told, accounts in alike.items())
    if rows:
        head = "| account | mail to its contacts on | works until the end of |\n|---|---|---|"
        yield Part(f"### What merging causes by date\n\n{head}", rows, "term")


def _mails(change: Change, after: Account, before: tuple[str, ...], review: Review) -> str:
    today = review.plan.today
    stages = stages_of(after.term, before)
    ahead = [str(stage.on) for stage in stages if stage.on > today]
    renewed = change.before is None or change.before.term != after.term
    passed = [stage for stage in stages if stage.on <= today]
    if passed and renewed and change.kinds != ("adoption",):
        ahead.insert(0, f"the next run of reminders (since {passed[-1].on})")
    return ", ".join(ahead) or "no day to come"
