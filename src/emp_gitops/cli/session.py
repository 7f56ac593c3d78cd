"""What the options that all commands share come to."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import rich_click as click

from emp_gitops.core.formats import date_trouble, parse_date
from emp_gitops.errors import EmpError
from emp_gitops.render.style import Style

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emp_gitops.core.checking import CheckedTree
    from emp_gitops.core.model import LiveAccount
    from emp_gitops.platform.base import PlatformReader
    from emp_gitops.workspace import Workspace


class Session:
    """One run of the command line in the current folder: on which platform, on which day.

    `platform`, `today` and `jobs` can stand before the command or behind it; the latter wins. `jobs` is the largest
    number of processes that may share the work.
    """

    def __init__(
        self, *, config: Path | None, platform: str | None, today: str | None, jobs: int | None = None
    ) -> None:
        self._config = config
        self.platform = platform
        self.jobs = jobs
        self.today = _day(today) if today else None

    def use(self, *, platform: str | None = None, today: str | None = None, jobs: int | None = None) -> None:
        """Take what stands behind the command."""
        self.jobs = jobs or self.jobs
        self.platform = platform or self.platform
        self.today = _day(today) if today else self.today

    @cached_property
    def workspace(self) -> Workspace:
        from emp_gitops.workspace import Workspace

        return Workspace(Path(), config=self._config)

    def day(self, checked: CheckedTree) -> date:
        from emp_gitops.workspace import today_in

        return today_in(checked, self.today)

    def read_platform(self, checked: CheckedTree, *, may_be_missing: bool = False) -> PlatformReader:
        """The platform, to read. A missing embedded one is an empty one where that makes sense, and is said to be."""
        from emp_gitops.platform.base import EmptyPlatform, PlatformMissingError
        from emp_gitops.platform.open import open_reader

        url = self.workspace.platform_url(checked, self.platform)
        try:
            return open_reader(url)
        except PlatformMissingError:
            if not (may_be_missing and url.is_embedded):
                raise
            note(f"there is no platform at {url.display} yet; taking it as empty")
            return EmptyPlatform()

    def live_accounts(self, checked: CheckedTree, *, may_be_missing: bool = False) -> Mapping[str, LiveAccount]:
        """The platform's accounts by id; see `read_platform`."""
        with self.read_platform(checked, may_be_missing=may_be_missing) as reader:
            return reader.accounts()

    @property
    def actor(self) -> str:
        """Who runs this, for the audit and the lock: the CI service's actor, else the operating system's user."""
        from emp_gitops.platform.open import user_name

        return os.environ.get("GITHUB_ACTOR") or user_name()


def _day(text: str) -> date:
    day = parse_date(text)
    if day is None:
        raise click.UsageError(f"--today {text!r}: {date_trouble(text)}")
    return day


def style() -> Style:
    """How to render for standard output: in colour only on a terminal, as wide as COLUMNS or the terminal say."""
    terminal = sys.stdout.isatty()
    colorful = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    columns = os.environ.get("COLUMNS", "")
    width = int(columns) if columns.isascii() and columns.isdigit() and len(columns) < 5 else 0
    if terminal and not width:
        width = os.get_terminal_size(sys.stdout.fileno()).columns
    return Style(color=colorful, width=width or 160)


def out(text: str) -> None:
    """The result, to standard output. Raises EmpError where it cannot be written, BrokenPipeError without a reader."""
    try:
        sys.stdout.write(text if text.endswith("\n") or not text else f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        discard_output()
        raise EmpError(f"the result cannot be written: {error.strerror}", where="standard output") from error


def out_utf8(text: str) -> None:
    """A result whose format is UTF-8 with its own line ends, whatever the terminal's are."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    out(text)


def say(*lines: str) -> None:
    """Lines of a result with values from files, arguments or a platform: none can act on a terminal or add a line."""
    from emp_gitops.render.escape import terminal

    out("".join(f"{terminal(line)}\n" for line in lines))


def out_json(value: Any) -> None:
    import json

    out(json.dumps(value, indent=2, ensure_ascii=sys.stdout.encoding.lower() not in ("utf-8", "utf8")))


def prepare_streams() -> None:
    """Give each standard stream that the caller closed an empty one to stand in, and let output take any text: in
    another encoding than UTF-8 as escapes.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - for as long as we run
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def discard_output(stream: TextIO | None = None) -> None:
    """Give what is still to be written to a stream (standard output) somewhere to go, or the interpreter complains
    about it at its end.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), (stream or sys.stdout).fileno())


@contextmanager
def telling() -> Iterator[None]:
    """Around what writes to standard error: where that takes nothing, the work and its exit code stay what they are."""
    try:
        yield
    except OSError:
        discard_output(sys.stderr)


def note(text: str) -> None:
    """Everything that is not the result, to standard error."""
    from emp_gitops.render.escape import terminal

    with telling():
        click.echo(terminal(text), err=True)
