"""A batch of mails: note what is about to be sent, send one after the other, note what was accepted.

A crash between any two of these steps leaves an intent in the ledger, or a mail that the ledger knows nothing of; the
next run finds that nobody is known to have got it, and sends it again under the same Message-ID.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from emp_gitops.core.reminder_records import Sent
from emp_gitops.errors import EmpError, ForgeError
from emp_gitops.forge.issues import Deed, Entry, Issue, IssueTracker
from emp_gitops.mail.base import Delivery, LostError, Mail, MailError, Outbox, UnreachableError
from emp_gitops.reminding.errands import Errand
from emp_gitops.reminding.running import Mailed
from emp_gitops.reminding.values import Outcome, Post
from emp_gitops.reminding.writing import write

PATIENCE = 3
"""How many times in a row the mail server itself may fail, or break off in the middle of a mail; then nothing more is
tried in this run.
"""

Done = tuple[Errand, Outcome | None, Post]
"""What became of an errand; no outcome means that it is for another turn."""


class Sender:
    """An outbox that is left alone once its server has failed `PATIENCE` times in a row."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._failures: list[MailError] = []

    @property
    def trouble(self) -> str | None:
        """Why nothing more is tried, None while it is."""
        if len(self._failures) < PATIENCE:
            return None
        return f"not tried, since the mail server failed {PATIENCE} times in a row: {self._failures[-1].in_one_line}"

    def send(self, mail: Mail) -> Delivery:
        """Raises MailError."""
        if trouble := self.trouble:
            raise MailError(trouble)  # which says where
        try:
            delivery = self._outbox.send(mail)
        except (UnreachableError, LostError) as error:
            self._failures.append(error)
            raise
        except MailError:
            self._failures.clear()
            raise
        self._failures.clear()
        return delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    errand: Errand
    mail: Mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn under the lock. `known` are issues by key, as far as they are; `is_over` says when others should have
    their turn; `unnoted` collects why a mail that went out could not be noted.
    """

    tracker: IssueTracker
    sender: Sender
    known: Mapping[str, Issue]
    is_over: Callable[[], bool]
    unnoted: list[ForgeError]


def deliver(errands: Sequence[Errand], turn: Turn) -> Iterator[Done]:
    """Carry the errands out, at least one of them, and tell what became of each as it is known.

    An errand whose intent the forge does not take fails. Where it does not take the note of a mail that is out, the
    next run sends that again. Raises ForgeError where the forge itself is the trouble.
    """
    drafts: list[_Draft] = []
    for errand in errands:
        issue = turn.known.get(errand.key)
        try:
            mail = errand.written(issue.url if issue else None)
        except EmpError as error:
            yield errand, "failed", Post(issue=issue.id if issue else None, trouble=error.in_one_line)
        else:
            drafts += [_Draft(errand=errand, mail=mail)] if mail.recipients else []
    if drafts:
        yield from _deliver(drafts, turn)


def _deliver(drafts: Sequence[_Draft], turn: Turn) -> Iterator[Done]:
    written = write(turn.tracker, [list(draft.errand.deeds_before(draft.mail)) for draft in drafts])
    issues = {**turn.known, **written.issues}
    for number, error in written.refused.items():
        yield drafts[number].errand, "failed", Post(trouble=error.in_one_line)
    noted = [draft for number, draft in enumerate(drafts) if number not in written.refused]
    places = _places(noted, turn.tracker)
    notes: list[Sequence[Deed]] = []
    try:
        for number, draft in enumerate(noted):
            if number and turn.is_over():
                yield draft.errand, None, Post()
                continue
            issue = issues.get(draft.errand.key)
            outcome, post, deeds = _send(draft, issue, turn.sender, places.get(draft.errand.key))
            notes.append(deeds)
            yield draft.errand, outcome, post
    finally:  # also where somebody presses Ctrl-C: what is out, is out
        turn.unnoted.extend(write(turn.tracker, notes).refused.values())


def _places(drafts: Sequence[_Draft], tracker: IssueTracker) -> dict[str, Entry | None]:
    """The comment that holds each mail's intent, by key; those of issues that were just opened hold it themselves."""
    found: Mapping[str, Sequence[Entry]] = {
        draft.errand.key: draft.errand.entries for draft in drafts if draft.errand.entries is not None
    }
    if fresh := [draft.errand.key for draft in drafts if draft.errand.entries is not None and _is_announced(draft)]:
        found = {**found, **tracker.entries(fresh)}
    return {
        draft.errand.key: draft.errand.place_of_intent(found[draft.errand.key])
        for draft in drafts
        if draft.errand.key in found
    }


def _is_announced(draft: _Draft) -> bool:
    """Whether the intent was noted in this run."""
    return draft.errand.intent(draft.mail) is not None


def _send(
    draft: _Draft, issue: Issue | None, sender: Sender, place: Entry | None
) -> tuple[Outcome, Post, list[Deed]]:
    errand, mail = draft.errand, draft.mail
    post = Post(issue=issue.id if issue else None, message_id=mail.message_id, recipients=mail.recipients)
    try:
        if issue and issue.url and errand.entries is None:
            mail = errand.written(issue.url)  # only now it is known where its issue is
        delivery = sender.send(mail)
    except EmpError as error:
        return "failed", replace(post, trouble=error.in_one_line), []
    sent = Sent(
        stage=errand.stage, on=errand.on, message_id=mail.message_id, accepted=delivery.accepted,
        rejected=tuple(delivery.rejected),
    )
    mailed = Mailed(sent=(sent,), refused=delivery.rejected, put_off=delivery.deferred, warning=mail.warning)
    post = replace(
        post, recipients=delivery.accepted, warnings=tuple(_warnings(mail, delivery)), bounced=delivery.rejected
    )
    return "sent", post, list(errand.deeds_after(sent, mailed, place))


def _warnings(mail: Mail, delivery: Delivery) -> Iterator[str]:
    if mail.warning:
        yield mail.warning
    for told, words in ((delivery.deferred, "is put off, the next run tries again"), (delivery.rejected, "is refused")):
        for address, said in told.items():
            yield f"{address} {words}: {said}"

