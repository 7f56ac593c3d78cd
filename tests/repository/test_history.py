"""Who changed a file last."""

from __future__ import annotations

from pathlib import Path

import pytest

from emp_gitops.errors import RepositoryError
from emp_gitops.repository import Repository
from support.repos import ANA, ConfigRepo, git

BEA, CARLA = "Bea <bea@example.com>", "Carla Ö <carla@example.com>"
A, B, C = "accounts/a.yaml", "accounts/deep/b.yaml", "accounts/c.yaml"


def authors(repo: ConfigRepo, *paths: str, at: str = "HEAD") -> dict[str, str]:
    return Repository.open(repo.root).last_authors(at, paths)


def test_each_file_has_the_author_of_the_last_commit_that_touched_it(repo: ConfigRepo) -> None:
    repo.write(A, "1")
    repo.write(B, "1")
    first = repo.commit(author=ANA)
    repo.write(A, "2")
    repo.commit(author=BEA)
    repo.write(C, "1")
    repo.commit(author=CARLA)
    assert authors(repo, A, B, C) == {A: BEA, B: ANA, C: CARLA}
    assert authors(repo, B) == {B: ANA}
    assert authors(repo, A, B, C, at=first) == {A: ANA, B: ANA}
    assert authors(repo) == {}


def test_removing_and_moving_a_file_touches_it(repo: ConfigRepo) -> None:
    repo.write(A, "1")
    repo.write(B, "long enough to be seen as moved\n" * 9)
    repo.commit(author=ANA)
    repo.remove(A)
    repo.remove(B)
    repo.write(C, "long enough to be seen as moved\n" * 9)
    repo.commit(author=BEA)
    assert authors(repo, A, B, C) == {A: BEA, B: BEA, C: BEA}
    assert authors(repo, C) == {C: BEA}


def test_a_file_that_no_commit_touched_has_no_author(repo: ConfigRepo) -> None:
    repo.write(A, "1")
    repo.commit()
    repo.write(B, "1")
    assert authors(repo, A, B) == {A: ANA}


def test_a_merge_leaves_the_author_and_counts_only_for_what_is_its_own(repo: ConfigRepo) -> None:
    repo.write(A, "1\n")
    repo.write(B, "1\n")
    repo.commit(author=ANA)
    repo.branch("side")
    repo.write(A, "2\n")
    repo.commit(author=BEA)
    repo.switch("main")
    repo.write(C, "1\n")
    repo.commit(author=ANA)
    repo.merge("side", author=CARLA)
    assert authors(repo, A, B, C) == {A: BEA, B: ANA, C: ANA}
    repo.write(B, "slipped in\n")
    repo.git("add", "--all")
    repo.git("commit", "--quiet", "--amend", "--no-edit", **repo.identity(CARLA))
    assert authors(repo, A, B, C) == {A: BEA, B: CARLA, C: ANA}


@pytest.mark.parametrize("follow", ["true", "false"])
def test_a_change_that_a_merge_discarded_does_not_count(repo: ConfigRepo, follow: str) -> None:
    repo.git("config", "log.follow", follow)
    repo.write(A, "1\n")
    repo.commit(author=ANA)
    repo.branch("side")
    repo.write(A, "2\n")
    repo.commit(author=BEA)
    repo.switch("main")
    repo.git("merge", "--quiet", "--no-edit", "--strategy=ours", "side", **repo.identity(CARLA))
    assert authors(repo, A) == {A: ANA}


def test_many_files_are_found_in_one_go(repo: ConfigRepo) -> None:
    paths = [f"accounts/{number // 50}/acc-{number:03}.yaml" for number in range(250)]
    for path in paths:
        repo.write(path, path)
    repo.commit(author=ANA)
    repo.write(paths[7], "changed")
    repo.commit(author=BEA)
    found = authors(repo, *paths)
    assert found == dict.fromkeys(paths, ANA) | {paths[7]: BEA}


def test_odd_names_come_back_as_they_were_given(repo: ConfigRepo) -> None:
    odd = ["accounts/new\nline.yaml", "accounts/Ñandú.yaml", "accounts/\udcff.yaml", ":(top)x.yaml"]
    for path in odd:
        repo.write(path, "x")
    repo.commit(author="O'Neil \x01 \"q\" X <o@example.com>")
    assert authors(repo, *odd) == dict.fromkeys(odd, "O'Neil \x01 \"q\" X <o@example.com>")


def test_a_persons_own_log_settings_change_nothing(repo: ConfigRepo) -> None:
    repo.write(A, "the same text\n" * 9)
    repo.commit(author=ANA)
    repo.git("mv", A, C)
    repo.commit(author=CARLA)
    for setting, value in (
        ("log.showRoot", "false"), ("log.follow", "true"), ("diff.renames", "copies"), ("log.mailmap", "true"), ("color.ui", "always"),
        ("i18n.logOutputEncoding", "latin1"), ("format.pretty", "raw"), ("log.diffMerges", "off"), ("core.quotePath", "true"),
    ):
        repo.git("config", setting, value)
    repo.write(".mailmap", "Somebody Else <else@example.com> <carla@example.com>")
    assert authors(repo, A, C) == {A: CARLA, C: CARLA}
    assert authors(repo, C) == {C: CARLA}
    assert authors(repo, A, at="HEAD~1") == {A: ANA}


def test_before_a_shallow_clone_begins_nobody_is_named(repo: ConfigRepo, tmp_path: Path) -> None:
    repo.write(A, "1")
    repo.write(B, "1")
    repo.commit(author=ANA)
    repo.commit(author=CARLA)
    repo.write(B, "2")
    repo.commit(author=BEA)
    git(tmp_path, "clone", "--quiet", "--depth=2", repo.top.as_uri(), "clone")
    assert Repository.open(tmp_path / "clone").last_authors("HEAD", [A, B]) == {B: BEA}


def test_an_unknown_revision_is_an_error(repo: ConfigRepo) -> None:
    repo.commit()
    with pytest.raises(RepositoryError):
        authors(repo, A, at="nowhere")
