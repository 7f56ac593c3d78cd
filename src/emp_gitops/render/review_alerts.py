"""What a reviewer must not overlook, as alerts of GitHub's Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from emp_gitops.core.changes import Change
from emp_gitops.render.fitting import name, value
from emp_gitops.review.facts import Review

_MOST = 10


def alerts(review: Review) -> Iterator[str]:
    """One block each; their size is bounded."""
    if review.policy_files:
        yield _alert(
            "CAUTION",
            "**This application also changes the rules it is judged by.**",
            f"It changes {_listed([name(each) for each in review.policy_files])}. The rules of main judge it; what it "
            "changes takes effect only for later applications. Let somebody who answers for the rules review these "
            "files, a different reviewer than the one of the accounts, or ask for an application of their own.",
        )
    if review.redirected:
        yield _alert(
            "WARNING",
            "**High risk: mail goes to other people.**",
            *map(_contacts, review.redirected[:_MOST]),
            *_others(len(review.redirected)),
            "Ask the customer, by an address or a number that you had before this application.",
        )


def _contacts(change: Change) -> str:
    if change.before is None or change.after is None:
        return ""
    old, new = (", ".join(account.contacts) for account in (change.before, change.after))
    return f"- {name(change.account)}: {value(old)} → {value(new)}"


def _others(count: int) -> list[str]:
    return [f"- and {count - _MOST:,} more accounts"] if count > _MOST else []


def _listed(names: Sequence[str]) -> str:
    more = [f"{len(names) - _MOST:,} more files"] if len(names) > _MOST else []
    words = [*names[:_MOST], *more]
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _alert(kind: str, *lines: str) -> str:
    """Lines that begin with a dash are a list, and need an empty line behind them."""
    body: list[str] = []
    for line in lines:
        if body and line.startswith("-") != body[-1].startswith("-"):
            body.append("")
        body.append(line)
    return "\n".join([f"> [!{kind}]", *(f"> {line}".rstrip() for line in body), ""])
