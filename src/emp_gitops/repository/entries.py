"""Which entries of a tree of files are read, and what is said about those that are not.

The same judgement serves the work tree and commits, so that both refuse the same things in the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from emp_gitops.core.findings import Finding, in_order
from emp_gitops.core.tree import (
    ACCOUNT_SUFFIX,
    ACCOUNTS_FOLDER,
    CONFIG_FILE,
    MAX_FILE_BYTES,
    SCHEMAS_FOLDER,
    Tree,
    account_id,
    account_id_trouble,
)

Kind = Literal["file", "executable", "symlink", "repository", "special"]
Verdict = Literal["read", "ignore"]

ENTRANCES = (ACCOUNTS_FOLDER, SCHEMAS_FOLDER, CONFIG_FILE)
"""Everything that is ever read stands under one of these."""

_FOLDERS = (ACCOUNTS_FOLDER, SCHEMAS_FOLDER)
_IN_ACCOUNTS, _IN_SCHEMAS, _SCHEMA_SUFFIX = f"{ACCOUNTS_FOLDER}/", f"{SCHEMAS_FOLDER}/", ".json"
_MISTAKABLE_SUFFIXES = (".yml", ".yaml", ".json")

# Such an entry may hide a whole folder of accounts, whatever its name.
_MAY_BE_FOLDERS: tuple[Kind, ...] = ("symlink", "repository")

_NOT_REGULAR: Mapping[Kind, tuple[str, str]] = {
    "symlink": ("is a symbolic link", "put the file or folder itself there; links are not followed"),
    "repository": ("is a git repository of its own (a submodule)", "move its files into this repository"),
    "special": ("is a named pipe, a socket or a device", "only regular files are read; remove it"),
}


def judge(path: str, kind: Kind) -> Verdict | Finding:
    """Whether the entry at `path` (no folder) is to be read, is none of our business, or is refused."""
    if not _matters(path, kind):
        return "ignore"
    if not _is_plain(path):
        return _refusal(
            "unsafe-path", path, "has a path that is not plain UTF-8 text",
            "rename it: no control or invisible characters, no `..`",
        )
    if path in _FOLDERS and kind in ("file", "executable"):
        return _refusal("not-a-folder", path, "is a file where a folder belongs", "rename the file")
    if path.startswith(_IN_ACCOUNTS) and not path.endswith(ACCOUNT_SUFFIX) and kind not in _MAY_BE_FOLDERS:
        return _refusal(
            "wrong-file-extension", path, f"is not read: an account file's name ends in {ACCOUNT_SUFFIX}",
            f"rename it to {shown(path.rpartition('.')[0])}{ACCOUNT_SUFFIX}, or move it out of {ACCOUNTS_FOLDER}/",
        )
    return "read" if kind == "file" else refused(path, kind)


def refused(path: str, kind: Kind) -> Finding:
    """What is said about an entry that would be read if it were a regular file."""
    if kind == "executable":
        return _refusal("executable-file", path, "is executable; only plain files are read", f"chmod a-x {shown(path)}")
    return _refusal("not-a-regular-file", path, *_NOT_REGULAR[kind])


def too_large(path: str) -> Finding:
    return _refusal("file-too-large", path, f"is larger than {MAX_FILE_BYTES:,} bytes", "is it the right file?")


def unreadable(path: str, error: OSError) -> Finding:
    reason = error.strerror or type(error).__name__
    return _refusal("file-unreadable", path, f"cannot be read: {reason}", "make it readable for the user who runs this")


def shown(path: str) -> str:
    """The path as text that is safe to print; the rest is escaped as in Python, byte by byte where it is not UTF-8."""
    if path.isprintable():
        return path
    return "".join(
        char if char.isprintable()
        else f"\\x{ord(char) - 0xDC00:02x}" if "\udc80" <= char <= "\udcff"
        else char.encode("unicode_escape").decode("ascii")
        for char in path
    )


def assembled(revision: str | None, contents: Mapping[str, bytes], findings: Iterable[Finding]) -> Tree:
    """The tree of the files that were read, by path, each collection in the order of its paths."""
    return Tree(
        revision=revision,
        accounts={path: contents[path] for path in sorted(contents) if path.startswith(_IN_ACCOUNTS)},
        config=contents.get(CONFIG_FILE),
        schemas={path: contents[path] for path in sorted(contents) if path.startswith(_IN_SCHEMAS)},
        findings=in_order(findings),
    )


def _matters(path: str, kind: Kind) -> bool:
    if path.startswith(_IN_ACCOUNTS):
        return kind in _MAY_BE_FOLDERS or path.endswith(ACCOUNT_SUFFIX) or path.lower().endswith(_MISTAKABLE_SUFFIXES)
    if path.startswith(_IN_SCHEMAS):
        return path.endswith(_SCHEMA_SUFFIX) and path.count("/") == 1
    return path in ENTRANCES


def _is_plain(path: str) -> bool:
    return path.isprintable() and not {"", ".", ".."}.intersection(path.split("/"))


def _refusal(rule: str, path: str, trouble: str, hint: str) -> Finding:
    return Finding.error(rule, shown(path), f"{shown(path)} {trouble}", hint=hint, account=_account(path))


def _account(path: str) -> str | None:
    """The id that the entry would give an account, or None where it is not, or may be more than, one account's file."""
    id_ = account_id(path)
    is_account_file = path.startswith(_IN_ACCOUNTS) and path.lower().endswith(_MISTAKABLE_SUFFIXES)
    return id_ if is_account_file and not account_id_trouble(id_) else None
