"""Sending no faster than a server bears."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Self

from emp_gitops.mail.base import Delivery, Mail, Outbox


class PacedOutbox:
    """An outbox to which mails go at most so many times a minute, evenly spaced, each try counting as one.

    `clock` and `sleep` count in seconds.
    """

    def __init__(
        self,
        outbox: Outbox,
        per_minute: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._outbox = outbox
        self._spacing = 60.0 / per_minute
        self._clock = clock
        self._sleep = sleep
        self._next: float | None = None

    @property
    def where(self) -> str:
        return self._outbox.where

    def send(self, mail: Mail) -> Delivery:
        now = self._clock()
        if self._next is not None and now < self._next:
            self._sleep(self._next - now)
            now = self._next
        self._next = now + self._spacing
        return self._outbox.send(mail)

    def close(self) -> None:
        self._outbox.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
