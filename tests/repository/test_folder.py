"""All files below a folder, from a commit and from the disk alike."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from emp_gitops.errors import RepositoryError
from emp_gitops.repository import Repository
from emp_gitops.repository.folder import folder_on_disk
from support.repos import ConfigRepo

MAIL = "templates/mail"
Read = Callable[[ConfigRepo], dict[str, bytes]]


def committed(repo: ConfigRepo) -> dict[str, bytes]:
    commit = repo.commit("any")
    return Repository.open(repo.root).folder(commit, MAIL)


def on_disk(repo: ConfigRepo) -> dict[str, bytes]:
    return folder_on_disk(repo.root, MAIL)


@pytest.fixture(params=[committed, on_disk])
def read(request: pytest.FixtureRequest) -> Read:
    found: Read = request.param
    return found


def test_holds_every_file_at_any_depth_and_none_beside_it(repo: ConfigRepo, read: Read) -> None:
    repo.write(f"{MAIL}/style.css", "p {}")
    repo.write(f"{MAIL}/en/reminder.txt", b"\xff")
    repo.write(f"{MAIL}-old/style.css", "old")
    repo.write("templates/other.txt", "other")
    assert read(repo) == {f"{MAIL}/en/reminder.txt": b"\xff", f"{MAIL}/style.css": b"p {}"}


def test_that_is_not_there_is_empty(repo: ConfigRepo, read: Read) -> None:
    assert read(repo) == {}


def test_inside_of_a_repository_has_paths_from_the_configuration(tmp_path: Path, read: Read) -> None:
    repo = ConfigRepo(tmp_path / "repo", folder="energy")
    repo.config()
    repo.write(f"{MAIL}/style.css", "p {}")
    assert read(repo) == {f"{MAIL}/style.css": b"p {}"}


@pytest.mark.parametrize("make", [
    lambda repo: (repo.root / MAIL / "link.txt").symlink_to("style.css"),
    lambda repo: repo.write(f"{MAIL}/run.txt", "", mode=0o755),
    lambda repo: (repo.root / MAIL / "en").symlink_to(repo.root),
])
def test_with_anything_but_plain_files_is_refused(repo: ConfigRepo, read: Read, make: Callable[[ConfigRepo], object]) -> None:
    repo.write(f"{MAIL}/style.css", "p {}")
    make(repo)
    with pytest.raises(RepositoryError, match="only plain files are read here"):
        read(repo)


def test_with_a_large_file_is_refused(repo: ConfigRepo, read: Read) -> None:
    repo.write(f"{MAIL}/style.css", "x" * 65_537)
    with pytest.raises(RepositoryError, match="larger than 65,536 bytes"):
        read(repo)


def test_with_too_many_files_is_refused(repo: ConfigRepo, read: Read) -> None:
    for number in range(201):
        repo.write(f"{MAIL}/{number}.txt", "")
    with pytest.raises(RepositoryError, match="at most 200"):
        read(repo)


class TestOnDisk:
    @pytest.mark.parametrize("make", [
        lambda root: (root / "templates").symlink_to(root.parent),
        lambda root: (root / "templates").write_text("a file", encoding="utf-8"),
        lambda root: ((root / "templates").mkdir(), (root / MAIL).symlink_to(root)),
    ])
    def test_no_link_on_the_way_is_followed(self, repo: ConfigRepo, make: Callable[[Path], object]) -> None:
        make(repo.root)
        with pytest.raises(RepositoryError, match="only plain files"):
            on_disk(repo)
