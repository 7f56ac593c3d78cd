"""The sample accounts on a platform of their own, as of the day of the story."""

from __future__ import annotations

import shutil
from pathlib import Path

from support.cli import Cli
from support.repos import ConfigRepo

ROOT = Path(__file__).parents[2]


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
