"""What the doctor looks at, and what it says."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from emp_gitops.core.config import Config
from emp_gitops.errors import EmpError, ForgeError
from emp_gitops.forge.settings import Settings
from emp_gitops.platform.base import PlatformReader
from emp_gitops.workspace import Workspace

Outcome = Literal["fine", "warning", "error", "unknown"]

WORKFLOWS = ".github/workflows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something to mend; `hint` says how. `unknown` is what could not be looked at, and is no better than an error."""

    outcome: Literal["warning", "error", "unknown"]
    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What one check came to; `check` is its stable id."""

    check: str
    outcome: Outcome
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is looked at: the work tree, its configuration and, unless the forge is plain git, the forge's settings, or
    why these cannot be asked for at all.

    `platform` is the address that stands in place of the configured one, if any, and `read_platform` opens the one that
    holds; it raises EmpError. `now` has a time zone.
    """

    workspace: Workspace
    config: Config
    settings: Settings | ForgeError | None
    platform: str | None
    read_platform: Callable[[], PlatformReader]
    now: datetime

    @property
    def forge(self) -> Settings:
        """The forge's settings, for checks that concern only subjects on one. Raises ForgeError where they cannot be
        asked for: what a check can find without them, it says before.
        """
        if isinstance(self.settings, ForgeError):
            raise self.settings
        assert self.settings is not None  # noqa: S101 - see `on_forge`
        return self.settings

    @property
    def names_logins(self) -> bool:
        """Whether the roles name people as the forge knows them. Signatures name principals of `allowed_signers`."""
        return on_forge(self) and self.config.approvals.source != "signed-merge"

    @property
    def top(self) -> Path:
        """The folder of the git repository, where forges look for their files."""
        root = self.workspace.root
        return next((folder for folder in (root, *root.parents) if os.path.lexists(folder / ".git")), root)

    def file(self, path: str) -> bytes | None:
        """A file of the repository's top, None where it is not there or cannot be read."""
        try:
            return (self.top / path).read_bytes()
        except OSError:
            return None

    def policy_file(self, path: str) -> bytes | None:
        """A file beside the configuration; None where there is no regular one, since a commit's is not read else."""
        file = self.workspace.root / path
        if file.is_symlink() or not file.is_file():
            return None
        try:
            return file.read_bytes()
        except OSError:
            return None

    @property
    def has_workflows(self) -> bool:
        return (self.top / WORKFLOWS).is_dir()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Something to look at: where `examine` finds no problem, `fine` is true. It `concerns` some subjects only."""

    id: str
    fine: str
    examine: Callable[[Subject], Iterator[Problem]]
    concerns: Callable[[Subject], bool] = lambda _subject: True


def on_forge(subject: Subject) -> bool:
    return subject.config.is_on_github


def error(message: str, hint: str) -> Problem:
    return Problem(outcome="error", message=message, hint=hint)


def warning(message: str, hint: str) -> Problem:
    return Problem(outcome="warning", message=message, hint=hint)


def unknown(reason: EmpError, message: str | None = None) -> Problem:
    """What could not be looked at, and why."""
    return Problem(
        outcome="unknown", message=message or reason.message, hint=reason.hint or "mend that, then run doctor again",
    )
