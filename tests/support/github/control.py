"""What a test says to the stand-in for GitHub, and asks of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from support.github import landing
from support.github.administering import Administering
from support.github.answering import comments
from support.github.bare import Person
from support.github.description import description
from support.github.dispatching import Dispatcher
from support.github.editing import Editing
from support.github.injecting import Injecting
from support.github.model import Comment, Identity, Issue, Pull, Review, Team, User
from support.github.server import serving
from support.github.state import State
from support.repos import ConfigRepo

Changes = Mapping[str, "str | bytes | None"]


class GitHub(Administering, Editing, Injecting):
    """One repository on GitHub and the people around it, while the block lasts.

        with GitHub(tmp_path, repo="example-energy/accounts") as github:
            github.user("ana")
            github.push(repo, "main")
            github.commit("more", {"accounts/acme.yaml": "…"}, by="ana")
            pull = github.open_pull("more", by="ana", title="More datapoints")
            github.review(pull, by="carla", state="APPROVED")
            github.merge(pull, by="carla", method="squash")

    Leaving the block fails where a request or an answer did not fit GitHub's description. Commits are somebody's by their
    address, which is `<login>@example.com` unless `user` was told another. Everything that happens is a second after the
    last, from 23 November 2026, 9:00 UTC on.
    """

    def __init__(self, folder: Path, *, repo: str) -> None:
        description()  # skips the test where there is none
        owner, _, name = repo.partition("/")
        self.state = State(owner, name, folder / "github")
        self.dispatcher = Dispatcher(self.state)
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self.state.url = self._open.enter_context(serving(self.dispatcher))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._open.close()
        if kind is None:
            assert not self.dispatcher.troubles, "\n".join(self.dispatcher.troubles)

    # People and their tokens

    def user(self, login: str, *, email: str | None = None) -> User:
        """Somebody with an account, who may write to the repository."""
        return self.state.users.get(login) or self.state.add_user(login, email=email)

    def leave(self, login: str) -> None:
        """Delete somebody's account: their reviews and commits are nobody's from now on."""
        self.state.users[login].is_deleted = True

    def team(self, name: str, members: list[str], *, is_readable: bool = True) -> Team:
        """`name` is `organisation/slug`; members who have no account yet get one."""
        organisation, _, slug = name.removeprefix("@").partition("/")
        if organisation not in self.state.users:
            self.state.add_user(organisation, kind="Organization")
        team = Team(organisation, slug, self.state.new_id(), [self.user(login).login for login in members], is_readable)
        self.state.teams.append(team)
        return team

    def token_for(self, login: str, *, can_write: bool = True) -> str:
        """A person's token, or a bot's: that of `github-actions[bot]` is the one that every workflow gets."""
        user = self.user(login)
        token = f"gh{'s' if user.kind == 'Bot' else 'p'}_{login.removesuffix('[bot]')}_{'write' if can_write else 'read'}"
        self.state.tokens[token] = Identity(login, can_write, is_installation=user.kind == "Bot")
        return token

    def environment(self, login: str = "github-actions[bot]", *, can_write: bool = True) -> dict[str, str]:
        """The variables that a client needs, with somebody's token."""
        return {
            "GITHUB_API_URL": self.state.api, "GITHUB_SERVER_URL": self.state.url,
            "GITHUB_REPOSITORY": f"{self.state.owner}/{self.state.name}",
            "GITHUB_TOKEN": self.token_for(login, can_write=can_write),
        }

    # Git

    def clone_url(self, login: str | None = None) -> str:
        """For git over HTTP, with somebody's token in it."""
        before, _, after = self.state.page.partition("://")
        return f"{before}://{f'x-access-token:{self.token_for(login)}@' if login else ''}{after}.git"

    def push(self, repo: ConfigRepo, *refspecs: str, by: str | None = None, force: bool = False) -> None:
        """Push from a local repository, `HEAD` unless said otherwise, past any protection."""
        options = ["--force"] if force else []
        repo.git("push", "--quiet", *options, str(self.state.bare.path), *(refspecs or ["HEAD"]))
        landing.after_push(self.state, by=by)

    def commit(
        self, branch: str, changes: Changes, *, by: str, message: str = "change", start: str | None = None,
        force: bool = False, email: str | None = None,
    ) -> str:
        """Commit to a branch, made anew from `start` (main) where it is missing or with `force`; None deletes a file.

        `email` is for a commit with another address than the one that GitHub knows somebody by.
        """
        state, ref = self.state, f"refs/heads/{branch}"
        existing = None if force else state.bare.resolve(ref)
        parent = existing or state.bare.resolve(start or "main")
        author = Person(by, email or self.user(by).email, state.tick())
        tree = state.bare.tree_with(parent, dict(changes))
        commit = state.bare.make(tree, [parent] if parent else [], message, author, author)
        state.bare.point(ref, commit)
        landing.after_push(state, by=by)
        return commit

    def delete_branch(self, branch: str) -> None:
        self.state.bare.point(f"refs/heads/{branch}", None)
        landing.after_push(self.state, by=None)

    def head(self, branch: str = "main") -> str:
        """The commit at the tip of a branch."""
        found = self.state.bare.resolve(f"refs/heads/{branch}")
        assert found, f"there is no branch {branch}"
        return found

    def fetch(self, repo: ConfigRepo, *refspecs: str) -> None:
        """Bring main, or what the refspecs say, to a local repository; main there follows."""
        repo.git("fetch", "--quiet", "--force", "--update-head-ok", str(self.state.bare.path), *(refspecs or ["main:main"]))
        repo.git("reset", "--quiet", "--hard")

    def fork(self, owner: str) -> None:
        """Somebody's fork with the branches of now; `owner:branch` names a branch of it."""
        self.user(owner)
        self.state.add_fork(owner)

    def checks(self, commit: str) -> list[dict[str, Any]]:
        """What was said when making the checks on a commit, and when updating them, oldest first."""
        return [run.given for run in self.state.checks.values() if run.given["head_sha"] == commit]

    # Pull requests and issues

    def open_pull(
        self, branch: str, *, by: str, title: str = "Change", body: str | None = None, base: str = "main",
        is_draft: bool = False,
    ) -> Pull:
        return landing.open_pull(self.state, branch, base, title, body, by=self.user(by).login, is_draft=is_draft)

    def review(
        self, pull: Pull, *, by: str, state: str = "APPROVED", body: str = "", commit: str | None = None
    ) -> Review:
        """APPROVED, CHANGES_REQUESTED, COMMENTED or DISMISSED, of the head as it is now or another commit."""
        return self.state.add_review(pull, by=self.user(by).login, state=state, body=body, commit=commit)

    def merge(self, pull: Pull, *, by: str, method: str = "merge") -> str:
        """Press the button for `merge`, `squash` or `rebase`, and give the new tip of the base."""
        return landing.merge(self.state, pull, by=self.user(by).login, method=method)

    def close(self, item: Pull | Issue) -> None:
        landing.close(self.state, item.issue if isinstance(item, Pull) else item)

    def reopen(self, item: Pull | Issue) -> None:
        landing.reopen(self.state, item.issue if isinstance(item, Pull) else item)

    def open_issue(self, title: str, body: str | None = None, *, by: str, labels: list[str] | None = None) -> Issue:
        return self.state.open_issue(title, body, by=self.user(by).login, labels=labels or [])

    def edit(self, item: Pull | Issue, *, by: str, body: str) -> None:
        """Change the description, which GitHub remembers of whom."""
        issue = item.issue if isinstance(item, Pull) else item
        issue.body = body
        issue.editors.append(self.user(by).login)

    def comment(self, item: Pull | Issue, body: str, *, by: str) -> Comment:
        issue = item.issue if isinstance(item, Pull) else item
        return comments.add(self.state, issue, body, by=self.user(by).login)

    def comments(self, item: Pull | Issue) -> list[Comment]:
        return list((item.issue if isinstance(item, Pull) else item).comments)

    def labels(self, item: Pull | Issue) -> list[str]:
        return list((item.issue if isinstance(item, Pull) else item).labels)

    def pull(self, number: int) -> Pull:
        return self.state.pulls[number]

    def issues(self) -> list[Issue]:
        """Those that are no pull requests, oldest first."""
        return [issue for number, issue in self.state.issues.items() if number not in self.state.pulls]
