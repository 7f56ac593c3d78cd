"""Commits: naming them, reading them, comparing them with a tree."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from emp_gitops.core.tree import Tree
from emp_gitops.errors import OffMainError, RepositoryError
from emp_gitops.repository import Repository, worktree
from support.repos import ConfigRepo, git


def test_every_usual_name_gives_the_full_id(repo: ConfigRepo) -> None:
    first = repo.commit()
    repo.git("tag", "--annotate", "--message=one", "v1", **repo.identity())
    second = repo.commit()
    opened = Repository.open(repo.root)
    assert [opened.resolve(ref) for ref in ("v1", "HEAD~1", "main^", first, first[:10])] == [first] * 5
    assert [opened.resolve(ref) for ref in ("HEAD", "main", "refs/heads/main", second)] == [second] * 4


@pytest.mark.parametrize("ref", [
    "nowhere", "", "-", "--all", "-n1", "^main", "main..main", "main\n", "main\0", "HEAD:accounts", "HEAD^{tree}", "f" * 40, "@{-1}",
])
def test_what_names_no_commit_is_an_error(repo: ConfigRepo, ref: str) -> None:
    repo.write("accounts/a.yaml", "")
    repo.commit()
    with pytest.raises(RepositoryError) as caught:
        Repository.open(repo.root).resolve(ref)
    assert caught.value.hint
    assert caught.value.message.isprintable()


def test_an_option_is_not_even_given_to_git(repo: ConfigRepo) -> None:
    repo.commit()
    with pytest.raises(RepositoryError, match="cannot name a commit"):
        Repository.open(repo.root).resolve("--git-dir")


def test_a_tag_cannot_pass_for_a_branch(repo: ConfigRepo) -> None:
    first = repo.commit()
    second = repo.commit()
    repo.git("tag", "main", first)
    repo.git("tag", "HEAD", first)
    repo.git("tag", second, first)
    repo.git("config", "core.warnAmbiguousRefs", "false")
    opened = Repository.open(repo.root)
    with pytest.raises(RepositoryError, match="more than one thing"):
        opened.resolve("main")
    assert opened.resolve("refs/heads/main") == second
    assert opened.resolve("refs/tags/main") == first
    assert opened.resolve("HEAD") == second
    assert opened.resolve(second) == second


def test_what_main_was_is_on_main_and_a_merged_branch_is_not(repo: ConfigRepo, tmp_path: Path) -> None:
    first = repo.commit()
    repo.branch("side")
    side = repo.commit()
    repo.switch("main")
    merge = repo.merge("side")
    git(tmp_path, "clone", "--quiet", repo.top.as_uri(), "clone")
    git(tmp_path / "clone", "switch", "--quiet", "--detach")
    git(tmp_path / "clone", "branch", "--quiet", "--delete", "main")
    for opened in (Repository.open(repo.root), Repository.open(tmp_path / "clone")):
        assert [opened.on_main(ref) for ref in (first, merge)] == [first, merge]
        with pytest.raises(OffMainError):
            opened.on_main(side)


def test_without_a_main_any_commit_will_do(repo: ConfigRepo) -> None:
    commit = repo.commit()
    repo.git("branch", "--move", "main", "trunk")
    assert Repository.open(repo.root).on_main("trunk") == commit


def test_too_short_an_id_asks_for_more_digits(repo: ConfigRepo) -> None:
    person = "Ana <ana@example.com> 1793000000 +0000"
    commits = "".join(
        f"commit refs/heads/many\nmark :{n}\ncommitter {person}\ndata {len(str(n))}\n{n}\n" for n in range(1, 1001)
    )
    repo.git("fast-import", "--quiet", given=commits.encode())
    ids = sorted(repo.git("rev-list", "many").split())
    twin = next(one for one, next_one in itertools.pairwise(ids) if one[:4] == next_one[:4])
    with pytest.raises(RepositoryError, match="begins more than one id"):
        Repository.open(repo.root).resolve(twin[:4])


def test_a_repository_without_commits_says_so(repo: ConfigRepo) -> None:
    opened = Repository.open(repo.root)
    with pytest.raises(RepositoryError, match="no commits yet") as caught:
        opened.resolve("HEAD")
    assert "git commit" in str(caught.value.hint)
    with pytest.raises(RepositoryError, match="no commits yet"):
        opened.tree("main")
    assert opened.head_matches(worktree(repo.root)) is None


def test_an_unborn_branch_beside_others_names_no_commit(repo: ConfigRepo) -> None:
    repo.commit()
    repo.git("switch", "--quiet", "--orphan", "empty")
    with pytest.raises(RepositoryError, match="names no commit"):
        Repository.open(repo.root).resolve("HEAD")


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_a_commit_is_read_as_it_was(tmp_path: Path, object_format: str) -> None:
    repo = ConfigRepo(tmp_path, object_format=object_format)
    repo.config()
    repo.account("acme", folder="acme")
    repo.write("schemas/a.json", "{}")
    was = worktree(repo.root)
    commit = repo.commit()
    repo.account("acme", folder="acme", datapoints=999)
    repo.config(organisation="Other")
    repo.commit()
    opened = Repository.open(repo.root)
    assert opened.tree(commit) == replace(was, revision=commit)
    assert opened.tree("main~1") == opened.tree(commit)
    assert opened.tree("main").config != was.config


def test_a_file_of_equal_content_is_read_under_both_names(repo: ConfigRepo) -> None:
    repo.write("accounts/a.yaml", "same")
    repo.write("accounts/b.yaml", "same")
    commit = repo.commit()
    assert Repository.open(repo.root).tree(commit).accounts == {"accounts/a.yaml": b"same", "accounts/b.yaml": b"same"}


def test_paths_are_relative_to_a_root_inside_the_repository(tmp_path: Path) -> None:
    repo = ConfigRepo(tmp_path, folder="energy")
    repo.config()
    repo.account("acme")
    (repo.top / "accounts").mkdir()
    (repo.top / "accounts/other.yaml").write_text("not ours")
    commit = repo.commit()
    opened = Repository.open(repo.root)
    assert list(opened.tree(commit).accounts) == ["accounts/acme.yaml"]
    assert opened.head_matches(worktree(repo.root)) == commit
    assert list(opened.last_authors(commit, ["accounts/acme.yaml", "accounts/other.yaml"])) == ["accounts/acme.yaml"]


def test_a_detached_head_is_read(repo: ConfigRepo) -> None:
    first = repo.commit()
    repo.account("later")
    repo.commit()
    repo.git("switch", "--quiet", "--detach", first)
    opened = Repository.open(repo.root)
    assert opened.resolve("HEAD") == first
    assert opened.tree("HEAD").accounts == {}


def test_a_linked_work_tree_is_read(repo: ConfigRepo, tmp_path: Path) -> None:
    repo.account("acme")
    commit = repo.commit()
    repo.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    assert Repository.open(tmp_path / "linked").head_matches(worktree(tmp_path / "linked")) == commit


def test_a_shallow_clone_is_read(repo: ConfigRepo, tmp_path: Path) -> None:
    repo.account("acme")
    repo.commit()
    commit = repo.commit()
    git(tmp_path, "clone", "--quiet", "--depth=1", repo.top.as_uri(), "clone")
    opened = Repository.open(tmp_path / "clone")
    assert list(opened.tree(commit).accounts) == ["accounts/acme.yaml"]
    with pytest.raises(RepositoryError):
        opened.resolve("HEAD~1")


def test_modes_and_paths_that_no_disk_would_give_are_refused(repo: ConfigRepo) -> None:
    blob, empty = bytes.fromhex(repo.store(b"x")), bytes.fromhex(repo.store(b"", "tree"))
    up = repo.store(b"100644 acme.yaml\0" + blob, "tree")
    accounts = repo.store(
        b"40000 ..\0" + bytes.fromhex(up) + b"120000 link.yaml\0" + blob
        + b"160000 module\0" + blob + b"100644 plain.yaml\0" + blob + b"40000 z.yaml\0" + empty, "tree",
    )
    top = repo.store(b"40000 accounts\0" + bytes.fromhex(accounts), "tree")
    commit = repo.git("commit-tree", top, "-m", "crafted", **repo.identity())
    tree = Repository.open(repo.root).tree(commit)
    assert list(tree.accounts) == ["accounts/plain.yaml"]
    assert [(f.rule, f.file, f.account) for f in tree.findings] == [
        ("unsafe-path", "accounts/../acme.yaml", "acme"),
        ("not-a-regular-file", "accounts/link.yaml", "link"),
        ("not-a-regular-file", "accounts/module", None),
    ]


class TestHeadMatches:
    @pytest.fixture(params=["sha1", "sha256"])
    def settled(self, tmp_path: Path, request: pytest.FixtureRequest) -> ConfigRepo:
        """A repository whose work tree is committed."""
        repo = ConfigRepo(tmp_path / "settled", object_format=request.param)
        repo.config()
        repo.account("acme")
        repo.write("schemas/a.json", "{}")
        repo.commit()
        return repo

    def _match(self, repo: ConfigRepo, tree: Tree | None = None) -> str | None:
        return Repository.open(repo.root).head_matches(tree or worktree(repo.root))

    def test_the_same_content_gives_heads_id(self, settled: ConfigRepo) -> None:
        settled.write("README.md", "does not count")
        assert self._match(settled) == settled.head()

    def test_a_tree_of_any_revision_is_compared_by_content(self, settled: ConfigRepo) -> None:
        before = Repository.open(settled.root).tree("HEAD")
        later = settled.commit()
        assert self._match(settled, before) == later

    @pytest.mark.parametrize(("path", "content"), [
        ("accounts/acme.yaml", "x"), ("accounts/more.yaml", "x"), ("emp-gitops.yaml", "x"), ("schemas/a.json", "[]"),
        ("schemas/b.json", "{}"), ("accounts/README.yml", "x"),
    ])
    def test_any_other_content_gives_none(self, settled: ConfigRepo, path: str, content: str) -> None:
        settled.write(path, content)
        assert self._match(settled) is None

    @pytest.mark.parametrize("path", ["accounts/acme.yaml", "emp-gitops.yaml", "schemas/a.json"])
    def test_a_missing_file_gives_none(self, settled: ConfigRepo, path: str) -> None:
        settled.remove(path)
        assert self._match(settled) is None

    def test_content_that_was_not_read_gives_none(self, settled: ConfigRepo) -> None:
        settled.write("accounts/tool.yaml", "x", mode=0o755)
        settled.commit()
        tree = worktree(settled.root)
        assert tree.findings
        assert self._match(settled, tree) is None
        assert self._match(settled, replace(tree, findings=())) is None
