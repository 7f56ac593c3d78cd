"""What is asked of GitHub again, and how long it waits to be asked again."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Self

from urllib3.exceptions import MaxRetryError, ResponseError, SSLError
from urllib3.util import Retry

if TYPE_CHECKING:
    from types import TracebackType

    from urllib3.connectionpool import ConnectionPool
    from urllib3.response import BaseHTTPResponse

LONGEST_WAIT = 300
"""Seconds that one run waits for GitHub's rate limit in all."""

WITHOUT_A_WORD = 60
"""Seconds to wait where GitHub limits the rate and does not say for how long; its documentation asks for a minute."""

_SAFE = frozenset({"GET", "HEAD"})
_LIMITED = (403, 429)


class Patience:
    """The seconds of waiting that are left for a run, spent through `sleep` and told through `say`."""

    def __init__(self, *, say: Callable[[str], None], sleep: Callable[[float], None] | None = None) -> None:
        self._say = say
        self._sleep = sleep or time.sleep  # as long as GitHub asks for; tests wait for nothing
        self.left = LONGEST_WAIT

    def wait(self, seconds: int) -> None:
        """For the rate limit."""
        self.left -= seconds
        self._say(f"GitHub's rate limit is reached; waiting {seconds} s")
        self._sleep(seconds)

    def pause(self, seconds: float) -> None:
        """Between two tries, without a word."""
        if seconds > 0:
            self._sleep(seconds)


class SafeRetry(Retry):
    """Asks again only what changes nothing: a GET, after a failure of the server or on the way, or for the rate limit.

    Anything else may have had its effect before the answer got lost, so it is sent once. Where patience ends, the
    answer is handed on as it is.
    """

    def __init__(self, patience: Patience, **settings: Any) -> None:
        every: dict[str, Any] = {
            "total": 3, "backoff_factor": 0.5, "raise_on_status": False, "allowed_methods": _SAFE,
            "status_forcelist": (500, 502, 503, 504, *_LIMITED),
        } | settings
        super().__init__(**every)
        self.patience = patience

    def new(self, **settings: Any) -> Self:
        return super().new(patience=self.patience, **settings)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        if error and (method not in _SAFE or isinstance(error, SSLError)):
            raise MaxRetryError(_pool, url, error) from error  # type: ignore[arg-type] # urllib3 does the same
        if response is None or response.status not in _LIMITED:
            return super().increment(method, url, response, error, _pool, _stacktrace)
        seconds = seconds_to_wait(response)
        if seconds is None or seconds > self.patience.left:
            refused = ResponseError(ResponseError.SPECIFIC_ERROR.format(status_code=response.status))
            raise MaxRetryError(_pool, url, refused)  # type: ignore[arg-type]
        return self.new()

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        seconds = seconds_to_wait(response) if response and response.status in _LIMITED else None
        if seconds is None:
            self.patience.pause(self.get_backoff_time())
        else:
            self.patience.wait(seconds)


def seconds_to_wait(response: BaseHTTPResponse) -> int | None:
    """How long an answer of status 403 or 429 asks to wait, at least a second; None for a 403 that limits no rate."""
    headers = response.headers
    after, reset = headers.get("retry-after", ""), headers.get("x-ratelimit-reset", "")
    if _is_number(after):
        return max(int(after), 1)
    if headers.get("x-ratelimit-remaining") == "0" and _is_number(reset):
        return max(int(reset) - _clock(headers.get("date")) + 1, 1)
    return WITHOUT_A_WORD if response.status == 429 else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12


def _clock(date: str | None) -> int:
    """Seconds since 1970 by GitHub's own clock, which the limit goes by; by ours where it does not tell."""
    try:
        return int(parsedate_to_datetime(date or "").timestamp())
    except ValueError:
        return int(time.time())
