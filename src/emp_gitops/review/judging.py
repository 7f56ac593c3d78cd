"""The verdict on a review, and who must do what next. What is not known is never a good verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Literal

from emp_gitops.core.config import Config
from emp_gitops.errors import ExitCode
from emp_gitops.review.facts import Review

Conclusion = Literal["success", "failure", "neutral", "action_required"]
Key = Literal[
    "failed", "conflicts", "errors", "requester", "guarded", "drifted",
    "stale", "draft", "changes_requested", "waiting", "approved", "unchecked",
]

_CUSTOMER_SUCCESS = "Customer Success"
_OPERATOR = "An operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What somebody has to do: a sentence without its subject, and the command that does it, where one does.

    `who` is a person or a role, `people` those of a role.
    """

    who: str
    what: str
    people: tuple[str, ...] = ()
    command: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One thing to be said of an application; `headline` says it in a few words."""

    key: Key
    headline: str
    conclusion: Conclusion
    exit_code: ExitCode
    steps: tuple[Step, ...]


def judge(review: Review) -> tuple[Judgement, ...]:
    """Everything that stands in the way, the gravest first; where nothing does, how far the application has come.

    The first one is the verdict.
    """
    return tuple(_obstacles(review)) or (_progress(review),)


def next_steps(judgements: Sequence[Judgement]) -> tuple[Step, ...]:
    """What is to be done, in order. A command that settles several things is there once."""
    found: dict[object, Step] = {}
    for judgement in judgements:
        for step in judgement.steps:
            found.setdefault(step.command or step, step)
    return tuple(found.values())


def _obstacles(review: Review) -> Iterator[Judgement]:
    if review.conflicts:
        yield _failure("conflicts", "Conflicts with main", Step(
            who=review.application.requester,
            what="merge main into the branch, settle the conflicts, and push",
        ))
    if review.errors:
        one = review.errors == 1
        yield _failure("errors", f"Not ready, {review.errors:,} {'error' if one else 'errors'}", Step(
            who=review.application.requester,
            what=f"correct the {'error' if one else 'errors'} and push; this review follows by itself",
        ))
    if review.requester_trouble:
        yield _held("requester", f"Refused: {review.requester_trouble}", Step(
            who="A SuperAdmin", what="open this application instead, or have the roles on main changed first",
        ))
    if review.plan.guards:
        yield _held("guarded", "Held by a guard", *_guard_steps(review))
    if review.drift:
        yield _held("drifted", "Held, the platform changed meanwhile", *_drift_steps(review))


def _failure(key: Key, headline: str, *steps: Step) -> Judgement:
    return Judgement(key=key, headline=headline, conclusion="failure", exit_code=ExitCode.ERROR, steps=steps)


def _held(key: Key, headline: str, *steps: Step) -> Judgement:
    return Judgement(key=key, headline=headline, conclusion="action_required", exit_code=ExitCode.REFUSED, steps=steps)


def _guard_steps(review: Review) -> Iterator[Step]:
    if any(not guard.overridable for guard in review.plan.guards):
        yield Step(who=review.application.requester, what="bring the missing account files back; no option passes this")
    else:
        yield _allow(review, "look at the whole plan and, if it is meant, allow it once it is approved and merged")


def _allow(review: Review, what: str) -> Step:
    return Step(who=_OPERATOR, what=what, command=f"emp-gitops reconcile --allow {review.plan.digest}")


def _drift_steps(review: Review) -> Iterator[Step]:
    first = review.drift[0].account
    yield Step(
        who=review.application.requester,
        what="take the platform's values into the file, account by account, and push",
        command=f"emp-gitops import {first}",
    )
    yield _allow(review, "or put git's values back, once it is approved and merged")


def _progress(review: Review) -> Judgement:
    application, who = review.application, review.application.requester
    if review.is_stale:
        return _at("stale", "Nothing to do", Step(who=who, what="close this application; merging it changes nothing"))
    if application.state == "draft":
        return _at("draft", "Draft", Step(who=who, what="mark it as ready for review when it is"))
    if review.config is None or review.config.approvals.source == "none":
        return _at("unchecked", "Ready to merge, approvals are not checked", Step(
            who="Whoever may merge", what="merge it: approvals.source is none, so nobody's approval is asked for",
        ))
    if application.state == "changes_requested":
        return _at(
            "changes_requested", f"{_CUSTOMER_SUCCESS} asks for changes",
            Step(who=who, what="make the changes that were asked for, and push"),
            Step(who=_CUSTOMER_SUCCESS, what="look at it again then"),
        )
    missing = review.required - len(application.approved_by)
    if missing > 0:
        return _at("waiting", f"Ready for {_CUSTOMER_SUCCESS}", _approve(review, review.config, missing))
    return _at("approved", "Approved, ready to merge", Step(
        who="Whoever may merge", what="merge it; the next reconcile applies it to the platform",
    ))


def _approve(review: Review, config: Config, missing: int) -> Step:
    people = config.roles.customer_success or ("nobody is named on main",)
    given = f", given by {', '.join(review.application.approved_by)}" if review.application.approved_by else ""
    count = "" if review.required == 1 else f" ({review.required} approvals needed, {missing} missing{given})"
    asks = review.application.requester
    what = f"approve it or ask for changes{count}; not {asks}, who asks for it, nor an author of its commits"
    here = review.application.url is None
    command = f"emp-gitops applications approve {quote(review.application.branch)}" if here else None
    return Step(who=_CUSTOMER_SUCCESS, people=people, what=what, command=command)


def _at(key: Key, headline: str, *steps: Step) -> Judgement:
    good = key in ("waiting", "approved", "unchecked")
    return Judgement(
        key=key, headline=headline, conclusion="success" if good else "neutral", exit_code=ExitCode.OK, steps=steps
    )
