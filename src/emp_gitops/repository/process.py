"""Running git, through GitPython, so that nothing in a repository can make it run anything else."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from subprocess import PIPE, Popen
from typing import TYPE_CHECKING, cast

from emp_gitops.repository.troubles import git_failure, git_missing

if TYPE_CHECKING:
    from git.cmd import Git as GitPython

# Settings that could start a program (a hook, a file watcher, a signature check), and two that change what is read:
# paths are never patterns, and replaced objects would show other content than the commit id names.
_SAFE = (
    "--no-pager", "--literal-pathspecs", "--no-replace-objects", "--no-optional-locks",
    "-c", "core.fsmonitor=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "log.showSignature=false",
)

# A hook runs us with these set to its own repository; the one that counts is the one around the root.
_LOCATION_VARIABLES = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a git command ended. `complaint` is its standard error as text."""

    status: int
    output: bytes
    complaint: str


@dataclass(frozen=True, slots=True)
class Place:
    """What never changes of a repository: `sha1` or `sha256`, and the folder that git runs in, seen from the top level
    (with a slash at its end, or empty).
    """

    object_format: str
    prefix: str


class Git:
    """git in one folder. `options` stand before every command, `environment` is added to the process's own."""

    def __init__(self, root: Path, *options: str, environment: Mapping[str, str] | None = None) -> None:
        self.root = root
        self._options = options
        # A file of grafts would give commits other parents than their ids name.
        self._environment = {"GIT_TERMINAL_PROMPT": "0", "GIT_GRAFT_FILE": os.devnull, **(environment or {})}

    @cached_property
    def place(self) -> Place:
        """Asked once. Raises RepositoryError."""
        answer = self.run("rev-parse", "--show-object-format", "--show-prefix").decode("utf-8", "surrogateescape")
        object_format, _, prefix = answer.partition("\n")
        return Place(object_format, prefix.removesuffix("\n"))

    @cached_property
    def objects(self) -> Path:
        """The folder of the repository's objects, asked once. Raises RepositoryError."""
        answer = self.run("rev-parse", "--git-path", "objects").decode("utf-8", "surrogateescape")
        return Path(self.root, answer.rstrip("\n")).resolve()

    def run(self, command: str, *arguments: str, given: bytes = b"") -> bytes:
        """What the command prints; `given` is its standard input. Raises RepositoryError where it fails."""
        outcome = self.attempt(command, *arguments, given=given)
        if outcome.status:
            raise git_failure(command, self.root, outcome.complaint)
        return outcome.output

    def attempt(self, *arguments: str, given: bytes = b"") -> Outcome:
        """Like `run`, for commands whose failure is an answer. Raises RepositoryError only where git is missing."""
        process = self._start(*arguments)
        with cast("Popen[bytes]", process.proc) as popen:  # closes its pipes also where we are interrupted
            output, complaint = popen.communicate(given)
        return Outcome(popen.returncode, output, complaint.decode("utf-8", "replace"))

    def records(self, command: str, *arguments: str) -> Generator[bytes, None, None]:
        """The NUL-terminated records that the command prints, as they come; closing the iterator ends the command.

        Raises RepositoryError where the command fails by itself.
        """
        return self._pieces(b"\0", command, *arguments)

    def lines(self, command: str, *arguments: str) -> Generator[bytes, None, None]:
        """Like `records`, for output in lines."""
        return self._pieces(b"\n", command, *arguments)

    def _pieces(self, end: bytes, command: str, *arguments: str) -> Generator[bytes, None, None]:
        process = self._start(command, *arguments)
        with cast("Popen[bytes]", process.proc) as popen:  # closes what is open and waits
            try:
                rest = b""
                while chunk := os.read(process.stdout.fileno(), 1 << 16):
                    *complete, rest = (rest + chunk).split(end)
                    yield from complete
                complaint = process.stderr.read()
                if popen.wait():
                    raise git_failure(command, self.root, complaint.decode("utf-8", "replace"))
            finally:
                popen.terminate()  # does nothing to a process that has ended

    def _start(self, *arguments: str) -> GitPython.AutoInterrupt:
        try:
            from git.cmd import Git as GitPython  # noqa: PLC0415 - 60 ms; it runs `git version` when imported
        except ImportError as error:
            raise git_missing() from error
        from git.exc import GitCommandNotFound  # noqa: PLC0415

        inherited = [name for name in _LOCATION_VARIABLES if name in os.environ and name not in self._environment]
        without = ["env", *(f"-u{name}" for name in inherited)] if inherited else []  # GitPython can only add variables
        executable = GitPython.GIT_PYTHON_GIT_EXECUTABLE or "git"
        command = [*without, executable, "-C", str(self.root), *_SAFE, *self._options, *arguments]
        try:
            return GitPython().execute(command, as_process=True, istream=PIPE, env=self._environment)
        except GitCommandNotFound as error:
            raise git_missing() from error
