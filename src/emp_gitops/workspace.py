"""One configuration repository, as every command uses it: find it, read it, check it, reach its platform."""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from emp_gitops.core.checking import CONFIG_SCHEMA, CheckedTree, Policy, Surroundings, check_tree
from emp_gitops.core.config import DEFAULT_PLATFORM
from emp_gitops.core.findings import in_order
from emp_gitops.core.tree import ACCOUNTS_FOLDER, CONFIG_FILE, MAX_FILE_BYTES, SCHEMAS_FOLDER, Tree
from emp_gitops.core.wording import did_you_mean
from emp_gitops.errors import EmpError, RepositoryError
from emp_gitops.files import read_regular
from emp_gitops.repository import Repository, find_root, worktree
from emp_gitops.shipped import shipped_schemas

if TYPE_CHECKING:
    from emp_gitops.platform.url import PlatformUrl


def is_timezone(name: str) -> bool:
    """Whether the IANA time zone database knows the name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


class Workspace:
    """The repository around a folder. `config` replaces the configuration file of every tree that is read."""

    def __init__(self, folder: Path, *, config: Path | None = None) -> None:
        """Raises RepositoryError where no configuration can be found, EmpError where `config` cannot be read."""
        self.root = _root_without_config(folder, config) if config else find_root(folder)
        self._start = Path(os.path.realpath(folder))
        self._config_file = config
        self._config = (
            read_regular(config, what="the configuration", limit=MAX_FILE_BYTES, hint="check --config")
            if config
            else None
        )

    @cached_property
    def repository(self) -> Repository:
        """The git repository; raises RepositoryError outside of one."""
        return Repository.open(self.root)

    @property
    def config_places(self) -> tuple[str, ...]:
        """Where the configuration can be for who starts in the folder, as paths from the root; the nearest counts."""
        places = []
        for folder in (self._start, *self._start.parents):
            places.append(os.path.relpath(folder / CONFIG_FILE, self.root))
            if os.path.lexists(folder / ".git"):
                break
        return tuple(places)

    @property
    def replaces_config(self) -> bool:
        """Whether another file than the repository's own is the configuration."""
        return self._config is not None

    def tree(self, ref: str | None) -> Tree:
        """The tree at a ref, or of the work tree for None. Raises RepositoryError."""
        tree = worktree(self.root) if ref is None else self.repository.tree(self.repository.resolve(ref))
        return tree if self._config is None else replace(tree, config=self._config)

    def head(self) -> str | None:
        """HEAD's commit id; None where there is no commit yet, or no git at all."""
        in_git = any(os.path.lexists(folder / ".git") for folder in (self.root, *self.root.parents))
        return self.repository.head() if in_git else None

    def check(self, tree: Tree) -> CheckedTree:
        checked = check_tree(
            tree,
            Surroundings(
                shipped_config_schema=shipped_schemas()[CONFIG_SCHEMA],
                is_timezone=is_timezone,
            ),
        )
        if self._config_file is None:
            return checked
        name = str(self._config_file)
        findings = (replace(f, file=name) if f.file == CONFIG_FILE else f for f in checked.findings)
        return replace(checked, findings=in_order(findings))

    def committed_policy(self, commit: str | None) -> CheckedTree | None:
        """The policy of a commit (a full id; the work tree for None) as git has it, also where `config` replaces its
        configuration; None where it has none of its own. Raises EmpError where it is broken.
        """
        tree = worktree(self.root) if commit is None else self.repository.policy(commit)
        if tree.config is None:
            return None
        checked = self.check(replace(tree, accounts={}, findings=()))
        if checked.policy is None:
            first = checked.first_error
            raise EmpError(first.message, where=CONFIG_FILE, hint="--config replaces it for a run, not for approvals")
        return checked

    def check_policy(self) -> CheckedTree:
        """The work tree's configuration and schemas alone, without the accounts.

        Raises EmpError with the first finding where they are broken, so that nothing is done on half a policy.
        """
        tree = self.tree(None)
        findings = tuple(finding for finding in tree.findings if finding.account is None)
        checked = self.check(replace(tree, accounts={}, findings=findings))
        if checked.policy is None:
            first = checked.first_error
            raise EmpError(first.message, where=first.place, hint=first.hint)
        return checked

    def policy(self) -> Policy:
        """The work tree's policy. Raises EmpError as `check_policy` does."""
        policy = self.check_policy().policy
        assert policy is not None  # noqa: S101 - `check_policy` raises without one
        return policy

    def policy_at(self, revision: str) -> CheckedTree:
        """The configuration and schemas of a commit (a full id), without its accounts. Raises EmpError as
        `check_policy` does, RepositoryError where the commit cannot be read.
        """
        tree = self.repository.policy(revision)
        checked = self.check(tree if self._config is None else replace(tree, config=self._config))
        if checked.policy is None:
            first = checked.first_error
            raise EmpError(
                f"the policy of {revision[:12]} is broken: {first.message}", where=first.place, hint=first.hint
            )
        return checked

    def platform_url(self, checked: CheckedTree, given: str | None) -> PlatformUrl:
        """Where the platform is: as given, else as configured. Raises EmpError for a URL that means nothing here."""
        from emp_gitops.platform.url import parse_platform_url  # noqa: PLC0415

        configured = checked.policy.config.platform if checked.policy else DEFAULT_PLATFORM
        return parse_platform_url(given or configured, self.root)


def today_in(checked: CheckedTree, given: date | None) -> date:
    """The day that a run is about: as given, else the date in the organisation's time zone, UTC where it has none."""
    if given:
        return given
    zone = checked.policy.config.timezone if checked.policy else "UTC"
    return datetime.now(ZoneInfo(zone)).date()


def unknown_account(id_: str, known: Collection[str], where: str) -> EmpError:
    """The error for an id that does not exist, with the nearest one that does."""
    return EmpError(
        f"there is no account {id_!r} {where}{did_you_mean(id_, list(known))}",
        hint="emp-gitops status lists the accounts",
    )


def _root_without_config(folder: Path, config: Path) -> Path:
    """The folder of the accounts where another file than theirs is the configuration.

    The one that would be found without it; else, up to the top of the git repository, the nearest that looks like one;
    else that top, and outside of git the configuration's own folder.
    """
    with suppress(RepositoryError):
        return find_root(folder)
    for candidate in (folder.resolve(), *folder.resolve().parents):
        if any((candidate / name).is_dir() for name in (ACCOUNTS_FOLDER, SCHEMAS_FOLDER)):
            return candidate
        if os.path.lexists(candidate / ".git"):
            return candidate
    return config.resolve().parent
