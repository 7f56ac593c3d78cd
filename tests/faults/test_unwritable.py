"""Files that cannot be written: an error with words, the old content as it was, nothing left behind."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from support.cli import clean_environment, command_line
from support.repos import ConfigRepo


@pytest.fixture
def repo(tmp_path: Path) -> ConfigRepo:
    repo = ConfigRepo(tmp_path / "repo")
    repo.config()
    for source in sorted((Path(__file__).parents[2] / "schemas").iterdir()):
        repo.write(f"schemas/{source.name}", source.read_bytes())
    repo.account("acme-hq", datapoints=50)
    repo.write("plan.json", "the old one\n")
    repo.commit("configuration")
    return repo


def without_room(folder: Path, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command that may write no more than 16 bytes to any file; nor could what measures coverage."""
    environment = {name: value for name, value in clean_environment().items() if not name.startswith("COV")}
    return subprocess.run(
        command_line(*arguments), cwd=folder, env=environment, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16)),
    )


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


@pytest.mark.parametrize("arguments", [
    ("plan", "--out", "plan.json"),
    ("account", "datapoints", "acme-hq", "+5"),
    ("account", "create", "acme-lyon", "--name", "Lyon", "--customer", "Acme S.A.", "--license", "advanced", "--datapoints",
     "20", "--sector", "offices", "--contact", "a@acme.example", "--folder", "."),
    ("init", "new"),
], ids=lambda arguments: " ".join(arguments[:2]))
def test_a_full_disk_leaves_everything_as_it_was(repo: ConfigRepo, arguments: tuple[str, ...]) -> None:
    before = content(repo.root)
    done = without_room(repo.root, arguments)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "error: " in done.stderr
    assert content(repo.root) == before
