"""The sample accounts on a platform of their own, as of the day of the story."""

from __future__ import annotations

import mailbox
import shutil
from pathlib import Path

from support.cli import Cli
from support.repos import ConfigRepo

ROOT = Path(__file__).parents[2]


ISSUES = "emp-gitops/issues"


def samples(folder: Path) -> Cli:
    """A copy of this repository's accounts and configuration, committed and reconciled, with their usage recorded."""
    repo = ConfigRepo(folder)
    for name in ("accounts", "schemas", "examples"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "emp-gitops.yaml", folder)
    repo.write(".gitignore", ".emp-gitops/\n")
    repo.commit("samples")
    cli = Cli(folder)
    cli("reconcile")
    cli("platform", "usage", "load", "examples/usage.csv")
    return cli


def mails(cli: Cli) -> list[str]:
    """Who got mail, from the Maildir, as any mail program reads it."""
    folder = mailbox.Maildir(cli.folder / ".emp-gitops/mail", create=False) if (cli.folder / ".emp-gitops/mail").exists() else ()
    return sorted(str(message["To"]) for message in folder)


def issues(cli: Cli) -> list[str]:
    repo = ConfigRepo(cli.folder)
    known = repo.git("for-each-ref", "--format=%(refname:short)", f"refs/heads/{ISSUES}")
    return repo.git("ls-tree", "-r", "--name-only", ISSUES).splitlines() if known else []
