"""`forms open` against scripted answers of GitHub, with a real git server to push to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emp_gitops.core.forms import marked_form
from support.answers import Answer, Answers, answers
from support.cli import Cli, Outcome
from support.forms import markdown_of
from support.git_server import git_server
from support.pulls import REPOSITORY, commit
from support.repos import ConfigRepo, git

APP = "emp-forms[bot]"
TOKEN = "ghs_verysecret"
PULL, COMMENTS = f"{REPOSITORY}/pulls/12", f"{REPOSITORY}/issues/7/comments"


class Desk:
    """A clone of acme/emp with one account, and issue 7 on GitHub."""

    def __init__(self, folder: Path, server: Answers, git_url: str) -> None:
        self.server = server
        self.bare = folder / "server/acme/emp.git"
        source = ConfigRepo(folder / "clone")
        source.config(
            forge="github:acme/emp", roles={"super_admins": ["ana"], "customer_success": ["carla"]}, forms={"app": "emp-forms"},
        )
        for path in (Path(__file__).parents[3] / "schemas").iterdir():
            source.write(f"schemas/{path.name}", path.read_bytes())
        source.account("acme-lyon")
        source.commit("start")
        self.source = source
        git(folder, "clone", "--quiet", "--bare", str(source.root), str(self.bare))
        git(self.bare, "config", "http.receivepack", "true")
        self.cli = Cli(source.root, {
            "GITHUB_API_URL": server.url, "GITHUB_SERVER_URL": git_url, "GITHUB_TOKEN": TOKEN,
        })
        server.always("GET /user", {"login": APP})
        server.always("GET /users/emp-forms%5Bbot%5D", {"login": APP, "id": 41})
        edits = {"nodes": [], "pageInfo": {"hasNextPage": False}}
        server.always("POST /graphql", {"data": {"repository": {"issue": {"userContentEdits": edits}}}})
        server.always(f"GET {COMMENTS}", [])
        server.always(f"POST {COMMENTS}", Answer(201, {"id": 1}))
        server.always(f"GET {REPOSITORY}/pulls", [])
        self.send()

    def send(self, *, author: str = "ana", datapoints: str = "+10") -> None:
        text = markdown_of("datapoints", {"account": "acme-lyon", "datapoints": datapoints})
        self.server.always(f"GET {REPOSITORY}/issues/7", {
            "url": f"{self.server.url}{REPOSITORY}/issues/7", "number": 7, "user": {"login": author}, "body": text,
            "created_at": "2026-11-20T08:00:00Z", "state": "open",
        })

    def pull(self, title: str, body: str) -> dict[str, Any]:
        """What GitHub says of pull request 12 from now on."""
        pull = {
            "url": f"{self.server.url}{PULL}", "number": 12, "user": {"login": APP}, "title": title, "body": body,
            "state": "open", "merged": False, "draft": False, "commits": 1, "created_at": "2026-11-20T08:01:00Z",
            "head": {"sha": "a" * 40, "ref": "application/7-datapoints"}, "base": {"ref": "main", "repo": {"id": 7}},
            "html_url": "https://github.com/acme/emp/pull/12",
        }
        self.server.always(f"GET {PULL}", pull)
        self.server.always(f"PATCH {PULL}", pull)
        self.server.always(f"GET {PULL}/reviews", [])
        self.server.always(f"GET {PULL}/commits", [commit("a" * 40, APP)])
        return pull

    def open(self, *, code: int = 0) -> Outcome:
        return self.cli("forms", "open", "7", code=code)

    def given(self, line: str) -> list[Any]:
        return [value for each, value in self.server.given if each == line]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with answers() as server, git_server(tmp_path / "server", TOKEN) as repositories:
        yield Desk(tmp_path, server, repositories.url)


def opened_once(desk: Desk) -> dict[str, Any]:
    """Open the form; gives what GitHub was told of the pull request, which it has from now on."""
    desk.server.always(f"POST {REPOSITORY}/pulls", Answer(201, desk.pull("?", "?")))
    assert desk.open().stdout.splitlines()[-1] == "opened as 12 https://github.com/acme/emp/pull/12"
    told, = desk.given(f"POST {REPOSITORY}/pulls")
    desk.server.always(f"GET {REPOSITORY}/pulls", [desk.pull(told["title"], told["body"])])
    return dict(told)


def test_a_form_becomes_a_pull_request_by_the_app(desk: Desk) -> None:
    told = opened_once(desk)
    assert (told["base"], told["head"]) == ("main", "application/7-datapoints")
    assert told["title"] == "acme-lyon: datapoints 100 → 110 (+10)"
    assert marked_form(told["body"]) == "7"
    assert git(desk.bare, "diff", "--numstat", "main", told["head"]).split() == ["1", "1", "accounts/acme-lyon.yaml"]
    assert git(desk.bare, "log", "-1", "--format=%an <%ae>", told["head"]) == (
        f"{APP} <41+{APP}@users.noreply.127.0.0.1>"
    )
    comment, = desk.given(f"POST {COMMENTS}")
    assert comment["body"].startswith("[#12](https://github.com/acme/emp/pull/12) asks for this: `acme-lyon`")


def test_a_form_that_was_edited_changes_the_pull_request(desk: Desk) -> None:
    first = opened_once(desk)
    git(desk.source.root, "fetch", "--quiet", str(desk.bare), "+refs/heads/*:refs/remotes/origin/*")
    before = git(desk.bare, "rev-parse", first["head"])
    desk.send(datapoints="+20")
    desk.open()
    assert git(desk.bare, "log", "-1", "--format=%P", first["head"]) == before
    assert len(desk.given(f"POST {REPOSITORY}/pulls")) == 1
    assert desk.given(f"PATCH {PULL}")[-1]["title"] == "acme-lyon: datapoints 100 → 120 (+20)"


def test_a_form_opened_again_changes_nothing(desk: Desk) -> None:
    opened_once(desk)
    git(desk.source.root, "fetch", "--quiet", str(desk.bare), "+refs/heads/*:refs/remotes/origin/*")
    comment, = desk.given(f"POST {COMMENTS}")
    desk.server.always(f"GET {COMMENTS}", [{"id": 1, "user": {"login": APP}, "body": comment["body"]}])
    refs, writes = git(desk.bare, "for-each-ref"), len(desk.given(f"PATCH {PULL}"))
    desk.open()
    assert git(desk.bare, "for-each-ref") == refs
    assert len(desk.given(f"POST {REPOSITORY}/pulls")) == len(desk.given(f"POST {COMMENTS}")) == 1
    assert len(desk.given(f"PATCH {PULL}")) == writes


def test_somebody_who_is_no_super_admin_is_refused_on_the_issue(desk: Desk) -> None:
    desk.send(author="mallory")
    refs = git(desk.bare, "for-each-ref")
    assert "mallory is no SuperAdmin" in desk.open(code=3).stderr
    comment, = desk.given(f"POST {COMMENTS}")
    assert "mallory is no SuperAdmin" in comment["body"]
    assert git(desk.bare, "for-each-ref") == refs
    assert desk.given(f"POST {REPOSITORY}/pulls") == []


def test_a_form_that_cannot_be_read_is_told_on_the_issue(desk: Desk) -> None:
    desk.send(datapoints="lots")
    assert "'lots' is no number of datapoints" in desk.open(code=1).stderr
    comment, = desk.given(f"POST {COMMENTS}")
    assert "is no number of datapoints" in comment["body"]


def test_an_issue_that_github_does_not_give_is_an_error_without_a_comment(desk: Desk) -> None:
    desk.server.always(f"GET {REPOSITORY}/issues/7", Answer(404, {"message": "Not Found"}))
    assert "cannot read issue #7" in desk.open(code=1).stderr
    assert desk.given(f"POST {COMMENTS}") == []


def test_what_is_no_number_is_a_usage_error(desk: Desk) -> None:
    for issue in ("0", "seven", "-1", "7;", "\u0667", "99999999999"):
        desk.cli("forms", "open", "--", issue, code=2)
    assert desk.server.requests == []


def test_plain_git_has_no_forms(desk: Desk) -> None:
    desk.source.config()
    assert "forms are for GitHub" in desk.open(code=1).stderr
