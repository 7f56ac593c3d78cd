"""Issues in plain git: Markdown files on a branch of their own, which any forge shows and anybody may edit.

What the tool wrote is told by who committed it: where only the tool ever touched a file its text counts as it is, else
what the tool's own commits brought. That is a convention and no proof: who may push to the branch can commit as
anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Self
from zoneinfo import ZoneInfo

from emp_gitops.core.config import Config
from emp_gitops.errors import ForgeError, RepositoryError
from emp_gitops.forge.issues import Deed, Entry, Issue
from emp_gitops.forge.plain.identity import IDENTITY
from emp_gitops.forge.plain.issue_deeds import Desk
from emp_gitops.forge.plain.issue_shelf import Shelf
from emp_gitops.repository import Repository, SideBranch

BRANCH = "emp-gitops/issues"
HEARTBEAT = "heartbeat.md"

_TRIES = 10
_LAST = "- Last run to its end: "
_FIRST_HEARTBEAT = f"# Heartbeat\n\nWhen the reminders were last looked after in full.\n\n{_LAST}"


class PlainIssues:
    """An IssueTracker. `moment` is now, in the zone whose days count; `say` is told of others who write at the same
    time.
    """

    def __init__(self, branch: SideBranch, *, moment: datetime, say: Callable[[str], None]) -> None:
        self._branch = branch
        self._moment = moment
        self._say = say

    @classmethod
    def of(
        cls, config: Config, repository: Repository, *, say: Callable[[str], None], moment: datetime | None = None
    ) -> Self:
        at = (moment or datetime.now(UTC)).astimezone(ZoneInfo(config.timezone))
        return cls(repository.side_branch(BRANCH, IDENTITY), moment=at, say=say)

    def issues(self) -> Mapping[str, Issue]:
        with _as_forge():
            return {each.key: each.issue for each in self._shelf().all()}

    def find(self, keys: Collection[str]) -> Mapping[str, Issue]:
        with _as_forge():
            return {each.key: each.issue for each in self._shelf().of(keys)}

    def entries(self, keys: Collection[str]) -> Mapping[str, Sequence[Entry]]:
        with _as_forge():
            return {each.key: each.entries for each in self._shelf().of(keys)}

    def do(self, deeds: Sequence[Deed]) -> Mapping[str, Issue]:
        """All in one commit, or none where one of them cannot be done."""
        with _as_forge():
            for tip in self._tips():
                desk = Desk.of(Shelf(self._branch, tip), deeds, at=self._moment)
                for deed in deeds:
                    desk.do(deed)
                if self._put(tip, desk.changed, desk.message):
                    break
            return {key: stored.issue for key, stored in desk.known.items()}

    def heartbeat(self) -> None:
        """Commit the day, unless it is the last one noted. Git may also pack what so many commits left lying about."""
        with _as_forge():
            for tip in self._tips():
                blob = self._branch.files(tip, HEARTBEAT).get(HEARTBEAT) if tip else None
                text = self._branch.contents([blob])[blob].decode("utf-8", "surrogateescape") if blob else ""
                day = self._moment.date().isoformat()
                changed = _beating(text, day)
                if self._put(tip, {HEARTBEAT: changed} if changed != text else {}, f"Heartbeat: {day}"):
                    break
            self._branch.tidy()

    def last_heartbeat(self) -> datetime | None:
        """When the tool last noted that the job ran to its end, in UTC; None for never. Raises ForgeError."""
        with _as_forge():
            tip = self._branch.tip()
            return self._branch.history.last_own_time(tip, HEARTBEAT) if tip else None

    def _shelf(self) -> Shelf:
        return Shelf(self._branch, self._branch.tip())

    def _tips(self) -> Iterator[str | None]:
        """What to go on from, again as long as somebody else is faster."""
        for number in range(_TRIES):
            if number:
                self._say(f"somebody else wrote to {BRANCH}; doing it again on top of that")
            yield self._branch.tip()
        raise ForgeError(f"others write to {BRANCH} all the time", where=BRANCH, hint="run again later")

    def _put(self, tip: str | None, texts: Mapping[str, str], message: str) -> bool:
        """False where somebody else was faster."""
        if texts:
            files = {path: text.encode("utf-8", "surrogateescape") for path, text in texts.items()}
            return self._branch.put(tip, files, message, at=self._moment)
        return tip is None or self._branch.share(tip)


def _beating(text: str, day: str) -> str:
    """The heartbeat's file with another day; what else is in it stays."""
    before, mark, after = text.partition(_LAST)
    if not mark:
        return f"{text}\n{_LAST}{day}\n" if text else f"{_FIRST_HEARTBEAT}{day}\n"
    _, end, rest = after.partition("\n")
    return f"{before}{_LAST}{day}{end}{rest}"


@contextmanager
def _as_forge() -> Iterator[None]:
    """To those who ask an issue tracker, git is the forge, and its failures are the forge's."""
    try:
        yield
    except RepositoryError as error:
        raise ForgeError(error.message, where=error.where, hint=error.hint) from error
