"""Real git repositories in temporary folders, with fixed people and dates, so that commit ids repeat."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

FIRST_COMMIT_AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
ANA = "Ana <ana@example.com>"

_SETTINGS = (
    "-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "core.autocrlf=false", "-c", "advice.detachedHead=false",
    "-c", "protocol.file.allow=always",
)


def git_environment(**more: str) -> dict[str, str]:
    """The environment for git in tests: nobody's own configuration, no location of another repository."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return clean | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"} | more


def git(folder: Path, *arguments: str, given: bytes | None = None, **environment: str) -> str:
    """Run git in a folder and give what it prints; an AssertionError with its complaint where it fails."""
    done = subprocess.run(
        ["git", "-C", str(folder), *_SETTINGS, *arguments], env=git_environment(**environment), input=given,
        stdin=subprocess.DEVNULL if given is None else None, capture_output=True, check=False,
    )
    assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace')}"
    return done.stdout.decode(errors="surrogateescape").rstrip("\n")


def account_text(id_: str, **fields: Any) -> str:
    """A valid account file. Fields are those of the file, with `start` and `months` for the two of the subscription;
    None leaves a field out."""
    values: dict[str, Any] = {
        "name": id_.replace("-", " ").title(), "customer": "Acme S.A.", "license": "advanced", "datapoints": 100,
        "start": "2026-03-01", "months": 12, "sector": "offices", "contacts": ["facilities@acme.example"],
    } | fields
    subscription = {key: values.pop(key) for key in ("start", "months")}
    values["subscription"] = {key: str(value) for key, value in subscription.items() if value is not None}
    return _yaml({key: value for key, value in values.items() if value is not None})


def config_text(**overrides: Any) -> str:
    """A valid `emp-gitops.yaml`; an override replaces a whole top-level entry, None leaves it out."""
    values = {"organisation": "Example Energy", "timezone": "Europe/Madrid", "approvals": {"source": "none"}} | overrides
    return _yaml({key: value for key, value in values.items() if value is not None})


def _yaml(values: Mapping[str, Any], indent: str = "") -> str:
    lines = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            lines.append(f"{indent}{key}:\n{_yaml(value, indent + '  ')}" if value else f"{indent}{key}: {{}}\n")
        else:
            lines.append(f"{indent}{key}: {_scalar(value)}\n")
    return "".join(lines)


def _scalar(value: Any) -> str:
    if isinstance(value, str) and value and value.replace("-", "").replace(" ", "").isalnum():
        return value
    return json.dumps(value, ensure_ascii=False)


class ConfigRepo:
    """A git repository with a configuration in its making.

        repo = ConfigRepo(tmp_path)
        repo.config()
        repo.account("acme-hq", datapoints=50)
        first = repo.commit("one account")
    """

    def __init__(self, path: Path, *, object_format: str = "sha1", folder: str = "") -> None:
        """`folder` puts the configuration into a folder inside the repository."""
        self.top = path
        self.root = path / folder
        self.commits = 0
        self.root.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main", "--template=", f"--object-format={object_format}")

    def git(self, *arguments: str, given: bytes | None = None, **environment: str) -> str:
        return git(self.top, *arguments, given=given, **environment)

    def write(self, path: str, content: str | bytes, *, mode: int = 0o644) -> Path:
        """Write a file of the configuration; the folders on its way are made."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        file.chmod(mode)
        return file

    def remove(self, path: str) -> None:
        (self.root / path).unlink()

    def config(self, **overrides: Any) -> Path:
        return self.write("emp-gitops.yaml", config_text(**overrides))

    def account(self, id_: str, *, folder: str = "", **fields: Any) -> Path:
        """Write the account file `accounts/<folder>/<id>.yaml`; see `account_text` for the fields."""
        return self.write(str(Path("accounts", folder, f"{id_}.yaml")), account_text(id_, **fields))

    def commit(self, message: str = "change", *, author: str = ANA, at: datetime | None = None) -> str:
        """Commit all of the work tree but the embedded platform, and give the commit's id.

        Commits are a minute apart unless `at` says when.
        """
        self.git("add", "--all", "--force", "--", ".", ":(exclude,glob)**/.emp-gitops/**")
        done = self.git(
            "-c", "core.abbrev=no", "commit", "--allow-empty", "--no-gpg-sign", "--no-verify", f"--message={message}",
            **self.identity(author, at),
        )
        return re.match(r"\[[^]]* ([0-9a-f]{40,})\]", done)[1]  # type: ignore[index]

    def identity(self, author: str = ANA, at: datetime | None = None) -> dict[str, str]:
        """The environment that makes git commit as this person at this time, by default a minute after the last one."""
        date = f"{int((at or FIRST_COMMIT_AT + timedelta(minutes=self.commits)).timestamp())} +0100"
        self.commits += 1
        name, _, email = author.removesuffix(">").partition(" <")
        return {
            "GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email, "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_NAME": name, "GIT_COMMITTER_EMAIL": email, "GIT_COMMITTER_DATE": date,
        }

    def head(self) -> str:
        """The commit that is checked out."""
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str, *, start: str | None = None) -> None:
        """Make a branch and change to it."""
        self.git("switch", "--quiet", "--create", name, *([start] if start else []))

    def switch(self, name: str) -> None:
        self.git("switch", "--quiet", name)

    def merge(self, name: str, *, author: str = ANA) -> str:
        """Merge a branch into the current one with a merge commit, and give its id."""
        self.git("merge", "--quiet", "--no-ff", "--no-verify", "--no-gpg-sign", "--no-edit", name, **self.identity(author))
        return self.head()

    def store(self, content: bytes, type_: str = "blob") -> str:
        """Put an object into the repository as it is, valid or not, and give its id."""
        return self.git("hash-object", "-w", "--literally", "-t", type_, "--stdin", given=content)

    def stage(self, path: str, mode: str, id_: str) -> None:
        """Put an entry straight into the index: any mode, any object, no file on disk."""
        self.git("update-index", "--add", "--cacheinfo", f"{mode},{id_},{path}")
