"""One mail that is to go out, with the issue that is its ledger: what is to be written there before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from emp_gitops.core.reminder_records import Intent, Sent, Skipped, to_line
from emp_gitops.core.reminders import Standing, standing_of
from emp_gitops.forge.issues import Amend, Close, Comment, Deed, Entry, OpenIssue, Relabel
from emp_gitops.mail.base import Mail
from emp_gitops.reminding.planning import records_of
from emp_gitops.reminding.running import Mailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """`stage` is what the ledger's records call the mail, `on` the day of the run. `entries` is the ledger as it was
    read, None without an issue. `skips` are the stages to record as skipped together with it.

    `opening` opens the issue; where there is one, `announcement` is the comment that says which mail this is, `not_yet`
    its end as long as that did not go out, and `label` makes the issue's label fit. `closing` is the last word on an
    issue that the mail is all of. `mail` composes, given the issue's address.
    """

    key: str
    stage: str
    on: date
    entries: Sequence[Entry] | None
    skips: tuple[str, ...] = ()
    opening: OpenIssue
    announcement: str
    not_yet: str
    label: Relabel | None = None
    closing: str | None = None
    mail: Callable[[str | None], Mail]
    mailed: Callable[[Mailed], str]

    @property
    def standing(self) -> Standing:
        return standing_of(self.stage, records_of(self.entries or ()))

    def written(self, url: str | None) -> Mail:
        """The mail for those who are still to get it, with the Message-ID of its earlier copies.

        Its recipients may be none: somebody who was put off need not be written to any more. Raises EmpError.
        """
        mail, standing = self.mail(url), self.standing
        if standing.message_id and standing.message_id != mail.message_id:
            mail.message.replace_header("Message-ID", standing.message_id)
        if standing.sent_on is None:
            return mail
        return replace(mail, recipients=tuple(each for each in mail.recipients if each in standing.left))

    def intent(self, mail: Mail) -> str | None:
        """The record to note before the mail goes out; None where an earlier run noted the same."""
        standing = self.standing
        if standing.sent_on is not None or (standing.recipients == mail.recipients and not self.skips):
            return None
        return to_line(
            Intent(stage=self.stage, on=self.on, message_id=mail.message_id, recipients=mail.recipients)
        )

    def deeds_before(self, mail: Mail) -> Iterator[Deed]:
        """What makes the ledger know of the mail before it goes out."""
        intent = self.intent(mail)
        skips = tuple(to_line(Skipped(stage=stage, on=self.on)) for stage in self.skips)
        if self.entries is None:
            yield replace(self.opening, records=(*skips, *([intent] if intent else [])))
        elif intent:
            body = f"{self.announcement}\n\n{self.not_yet}"
            yield Comment(key=self.key, body=body, records=(*skips, intent))
            if self.label:
                yield self.label

    def deeds_after(self, sent: Sent, mailed: Mailed, entry: Entry | None) -> Iterator[Deed]:
        """What makes the ledger know that the mail went out. `entry` is the comment that holds the intent, None where
        that is in the issue's own text.
        """
        line = to_line(sent)
        if entry is None:
            yield Comment(key=self.key, body=self.mailed(mailed), records=(line,))
        else:
            earlier = tuple(
                each for each in records_of([entry]) if isinstance(each, Sent) and each.stage == self.stage
            )
            body = f"{self.announcement}\n\n{self.mailed(replace(mailed, sent=(*earlier, *mailed.sent)))}"
            yield Amend(key=self.key, entry=entry.id, body=body, records=(*entry.records, line))
        if self.closing:
            yield Close(key=self.key, body=self.closing)

    def place_of_intent(self, entries: Sequence[Entry]) -> Entry | None:
        """The newest comment that holds an intent of this mail; None where none does."""
        found = [
            entry for entry in entries
            if entry.id and any(isinstance(each, Intent) and each.stage == self.stage for each in records_of([entry]))
        ]
        return found[-1] if found else None
