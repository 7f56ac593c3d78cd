"""The verdict on a review, and who must do what next. What is not known is never a good verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from shlex import quote
from typing import Literal

from emp_gitops.core.config import Config
from emp_gitops.core.forms import FormRequest
from emp_gitops.errors import ExitCode
from emp_gitops.review.facts import Review

Conclusion = Literal["success", "failure", "neutral", "action_required"]
Key = Literal[
    "failed", "conflicts", "errors", "form", "unapprovable", "requester", "guarded", "drifted",
    "stale", "draft", "changes_requested", "waiting", "approved", "unchecked",
]

_CUSTOMER_SUCCESS = "Customer Success"
_SUPER_ADMIN = "A SuperAdmin"
_OPERATOR = "An operator"
_WHO_MERGES = "Whoever may merge"
_WHO_ASKS = "Whoever asks for it"
_AHEAD = ("waiting", "approved", "unchecked")  # on its way to be merged


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What somebody has to do: a sentence without its subject, and the command that does it, where one does.

    `who` is a person or a role as a sentence begins with it, `people` those of a role. `aim` says what they are waited
    for to do ("to make it a request"), where that is not plain.
    """

    who: str
    what: str
    people: tuple[str, ...] = ()
    command: str | None = None
    aim: str | None = None

    @property
    def who_within(self) -> str:
        """`who` in the middle of a sentence; nobody's name is touched."""
        begins = self.who in (_SUPER_ADMIN, _OPERATOR, _WHO_MERGES, _WHO_ASKS)
        return f"{self.who[0].lower()}{self.who[1:]}" if begins else self.who


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

    The first one is the verdict. What an operator can only allow after the merge stands in nobody's way before: it is
    said with the verdict, and does not fail the check that merging may depend on.
    """
    stops, holds = tuple(_stops(review)), tuple(_holds(review))
    if stops:
        return stops + tuple(_also(review))
    progress = _progress(review, is_held=bool(holds))
    if progress.key in _AHEAD and holds:
        headline = f"{progress.headline}, then held for an operator: {' and '.join(hold.headline for hold in holds)}"
        steps = (*progress.steps, *([_take_over(review, "or first")] if review.drift else []))
        progress = replace(progress, key=holds[0].key, headline=headline, conclusion="neutral", steps=steps)
    return (progress, *(holds if progress.key != "stale" else ()))


def next_steps(judgements: Sequence[Judgement]) -> tuple[Step, ...]:
    """What is to be done, in order. A command that settles several things is there once."""
    found: dict[object, Step] = {}
    for judgement in judgements:
        for step in judgement.steps:
            found.setdefault(step.command or step, step)
    return tuple(found.values())


def _stops(review: Review) -> Iterator[Judgement]:
    """What must be mended before anybody merges."""
    application = review.application
    if review.conflicts:
        yield _failure("conflicts", "Conflicts with main", _mend(
            review, "merge main into the branch, settle the conflicts, and push"
        ))
    if review.errors:
        one = review.errors == 1
        yield _failure("errors", f"Not ready, {review.errors:,} {'error' if one else 'errors'}", _mend(
            review, f"correct the {'error' if one else 'errors'} and push; this review follows by itself"
        ))
    if review.form_trouble and application.form:
        yield _not_its_form(review, application.form, review.form_trouble)
    if _is_hopeless(review) and application.obstacle:
        yield _failure("unapprovable", "Cannot be approved as it is", Step(
            who=_WHO_ASKS, people=(application.requester,),
            what=f"mend this, for nobody's approval counts before: {application.obstacle.words}",
        ))
    elif review.requester_trouble and not application.is_proposal:
        yield _refused("requester", f"Refused: {review.requester_trouble}", Step(
            who=_SUPER_ADMIN, what="open this application instead, or have the roles on main changed first",
        ))
    if any(not guard.overridable for guard in review.plan.guards):
        yield _refused("guarded", "Stopped by a guard", _mend(
            review, "bring the missing account files back; no option passes this"
        ))


def _not_its_form(review: Review, form: FormRequest, trouble: str) -> Judgement:
    if form.is_proposed:
        what = f"close it, and ask for what is wanted by an application of your own; now {trouble}"
        return _failure("form", "Not the renewal that was proposed", _asker(review, what))
    return _failure("form", "Not what its form asks for", Step(who=form.requested_by, what=(
        f"edit form {form.issue}, and this application is made anew from it, or close both and send another form; "
        f"now {trouble}"
    )))


def _asker(review: Review, what: str, command: str | None = None) -> Step:
    """For whoever asks, or still could: nobody does yet where the tool proposes."""
    if not review.application.is_proposal:
        return Step(who=review.application.requester, what=what, command=command)
    if review.config is None or review.config.approvals.source == "none":
        return Step(who=_WHO_MERGES, what=what, command=command)
    return Step(who=_SUPER_ADMIN, people=review.config.roles.super_admins, what=what, command=command)


def _mend(review: Review, what: str) -> Step:
    """A proposal is as the tool made it, or nothing: what has to be mended is asked for by a person."""
    if review.application.is_proposal:
        return _asker(review, "decline this proposal, and ask for what is wanted by an application of your own")
    return _asker(review, what)


def _is_hopeless(review: Review) -> bool:
    """Whether approvals are asked for, and none could count."""
    obstacle, config = review.application.obstacle, review.config
    asked = config is not None and config.approvals.source != "none"
    return asked and obstacle is not None and obstacle.lasts and not review.is_stale


def _holds(review: Review) -> Iterator[Judgement]:
    """What reconcile will hold after the merge, until an operator allows that very plan."""
    if review.plan.guards and all(guard.overridable for guard in review.plan.guards):
        yield _held("guarded", "a guard", _allow(
            review, "look at the whole plan and, if it is meant, allow it once it is approved and merged"
        ))
    if review.drift:
        yield _held("drifted", "the platform changed meanwhile", _allow(
            review, "or put git's values back, once it is approved and merged"
        ))


def _also(review: Review) -> Iterator[Judgement]:
    """What can be mended together with what stops an application."""
    if review.drift:
        yield _held("drifted", "the platform changed meanwhile", _take_over(review, "also"))


def _failure(key: Key, headline: str, *steps: Step) -> Judgement:
    return Judgement(key=key, headline=headline, conclusion="failure", exit_code=ExitCode.ERROR, steps=steps)


def _refused(key: Key, headline: str, *steps: Step) -> Judgement:
    return Judgement(key=key, headline=headline, conclusion="action_required", exit_code=ExitCode.REFUSED, steps=steps)


def _held(key: Key, headline: str, *steps: Step) -> Judgement:
    return Judgement(key=key, headline=headline, conclusion="neutral", exit_code=ExitCode.OK, steps=steps)


def _allow(review: Review, what: str) -> Step:
    return Step(who=_OPERATOR, what=what, command=f"emp-gitops reconcile --allow {review.plan.digest}")


def _take_over(review: Review, how: str) -> Step:
    then = "ask for that by an application of your own" if review.application.is_proposal else "push"
    what = f"{how} take the platform's values into the file, account by account, and {then}"
    return _asker(review, what, f"emp-gitops import {review.drift[0].account}")


def _progress(review: Review, *, is_held: bool) -> Judgement:
    application = review.application
    if review.is_stale:
        what = "close this application; merging it changes nothing"
        return _at("stale", "Nothing to do", _asker(review, what))
    if application.state == "draft":
        return _at("draft", "Draft", _asker(review, "mark it as ready for review when it is"))
    if review.config is None or review.config.approvals.source == "none":
        return _at("unchecked", "Ready to merge, approvals are not checked", Step(
            who=_WHO_MERGES, what="merge it; approvals.source is none, so nobody's approval is asked for",
        ))
    if application.state == "changes_requested":
        return _at(
            "changes_requested", f"{_CUSTOMER_SUCCESS} asks for changes",
            _asker(review, "make the changes that were asked for, and push"),
            Step(who=_CUSTOMER_SUCCESS, what="look at it again then"),
        )
    missing = review.required - len(application.approved_by)
    if missing > 0:
        return _waiting(review, review.config, missing)
    follows = "what is held waits for an operator then" if is_held else "the next reconcile applies it to the platform"
    return _at("approved", "Approved, ready to merge", Step(who=_WHO_MERGES, what=f"merge it; {follows}"))


def _waiting(review: Review, config: Config, missing: int) -> Judgement:
    application = review.application
    if not application.is_proposal:
        return _at("waiting", f"Ready for {_CUSTOMER_SUCCESS}", _approve(review, config, missing))
    what, command = "approve it, which makes it a request, or close it", None
    if application.url is None:
        branch = quote(application.branch)
        what = "make it a request by signing its commit, or delete the branch"
        command = f"git switch {branch} && git commit --amend --no-edit --reset-author --gpg-sign"
    step = _asker(review, f"{what}; then {_CUSTOMER_SUCCESS} approves", command)
    return _at("waiting", "Proposed, for a SuperAdmin to take up", replace(step, aim="to make it a request"))


def _approve(review: Review, config: Config, missing: int) -> Step:
    people = config.roles.customer_success or ("nobody is named on main",)
    given = f", given by {', '.join(review.application.approved_by)}" if review.application.approved_by else ""
    count = "" if review.required == 1 else f" ({review.required} approvals needed, {missing} missing{given})"
    asks = review.application.requester
    what = f"approve it or ask for changes{count}; not {asks}, who asks for it, nor anybody who made its commits"
    if (obstacle := review.application.obstacle) and not review.application.approved_by:
        what += f". No approval counts so far: {obstacle.words}"
    here = review.application.url is None
    seen = f"{quote(review.application.branch)} --commit {review.application.head[:12]}"
    command = f"emp-gitops applications approve {seen}" if here else None
    return Step(who=_CUSTOMER_SUCCESS, people=people, what=what, command=command)


def _at(key: Key, headline: str, *steps: Step) -> Judgement:
    conclusion: Conclusion = "success" if key in _AHEAD else "neutral"
    return Judgement(key=key, headline=headline, conclusion=conclusion, exit_code=ExitCode.OK, steps=steps)
