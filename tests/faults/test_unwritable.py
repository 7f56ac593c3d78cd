"""Files that cannot be written: an error with words, the old content as it was, nothing left behind."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.beginnings import ROOT
from support.cli import Cli, clean_environment, command_line
from support.faults import ADOPTED, NEW, World
from support.permissions import everyones_folder, unprivileged
from support.repos import ConfigRepo

CREATE = (
    "account", "create", "acme-lyon", "--name", "Lyon", "--customer", "Acme S.A.", "--license", "advanced",
    "--datapoints", "20", "--sector", "offices", "--contact", "a@acme.example", "--folder", ".",
)
WRITING = [
    ("plan", "--out", "plan.json"), ("account", "datapoints", "acme-hq", "+5"), ("account", "license", "acme-hq", "enterprise"),
    ("account", "renew", "acme-hq"), CREATE, ("init", "new"),
]


@pytest.fixture
def repo(tmp_path: Path) -> ConfigRepo:
    repo = ConfigRepo(tmp_path / "repo")
    repo.config()
    for name in ("account", "config"):
        repo.write(f"schemas/{name}.schema.json", (ROOT / f"schemas/{name}.schema.json").read_bytes())
    repo.account("acme-hq", datapoints=50)
    repo.write("plan.json", "the old one\n")
    repo.commit("configuration")
    return repo


def without_room(folder: Path, arguments: Sequence[str], **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command that may write no more than 16 bytes to any file; nor could what measures coverage."""
    environment = {name: value for name, value in clean_environment(**more).items() if not name.startswith("COV")}
    return subprocess.run(
        command_line(*arguments), cwd=folder, env=environment, capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16)),
    )


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


@pytest.mark.parametrize("arguments", WRITING, ids=lambda arguments: " ".join(arguments[:2]))
def test_a_full_disk_leaves_everything_as_it_was(repo: ConfigRepo, arguments: tuple[str, ...]) -> None:
    before = content(repo.root)
    done = without_room(repo.root, arguments)
    assert_told(done.returncode, done.stderr)
    assert content(repo.root) == before


def test_a_full_disk_leaves_what_is_imported_as_it_was(on_postgres: World, tmp_path: Path) -> None:
    with on_postgres.told() as url:
        folder = Path(shutil.copytree(on_postgres.story.repo.root, tmp_path / "repo"))
        for id_ in (ADOPTED, NEW):
            (folder / f"accounts/{id_}.yaml").unlink()
        before = content(folder)
        done = without_room(folder, ["import"], EMP_PLATFORM=url.text)
        assert_told(done.returncode, done.stderr)
        assert content(folder) == before


@pytest.mark.parametrize("arguments", [*WRITING, ("account", "retire", "acme-old")], ids=lambda arguments: " ".join(arguments[:2]))
def test_a_folder_that_may_not_be_written_stays_as_it_was(repo: ConfigRepo, arguments: tuple[str, ...]) -> None:
    repo.account("acme-old", start="2025-01-01")
    repo.commit("an old one")
    with everyones_folder() as folder:
        place = Path(shutil.copytree(repo.root, folder / "repo"))
        Cli(repo.root)(*arguments)  # where it may be written it is; and all is imported that others may not read
        before = content(place)
        with closed(place), unprivileged():
            outcome = Cli(place)(*arguments, code=1)
        assert_told(outcome.code, outcome.stderr)
        assert "Permission denied" in outcome.stderr
        assert content(place) == before


def assert_told(code: int, complaint: str) -> None:
    assert code == 1, complaint
    assert "Traceback" not in complaint
    assert "error: " in complaint
    assert "  where: " in complaint


@contextmanager
def closed(folder: Path) -> Iterator[None]:
    """Inside the block, the user that tests act as owns the folder, may read all of it and write nothing."""
    with unprivileged():
        user = os.geteuid()
    modes = {path: path.stat().st_mode for path in (folder, *folder.rglob("*"))}
    for path, mode in modes.items():
        os.chown(path, user, -1)
        path.chmod(mode & 0o555)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
