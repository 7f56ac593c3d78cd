"""The workflows on main, their runs, and what is wrong in the file of code owners."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import yaml

from support.github.answering.protections import hide
from support.github.model import RefusedError
from support.github.routing import REPO, Call, Listing, Reply, answers
from support.github.settings import WorkflowRun
from support.github.shapes import repositories
from support.github.shapes.people import SINCE
from support.github.state import State

_FOLDER = ".github/workflows/"
_RUN_PAGES = ("jobs", "logs", "artifacts", "cancel", "rerun")


@answers("GET", f"{REPO}/actions/workflows")
def list_(state: State, _call: Call) -> Listing:
    hide(state, "workflows")
    return Listing(_files(state), lambda file: _workflow(state, file), "workflows")


@answers("GET", f"{REPO}/actions/workflows/{{workflow_id}}")
def get(state: State, call: Call) -> Reply:
    hide(state, "workflows")
    return Reply(_workflow(state, _file(state, call.path["workflow_id"])))


@answers("GET", f"{REPO}/actions/workflows/{{workflow_id}}/runs")
def runs_of(state: State, call: Call) -> Listing:
    return _runs(state, call, _file(state, call.path["workflow_id"]))


@answers("GET", f"{REPO}/actions/runs")
def runs(state: State, call: Call) -> Listing:
    return _runs(state, call, None)


@answers("GET", f"{REPO}/codeowners/errors")
def code_owner_errors(state: State, _call: Call) -> Reply:
    hide(state, "codeowners")
    places = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
    if not any(state.bare.git("ls-tree", "--name-only", "refs/heads/main", place) for place in places):
        raise RefusedError(404, "Not Found")
    return Reply({"errors": state.settings.code_owner_errors})


def _runs(state: State, call: Call, file: str | None) -> Listing:
    hide(state, "workflows")
    wanted = call.query
    found = [
        run for run in state.settings.runs
        if file in (None, run.workflow) and wanted.get("branch") in (None, run.branch)
        and wanted.get("event") in (None, run.event) and wanted.get("status") in (None, run.status, run.conclusion)
    ]
    found.sort(key=lambda run: run.created_at, reverse=True)
    return Listing(found, lambda run: _run(state, run), "workflow_runs")


def _files(state: State) -> list[str]:
    """The names of the workflows' files on main."""
    paths = state.bare.git("ls-tree", "--name-only", "refs/heads/main", _FOLDER).splitlines()
    return [path.removeprefix(_FOLDER) for path in paths if path.endswith((".yml", ".yaml"))]


def _file(state: State, named: str) -> str:
    """The file that a number or a name means."""
    for file in _files(state):
        if named in (file, str(_number(state, file))):
            return file
    raise RefusedError(404, "Not Found")


def _number(state: State, file: str) -> int:
    return 9001 + _files(state).index(file)


def _workflow(state: State, file: str) -> dict[str, Any]:
    number, path = _number(state, file), f"{_FOLDER}{file}"
    content = yaml.safe_load(state.bare.git("show", f"refs/heads/main:{path}")) or {}
    return {
        "id": number, "node_id": f"W_{number}", "name": content.get("name", path), "path": path,
        "state": state.settings.workflow_states.get(file, "active"), "created_at": SINCE, "updated_at": SINCE,
        "url": f"{state.repository}/actions/workflows/{number}", "html_url": f"{state.page}/blob/main/{path}",
        "badge_url": f"{state.page}/workflows/{number}/badge.svg",
    }


def _run(state: State, found: WorkflowRun) -> dict[str, Any]:
    url = f"{state.repository}/actions/runs/{found.id}"
    workflow = _workflow(state, found.workflow)
    return {
        "id": found.id, "node_id": f"WFR_{found.id}", "name": workflow["name"], "head_branch": found.branch,
        "head_sha": found.head, "path": workflow["path"], "display_title": workflow["name"], "run_number": 1, "run_attempt": 1,
        "event": found.event, "status": found.status, "conclusion": found.conclusion, "workflow_id": workflow["id"],
        "workflow_url": workflow["url"], "url": url, "html_url": f"{state.page}/actions/runs/{found.id}", "pull_requests": [],
        "created_at": found.created_at, "updated_at": found.created_at, "run_started_at": found.created_at,
        "check_suite_url": f"{state.repository}/check-suites/1", **{f"{page}_url": f"{url}/{page}" for page in _RUN_PAGES},
        "head_commit": _head(state, found.head), "repository": repositories.repository(state),
        "head_repository": repositories.repository(state),
    }


def _head(state: State, id_: str) -> dict[str, Any]:
    commit = state.bare.commit(id_)
    at = datetime.fromisoformat(commit.author.date)
    return {
        "id": commit.sha, "tree_id": commit.tree, "message": commit.message, "timestamp": at.isoformat(),
        "author": {"name": commit.author.name, "email": commit.author.email},
        "committer": {"name": commit.committer.name, "email": commit.committer.email},
    }
