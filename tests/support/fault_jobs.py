"""Commands for `support.crashing` to run in processes of their own, with a fault in each. Nothing here runs in a test."""

from __future__ import annotations

import gc
import json
import os
import pkgutil
import resource
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import Engine, event

import emp_gitops
from emp_gitops.platform.sql import engine
from support.faults import disconnect_all
from support.steps import FILE_STEPS, SQL_STEPS, Trigger, listen

# Importing this module fills the process that all children are forked from.
for _module in pkgutil.walk_packages(emp_gitops.__path__, "emp_gitops."):
    import_module(_module.name)
for _lazy in ("git", "rich.console", "sqlalchemy.dialects.postgresql.psycopg"):
    import_module(_lazy)
gc.freeze()  # or each child would copy all pages that its collector looks at


def command(order: str) -> int:
    """Run one command line, given as JSON; returns its exit code."""
    given = json.loads(order)
    os.chdir(given["folder"])
    os.environ.clear()
    os.environ.update(given["environment"])
    sys.argv = ["emp-gitops", *given["arguments"]]
    for descriptor, path in enumerate((os.devnull, given["stdout"], given["stderr"])):
        os.dup2(os.open(path, os.O_RDWR), descriptor)
    _FAULTS[given["fault"]](given["number"])
    try:
        return emp_gitops.cli.main()
    finally:
        with suppress(OSError):
            sys.stdout.flush()


def _signal_at_step(number: int, which: signal.Signals) -> None:
    trigger = Trigger(number, lambda: os.kill(os.getpid(), which))
    listen(trigger)
    sys.addaudithook(lambda name, arguments: trigger.step() if _is_file_step(name, arguments) else None)


def _kill_while_reminding(number: int) -> None:
    """Before git writes anything, and before anything is done to a file of the Maildir."""
    trigger = Trigger(number, lambda: os.kill(os.getpid(), signal.SIGKILL))
    sys.addaudithook(lambda name, arguments: trigger.step() if _is_step_of_reminding(name, arguments) else None)


def _is_step_of_reminding(name: str, arguments: tuple[Any, ...]) -> bool:
    if name == "subprocess.Popen":
        return not _WRITING.isdisjoint(map(str, arguments[1]))
    return name in ("open", "os.rename", "os.mkdir", "fcntl.flock") and (name == "fcntl.flock" or ".emp-gitops/mail" in str(arguments[0]))


_WRITING = {"hash-object", "update-index", "write-tree", "commit-tree", "update-ref", "push"}


def _is_file_step(name: str, arguments: tuple[Any, ...]) -> bool:
    return name == "fcntl.flock" or (name in FILE_STEPS and "platform.db" in str(arguments[0]))


def _interrupt_at_call(number: int) -> None:
    """At any call of any function whatever, counted from the start of the command.

    Calls of destructors are passed over: Python itself swallows what is raised in one, and says so.
    """
    trigger = Trigger(number, lambda: os.kill(os.getpid(), signal.SIGINT))
    sys.setprofile(lambda frame, what, _: trigger.step() if what == "call" and not _is_destroying(frame) else None)


def _is_destroying(frame: FrameType | None) -> bool:
    while frame and frame.f_code.co_name != "__del__":
        frame = frame.f_back
    return frame is not None


def _disconnect_at_step(number: int) -> None:
    """The server ends all sessions of the database."""
    listen(Trigger(number, lambda: disconnect_all(os.environ["EMP_PLATFORM"])))


def _lock_at_begin(number: int) -> None:
    """Another program begins to write to the database, and never ends."""
    engine.BUSY_SECONDS = 0.01
    other = sqlite3.connect(_sqlite_file(), timeout=0, isolation_level=None)
    listen(Trigger(number, lambda: other.execute("BEGIN IMMEDIATE")), ("begin",))


def _fill_disk_at_step(number: int) -> None:
    """No file can grow, until the platform is closed."""
    wal = Path(f"{_sqlite_file()}-wal")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    fill = Trigger(number, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (wal.stat().st_size, before[1])))
    listen(fill, tuple(step for step in SQL_STEPS if step != "engine_disposed"))  # by then SQLite has removed the file
    event.listen(Engine, "engine_disposed", lambda _engine: resource.setrlimit(resource.RLIMIT_FSIZE, before))


def _sqlite_file() -> str:
    return os.environ["EMP_PLATFORM"].removeprefix("sqlite:///")


_FAULTS: dict[str, Callable[[int], None]] = {
    "killed": lambda number: _signal_at_step(number, signal.SIGKILL),
    "killed while reminding": _kill_while_reminding,
    "interrupted": lambda number: _signal_at_step(number, signal.SIGINT),
    "interrupted at call": _interrupt_at_call,
    "disconnected": _disconnect_at_step,
    "locked out": _lock_at_begin,
    "disk full": _fill_disk_at_step,
}
