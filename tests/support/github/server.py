"""The stand-in on a port of this machine: the API under `/api/v3`, as on a GitHub Enterprise server, and git beside it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from support.github.dispatching import API, Dispatcher
from support.github.faults import DROPPED, Answer, failure
from support.github.identities import identify_for_git
from support.github.landing import after_push
from support.loopback import served
from support.repos import git_environment

HOURLY = 5000
"""Requests that GitHub lets one token make."""


@contextmanager
def serving(dispatcher: Dispatcher) -> Iterator[str]:
    """Gives the address, without a slash at its end."""

    class Handler(_Handler):
        told = dispatcher

    with served(Handler) as address:
        yield address


class _Handler(BaseHTTPRequestHandler):
    told: Dispatcher
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def serve(self) -> None:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        given = self._body(headers)
        if parts.path == "/api/graphql":
            self._send(self.told.answer(self.command, "/graphql", parts.query, headers, given))
        elif parts.path.startswith(f"{API}/"):
            self._send(self.told.answer(self.command, parts.path.removeprefix(API), parts.query, headers, given))
        else:
            with self.told.lock:
                self._send(self._git(parts.path, parts.query, headers, given))

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = serve  # noqa: N815 - the names that http.server looks for

    def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(headers.get("content-length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _git(self, path: str, query: str, headers: dict[str, str], given: bytes) -> Answer:
        state = self.told.state
        identity = identify_for_git(state, headers.get("authorization", ""))
        if identity is None:
            return Answer(401, {"www-authenticate": 'Basic realm="GitHub"'})
        pushes = "git-receive-pack" in path or "service=git-receive-pack" in query
        if pushes and not identity.can_write:
            return failure(403, "Write access to repository not granted.")
        environment = git_environment(
            GIT_PROJECT_ROOT=str(state.folder), GIT_HTTP_EXPORT_ALL="1", PATH_INFO=path, QUERY_STRING=query,
            REQUEST_METHOD=self.command, CONTENT_TYPE=headers.get("content-type", ""), CONTENT_LENGTH=str(len(given)),
            HTTP_CONTENT_ENCODING=headers.get("content-encoding", ""), GIT_PROTOCOL=headers.get("git-protocol", ""),
            REMOTE_USER=identity.login,
        )
        done = subprocess.run(["git", "http-backend"], env=environment, input=given, capture_output=True, check=True)
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        found = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        if pushes and self.command == "POST":
            after_push(state, by=identity.login)
        return Answer(int(found.pop("Status", "200").split()[0]), found, body)

    def _send(self, answer: Answer) -> None:
        if answer is DROPPED or answer.status is None:
            self.close_connection = True
            return
        limits = {
            "x-ratelimit-limit": HOURLY, "x-ratelimit-remaining": HOURLY - len(self.told.requests) % HOURLY,
            "x-ratelimit-reset": int(time.time()) + 3600, "x-ratelimit-used": len(self.told.requests),
            "x-ratelimit-resource": "core",
        }
        self.send_response_only(answer.status)
        self.send_header("date", self.date_time_string())
        for name, value in {**limits, **answer.headers}.items():
            self.send_header(name, str(value))
        if answer.status not in (204, 304):
            self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: Any) -> None:
        pass
