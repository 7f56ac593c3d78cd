"""Closing the issues of terms that are over: the account was renewed, its term was changed, or it is retired. And
opening them again where it is back in the term: the renewal was taken back, or the account created anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from emp_gitops.core.issue_records import ended_line, is_ended, resumed_line
from emp_gitops.core.model import LiveAccount
from emp_gitops.forge.issues import Close, Issue, Reopen
from emp_gitops.reminding.keys import term_in
from emp_gitops.reminding.running import Ledgers, Words
from emp_gitops.reminding.values import Ended, Resumed


def ended_terms(issues: Iterable[Issue], live: Mapping[str, LiveAccount]) -> Iterator[Ended]:
    """The open issues of terms that their accounts are not in any more."""
    for issue in issues:
        if issue.is_open and (term := term_in(issue.key)):
            account, expires_on = term
            now = _end_of(live.get(account))
            if now != expires_on:
                yield Ended(key=issue.key, issue=issue.id, account=account, expires_on=expires_on, now=now)


def resumed_terms(issues: Iterable[Issue], live: Mapping[str, LiveAccount], ledgers: Ledgers) -> Iterator[Resumed]:
    """The issues that the tool closed, and not a person, although their accounts are in these terms. Raises
    ForgeError.
    """
    found = {
        issue.key: Resumed(key=issue.key, issue=issue.id, account=account, expires_on=expires_on)
        for issue in issues if not issue.is_open and (term := term_in(issue.key))
        for account, expires_on in [term] if _end_of(live.get(account)) == expires_on
    }
    for key, entries in (ledgers.entries(list(found)) if found else {}).items():
        if is_ended(line for entry in entries for line in entry.records):
            yield found[key]


def closing(ended: Ended, words: Words, *, on: date) -> Close:
    return Close(key=ended.key, body=words.ended(ended), records=(ended_line(on),))


def reopening(resumed: Resumed, words: Words, *, on: date) -> Reopen:
    return Reopen(key=resumed.key, body=words.resumed(resumed), records=(resumed_line(on),))


def _end_of(live: LiveAccount | None) -> date | None:
    return None if live is None or live.retired else live.account.term.expires_on
