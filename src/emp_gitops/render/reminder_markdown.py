"""The issues of reminders, as Markdown for people: what ends when, what is in use, how to go on, and who was told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from emp_gitops.core.model import Account
from emp_gitops.core.schedule import Stage, stage_name
from emp_gitops.forge.base import Application
from emp_gitops.mail.facts import ReminderFacts, RemovedContactFacts, Renewal
from emp_gitops.reminding.running import Mailed
from emp_gitops.reminding.values import Ended, Notice, Reminder, Report, Resumed
from emp_gitops.render.escape import terminal, title
from emp_gitops.render.findings import counted
from emp_gitops.render.fitting import COMMENT_LIMIT, Part, clipped, fitted, name, value
from emp_gitops.render.review_links import pull_request

_MOST = 20
"""Addresses in one list: the hidden records, which hold all of them, need room too."""


class ReminderMarkdown:
    """`reminding.running.Words`, for every forge."""

    def title(self, facts: ReminderFacts) -> str:
        account, end = facts.value, facts.value.term.expires_on
        what = "expired" if facts.today > end else "expires"
        return title(f"{clipped(account.name, 120)} ({facts.account}) {what} on {end}")

    def opening(self, facts: ReminderFacts, application: Application | None) -> str:
        account = facts.value
        who = f"**{value(account.name)}** ({name(facts.account)}) of {value(account.customer)}"
        return _paragraphs(
            f"{who} {_end(facts)}",
            _table(_contract(facts)),
            *_renewing(facts.renewal, application),
            "_`emp-gitops remind` keeps this issue: it notes here whom it mailed, and closes it once the account is "
            "renewed. What you write here stays as it is._",
        )

    def stage(self, facts: ReminderFacts, application: Application | None) -> str:
        waits = f" {_pending(application)}." if application else ""
        head = stage_words(facts.stage, "the end").replace("the end itself", "the last day")
        return f"**{head.capitalize()}.** The account {_end(facts)}{waits}"

    def skipped(self, stages: Sequence[Stage], *, today: date, expires_on: date) -> str:
        told = "; ".join(f"{stage_words(stage.before, str(expires_on))}" for stage in stages)
        late = "the account has expired" if today > expires_on else "it is too late for that"
        return f"Not mailed, and not to be mailed any more: the reminder {told}. On {today}, {late}."

    def not_yet(self) -> str:
        return "_This is about to be mailed._"

    def mailed(self, mailed: Mailed) -> str:
        refused = _reasons(mailed.refused, (each for sent in mailed.sent for each in sent.rejected))
        put_off = _reasons(mailed.put_off, ())
        return _paragraphs(
            *(f"Mailed on {sent.on} to {_addresses(sent.accepted)}." for sent in mailed.sent),
            _list("Refused for good; ask the customer for another address:", refused),
            _list("Put off; the next run tries again:", put_off),
            f"_{value(mailed.warning, 400)}_" if mailed.warning else "",
        )

    def ended(self, ended: Ended) -> str:
        if ended.is_renewed:
            return f"Renewed until {ended.now}. Thank you! There is nothing left to remind of here."
        if ended.now:
            return f"The account's term was changed: it ends on {ended.now} now, and no longer on {ended.expires_on}."
        return "The account is retired, so there is nothing left to remind of."

    def resumed(self, resumed: Resumed) -> str:
        return f"The account is in this term again: it ends on **{resumed.expires_on}**."

    def notice_title(self, facts: RemovedContactFacts) -> str:
        return title(f"{clipped(facts.value.name, 120)} ({facts.account}): mail goes to other people")

    def notice(self, facts: RemovedContactFacts) -> str:
        account = facts.value
        return _paragraphs(
            f"As of {facts.changed_on}, **{value(account.name)}** ({name(facts.account)}) of {value(account.customer)} "
            f"has other contacts. {_addresses(facts.removed)} gets no more mail about it.",
            "Who was removed is told so once, by mail: if that surprises them, somebody may have wanted the account's "
            f"mail for themselves. `emp-gitops history {facts.account}` says who asked for it and who approved it.",
        )

    def notice_done(self) -> str:
        return "They were told, and there is nothing left to do."

    def failures_title(self, today: date) -> str:
        return f"Reminders that did not reach everybody, since {today}"

    def failures(self, report: Report) -> str:
        failed = tuple(f"- {_subject(each)}: {value(each.post.trouble or 'unknown', 400)}" for each in report.failures)
        bounced = tuple(
            f"- {_subject(each)}: {name(address)} refuses it: {value(said, 300)}"
            for each in report.bounces for address, said in each.post.bounced.items()
        )
        parts: list[str | Part] = [f"The run of {report.today} could not reach everybody.\n"]
        if failed:
            parts.append(Part("### Not sent\n\nThe next run tries again.\n", failed, "mail"))
        if bounced:
            head = "### Refused for good\n\nThese are not tried again: another address is needed.\n"
            parts.append(Part(head, bounced, "address"))
        return fitted([*parts, "_This issue is closed by the first run without such trouble._"], COMMENT_LIMIT)

    def all_well(self, today: date) -> str:
        return f"The run of {today} had no such trouble."


def proposed_words(application: Application) -> str:
    """What an issue is told of a renewal that was proposed, in Markdown."""
    return (
        f"{pull_request(application)} proposes to renew the account for a year. A SuperAdmin who approves it makes it "
        "a request, which Customer Success then approves. It is proposed once: closed, it stays closed."
    )


def stage_words(before: str, end: str) -> str:
    """`a month before 2026-12-10`, `on 2026-12-10 itself`"""
    word = stage_name(before)
    if word == "day":
        return f"on {end} itself"
    return f"{word if word[0].isdigit() else f'a {word}'} before {end}"


def _end(facts: ReminderFacts) -> str:
    end = facts.value.term.expires_on
    if facts.today > end:
        return f"expired on **{end}**."
    return f"expires on **{end}**: it works through the end of that day."


def _contract(facts: ReminderFacts) -> Iterator[tuple[str, str]]:
    account = facts.value
    yield "License", value(account.license)
    yield "Datapoints", _usage(account, facts.used_datapoints)
    if account.rtc_lines:
        yield "RTC lines", f"{account.rtc_lines:,}"
    yield "Term", f"{account.start} to {account.term.expires_on} ({counted(account.months, 'month')})"
    yield "Contacts", _addresses(account.contacts)
    if account.comment:
        yield "Comment", value(account.comment, 400)


def _usage(account: Account, used: int | None) -> str:
    if used is None:
        return f"{account.datapoints:,} contracted; how many are in use is not known"
    left = account.datapoints - used
    share = f", {100 * used // account.datapoints} %" if account.datapoints else ""
    if left < 0:
        return f"{used:,} of {account.datapoints:,} in use{share}: **{-left:,} more than contracted**"
    return f"{used:,} of {account.datapoints:,} in use{share}; {left:,} left"


def _renewing(renewal: Renewal, application: Application | None) -> Iterator[str]:
    yield "### What to do"
    if application:
        if not application.is_proposal:
            yield f"{_pending(application)}: it is for Customer Success to approve it."
            return
        yield f"{_pending(application)}: a SuperAdmin can make it a request."
    yield (
        "Ask the customer whether they go on, and whether the license and the datapoints above still fit: a renewal "
        "keeps them as they are."
    )
    if renewal.url:
        yield f"**[Renew it by form]({renewal.url})**, which opens an application. Customer Success approves it."
    if renewal.commands:
        yield "To open an application for a renewal, which Customer Success then approves:"
        yield "\n".join(["```console", *map(terminal, renewal.commands), "```"])


def _pending(application: Application) -> str:
    if application.is_proposal:
        return f"{pull_request(application)} proposes a renewal, and nobody has asked for it yet"
    return f"{pull_request(application)} asks for a renewal already"


def _table(rows: Iterable[tuple[str, str]]) -> str:
    return "\n".join(["| | |", "|---|---|", *(f"| {label} | {text} |" for label, text in rows)])


def _addresses(addresses: Sequence[str]) -> str:
    shown = [name(each) for each in addresses[:_MOST]]
    more = [f"{len(addresses) - _MOST:,} more"] if len(addresses) > _MOST else []
    words = [*shown, *more]
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else "nobody"


def _reasons(said: Mapping[str, str], addresses: Iterable[str]) -> dict[str, str]:
    """What a server said to each address; of earlier runs it is not known any more."""
    return {**dict.fromkeys(addresses, ""), **said}


def _list(head: str, reasons: Mapping[str, str]) -> str:
    if not reasons:
        return ""
    rows = [f"- {name(address)}{f': {value(said, 200)}' if said else ''}" for address, said in reasons.items()]
    return "\n".join([head, "", *rows[:_MOST], *([f"- and {len(rows) - _MOST:,} more"] if len(rows) > _MOST else [])])


def _subject(each: Reminder | Notice) -> str:
    if isinstance(each, Notice):
        return f"{name(each.account)}, to its former contacts"
    return f"{name(each.account)}, {stage_words(each.stage, str(each.expires_on))}"


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
