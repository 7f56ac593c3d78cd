"""What is read and what is refused, the same from the work tree and from a commit."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emp_gitops.core.findings import Finding
from emp_gitops.core.tree import MAX_FILE_BYTES, Tree
from emp_gitops.repository import Repository, worktree
from support.repos import ConfigRepo
from support.thorough import examples


def read_both(repo: ConfigRepo) -> Tree:
    """The tree on disk, after making sure that a commit of it reads the same."""
    on_disk = worktree(repo.root)
    commit = repo.commit()
    committed = Repository.open(repo.root).tree(commit)
    assert committed.revision == commit
    assert on_disk.revision is None
    assert (on_disk.accounts, on_disk.config, on_disk.schemas) == (committed.accounts, committed.config, committed.schemas)
    assert on_disk.findings == committed.findings
    return on_disk


def only_finding(tree: Tree) -> Finding:
    (finding,) = tree.findings
    assert finding.severity == "error"
    assert (finding.line, finding.column) == (1, 1)
    assert finding.hint
    assert finding.file in finding.message
    return finding


def test_accounts_configuration_and_schemas_are_read_as_bytes(repo: ConfigRepo) -> None:
    repo.write("accounts/b.yaml", b"\xff\x00\r\n")
    repo.write("accounts/a.yaml", "")
    repo.write("accounts/acme/madrid/.hidden/c.yaml", "c")
    repo.write("accounts/.d.yaml", "d")
    repo.write("schemas/account.schema.json", "{}")
    tree = read_both(repo)
    assert tree.accounts == {
        "accounts/b.yaml": b"\xff\x00\r\n", "accounts/a.yaml": b"", "accounts/acme/madrid/.hidden/c.yaml": b"c",
        "accounts/.d.yaml": b"d",
    }
    assert list(tree.accounts) == sorted(tree.accounts)
    assert tree.config == (repo.root / "emp-gitops.yaml").read_bytes()
    assert tree.schemas == {"schemas/account.schema.json": b"{}"}
    assert tree.findings == ()


def test_other_files_are_ignored(repo: ConfigRepo) -> None:
    for path in ("accounts/README.md", "accounts/.gitkeep", "accounts/list.csv", "schemas/README.md", "schemas/old/a.json",
                 "schemas/a.yaml", "readme.yaml", "other/accounts/a.yaml", "accounts.yaml"):
        repo.write(path, "x")
    repo.write("accounts/tidy-up", "#!/bin/sh\n", mode=0o755)
    tree = read_both(repo)
    assert (tree.accounts, tree.schemas, tree.findings) == ({}, {}, ())


def test_a_repository_without_folders_is_an_empty_tree(tmp_path: Path) -> None:
    tree = read_both(ConfigRepo(tmp_path))
    assert (tree.accounts, tree.config, tree.schemas, tree.findings) == ({}, None, {}, ())


def test_a_file_at_the_limit_is_read_and_one_byte_more_is_refused(repo: ConfigRepo) -> None:
    repo.write("accounts/fits.yaml", b"#" * MAX_FILE_BYTES)
    repo.write("accounts/large.yaml", b"#" * (MAX_FILE_BYTES + 1))
    tree = read_both(repo)
    assert list(tree.accounts) == ["accounts/fits.yaml"]
    finding = only_finding(tree)
    assert (finding.rule, finding.account, finding.file) == ("file-too-large", "large", "accounts/large.yaml")


def _link(repo: ConfigRepo, path: str, to: str) -> None:
    place = repo.root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to(to)


def _nested_repository(repo: ConfigRepo, path: str) -> None:
    inner = ConfigRepo(repo.root / path)
    inner.write("x.yaml", "x")
    inner.commit()


REFUSED: dict[str, tuple[Callable[[ConfigRepo], object], str, str | None, str]] = {
    "a link to a file": (lambda r: _link(r, "accounts/acme.yaml", "../emp-gitops.yaml"), "not-a-regular-file", "acme", "accounts/acme.yaml"),
    "a broken link": (lambda r: _link(r, "accounts/acme.yaml", "nowhere"), "not-a-regular-file", "acme", "accounts/acme.yaml"),
    "a link to a folder": (lambda r: _link(r, "accounts/acme", "/"), "not-a-regular-file", None, "accounts/acme"),
    "a link with another extension": (lambda r: _link(r, "accounts/README.md", "../x"), "not-a-regular-file", None, "accounts/README.md"),
    "the accounts folder as a link": (lambda r: _link(r, "accounts", ".git"), "not-a-regular-file", None, "accounts"),
    "the accounts folder as a file": (lambda r: r.write("accounts", "x"), "not-a-folder", None, "accounts"),
    "the schemas folder as a link": (lambda r: _link(r, "schemas", "/tmp"), "not-a-regular-file", None, "schemas"),
    "a schema as a link": (lambda r: _link(r, "schemas/account.schema.json", "/etc/passwd"), "not-a-regular-file", None, "schemas/account.schema.json"),
    "a large schema": (lambda r: r.write("schemas/a.json", b" " * 70_000), "file-too-large", None, "schemas/a.json"),
    "a link as configuration": (lambda r: _link(r, "emp-gitops.yaml", "/etc/passwd"), "not-a-regular-file", None, "emp-gitops.yaml"),
    "a large configuration": (lambda r: r.write("emp-gitops.yaml", b"#" * 70_000), "file-too-large", None, "emp-gitops.yaml"),
    "an executable configuration": (lambda r: r.write("emp-gitops.yaml", "x", mode=0o755), "executable-file", None, "emp-gitops.yaml"),
    "an executable file": (lambda r: r.write("accounts/acme.yaml", "x", mode=0o744), "executable-file", "acme", "accounts/acme.yaml"),
    "a repository of its own": (lambda r: _nested_repository(r, "accounts/acme"), "not-a-regular-file", None, "accounts/acme"),
    "accounts as a repository of its own": (lambda r: _nested_repository(r, "accounts"), "not-a-regular-file", None, "accounts"),
    ".yml": (lambda r: r.write("accounts/acme.yml", "x"), "wrong-file-extension", "acme", "accounts/acme.yml"),
    ".YAML": (lambda r: r.write("accounts/x/acme.YAML", "x"), "wrong-file-extension", "acme", "accounts/x/acme.YAML"),
    ".json": (lambda r: r.write("accounts/acme.json", "{}"), "wrong-file-extension", "acme", "accounts/acme.json"),
    "a stem that is no id": (lambda r: r.write("accounts/Acme HQ.yml", "x"), "wrong-file-extension", None, "accounts/Acme HQ.yml"),
    "a control character": (lambda r: r.write("accounts/a\nb/acme.yaml", "x"), "unsafe-path", "acme", "accounts/a\\nb/acme.yaml"),
    "a bidirectional override": (lambda r: r.write("accounts/\u202eacme.yaml", "x"), "unsafe-path", None, "accounts/\\u202eacme.yaml"),
    "a path that is not UTF-8": (lambda r: r.write(os.fsdecode(b"accounts/caf\xe9/acme.yaml"), "x"), "unsafe-path", "acme", "accounts/caf\\xe9/acme.yaml"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_what_is_no_plain_account_file_is_refused_and_not_read(repo: ConfigRepo, case: tuple[Callable[[ConfigRepo], object], str, str | None, str]) -> None:
    make, rule, account, file = case
    repo.write("other.txt", "so that there is something to commit")
    make(repo)
    tree = read_both(repo)
    finding = only_finding(tree)
    assert (finding.rule, finding.account, finding.file) == (rule, account, file)
    assert not tree.accounts
    assert not tree.schemas
    assert (tree.config is None) == (file == "emp-gitops.yaml")


def test_the_hint_on_a_wrong_extension_is_the_right_name(repo: ConfigRepo) -> None:
    repo.write("accounts/x/acme.YML", "x")
    assert "rename it to accounts/x/acme.yaml" in str(only_finding(worktree(repo.root)).hint)


def test_a_configuration_that_is_a_folder_is_no_configuration(repo: ConfigRepo) -> None:
    repo.remove("emp-gitops.yaml")
    repo.write("emp-gitops.yaml/x.yaml", "x")
    assert read_both(repo).config is None


def test_paths_that_differ_only_in_case_are_both_read(repo: ConfigRepo) -> None:
    repo.write("accounts/acme.yaml", "1")
    repo.write("accounts/ACME.yaml", "2")
    if len(list((repo.root / "accounts").iterdir())) == 1:
        pytest.skip("this file system does not tell them apart")
    assert read_both(repo).accounts == {"accounts/acme.yaml": b"1", "accounts/ACME.yaml": b"2"}


_NAMES = st.lists(
    st.sampled_from([b"acme", b"A", b".", b" ", b"\n", b"\xff", "é".encode(), "\u202e".encode(), b"-", b".yaml", b".yml", b".JSON"]),
    min_size=1, max_size=4,
).map(b"".join).filter(lambda name: name not in (b".", b"..", b".git"))


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.dictionaries(st.tuples(st.sampled_from([b"accounts", b"accounts/x"]), _NAMES), st.sampled_from([0o644, 0o755]), max_size=6))
def test_both_readings_agree_on_any_names(tmp_path_factory: pytest.TempPathFactory, files: dict[tuple[bytes, bytes], int]) -> None:
    repo = ConfigRepo(tmp_path_factory.mktemp("repo"))
    for (folder, name), mode in files.items():
        path = os.fsdecode(folder + b"/" + name)
        if not (repo.root / path).is_dir():
            repo.write(path, name, mode=mode)
    tree = read_both(repo)
    for finding in tree.findings:
        assert f"{finding.file}{finding.message}{finding.hint}".isprintable()
