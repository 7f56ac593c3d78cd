"""Closing the issues of terms that are over: the account was renewed, its term was changed, or it is retired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from emp_gitops.core.model import LiveAccount
from emp_gitops.forge.issues import Close, Issue
from emp_gitops.reminding.keys import term_in
from emp_gitops.reminding.running import Words
from emp_gitops.reminding.values import Ended


def ended_terms(issues: Iterable[Issue], live: Mapping[str, LiveAccount]) -> Iterator[Ended]:
    """The open issues of terms that their accounts are not in any more."""
    for issue in issues:
        if issue.is_open and (term := term_in(issue.key)):
            account, expires_on = term
            now = _end_of(live.get(account))
            if now != expires_on:
                yield Ended(key=issue.key, issue=issue.id, account=account, expires_on=expires_on, now=now)


def closing(ended: Ended, words: Words) -> Close:
    return Close(key=ended.key, body=words.ended(ended))


def _end_of(live: LiveAccount | None) -> date | None:
    return None if live is None or live.retired else live.account.term.expires_on
