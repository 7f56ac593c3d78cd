"""Git's own complaints, each as one sentence and what to do about it."""

from __future__ import annotations

from pathlib import Path

from emp_gitops.errors import RepositoryError

# What git's standard error holds (in English: GitPython sets LC_ALL=C), our sentence, our hint; the first match counts.
_KNOWN: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("dubious ownership", "unsafe repository"),
        "the git repository belongs to another user, so git does not trust it",
        "if you do trust it: git config --global --add safe.directory '{top}'",
    ),
    (
        ("not a git repository",),
        "not inside a git repository",
        "`emp-gitops init` makes a new configuration repository; `git init` makes this folder one",
    ),
    (
        ("unknown repository extension", "Expected git repo version", "unknown object format"),
        "the git repository uses features that this version of git does not know",
        "install a newer git",
    ),
    (
        ("could not fetch", "promisor remote"),
        "the clone is partial, and what it lacks could not be fetched",
        "git fetch --refetch --filter=",
    ),
    (
        ("unable to read", "bad object", "bad tree object", "corrupt", "Not a valid object name", "not a tree object"),
        "the git repository is damaged or incomplete",
        "`git fsck` says what is missing; a fresh clone mends it",
    ),
)

_NOT_INSTALLED = "git is not installed, or not on the PATH"


def git_missing() -> RepositoryError:
    return RepositoryError(_NOT_INSTALLED, hint="install git 2.31 or newer")


def git_failure(command: str, root: Path, complaint: str) -> RepositoryError:
    """The error for a git command that failed with this standard error."""
    for needles, message, hint in _KNOWN:
        if any(needle in complaint for needle in needles):
            return RepositoryError(message, where=str(root), hint=hint.format(top=_top_level(root)))
    return RepositoryError(f"git {command} failed: {_gist(complaint)}", where=str(root))


def _top_level(root: Path) -> Path:
    return next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)


def _gist(complaint: str) -> str:
    """The line that says most: git's own last word, without its prefix, cut to a readable length."""
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal: ", "error: "))]
    line = (fatal or lines or ["it gave no reason"])[-1]
    return harmless(line.removeprefix("fatal: ").removeprefix("error: "))


def harmless(text: str, limit: int = 200) -> str:
    """What another program says, cut to `limit` characters, as a text that does nothing on a terminal."""
    return "".join(char if char.isprintable() else " " for char in text[:limit])
