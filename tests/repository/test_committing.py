"""Commits that are made beside everything that somebody works on."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from emp_gitops.errors import EmpError, RepositoryError
from emp_gitops.repository import Repository
from emp_gitops.repository.committing import Committing, Signing
from support.keys import Keys
from support.repos import ConfigRepo

HQ, LYON = "accounts/acme-hq.yaml", "accounts/france/acme-lyon.yaml"


@pytest.fixture(params=["", "energy"], ids=["at the top", "in a folder"])
def repo(request: pytest.FixtureRequest, tmp_path: Path) -> ConfigRepo:
    repo = ConfigRepo(tmp_path / "repo", folder=request.param)
    repo.config()
    repo.account("acme-hq")
    repo.account("acme-lyon", folder="france")
    repo.commit()
    for name, value in {"user.name": "Ana", "user.email": "ana@example.com"}.items():
        repo.git("config", name, value)
    return repo


def committing(repo: ConfigRepo, signing: Signing | None = None, identity: str | None = None) -> Committing:
    return Repository.open(repo.root).committing(signing, identity=identity)


def accounts(repo: ConfigRepo, commit: str) -> dict[str, bytes]:
    return dict(Repository.open(repo.root).tree(commit).accounts)


def everything(repo: ConfigRepo) -> tuple[object, ...]:
    """The branches, the index as it is on disk, and every file."""
    files = {path: path.read_bytes() for path in repo.top.rglob("*") if path.is_file() and ".git" not in path.parts}
    return repo.git("for-each-ref"), repo.git("rev-parse", "HEAD"), (repo.top / ".git/index").read_bytes(), files


class TestACommit:
    def test_has_the_new_contents_and_everything_else_of_its_base(self, repo: ConfigRepo) -> None:
        before = accounts(repo, "main")
        new = {HQ: b"a\r\nb\0\xff", LYON: None, "accounts/new/deep/acme-new.yaml": b""}
        commit = committing(repo).commit(repo.head(), new, "what for\n")
        kept = {path: data for path, data in before.items() if path not in new}
        assert accounts(repo, commit) == kept | {path: data for path, data in new.items() if data is not None}
        assert repo.git("log", "-1", "--format=%an <%ae>|%cn <%ce>|%P|%B", commit) == (
            f"Ana <ana@example.com>|Ana <ana@example.com>|{repo.head()}|what for\n"
        ).rstrip("\n")

    def test_touches_no_branch_no_index_and_no_file(self, repo: ConfigRepo) -> None:
        repo.account("acme-hq", datapoints=999)
        repo.git("add", "--all")
        repo.account("acme-hq", datapoints=1000)
        before = everything(repo)
        committing(repo).commit(repo.head(), {HQ: b"new"}, "x")
        assert everything(repo) == before

    def test_starts_no_hook_and_no_filter(self, repo: ConfigRepo) -> None:
        hooks = repo.top / ".git/hooks"
        hooks.mkdir(exist_ok=True)
        for name in ("pre-commit", "commit-msg", "post-commit", "reference-transaction"):
            (hooks / name).write_text("#!/bin/sh\ntouch ran\n")
            (hooks / name).chmod(0o755)
        repo.git("config", "filter.evil.clean", "touch ran; cat")
        repo.git("config", "core.autocrlf", "input")
        (repo.top / ".gitattributes").write_text("*.yaml filter=evil text eol=crlf\n")
        commit = committing(repo).commit(repo.head(), {HQ: b"a\r\n"}, "x")
        assert accounts(repo, commit)[HQ] == b"a\r\n"
        assert not [*repo.top.rglob("ran")]

    def test_can_hold_a_thousand_files(self, repo: ConfigRepo) -> None:
        files = {f"accounts/many/acme-{number:04}.yaml": b"%d" % number for number in range(1000)}
        commit = committing(repo).commit(repo.head(), files, "x")
        assert files.items() <= accounts(repo, commit).items()

    def test_of_nothing_new_is_an_error(self, repo: ConfigRepo) -> None:
        with pytest.raises(RepositoryError, match="nothing to commit"):
            committing(repo).commit(repo.head(), {HQ: accounts(repo, "main")[HQ]}, "x")

    def test_keeps_any_text_in_its_message(self, repo: ConfigRepo) -> None:
        text = "# not a comment\n\n\u202e::error::x 100 → 150"
        commit = committing(repo).commit(repo.head(), {HQ: b"x"}, text)
        assert repo.git("log", "-1", "--format=%B", commit).rstrip("\n") == text

    def test_can_be_somebody_elses(self, repo: ConfigRepo) -> None:
        commit = committing(repo, identity="forms[bot] <1+forms[bot]@users.example>").commit(repo.head(), {HQ: b"x"}, "x")
        assert repo.git("log", "-1", "--format=%an <%ae>|%cn <%ce>", commit) == "|".join(
            ["forms[bot] <1+forms[bot]@users.example>"] * 2
        )

    def test_can_be_the_first_of_its_history_at_any_moment(self, repo: ConfigRepo) -> None:
        at = datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
        commit = Committing(repo.root, at=at).commit(None, {"a/b.md": b"x"}, "first")
        assert repo.git("ls-tree", "-r", "--name-only", "--full-tree", commit) == str((repo.root / "a/b.md").relative_to(repo.top))
        assert repo.git("log", "-1", "--format=%P|%aI|%cI", commit) == f"|{at.isoformat()}|{at.isoformat()}"

    def test_merges_two(self, repo: ConfigRepo) -> None:
        base, made = repo.head(), committing(repo)
        one, two = made.commit(base, {HQ: b"x"}, "x"), made.commit(base, {LYON: b"y"}, "y")
        tree = Repository.open(repo.root).merge(one, two).tree
        merge = made.merge(one, two, str(tree), "both")
        assert repo.git("log", "-1", "--format=%P", merge) == f"{one} {two}"
        assert (accounts(repo, merge)[HQ], accounts(repo, merge)[LYON]) == (b"x", b"y")

    def test_is_made_in_a_repository_of_sha256(self, tmp_path: Path) -> None:
        repo = ConfigRepo(tmp_path / "new", object_format="sha256")
        repo.config()
        repo.account("acme-hq")
        base = repo.commit()
        commit = committing(repo, identity="Ana <a@b>").commit(base, {HQ: None, "accounts/b2.yaml": b"x"}, "x")
        assert accounts(repo, commit) == {"accounts/b2.yaml": b"x"}


class TestThePerson:
    @pytest.mark.parametrize("unset", ["user.name", "user.email"])
    def test_must_be_known_to_git_and_is_never_guessed(self, repo: ConfigRepo, unset: str) -> None:
        repo.git("config", "--unset", unset)
        with pytest.raises(EmpError, match="git does not know who you are") as caught:
            committing(repo).commit(repo.head(), {HQ: b"x"}, "x")
        assert "git config --global user.name" in str(caught.value.hint)

    def test_may_come_from_the_environment(self, repo: ConfigRepo, monkeypatch: pytest.MonkeyPatch) -> None:
        repo.git("config", "--unset", "user.name")
        for role in ("AUTHOR", "COMMITTER"):
            monkeypatch.setenv(f"GIT_{role}_NAME", "Bea")
        commit = committing(repo).commit(repo.head(), {HQ: b"x"}, "x")
        assert repo.git("log", "-1", "--format=%an", commit) == "Bea"


class TestTheSignature:
    @pytest.fixture
    def keys(self, tmp_path: Path) -> Keys:
        return Keys(tmp_path)

    def signer(self, repo: ConfigRepo, keys: Keys, signing: Signing) -> str | None:
        commit = committing(repo, signing).commit(repo.head(), {HQ: b"x"}, "x")
        return Repository.open(repo.root).signer(commit, keys.allowed_signers("ana", "berta").encode())

    def test_is_of_the_key_that_is_named(self, repo: ConfigRepo, keys: Keys) -> None:
        repo.git("config", "user.signingkey", str(keys.of("berta").private))
        assert self.signer(repo, keys, Signing(key=keys.of("ana").private)) == "ana"

    def test_is_of_gits_own_key_where_one_is_required(self, repo: ConfigRepo, keys: Keys) -> None:
        repo.git("config", "user.signingkey", str(keys.of("berta").private))
        repo.git("config", "gpg.format", "openpgp")
        assert self.signer(repo, keys, Signing(required=True)) == "berta"

    def test_follows_the_persons_own_wish_otherwise(self, repo: ConfigRepo, keys: Keys) -> None:
        repo.git("config", "user.signingkey", str(keys.of("berta").private))
        repo.git("config", "gpg.format", "ssh")
        assert self.signer(repo, keys, Signing()) is None
        repo.git("config", "commit.gpgSign", "yes")
        assert self.signer(repo, keys, Signing()) == "berta"
        assert self.signer(repo, keys, Signing(never=True)) is None

    def test_without_a_key_says_how_to_name_one(self, repo: ConfigRepo, keys: Keys) -> None:
        with pytest.raises(EmpError, match="no SSH key to sign with is configured") as caught:
            self.signer(repo, keys, Signing(required=True))
        assert "user.signingkey" in str(caught.value.hint)

    def test_with_a_file_that_is_not_there_or_no_key_is_an_error(self, repo: ConfigRepo, keys: Keys, tmp_path: Path) -> None:
        with pytest.raises(EmpError, match="no such key file"):
            self.signer(repo, keys, Signing(key=tmp_path / "nowhere"))
        (tmp_path / "no-key").write_text("no key\n")
        os.chmod(tmp_path / "no-key", 0o600)  # noqa: PTH101
        with pytest.raises(EmpError, match="could not be signed"):
            self.signer(repo, keys, Signing(key=tmp_path / "no-key"))
