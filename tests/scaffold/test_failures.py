"""What is left when making a configuration repository fails."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path
from shutil import which

import pytest

from emp_gitops.errors import EmpError, RepositoryError
from emp_gitops.scaffold import ScaffoldOptions, create_repository
from support.repos import ConfigRepo, git

DEFAULTS = ScaffoldOptions()


def everything_in(folder: Path) -> dict[str, bytes | None]:
    """Every path below a folder, with the content of the files."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))
    }


SITUATIONS: dict[str, Callable[[Path], object]] = {
    "a new folder": lambda folder: None,
    "an empty folder": lambda folder: folder.mkdir(),
    "a git repository without commits": ConfigRepo,
}

MOVES = [(situation, number) for situation, count in zip(SITUATIONS, (2, 8, 7), strict=True) for number in range(1, count + 1)]
"""Every step in which something is moved into its place: the index, then the whole folder or its entries one by one."""


def _what_is_there(folder: Path) -> set[str]:
    """The files and folders. Objects that are in no commit do not count."""
    return {path for path in everything_in(folder) if "/.git/objects/" not in path}


def _at_move(patch: pytest.MonkeyPatch, number: int, happens: Callable[[], object]) -> None:
    """Let something happen instead of the move of this number, counted from 1."""
    moves = count(1)

    def late(real: Callable[[Path, Path], Path]) -> Callable[[Path, Path], Path]:
        def move(source: Path, to: Path) -> Path:
            if next(moves) == number:
                happens()
            return real(source, to)
        return move

    for name in ("rename", "replace"):
        patch.setattr(Path, name, late(getattr(Path, name)))


def _raise(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full disk", "Ctrl-C"])
@pytest.mark.parametrize(("situation", "number"), MOVES)
def test_a_failed_move_is_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, situation: str, number: int, error: BaseException,
) -> None:
    folder = tmp_path / "new"
    SITUATIONS[situation](folder)
    before = _what_is_there(tmp_path)
    with monkeypatch.context() as patch:
        _at_move(patch, number, lambda: _raise(error))
        with pytest.raises(RepositoryError if isinstance(error, OSError) else KeyboardInterrupt) as caught:
            create_repository(folder, options=DEFAULTS)
    assert isinstance(caught.value, KeyboardInterrupt) or "No space left" in str(caught.value)
    assert _what_is_there(tmp_path) == before
    create_repository(folder, options=DEFAULTS)
    assert git(folder, "status", "--porcelain") == ""


def test_these_are_all_the_moves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for situation, prepare in SITUATIONS.items():
        folder = tmp_path / situation
        prepare(folder)
        beyond = max(number for name, number in MOVES if name == situation) + 1
        with monkeypatch.context() as patch:
            _at_move(patch, beyond, lambda: pytest.fail("there is one more"))
            create_repository(folder, options=DEFAULTS)


@pytest.mark.parametrize("command", ["write-tree", "commit-tree", "symbolic-ref", "update-ref"])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_git_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, situation: str, command: str,
) -> None:
    folder, programs = tmp_path / "new", tmp_path / "programs"
    SITUATIONS[situation](folder)
    programs.mkdir()
    (programs / "git").write_text(f'#!/bin/sh\nfor word; do [ "$word" = {command} ] && exit 1; done\nexec {which("git")} "$@"\n')
    (programs / "git").chmod(0o755)
    before = _what_is_there(tmp_path)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    with pytest.raises(RepositoryError, match=f"git {command} failed"):
        create_repository(folder, options=DEFAULTS)
    assert _what_is_there(tmp_path) == before


@pytest.mark.parametrize(("situation", "number"), MOVES)
def test_a_kill_never_leaves_a_commit_without_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, situation: str, number: int,
) -> None:
    folder = tmp_path / "new"
    SITUATIONS[situation](folder)
    child = os.fork()
    if child == 0:
        _at_move(monkeypatch, number, lambda: os._exit(9))
        create_repository(folder, options=DEFAULTS)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert folder.exists() == (situation != "a new folder")
    if (folder / ".git").exists():
        assert git(folder, "for-each-ref") == ""


def test_something_that_appears_meanwhile_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_rename = Path.rename

    def rename_late(source: Path, to: Path) -> Path:
        if to.name == "README.md":
            (tmp_path / "schemas").write_text("mine")
        return real_rename(source, to)

    monkeypatch.setattr(Path, "rename", rename_late)
    with pytest.raises(RepositoryError, match="schemas has appeared meanwhile"):
        create_repository(tmp_path, options=DEFAULTS)
    assert everything_in(tmp_path) == {"schemas": b"mine"}

def test_without_git_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create_repository(tmp_path / "first", options=DEFAULTS)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EmpError, match="git is not installed"):
        create_repository(tmp_path / "second", options=DEFAULTS)
    assert list(tmp_path.iterdir()) == [tmp_path / "first"]


