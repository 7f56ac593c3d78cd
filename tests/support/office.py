"""A configuration repository in which Ana asks, Carla approves, and Eve may push: applications in plain git, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from emp_gitops.platform.open import open_reader
from emp_gitops.shipped import shipped_schemas
from support.cli import Cli
from support.keys import Keys
from support.repos import ConfigRepo

ROLES = {"super_admins": ["ana", "berta"], "customer_success": ["carla", "berta"]}


class Office:
    """Everything happens on real commits, with real signatures, in `repo`.

        office = Office(tmp_path)
        office.apply_for("acme-hq", datapoints=150)
        office.approve()
    """

    def __init__(self, folder: Path, **config: Any) -> None:
        self.keys = Keys(folder)
        self.repo = ConfigRepo(folder / "repo")
        self.repo.config(**{"approvals": {"source": "signed-merge"}, "roles": ROLES} | config)
        self.repo.write("allowed_signers", self.keys.allowed_signers("ana", "berta", "carla"))
        for path, content in shipped_schemas().items():
            self.repo.write(path, content)
        self.repo.account("acme-hq")
        self.repo.account("acme-lyon")
        self.first = self.repo.commit("start")
        self.branch = "application/one"

    def commit(self, message: str = "change", *, by: str | None = "ana") -> str:
        """Commit everything in the work tree, signed by a person's key; `by=None` signs nothing."""
        self.repo.git("add", "--all", "--force", "--", ".", ":(exclude,glob)**/.emp-gitops/**")
        key = self.keys.of(by).settings if by else ()
        sign = "-S" if by else "--no-gpg-sign"
        self.repo.git(
            *key, "commit", "--quiet", "--allow-empty", sign, f"--message={message}",
            **self.repo.identity(f"{by or 'Eve'} <{by or 'eve'}@example.com>"),
        )
        return self.repo.head()

    def branch_off(self, name: str = "application/one") -> None:
        self.branch = name
        self.repo.branch(name, start="main")

    def apply_for(self, id_: str, *, by: str | None = "ana", branch: str = "application/one", **fields: Any) -> str:
        """A branch with one commit that gives an account's file these fields; then back to main."""
        self.branch_off(branch)
        self.repo.account(id_, **fields)
        commit = self.commit(f"ask for {id_}", by=by)
        self.repo.switch("main")
        return commit

    def merge(self, *branches: str, by: str | None = "carla", finish: bool = True) -> str:
        """Merge into main, signed; with `finish=False` the merge waits for more changes and `commit`."""
        key = self.keys.of(by).settings if by else ()
        how = ("-S",) if by else ("--no-gpg-sign",)
        stop = () if finish else ("--no-commit",)
        self.repo.git(
            *key, "merge", "--quiet", "--no-ff", "--no-edit", *how, *stop, *(branches or [self.branch]),
            **self.repo.identity(f"{by or 'Eve'} <{by or 'eve'}@example.com>"),
        )
        return self.repo.head()

    def terminal(self, person: str, *, key: bool = True) -> Cli:
        """The command line of a person: git knows them and, with `key`, signs with theirs."""
        settings = {"user.name": person.title(), "user.email": f"{person}@example.com"}
        if key:
            settings["user.signingkey"] = str(self.keys.of(person).private)
        for name, value in settings.items():
            self.repo.git("config", name, value)
        return Cli(self.repo.root)

    def state(self) -> tuple[str, ...]:
        """Everything of the repository that opening an application leaves alone."""
        git = self.repo.git
        return git("symbolic-ref", "HEAD"), git("rev-parse", "main"), git("status", "--porcelain"), git("ls-files", "--stage")

    def shown(self, branch: str, file: str = "acme-hq") -> str:
        """An account's file on a branch."""
        return self.repo.git("show", f"{branch}:accounts/{file}.yaml")

    def push(self, id_: str, *, by: str | None = None, **fields: Any) -> str:
        """Change an account on main itself, without an application."""
        self.repo.account(id_, **fields)
        return self.commit(f"push {id_}", by=by)


def outcomes(cli: Cli, *arguments: str, code: int = 0) -> dict[str, str]:
    """What reconcile did with each account."""
    return {each["account"]: each["outcome"] for each in cli.json("reconcile", *arguments, code=code)["results"]}


def refusal(cli: Cli, account: str = "acme-hq") -> str:
    """Why reconcile refuses an account, which stays as it was."""
    before = cli.live()[account]
    (reason,) = [each["error"] for each in cli.json("reconcile", code=3)["results"] if each["account"] == account]
    assert cli.live()[account] == before
    return str(reason)


def trusted(cli: Cli) -> str | None:
    """The revision that the platform trusts."""
    with open_reader(cli.url) as reader:
        return reader.trusted_revision()
