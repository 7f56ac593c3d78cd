"""Pull requests: finding, opening, changing and merging them."""

from __future__ import annotations

from typing import Any

from support.github.landing import close, commits_of, merge, open_pull, reopen, retarget
from support.github.model import RefusedError
from support.github.routing import REPO, Call, Listing, Reply, answers
from support.github.shapes import discussions, repositories
from support.github.state import State

MOST_COMMITS = 250
MOST_FILES = 3000
"""GitHub lists no more of one pull request, on however many pages."""


@answers("GET", f"{REPO}/pulls")
def list_(state: State, call: Call) -> Listing:
    wanted, base, head = (call.query.get(name) for name in ("state", "base", "head"))
    found = [
        pull for pull in state.pulls.values()
        if wanted in ("all", pull.issue.state) or (wanted is None and pull.is_open)
    ]
    found = [pull for pull in found if base in (None, pull.base) and head in (None, f"{pull.owner}:{pull.branch}")]
    ascending = call.query.get("direction", "desc" if call.query.get("sort", "created") == "created" else "asc") == "asc"
    return Listing(found if ascending else found[::-1], lambda pull: discussions.pull(state, pull))


@answers("POST", f"{REPO}/pulls")
def create(state: State, call: Call) -> Reply:
    body = call.body
    pull = open_pull(
        state, body["head"], body["base"], body.get("title", ""), body.get("body"), by=call.identity.login,
        is_draft=body.get("draft", False),
    )
    return Reply(discussions.full_pull(state, pull), 201)


@answers("GET", f"{REPO}/pulls/{{pull_number}}")
def get(state: State, call: Call) -> Reply:
    return Reply(discussions.full_pull(state, state.pull(call.number("pull_number"))))


@answers("PATCH", f"{REPO}/pulls/{{pull_number}}")
def update(state: State, call: Call) -> Reply:
    pull = state.pull(call.number("pull_number"))
    change_issue(state, call, pull.number)
    if "base" in call.body:
        retarget(state, pull, call.body["base"], by=call.identity.login)
    return Reply(discussions.full_pull(state, pull))


def change_issue(state: State, call: Call, number: int) -> None:
    """What updating means for issues and pull requests alike."""
    issue, body = state.issue(number), call.body
    issue.title = str(body.get("title", issue.title))
    if "body" in body and body["body"] != issue.body:
        issue.body = body["body"]
        issue.editors.append(call.identity.login)
    if body.get("state") == "closed":
        close(state, issue, body.get("state_reason"))
    elif body.get("state") == "open" and issue.state == "closed":
        reopen(state, issue)
    issue.updated_at = state.tick()


@answers("GET", f"{REPO}/pulls/{{pull_number}}/commits")
def commits(state: State, call: Call) -> Listing:
    pull = state.pull(call.number("pull_number"))
    return Listing(commits_of(state, pull)[:MOST_COMMITS], lambda id_: repositories.commit(state, id_))


@answers("GET", f"{REPO}/pulls/{{pull_number}}/files")
def files(state: State, call: Call) -> Listing:
    pull = state.pull(call.number("pull_number"))
    found = state.bare.files(pull.base_tip, pull.head)[:MOST_FILES]
    return Listing(found, lambda file: repositories.changed_file(state, file, pull.head))


@answers("PUT", f"{REPO}/pulls/{{pull_number}}/merge")
def press_merge(state: State, call: Call) -> Reply:
    pull, body = state.pull(call.number("pull_number")), call.body
    if body.get("sha", pull.head) != pull.head:
        raise RefusedError(409, "Head branch was modified. Review and try the merge again.")
    commit = merge(
        state, pull, by=call.identity.login, method=body.get("merge_method", "merge"), title=body.get("commit_title"),
        message=body.get("commit_message"),
    )
    value: dict[str, Any] = {"sha": commit, "merged": True, "message": "Pull Request successfully merged"}
    return Reply(value)
