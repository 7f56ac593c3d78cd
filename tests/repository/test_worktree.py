"""The work tree: finding its root, and what only a disk can hold."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from emp_gitops.errors import RepositoryError
from emp_gitops.repository import find_root, worktree
from support.repos import ConfigRepo

NOBODY = 65534


@pytest.mark.parametrize("start", [".", "accounts", "accounts/acme/deep"])
def test_the_root_is_found_from_any_folder_below(repo: ConfigRepo, start: str) -> None:
    (repo.root / "accounts/acme/deep").mkdir(parents=True)
    assert find_root(repo.root / start) == repo.root.resolve()


def test_the_root_may_be_a_folder_inside_the_repository(tmp_path: Path) -> None:
    repo = ConfigRepo(tmp_path, folder="energy/accounts-of-ours")
    repo.config()
    assert find_root(repo.root) == repo.root.resolve()
    with pytest.raises(RepositoryError):
        find_root(repo.top)


@pytest.mark.parametrize("git", ["folder", "file"])
def test_the_search_ends_at_the_top_of_the_git_repository(tmp_path: Path, git: str) -> None:
    (tmp_path / "emp-gitops.yaml").touch()
    start = tmp_path / "inner/folder"
    start.mkdir(parents=True)
    assert find_root(start) == tmp_path.resolve()
    if git == "folder":
        (tmp_path / "inner/.git").mkdir()
    else:
        (tmp_path / "inner/.git").write_text("gitdir: elsewhere")
    with pytest.raises(RepositoryError) as caught:
        find_root(start)
    assert "emp-gitops init" in str(caught.value.hint)


def test_outside_git_the_search_ends_at_the_top_of_the_disk(tmp_path: Path) -> None:
    with pytest.raises(RepositoryError, match="there is no emp-gitops"):
        find_root(tmp_path)


def test_a_link_to_the_root_leads_to_the_real_folder(repo: ConfigRepo, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(repo.root)
    assert find_root(tmp_path / "link") == repo.root.resolve()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RepositoryError) as caught:
        find_root(tmp_path / "nowhere")
    assert caught.value.where == str(tmp_path / "nowhere")


def test_no_git_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "accounts").mkdir()
    (tmp_path / "accounts/acme.yaml").write_text("x")
    assert worktree(tmp_path).accounts == {"accounts/acme.yaml": b"x"}


def _rules(root: Path) -> list[tuple[str, str | None]]:
    return [(finding.rule, finding.account) for finding in worktree(root).findings]


def test_a_named_pipe_is_refused_without_waiting_for_its_writer(repo: ConfigRepo) -> None:
    repo.write("accounts/fine.yaml", "x")
    os.mkfifo(repo.root / "accounts/pipe.yaml")
    os.mkfifo(repo.root / "accounts/pipe")
    assert _rules(repo.root) == [("not-a-regular-file", "pipe")]
    assert list(worktree(repo.root).accounts) == ["accounts/fine.yaml"]


def test_a_named_pipe_as_configuration_is_refused(repo: ConfigRepo) -> None:
    repo.remove("emp-gitops.yaml")
    os.mkfifo(repo.root / "emp-gitops.yaml")
    assert find_root(repo.root) == repo.root.resolve()
    assert _rules(repo.root) == [("not-a-regular-file", None)]


def test_a_socket_is_refused(monkeypatch: pytest.MonkeyPatch, repo: ConfigRepo) -> None:
    (repo.root / "accounts").mkdir()
    monkeypatch.chdir(repo.root)  # a socket's address must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("accounts/acme.yaml")
        assert _rules(repo.root) == [("not-a-regular-file", "acme")]


def _just_before_opening(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen between the listing of a folder and the opening of its first file."""
    real_open = os.open

    def open_late(path: bytes, flags: int) -> int:
        monkeypatch.setattr(os, "open", real_open)
        happens()
        return real_open(path, flags)

    monkeypatch.setattr(os, "open", open_late)


@pytest.mark.parametrize(("becomes", "rule"), [
    (lambda file: file.symlink_to("/etc/passwd"), "not-a-regular-file"),
    (os.mkfifo, "not-a-regular-file"),
    (lambda file: (file.touch(), file.chmod(0o755)), "executable-file"),
    (lambda file: None, "file-unreadable"),
], ids=["a link", "a named pipe", "an executable", "nothing"])
def test_a_file_that_becomes_something_else_before_it_is_opened_is_refused(
    repo: ConfigRepo, monkeypatch: pytest.MonkeyPatch, becomes: Callable[[Path], object], rule: str,
) -> None:
    repo.remove("emp-gitops.yaml")  # or it would be the first file that is opened
    file = repo.write("accounts/acme.yaml", "x")
    _just_before_opening(monkeypatch, lambda: (file.unlink(), becomes(file)))
    tree = worktree(repo.root)
    assert tree.accounts == {}
    assert [(finding.rule, finding.account) for finding in tree.findings] == [(rule, "acme")]


def test_no_more_than_the_limit_and_one_byte_is_read(repo: ConfigRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    with repo.write("accounts/acme.yaml", "").open("wb") as file:
        file.truncate(1 << 40)  # a sparse file of a terabyte
    real_read, asked = os.read, []

    def counted(descriptor: int, size: int) -> bytes:
        asked.append(size)
        return real_read(descriptor, size)

    monkeypatch.setattr(os, "read", counted)
    assert _rules(repo.root) == [("file-too-large", "acme")]
    assert max(asked) <= 65_537


def test_a_disk_that_fails_is_a_finding(repo: ConfigRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write("accounts/acme.yaml", "x")

    def failing(_descriptor: int, _size: int) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "read", failing)
    assert _rules(repo.root) == [("file-unreadable", "acme"), ("file-unreadable", None)]


def test_a_folder_too_deep_for_the_system_is_a_finding(tmp_path: Path) -> None:
    top = tmp_path.resolve()
    folder = os.open(tmp_path, os.O_RDONLY)
    for name in ("accounts", *["d" * 250] * 20):
        os.mkdir(name, dir_fd=folder)
        below = os.open(name, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(folder)
    try:
        assert _rules(top) == [("file-unreadable", None)]
    finally:
        shutil.rmtree(top / "accounts")


@contextmanager
def _without_privileges(*folders: Path) -> Iterator[None]:
    """As somebody whom file modes stop: root is not."""
    if os.geteuid() != 0:
        yield
        return
    for folder in folders:
        folder.chmod(0o755)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_may_not_be_read_is_a_finding() -> None:
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        for folder in ("accounts/open", "accounts/shut"):
            (root / folder).mkdir(parents=True)
        (root / "accounts/open/acme.yaml").touch(mode=0)
        (root / "accounts/open/fine.yaml").write_text("x")
        (root / "accounts/shut").chmod(0)
        with _without_privileges(root):
            tree = worktree(root)
        (root / "accounts/shut").chmod(0o700)
    assert list(tree.accounts) == ["accounts/open/fine.yaml"]
    assert [(f.rule, f.account, f.file) for f in tree.findings] == [
        ("file-unreadable", "acme", "accounts/open/acme.yaml"), ("file-unreadable", None, "accounts/shut"),
    ]


def test_a_root_that_may_not_be_entered_is_an_error() -> None:
    with tempfile.TemporaryDirectory() as place:
        root = Path(place, "root")
        root.mkdir(mode=0)
        with _without_privileges(Path(place)), pytest.raises(RepositoryError) as caught:
            worktree(root)
        assert "cannot be read" in caught.value.message


def test_every_file_is_closed_again(repo: ConfigRepo) -> None:
    for id_ in ("fine", "large"):
        repo.write(f"accounts/{id_}.yaml", "#" * (70_000 if id_ == "large" else 7))
    repo.write("accounts/tool.yaml", "x", mode=0o755)
    before = len(list(Path("/dev/fd").iterdir()))
    worktree(repo.root)
    assert len(list(Path("/dev/fd").iterdir())) == before


def test_a_file_that_is_not_committed_is_read(repo: ConfigRepo) -> None:
    repo.write(".gitignore", "*.yaml")
    repo.account("acme-hq")
    assert list(worktree(repo.root).accounts) == ["accounts/acme-hq.yaml"]
