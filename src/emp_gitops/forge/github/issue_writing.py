"""Writing into one issue on GitHub: comments, and whether it is open."""

from __future__ import annotations

from collections.abc import Sequence

from github.GithubException import GithubException
from github.IssueComment import IssueComment

from emp_gitops.errors import ForgeError
from emp_gitops.forge.github.client import GitHub
from emp_gitops.forge.github.effects import once
from emp_gitops.forge.github.threads import Text, Thread, read_threads
from emp_gitops.forge.issue_text import hidden, neutral

MAY_WRITE = "Issues: write"
LONGEST = 65_536
"""Characters of a description and of a comment."""

_CUT = "\n\n*(cut: longer than GitHub allows)*"
_GONE = (404, 410)


class Writing:
    """The deeds on the issue of a key, which has this `thread`; what is written is added to it. Raises ForgeError."""

    def __init__(self, client: GitHub, key: str, thread: Thread) -> None:
        self._client = client
        self._key = key
        self._thread = thread

    def comment(self, body: str, records: Sequence[str]) -> None:
        """Add a comment, unless one of ours says the same already: an earlier try may have added it."""
        text = text_of(body, self._key, records)
        if (not body.strip() and not records) or _said(self._thread, text):
            return
        self._thread.texts.append(once(lambda: self._create(text), lambda: self._find(text)))

    def amend(self, entry: str, body: str, records: Sequence[str]) -> None:
        """Edit a comment of ours; where it is not ours alone any more, or gone, add another."""
        text = text_of(body, self._key, records)
        place = next((
            place for place, each in enumerate(self._thread.texts) if entry and each.id == entry and each.is_pure
        ), None)
        if place is None:
            self.comment(body, records)
        elif not same(self._thread.texts[place].body, text):
            if self._edit(entry, text):
                self._thread.texts[place] = Text(id=entry, body=text, is_pure=True)
            else:
                del self._thread.texts[place]
                self.comment(body, records)

    def turn(self, body: str, records: Sequence[str], *, is_open: bool) -> None:
        """Close or reopen it. The comment comes first: once the state is right nothing more is done, so that it would
        be missing for good.
        """
        self.comment(body, records)
        state, reason, doing = ("open", "reopened", "reopen") if is_open else ("closed", "completed", "close")
        with self._client.asking(f"{doing} #{self._thread.number}", needs=MAY_WRITE):
            self._client.repository.get_issue(self._thread.number).edit(state=state, state_reason=reason)
        self._thread.is_open = is_open

    def _create(self, text: str) -> Text:
        try:
            with self._client.asking(f"comment on #{self._thread.number}", needs=MAY_WRITE):
                made: IssueComment = self._client.repository.get_issue(self._thread.number).create_comment(text)
                return Text(id=str(made.id), body=text, is_pure=True)
        except ForgeError as error:
            if not self._thread.is_locked:
                raise
            raise ForgeError(
                error.message, where=error.where,
                hint=f"unlock #{self._thread.number}; until then a comment takes the permission Contents: write",
            ) from error

    def _edit(self, comment: str, text: str) -> bool:
        """False where the comment is not there any more."""
        url = f"{self._client.repository.url}/issues/comments/{comment}"
        with self._client.asking(f"edit a comment on #{self._thread.number}", needs=MAY_WRITE):
            try:
                self._client.api.requester.requestJsonAndCheck("PATCH", url, input={"body": text})
            except GithubException as error:
                if error.status in _GONE:
                    return False
                raise
        return True

    def _find(self, text: str) -> Text | None:
        number = self._thread.number
        now = read_threads(self._client, [number]).get(number)
        return _said(now, text) if now else None


def text_of(body: str, key: str, records: Sequence[str]) -> str:
    """A body with the hidden lines below it, cut to what GitHub takes. Raises ForgeError for too many records."""
    below = f"\n\n{hidden(key, records)}"
    room, shown = LONGEST - len(below), neutral(body)
    if room < len(_CUT):
        raise ForgeError(f"the records of issue {key!r} are longer than GitHub allows")
    if len(shown) > room:
        shown = shown[: room - len(_CUT)] + _CUT
    return (shown + below).strip("\n")


def same(one: str, other: str) -> bool:
    """GitHub may give back other line ends than it was given."""
    return one.replace("\r\n", "\n").strip() == other.strip()


def _said(thread: Thread, text: str) -> Text | None:
    return next((each for each in thread.pure_texts if each.id and same(each.body, text)), None)
