"""The command line, run in this process or in one of its own, from a folder of its own."""

from __future__ import annotations

import io
import json
import os
import pty
import select
import subprocess
import sys
import termios
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest import mock

from jsonschema import Draft202012Validator

import emp_gitops
from emp_gitops.cli import main
from emp_gitops.core.model import Account, LiveAccount
from emp_gitops.platform.open import open_operator, open_reader
from emp_gitops.platform.sql.operator import SqlOperator
from emp_gitops.platform.url import PlatformUrl, parse_platform_url
from schema_folder import REGISTRY
from support.repos import git_environment

TODAY = "2026-11-23"
"""The day of every run, unless a test says otherwise."""

EMBEDDED = "sqlite:///.emp-gitops/platform.db"

PATIENCE = 60.0
"""Seconds after which a process that neither says nor ends anything is taken for stuck."""

_OURS = ("EMP_", "GITHUB_")
_COLOUR = {"NO_COLOR", "FORCE_COLOR", "PY_COLORS", "TERM", "COLUMNS", "LINES"}


@dataclass(frozen=True)
class Outcome:
    """What a run left behind: its exit code, and the two streams apart."""

    code: int
    stdout: str
    stderr: str

    def json(self, schema: str) -> Any:
        """Standard output, which must be one JSON value that fits the published schema `<schema>.schema.json`."""
        value = json.loads(self.stdout)
        Draft202012Validator(
            {"$ref": f"{schema}.schema.json"}, registry=REGISTRY,
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        ).validate(value)
        return value


@dataclass(frozen=True)
class Cli:
    """Calls `emp-gitops` from `folder`, on 23 November 2026 and with none of the caller's settings.

        cli("plan", "--exit-code", code=10).stdout
        cli.json("plan")["summary"]["create"]
    """

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    platform: str = EMBEDDED
    """Where `live` and `screen` look; the runs themselves go by the configuration and the environment."""

    def with_(self, **environment: str) -> Cli:
        return replace(self, environment={**self.environment, **environment})

    def inside(self, folder: str) -> Cli:
        return replace(self, folder=self.folder / folder)

    def __call__(self, *arguments: str | Path, code: int | None = 0, given: str = "") -> Outcome:
        """Run in this process. `code` is the exit code to expect, None for any; `given` is what a pipe brings in."""
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
        argv = ["emp-gitops", *map(str, arguments)]
        with (
            chdir(self.folder), mock.patch.dict(os.environ, clean_environment(**self.environment), clear=True),
            mock.patch.object(sys, "argv", argv), mock.patch.object(sys, "stdin", io.StringIO(given)),
            redirect_stdout(out), redirect_stderr(err),
        ):
            found = _exit_code_of_main()
        outcome = Outcome(found, _text(out), _text(err))
        assert code in (None, outcome.code), f"{' '.join(argv)}: {outcome.code}\n{outcome.stdout}\n{outcome.stderr}"
        assert "Traceback" not in outcome.stderr
        return outcome

    def json(self, command: str, *arguments: str | Path, code: int | None = 0) -> Any:
        """Run with `--format json` and give the value, checked against the command's schema."""
        return self.json_as(command, command, *arguments, code=code)

    def json_as(self, schema: str, *arguments: str | Path, code: int | None = 0) -> Any:
        """Run with `--format json` and give the value, checked against a schema."""
        return self(*arguments, "--format", "json", code=code).json(schema)

    def process(self, *arguments: str | Path, code: int = 0, given: str = "") -> Outcome:
        """Run as a process of its own, without a terminal."""
        done = subprocess.run(
            command_line(*arguments), cwd=self.folder, env=clean_environment(**self.environment), input=given,
            capture_output=True, encoding="utf-8", check=False,
        )
        assert done.returncode == code, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
        return Outcome(done.returncode, done.stdout, done.stderr)

    def terminal(
        self, *arguments: str | Path, answers: Sequence[tuple[str, str]] = (), code: int = 0, columns: int = 100,
        output: int | None = None,
    ) -> str:
        """Run as a process of its own on a terminal, and give what that showed, in lines that end in a line feed.

        Each of the answers is typed once its question is on the screen; `\x04` is the end of input. `output` is a file
        descriptor for standard output, to have that somewhere else.
        """
        screen, end = pty.openpty()
        termios.tcsetwinsize(end, (50, columns))
        environment = clean_environment(**{"TERM": "xterm-256color", **self.environment})
        process = subprocess.Popen(
            command_line(*arguments), cwd=self.folder, env=environment, stdin=end, stdout=end if output is None else output,
            stderr=end, start_new_session=True,
        )
        os.close(end)
        try:
            shown = _conversation(screen, answers)
            assert process.wait(timeout=PATIENCE) == code, shown
        finally:
            process.kill()
            process.wait()
            os.close(screen)
        return shown

    @property
    def url(self) -> PlatformUrl:
        return parse_platform_url(self.platform, self.folder)

    @contextmanager
    def screen(self) -> Iterator[SqlOperator]:
        """The platform's own side, where accounts change without git."""
        with open_operator(self.url) as operator:
            yield operator

    def on_screen(self, account: str, **fields: Any) -> Account:
        """Change an account's fields on the platform's own side."""
        with self.screen() as screen:
            after = replace(screen.accounts()[account].account, **fields)
            screen.put_account(account, after)
        return after

    def live(self) -> Mapping[str, LiveAccount]:
        with open_reader(self.url) as reader:
            return reader.accounts()

    def history(self, account: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.json("history", account)["entries"]
        return entries

    def files(self) -> dict[str, bytes]:
        """Every file by path, without what git and the platform keep: unchanged where a command wrote nothing."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes() for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not {".git", ".emp-gitops"}.intersection(path.relative_to(self.folder).parts)
        }

    @contextmanager
    def nothing_written(self) -> Iterator[None]:
        """Asserts that no file and no account on the platform changes inside the block."""
        files, live = self.files(), self._live_or_none()
        yield
        assert self.files() == files
        assert self._live_or_none() == live

    def _live_or_none(self) -> Mapping[str, LiveAccount] | None:
        return self.live() if self.platform != EMBEDDED or (self.folder / ".emp-gitops/platform.db").exists() else None


def command_line(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-W", "error", "-m", "emp_gitops", *map(str, arguments)]


def clean_environment(**more: str) -> dict[str, str]:
    """The environment of a run: none of the caller's settings for us, for git or for colour."""
    kept = {
        name: value for name, value in git_environment().items() if not name.startswith(_OURS) and name not in _COLOUR
    }
    # A module path may be a relative one, and runs are elsewhere.
    ours = str(Path(emp_gitops.__file__).parents[1])
    return kept | {"PYTHONPATH": ours, "EMP_TODAY": TODAY} | more


def _conversation(screen: int, answers: Sequence[tuple[str, str]]) -> str:
    """Type each answer after its question, until the other side hangs up."""
    shown, answered, left = b"", 0, list(answers)
    while True:
        if left and left[0][0].encode() in shown[answered:]:
            answered = len(shown)
            os.write(screen, left.pop(0)[1].encode())
        assert select.select([screen], [], [], PATIENCE)[0], f"nothing more came after {shown.decode()!r}"
        try:
            part = os.read(screen, 4096)
        except OSError:  # Linux says so when the last process has left the terminal
            part = b""
        if not part:
            assert not left, f"never asked: {left[0][0]!r}\n{shown.decode()}"
            return shown.decode("utf-8").replace("\r\n", "\n")
        shown += part


def _exit_code_of_main() -> int:
    try:
        return main()
    except SystemExit as end:  # click's way of ending --help and --version
        return end.code if isinstance(end.code, int) else 0


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode("utf-8")
