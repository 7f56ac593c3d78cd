"""A configuration repository on a scripted GitHub, in which Ana asks by pull request, Carla approves, and Eve may push."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from emp_gitops.shipped import shipped_schemas
from support.answers import Answer, Answers
from support.cli import Cli
from support.pulls import REPOSITORY, commit, review
from support.repos import ConfigRepo

ROLES = {"super_admins": ["ana", "berta"], "customer_success": ["@acme/success", "berta"]}
TEAM = "GET /orgs/acme/teams/success/members"


class PullOffice:
    """Commits and merges are real, in `repo`; what GitHub says of them is in `server`.

        office = PullOffice(tmp_path, server)
        pull = office.apply_for("acme-hq", datapoints=150)
        office.review(pull, "carla")
        office.merge(pull, how="squash")
    """

    def __init__(self, folder: Path, server: Answers) -> None:
        self.server = server
        self.repo = ConfigRepo(folder / "repo")
        self.repo.config(forge="github:acme/emp", approvals={"source": "github"}, roles=ROLES)
        for path, content in shipped_schemas().items():
            self.repo.write(path, content)
        self.repo.account("acme-hq")
        self.repo.account("acme-lyon")
        self.first = self.repo.commit("start")
        self.cli = Cli(self.repo.root, {"GITHUB_API_URL": server.url, "GITHUB_SERVER_URL": server.url, "GITHUB_TOKEN": "t"})
        self._reviews: dict[int, list[dict[str, Any]]] = {}
        self._pulls: dict[int, dict[str, Any]] = {}
        server.always(TEAM, [{"login": "carla"}])
        server.always("GET /user", {"login": "robot"})  # who tells on the pull requests what became of them

    def apply_for(self, id_: str, *, by: str = "ana", authors: tuple[str, ...] = ("ana",), **fields: Any) -> int:
        """Open a pull request that gives an account's file these fields in its last commit; one commit an author."""
        number = len(self._pulls) + 1
        self.repo.branch(f"application/{number}", start="main")
        for at, _ in enumerate(authors, 1):
            self.repo.account(id_, **(fields if at == len(authors) else {"datapoints": 100 + at}))
            self.repo.commit(f"ask for {id_}")
        self._pulls[number] = {
            "number": number, "user": {"login": by}, "body": "", "merged": False, "commits": len(authors),
            "head": {"sha": self.repo.head()}, "base": {"ref": "main", "repo": {"id": 7}},
            "issue_url": f"{self.server.url}{REPOSITORY}/issues/{number}",
        }
        shas = self.repo.git("rev-list", "--reverse", "main..HEAD").split()
        self._tell(number)
        self.server.always(f"GET {REPOSITORY}/issues/{number}", {"url": f"{self.server.url}{REPOSITORY}/issues/{number}"})
        self.server.always(f"GET {REPOSITORY}/issues/{number}/comments", [])
        self.server.always(f"GET {REPOSITORY}/issues/{number}/events", [])
        self.server.always(f"POST {REPOSITORY}/issues/{number}/comments", Answer(201, {"id": 1}))
        self.server.always(
            f"GET {REPOSITORY}/pulls/{number}/commits",
            [commit(sha, author) for sha, author in zip(shas, authors, strict=True)],
        )
        self.repo.switch("main")
        return number

    def head(self, number: int) -> str:
        return str(self._pulls[number]["head"]["sha"])

    def review(self, number: int, login: str | None, state: str = "APPROVED", at: str | None = None) -> None:
        self._reviews.setdefault(number, []).append(review(login, state, at or self.head(number)))
        self._tell(number)

    def merge(self, number: int, how: Literal["merge", "squash", "rebase"] = "merge", *, extra: bool = False) -> str:
        """As GitHub's buttons do it; with `extra` the result also changes acme-lyon."""
        branch, before = f"application/{number}", self.repo.head()
        if how == "rebase":
            commits = self.repo.git("rev-list", "--reverse", f"{before}..{branch}").split()
            self.repo.git("cherry-pick", "--no-gpg-sign", *commits, **self.repo.identity())
        elif how == "squash":
            self.repo.git("merge", "--quiet", "--squash", branch, **self.repo.identity())
        else:
            self.repo.git("merge", "--quiet", "--no-ff", "--no-commit", branch, **self.repo.identity())
        if extra:
            self.repo.account("acme-lyon", datapoints=170)
        if how != "rebase":
            self.repo.commit(f"application {number}")
        self._pulls[number] |= {"merged": True, "merge_commit_sha": self.repo.head()}
        self._tell(number)
        for sha in self.repo.git("rev-list", "--first-parent", f"{before}..HEAD").split():
            self.server.always(f"GET {REPOSITORY}/commits/{sha}/pulls", [self._pulls[number]])
        return self.repo.head()

    def push(self, id_: str, **fields: Any) -> str:
        """Change an account on main itself, without an application."""
        self.repo.account(id_, **fields)
        pushed = self.repo.commit(f"push {id_}")
        self.server.always(f"GET {REPOSITORY}/commits/{pushed}/pulls", [])
        return pushed

    def _tell(self, number: int) -> None:
        self.server.always(f"GET {REPOSITORY}/pulls/{number}", self._pulls[number])
        self.server.always(f"GET {REPOSITORY}/pulls/{number}/reviews", self._reviews.get(number, []))
