"""Commits made as objects of the repository: no branch, no index and no work tree is touched."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from emp_gitops.errors import EmpError, RepositoryError
from emp_gitops.repository.process import Git, Outcome

# Who we are is what a person told git, never a guess from the name of the machine; texts are UTF-8.
_PLAINLY = ("-c", "user.useConfigOnly=true", "-c", "i18n.commitEncoding=UTF-8")
_SSH = ("-c", "gpg.format=ssh")
_REGULAR, _NOTHING = "100644", "0"

# What git's standard error holds, our sentence, our hint; the first match counts.
_TROUBLES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("tell me who you are", "ident name"),
        "git does not know who you are",
        'git config --global user.name "Your Name" && git config --global user.email you@example.com',
    ),
    (
        ("defaultKeyCommand needs to be configured", "user.signingkey needs to be set"),
        "no SSH key to sign with is configured",
        "git config --global user.signingkey ~/.ssh/id_ed25519.pub, or name the key with --key FILE",
    ),
    (
        ("ssh-keygen -Y sign is needed", "cannot run ssh-keygen"),
        "commits cannot be signed: ssh-keygen is missing or too old",
        "install OpenSSH 8.2 or newer",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """Whether to sign with an SSH key, whatever the person's own settings say: always with `key` where it is given,
    else with `user.signingkey` where `required`, else as `commit.gpgSign` says unless it is `never`.
    """

    required: bool = False
    key: Path | None = None
    never: bool = False


class Committing:
    """Makes commits by the person whom git knows, in the repository around `root`.

    `identity` (`Name <address>`) takes the place of that person, and `at` that of the clock. Every method raises
    RepositoryError where git fails, EmpError where git does not know the person or cannot sign.
    """

    def __init__(
        self, root: Path, signing: Signing | None = None, *, identity: str | None = None, at: datetime | None = None
    ) -> None:
        self._git = Git(root)
        self._signing = signing or Signing()
        self._environment = (_as_environment(identity) if identity else {}) | (_dated(at) if at else {})

    def commit(self, base: str | None, files: Mapping[str, bytes | None], message: str) -> str:
        """A commit on top of another (a full id), in which these files have this content; None removes one. Without a
        base it is the first of its history, and has these files alone.

        Paths are from `root`. Returns the commit's id; no branch holds it yet.
        """
        tree = self._tree(base, files)
        if base is None:
            return self.commit_tree(tree, [], message)
        if tree == self._object(f"{base}^{{tree}}"):
            raise RepositoryError(f"the files are in {base[:12]} as they are; there is nothing to commit")
        return self.commit_tree(tree, [base], message)

    def merge(self, base: str, head: str, tree: str, message: str) -> str:
        """A merge commit of two commits (full ids) whose merge has this tree; its first parent is the base."""
        return self.commit_tree(tree, [base, head], message)

    def commit_tree(self, tree: str, parents: Sequence[str], message: str) -> str:
        """A commit of a tree (an id, or another expression for one) with these parents, in no branch."""
        options, sign = self._how_to_sign()
        git = Git(self._git.root, *_PLAINLY, *options, environment=self._environment)
        named = [argument for parent in parents for argument in ("-p", parent)]
        given = message.encode("utf-8", "replace")
        outcome = git.attempt("commit-tree", *sign, *named, "-F", "-", self._object(tree), given=given)
        if outcome.status:
            raise _failure(outcome, signed=bool(sign))
        return outcome.output.decode("ascii").strip()

    def _object(self, expression: str) -> str:
        return self._git.run("rev-parse", "--verify", expression).decode("ascii").strip()

    def _tree(self, base: str | None, files: Mapping[str, bytes | None]) -> str:
        prefix = self._git.place.prefix.encode("utf-8", "surrogateescape")
        blobs = self._blobs([data for data in files.values() if data is not None])
        gone = f"{_NOTHING} {'0' * len(base or '')}"
        entries = [(gone if data is None else f"{_REGULAR} {next(blobs)}", path) for path, data in files.items()]
        given = b"".join(
            b"%s\t%s%s\0" % (entry.encode("ascii"), prefix, path.encode("utf-8", "surrogateescape"))
            for entry, path in entries
        )
        with tempfile.TemporaryDirectory(prefix="emp-gitops-index-") as folder:
            git = Git(self._git.root, environment={"GIT_INDEX_FILE": str(Path(folder, "index"))})
            git.run("read-tree", base or "--empty")
            git.run("update-index", "-z", "--index-info", given=given)
            return git.run("write-tree").decode("ascii").strip()

    def _blobs(self, contents: list[bytes]) -> Iterator[str]:
        """Store contents with one run of git, and give their ids in the same order."""
        with tempfile.TemporaryDirectory(prefix="emp-gitops-files-") as folder:
            paths = [Path(folder, str(number)) for number in range(len(contents))]
            for path, content in zip(paths, contents, strict=True):
                path.write_bytes(content)
            given = "".join(f"{path}\n" for path in paths).encode()
            output = self._git.run("hash-object", "-w", "--no-filters", "--stdin-paths", given=given)
        return iter(output.decode("ascii").split())

    def _how_to_sign(self) -> tuple[tuple[str, ...], list[str]]:
        """Options of git and arguments of `commit-tree`."""
        if key := self._signing.key:
            if not key.is_file():
                raise EmpError("there is no such key file", where=str(key), hint="check --key")
            return (*_SSH, "-c", f"user.signingkey={key.absolute()}"), ["-S"]
        if self._signing.required:
            return _SSH, ["-S"]
        if self._signing.never:
            return (), []
        wish = self._git.attempt("config", "--type=bool", "--get", "commit.gpgSign").output.strip()
        return (), ["-S"] if wish == b"true" else []


def _as_environment(identity: str) -> dict[str, str]:
    name, _, address = identity.removesuffix(">").rpartition(" <")
    values = {"NAME": name, "EMAIL": address}
    return {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in values.items()}


def _dated(at: datetime) -> dict[str, str]:
    moment = at.strftime("%Y-%m-%dT%H:%M:%S%z")
    return {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}


def _failure(outcome: Outcome, *, signed: bool) -> EmpError:
    for needles, message, hint in _TROUBLES:
        if any(needle in outcome.complaint for needle in needles):
            return EmpError(message, hint=hint)
    lines = [line.strip() for line in outcome.complaint.splitlines() if line.strip()] or ["git gave no reason"]
    gist = lines[0].removeprefix("fatal: ").removeprefix("error: ")[:200]
    if signed:
        hint = "check user.signingkey, or name the key with --key FILE; a key with a passphrase wants ssh-add first"
        return EmpError(f"the commit could not be signed: {gist}", hint=hint)
    return RepositoryError(f"the commit could not be made: {gist}")
