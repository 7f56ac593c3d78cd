"""Merges as git computes them, without touching a branch or the work tree."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from emp_gitops.core.tree import ACCOUNTS_FOLDER
from emp_gitops.errors import RepositoryError
from emp_gitops.repository.process import Git

# The defaults of git, whatever a person's own settings say: two machines must compute the same merge.
_PLAINLY = (
    "-c", "merge.renames=true", "-c", "merge.directoryRenames=conflict", "-c", "merge.renameLimit=7000",
    "-c", "merge.conflictStyle=merge", "-c", "merge.renormalize=false", "-c", "core.attributesFile=/dev/null",
)
_CONFLICT = 1


@dataclass(frozen=True, slots=True)
class Merge:
    """The tree that merging makes, as an object id, or None and the paths where the two sides conflict."""

    tree: str | None
    conflicts: tuple[str, ...] = ()


def merge(git: Git, base: str, head: str) -> Merge:
    """Merge commit `head` into commit `base` (full ids). The tree becomes an object of the repository, in no branch.

    Attributes play no part: a file in the repository could name a merge driver, which is a program. Raises
    RepositoryError where the two have no history in common or git is too old.
    """
    with tempfile.TemporaryDirectory(prefix="emp-gitops-merge-") as folder:
        # A repository of its own without attributes and settings, with the objects of the real one.
        _make_bare(Path(folder), git.place.object_format)
        bare = Git(
            Path(folder), *_PLAINLY,
            environment={"GIT_DIR": folder, "GIT_OBJECT_DIRECTORY": str(git.objects)},
        )
        outcome = bare.attempt("merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", base, head)
    if outcome.status not in (0, _CONFLICT):
        raise _failure(git, outcome.complaint)
    tree, *paths = outcome.output.decode("utf-8", "surrogateescape").rstrip("\0").split("\0")
    return Merge(tree.strip()) if outcome.status == 0 else Merge(None, tuple(dict.fromkeys(filter(None, paths))))


def _make_bare(folder: Path, object_format: str) -> None:
    """What git asks of a repository at least (gitrepository-layout(5)), written by hand: `git init` takes as long as
    the merge.
    """
    for name in ("objects", "refs"):
        (folder / name).mkdir()
    (folder / "HEAD").write_text("ref: refs/heads/main\n", encoding="ascii")
    core = "[core]\nrepositoryformatversion = 1\nbare = true\n"
    (folder / "config").write_text(f"{core}[extensions]\nobjectFormat = {object_format}\n", encoding="ascii")


def _failure(git: Git, complaint: str) -> RepositoryError:
    if "usage: git merge-tree" in complaint or "unknown option" in complaint:
        return RepositoryError("this git cannot compute merges by itself", hint="install git 2.38 or newer")
    if "unrelated histories" in complaint:
        return RepositoryError(
            "the application has no history in common with main", where=str(git.root),
            hint=f"start its branch from main and change the files under {ACCOUNTS_FOLDER}/ there",
        )
    lines = complaint.strip().splitlines() or ["it gave no reason"]
    return RepositoryError(f"git merge-tree failed: {lines[-1][:200]}", where=str(git.root))
