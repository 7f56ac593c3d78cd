"""Processes that a test starts together, and that die where it says.

They are forked from one small server process, which has imported everything: a process of its own for each of a hundred
deaths would cost half a second each, and a test run with threads must not fork.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1]


class Processes:
    """A client of the server.

    A job is a function, `module:name`, that takes texts. What it returns is its process's exit code, None being 0.
    """

    def __init__(self, server: subprocess.Popen[str]) -> None:
        self._server = server

    def run(self, job: str, *arguments: str, times: int = 1, kill_at: int | None = None) -> list[int]:
        """Run the job in as many processes, which begin together; returns their exit codes, negative for a signal.

        `kill_at` counts SQL statements and commits from 1: before that one, the process kills itself.
        """
        assert self._server.stdin
        assert self._server.stdout
        print(json.dumps([job, arguments, times, kill_at]), file=self._server.stdin, flush=True)
        codes: list[int] = json.loads(self._server.stdout.readline())
        return codes


@contextmanager
def processes() -> Iterator[Processes]:
    """Start the server, and end it when the block ends."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])}
    with subprocess.Popen(
        [sys.executable, "-m", "support.crashing"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as server:
        yield Processes(server)
        assert server.stdin
        server.stdin.close()


def _serve() -> None:
    for heavy in ("alembic.script", "alembic.runtime.migration", "emp_gitops.platform.open"):
        import_module(heavy)  # once, for all children
    for line in sys.stdin:
        job, arguments, times, kill_at = json.loads(line)
        module, _, name = job.partition(":")
        print(json.dumps(_run(getattr(import_module(module), name), arguments, times, kill_at)), flush=True)


def _run(job: Callable[..., int | None], arguments: list[str], times: int, kill_at: int | None) -> list[int]:
    gate, barrier = os.pipe()
    children = []
    for _ in range(times):
        child = os.fork()
        if not child:
            os.close(barrier)
            os.read(gate, 1)  # nothing is ever written: it returns when the last other end is closed
            _end_with(job, arguments, kill_at)
        children.append(child)
    os.close(barrier)
    os.close(gate)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def _end_with(job: Callable[..., int | None], arguments: list[str], kill_at: int | None) -> None:
    code = 1
    try:
        if kill_at:
            _die_at(kill_at)
        code = job(*arguments) or 0
    except BaseException:  # noqa: BLE001 - the process ends here, whatever it was
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _die_at(number: int) -> None:
    from sqlalchemy import Engine, event

    steps = iter(range(1, number))

    def step(*_: Any) -> None:
        if next(steps, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", step)
    event.listen(Engine, "commit", step)


if __name__ == "__main__":
    _serve()
