"""The part of the stand-in's control that makes things go wrong, and tells what was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase

from support.github.dispatching import Dispatcher
from support.github.faults import DROPPED, Answer, Outage, Plan, failure, primary_limit, secondary_limit
from support.github.model import Recorded
from support.github.state import State


class Injecting:
    """Methods are `*` for any. Paths are those below the API's address and may have `*` for anything, slashes too:
    `*/issues/*/comments`. Plans that match the same request are looked at in the order in which they were made.
    """

    state: State
    dispatcher: Dispatcher

    @property
    def requests(self) -> list[Recorded]:
        """Everything that was asked of the API so far."""
        return self.dispatcher.requests

    def sent(self, method: str, path: str = "*") -> list[Recorded]:
        """The requests of a method to a path."""
        return [each for each in self.requests if method in ("*", each.method) and fnmatchcase(each.path, path)]

    def troubles(self) -> list[str]:
        """What did not fit GitHub's description so far; once told it does not fail the test any more."""
        found, self.dispatcher.troubles = self.dispatcher.troubles, []
        return found

    def writes(self) -> list[Recorded]:
        """The requests that were to change something."""
        return [each for each in self.requests if each.method != "GET" and each.path != "/graphql"]

    def fail_next(
        self, method: str, path: str, *, status: int = 502, after_effect: bool = False, message: str | None = None,
        times: int = 1, skip: int = 0,
    ) -> None:
        """Fail the next requests that match, after letting `skip` of them pass; `after_effect` does first what they ask."""
        self._plan(method, path, failure(status, message), after_effect=after_effect, times=times, skip=skip)

    def drop_next(self, method: str, path: str, *, after_effect: bool = False, times: int = 1, skip: int = 0) -> None:
        """Close the connection instead of answering."""
        self._plan(method, path, DROPPED, after_effect=after_effect, times=times, skip=skip)

    def limit_next(self, method: str, path: str, *, reset_in: int = 30, times: int = 1, skip: int = 0) -> None:
        """The hour's requests are used up, for as many seconds."""
        self._plan(method, path, primary_limit(reset_in), times=times, skip=skip)

    def limit_next_for_a_while(
        self, method: str, path: str, *, retry_after: int | None = 30, times: int = 1, skip: int = 0
    ) -> None:
        """GitHub's secondary limit, with or without saying for how many seconds."""
        self._plan(method, path, secondary_limit(retry_after), times=times, skip=skip)

    def answer_next(self, method: str, path: str, answer: Answer, *, times: int = 1, skip: int = 0) -> None:
        """Any bytes at all, instead of the real answer."""
        self._plan(method, path, answer, times=times, skip=skip)

    def before(self, method: str, path: str, action: Callable[[], object], *, nth: int = 1) -> None:
        """Do something before the n-th request from now that matches is answered."""
        self.dispatcher.plans.append(Plan(method, path, nth - 1, 1, action=action))

    @contextmanager
    def outage(self, number: int, *, has_effect: bool) -> Iterator[None]:
        """For as long as the block lasts, GitHub is not to be reached from the n-th write on, counted from 0."""
        outage = Outage(number, has_effect=has_effect)
        self.dispatcher.plans.append(outage)
        yield
        self.dispatcher.plans.remove(outage)

    def _plan(
        self, method: str, path: str, answer: Answer, *, after_effect: bool = False, times: int = 1, skip: int = 0
    ) -> None:
        self.dispatcher.plans.append(Plan(method, path, skip, times, answer, after_effect))
