"""The files that matter, as bytes, at one moment: a commit or the work tree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from emp_gitops.core.findings import Finding

ACCOUNTS_FOLDER = "accounts"
SCHEMAS_FOLDER = "schemas"
CONFIG_FILE = "emp-gitops.yaml"
SIGNERS_FILE = "allowed_signers"
FORGE_FOLDER = ".github"
MAIL_TEMPLATES_FOLDER = "templates/mail"
ACCOUNT_SUFFIX = ".yaml"
MAX_FILE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """Account and policy files by path from the root, always with `/`.

    `revision` is None for the work tree. `findings` tell of entries that were not read: symlinks, submodules,
    executables, files over `MAX_FILE_BYTES`, unreadable ones. A finding on an account file names its account, so
    that an unreadable file is never taken for a removed one.
    """

    revision: str | None
    accounts: Mapping[str, bytes]
    config: bytes | None
    schemas: Mapping[str, bytes]
    findings: tuple[Finding, ...] = field(default=())


def account_id(path: str) -> str:
    """The id that a file's path gives its account: the stem."""
    name = path.rpartition("/")[2]
    return name.rpartition(".")[0] or name


def account_id_trouble(text: str) -> str | None:
    """Why a text cannot be an account's id, as a sentence, or None for a good one."""
    if re.fullmatch(r"[a-z0-9][a-z0-9-]{1,62}", text):
        return None
    return "an id has 2 to 63 characters, lower-case letters, digits and hyphens, and does not begin with a hyphen"
