"""A server on loopback that gives the answers it was told to give, for what no honest GitHub would do on demand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from support.loopback import served


@dataclass(frozen=True)
class Answer:
    """A status, a JSON value, and headers; without a status the connection ends before any answer."""

    status: int | None = 200
    value: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Answers:
    """Answers by path, first those that wait in line, then the standing one; `requests` are the lines it was sent,
    `given` the values that came with some of them.

        with answers() as server:
            server.always("GET /user", {"login": "ana"})
            server.once("GET /user", Answer(502))
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        self.given: list[tuple[str, Any]] = []
        self._standing: dict[str, Answer] = {}
        self._waiting: dict[str, list[Answer]] = {}

    def always(self, line: str, answer: Any) -> None:
        self._standing[line] = answer if isinstance(answer, Answer) else Answer(value=answer)

    def standing(self, line: str) -> Answer:
        return self._standing[line]

    def once(self, line: str, *answers: Answer) -> None:
        self._waiting.setdefault(line, []).extend(answers)

    def answer(self, line: str) -> Answer:
        self.requests.append(line)
        waiting = self._waiting.get(line)
        return waiting.pop(0) if waiting else self._standing.get(line, Answer(404, {"message": "Not Found"}))


@contextmanager
def answers() -> Iterator[Answers]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # or every answer would wait 40 ms between its head and its body

        def handle_any(self) -> None:
            line, given = f"{self.command} {urlsplit(self.path).path}", self.rfile.read(int(self.headers.get("content-length", 0)))
            told.headers.append({name.lower(): value for name, value in self.headers.items()})
            told.given += [(line, json.loads(given))] if given else []
            answer = told.answer(line)
            if answer.status is None:
                self.close_connection = True
                return
            body = b"" if answer.value is None else json.dumps(answer.value).encode()
            self.send_response_only(answer.status)
            for name, value in {"content-type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    with served(Handler) as address:
        told = Answers(address)
        yield told
