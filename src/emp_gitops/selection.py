"""Which findings concern the paths that somebody named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from emp_gitops.core.checking import CheckedTree
from emp_gitops.core.findings import Finding
from emp_gitops.core.tree import ACCOUNTS_FOLDER
from emp_gitops.errors import UsageError


def select(checked: CheckedTree, root: Path, paths: Sequence[Path]) -> tuple[int, tuple[Finding, ...]]:
    """How many account files are selected, and the findings on them; without paths, everything.

    Errors on the configuration, the schemas or the tree are always among them: without a policy nothing is known to
    be valid. Raises UsageError for a path outside the repository.
    """
    if not paths:
        return checked.checked, checked.findings
    chosen = [_relative(root, path) for path in paths]

    def is_chosen(file: str) -> bool:
        return any(PurePosixPath(file).is_relative_to(each) for each in chosen)

    findings = tuple(
        f for f in checked.findings if is_chosen(f.file) or not PurePosixPath(f.file).is_relative_to(ACCOUNTS_FOLDER)
    )
    return sum(map(is_chosen, checked.tree.accounts)), findings


def _relative(root: Path, path: Path) -> PurePosixPath:
    # The folder is resolved and the last step is not: a symlink is judged as itself.
    place = path.resolve() if path.is_dir() and not path.is_symlink() else path.parent.resolve() / path.name
    try:
        return PurePosixPath(place.relative_to(root).as_posix())
    except ValueError:
        raise UsageError(f"{path} is outside the repository at {root}") from None
