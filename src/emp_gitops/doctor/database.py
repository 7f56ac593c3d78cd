"""Does git keep away from the embedded platform, and from what else stands in the tool's own folder?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from emp_gitops.doctor.values import Check, Problem, Subject, error, warning
from emp_gitops.platform.url import SqliteUrl, parse_platform_url
from emp_gitops.repository.process import Git

OWN_FOLDER = ".emp-gitops"

# What a person ignores for themselves, others may commit. `check-ignore` takes every path as it is, but not on request.
_FOR_EVERYBODY = ("-c", f"core.excludesFile={os.devnull}", "--no-literal-pathspecs")


def _database(subject: Subject) -> Iterator[Problem]:
    git = Git(subject.top)
    git.run("rev-parse", "--git-dir")
    own = _from_top(subject, subject.workspace.root / OWN_FOLDER)
    exposed = [] if _is_ignored(subject.top, own / "any") else [f"{own}/"]
    for file in _embedded(subject):
        tracked = _tracked(git, file)
        for path in tracked:
            yield error(
                f"git tracks {path}: a pulled commit puts another database in the place of the embedded platform",
                f"use postgresql://; or git rm --cached {path}, commit, and restore the database from a backup",
            )
        if not tracked and own not in file.parents and not _is_ignored(subject.top, file):
            exposed.append(str(file))
    for shown in exposed:
        yield warning(
            f"git does not ignore {shown}: whoever adds everything commits what is kept there",
            f"add a line to .gitignore: /{shown}",
        )


def _embedded(subject: Subject) -> list[PurePosixPath]:
    """The files of embedded platforms that stand in the repository, from its top: by their own path, and by that which
    links lead to.
    """
    texts = [text for text in (subject.config.platform, subject.platform) if text and text.startswith("sqlite:")]
    urls = [parse_platform_url(text, subject.workspace.root) for text in texts]
    paths = [url.path for url in urls if isinstance(url, SqliteUrl)]
    absolute = [Path(os.path.normpath(path)) for path in paths] + [path.resolve() for path in paths]
    return [_from_top(subject, path) for path in dict.fromkeys(absolute) if path.is_relative_to(subject.top)]


def _from_top(subject: Subject, path: Path) -> PurePosixPath:
    return PurePosixPath(path.relative_to(subject.top).as_posix())


def _tracked(git: Git, file: PurePosixPath) -> list[str]:
    """What git tracks of the database's files; a link on the way to it is one that a commit can turn elsewhere."""
    files = {str(file), f"{file}-wal", *(str(parent) for parent in file.parents)}
    tops = sorted({path.partition("/")[0] for path in files} - {"."})
    listed = git.run("ls-files", "-z", "--", *tops).decode("utf-8", "surrogateescape").split("\0")
    return sorted(files.intersection(listed))


def _is_ignored(top: Path, path: PurePosixPath) -> bool:
    git = Git(top, *_FOR_EVERYBODY)
    return git.attempt("check-ignore", "--quiet", "--no-index", "--", f"./{path}").status == 0


CHECKS = (
    Check(
        id="database", fine="git leaves the database and the tool's own folder alone", examine=_database,
        concerns=lambda subject: os.path.lexists(subject.top / ".git"),
    ),
)
