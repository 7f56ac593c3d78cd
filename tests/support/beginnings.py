"""Repositories in which something has happened. Making one takes many runs of git, so each is made once and copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from support.cli import Cli
from support.repos import ConfigRepo

ROOT = Path(__file__).parents[2]

Story = Callable[[ConfigRepo, Cli], None]


def nothing_yet(repo: ConfigRepo, cli: Cli) -> None:
    """A configuration, and no accounts."""


def sample_accounts(repo: ConfigRepo, cli: Cli) -> None:
    """The sample accounts of this repository, applied on 23 November 2026, with their used datapoints recorded."""
    shutil.copytree(ROOT / "accounts", repo.root / "accounts")
    shutil.copy(ROOT / "emp-gitops.yaml", repo.root)
    repo.commit("sample accounts")
    cli("reconcile")
    cli("platform", "usage", "load", ROOT / "examples" / "usage.csv")


class Beginnings:
    """Repositories in which stories have happened, each made once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[Story, Path] = {}

    def copy(self, story: Story, target: Path) -> ConfigRepo:
        """A repository at `target` in which the story has happened."""
        if story not in self._made:
            self._made[story] = self._make(story)
        shutil.copytree(self._made[story], target)
        return ConfigRepo(target)

    def _make(self, story: Story) -> Path:
        place = self._folder / story.__name__
        if story is nothing_yet:
            repo = ConfigRepo(place)
            repo.config()
            repo.write(".gitignore", ".emp-gitops/\n")
            shutil.copytree(ROOT / "schemas", repo.root / "schemas")
            repo.commit("configuration")
        else:
            repo = self.copy(nothing_yet, place)
            story(repo, Cli(repo.root))
        repo.git("repack", "-adq")  # fewer files to copy
        return place
