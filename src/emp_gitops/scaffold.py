"""A new configuration repository: what `emp-gitops init` makes."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from emp_gitops.core.tree import CONFIG_FILE
from emp_gitops.errors import RepositoryError
from emp_gitops.repository.process import Git
from emp_gitops.scaffold_files import ScaffoldOptions, repository_files

__all__ = ["ScaffoldOptions", "create_repository"]

_BRANCH = "refs/heads/main"
_MESSAGE = "Start the configuration repository"
_ANOTHER = "give the name of a new or an empty folder"
_FALLBACK = {"NAME": "emp-gitops", "EMAIL": "emp-gitops@localhost"}

# A person's own attributes may name programs that change what is committed.
_EXACTLY = ("-c", "core.attributesFile=/dev/null")


def create_repository(folder: Path, *, options: ScaffoldOptions) -> str:
    """Make a configuration repository in `folder` and give the id of its first commit, on the branch `main`.

    The folder must not exist, be empty, or hold nothing but a git repository without commits. Everything is made in a
    temporary folder on the same disk first. A new folder then appears in one step, whole. Into one that exists (it
    may be where somebody's shell stands) the files are moved one by one and the history comes last; where that fails
    they are taken back, and only a kill between two moves leaves files without a commit. Nothing that is already
    there is ever replaced.

    Raises EmpError for options that make no valid configuration, RepositoryError for a folder that is in use or
    cannot be written; nothing is written then.
    """
    files = repository_files(options)
    target = Path(os.path.realpath(folder))
    try:
        joins = _is_git_without_history(target)
        with tempfile.TemporaryDirectory(
            prefix=".emp-gitops-init-", dir=_nearest_folder(target), ignore_cleanup_errors=True,
        ) as holding, ExitStack() as undo:
            made = Path(holding, "repository")  # the holding folder itself may be read by its owner only
            _write(files, made)
            new = _NewHistory(made, target / ".git" if joins else None)
            if not joins:
                new.publish(undo)
            _put_in_place(made, target, undo)
            if joins:
                new.publish(undo)
            undo.pop_all()
    except OSError as error:
        raise RepositoryError(f"the repository cannot be made: {error.strerror}", where=str(target)) from error
    return new.commit


class _NewHistory:
    """The first commit of the files in a folder, stored by git's inner commands: no hook runs, nothing is signed.

    It goes into `git_folder`, a repository without commits, or into a new repository in the folder. Until `publish`
    it is in no branch, and so as good as absent.
    """

    def __init__(self, folder: Path, git_folder: Path | None) -> None:
        if git_folder is None:
            Git(folder).run("init", "--quiet")
        self._git_folder = git_folder or folder / ".git"
        self._index = folder.parent / "index"
        options = (f"--git-dir={self._git_folder}", f"--work-tree={folder}", *_EXACTLY)
        identity = _missing_identity(Git(folder, *options))
        self._git = Git(folder, *options, environment={"GIT_INDEX_FILE": str(self._index), **identity})
        self._git.run("add", "--all", "--force", "--", ".")
        self.commit = self._answer("commit-tree", "-m", _MESSAGE, self._answer("write-tree"))

    def publish(self, undo: ExitStack) -> None:
        """Make it the history of the branch and check that out; setting the branch is the last step."""
        index = self._git_folder / "index"
        undo.callback(index.unlink, missing_ok=True)
        self._index.replace(index)
        self._git.run("symbolic-ref", "HEAD", _BRANCH)
        self._git.run("update-ref", _BRANCH, self.commit, "")  # "" demands that there is no such branch yet

    def _answer(self, *arguments: str) -> str:
        return self._git.run(*arguments).decode("ascii").strip()


def _missing_identity(git: Git) -> dict[str, str]:
    """The variables that name an author and a committer, each only where git itself knows none.

    Git must not guess one from the machine's name: on many it cannot, on the others the result names nobody.
    """
    return {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        if git.attempt("-c", "user.useConfigOnly=true", "var", f"GIT_{role}_IDENT").status
        for part, value in _FALLBACK.items()
    }


def _is_git_without_history(target: Path) -> bool:
    """Whether the folder holds just that; False where it is new or empty. Raises RepositoryError where it is in use."""
    if not os.path.lexists(target):
        return False
    if not target.is_dir():
        raise RepositoryError("this is not a folder", where=str(target), hint=_ANOTHER)
    names = sorted(entry.name for entry in target.iterdir())
    if CONFIG_FILE in names:
        raise RepositoryError(
            "this is a configuration repository already", where=str(target), hint=f"edit its {CONFIG_FILE} instead",
        )
    if not names:
        return False
    git = Git(target)
    if names == [".git"] and (target / ".git").is_dir() and not git.run("for-each-ref") and not git.run("ls-files"):
        return True
    found = "a git repository in use" if names == [".git"] else ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
    raise RepositoryError(
        f"the folder is not empty: it holds {found}", where=str(target), hint=_ANOTHER,
    )


def _nearest_folder(target: Path) -> Path:
    """Where to work: in the target or, where that is yet to be made, in the nearest folder above it."""
    return next(folder for folder in (target, *target.parents) if os.path.lexists(folder))


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _put_in_place(made: Path, target: Path, undo: ExitStack) -> None:
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        made.rename(target)
        return
    # The configuration makes the folder one of ours, the history makes it whole: these two come last.
    for entry in sorted(made.iterdir(), key=lambda entry: (entry.name == ".git", entry.name == CONFIG_FILE, entry)):
        place = target / entry.name
        if os.path.lexists(place):
            raise FileExistsError(errno.EEXIST, f"{entry.name} has appeared meanwhile")
        entry.rename(place)
        undo.callback(place.rename, entry)
