"""Repositories over HTTP on loopback, by git's own server program, for those who bring the right token."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from support.loopback import served
from support.repos import git_environment


@dataclass
class GitServer:
    """`folder` holds the bare repositories; with `redirect_to` every request is sent there instead. A server that
    `is_old` gives a commit by its id only where a ref names it.
    """

    url: str
    folder: Path
    token: str
    redirect_to: str | None = None
    is_old: bool = False
    authorizations: list[str | None] = field(default_factory=list)

    @property
    def expected(self) -> str:
        return f"Basic {base64.b64encode(f'x-access-token:{self.token}'.encode()).decode()}"


@contextmanager
def git_server(folder: Path, token: str) -> Iterator[GitServer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def serve(self) -> None:
            given = self.rfile.read(int(self.headers.get("content-length", 0)))
            told.authorizations.append(self.headers.get("authorization"))
            if told.redirect_to:
                self.answer(302, {"location": told.redirect_to + self.path}, b"")
            elif self.headers.get_all("authorization") != [told.expected]:
                self.answer(401, {"www-authenticate": "Basic"}, b"")
            else:
                self.answer(*self.by_git(given))

        def by_git(self, given: bytes) -> tuple[int, dict[str, str], bytes]:
            parts = urlsplit(self.path)
            environment = git_environment(
                GIT_PROJECT_ROOT=str(told.folder), GIT_HTTP_EXPORT_ALL="1", PATH_INFO=parts.path, QUERY_STRING=parts.query,
                REQUEST_METHOD=self.command, CONTENT_TYPE=self.headers.get("content-type", ""),
                CONTENT_LENGTH=str(len(given)), HTTP_CONTENT_ENCODING=self.headers.get("content-encoding", ""),
                GIT_PROTOCOL="" if told.is_old else self.headers.get("git-protocol", ""),
            )
            done = subprocess.run(["git", "http-backend"], env=environment, input=given, capture_output=True, check=True)
            head, _, body = done.stdout.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            return int(headers.pop("Status", "200").split()[0]), headers, body

        def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in {**headers, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = serve  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    with served(Handler) as address:
        told = GitServer(address, folder, token)
        yield told
