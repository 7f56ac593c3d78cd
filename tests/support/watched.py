"""Real processes of the command line, at a moment that the test knows: interrupted there, or waiting for the lock.

The moments are audit events of Python, as `sys.addaudithook` sees them.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from emp_gitops.platform.url import PlatformUrl, SqliteUrl
from support.cli import PATIENCE, Cli, Outcome, clean_environment, command_line
from support.platforms import sql

_WATCHING = str(Path(__file__).parent / "watching")
_WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def finished(process: subprocess.Popen[str]) -> Outcome:
    stdout, stderr = process.communicate(timeout=PATIENCE)
    return Outcome(process.returncode, stdout, stderr)


def interrupted_at(cli: Cli, event: str, about: str, *arguments: str) -> Outcome:
    """Press Ctrl-C, as a terminal does: every process of the group gets the signal.

    It is at the first event of that name whose arguments hold `about`; "at the end" is when Python itself ends.
    """
    with _started(cli, arguments, WATCHED_EVENT=event, WATCHED_ABOUT=about) as process:
        return finished(process)


@contextmanager
def waiting(cli: Cli, url: PlatformUrl, *arguments: str, others: int = 0) -> Iterator[subprocess.Popen[str]]:
    """A process that waits for the platform's lock, which somebody holds, as `others` do already."""
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as told:
        watch = {"WATCHED_EVENT": "fcntl.flock", "WATCHED_TELL": str(writer)}
        with closing(os.fdopen(writer, "wb")) as tell, _started(cli, arguments, pass_fds=[writer], **watch) as process:
            tell.close()
            if isinstance(url, SqliteUrl):
                assert told.read(1), finished(process)  # it begins to ask for the lock, again and again
            else:
                while sql(url, _WAITING) != [(others + 1,)]:
                    assert process.poll() is None, finished(process)
            yield process


@contextmanager
def _started(cli: Cli, arguments: tuple[str, ...], pass_fds: list[int] | None = None, **more: str) -> Iterator[subprocess.Popen[str]]:
    environment = clean_environment(**cli.environment)
    environment["PYTHONPATH"] += os.pathsep + _WATCHING
    options: dict[str, Any] = {"pass_fds": pass_fds} if pass_fds else {}
    with subprocess.Popen(
        command_line(*arguments), cwd=cli.folder, env=environment | more, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL, text=True, start_new_session=True, **options,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
