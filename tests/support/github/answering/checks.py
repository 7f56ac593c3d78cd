"""Checks on commits. Only Apps make them, which the token of a workflow is one of."""

from __future__ import annotations

from typing import Any

from support.github.answering.commits import known
from support.github.model import CheckRun, RefusedError
from support.github.routing import REPO, Call, Listing, Reply, answers
from support.github.shapes import people
from support.github.state import State


@answers("POST", f"{REPO}/check-runs")
def create(state: State, call: Call) -> Reply:
    if not call.identity.is_installation:
        raise RefusedError(403, "You must authenticate via a GitHub App.")
    given = dict(call.body)
    if state.bare.resolve(given["head_sha"]) != given["head_sha"]:
        raise RefusedError(422, f"No commit found for SHA: {given['head_sha']}")
    run = CheckRun(state.new_id(), call.identity.login, {"started_at": state.tick()})
    state.checks[run.id] = run
    _put(state, run, given)
    return Reply(shape(state, run), 201)


@answers("PATCH", f"{REPO}/check-runs/{{check_run_id}}")
def update(state: State, call: Call) -> Reply:
    run = state.checks.get(call.number("check_run_id"))
    if run is None:
        raise RefusedError(404, "Not Found")
    if run.by != call.identity.login:
        raise RefusedError(403, "Invalid app_id `1` - check run can only be modified by the GitHub App that created it.")
    _put(state, run, call.body)
    return Reply(shape(state, run))


def _put(state: State, run: CheckRun, given: dict[str, Any]) -> None:
    run.given |= given
    if "conclusion" in given:
        run.given |= {"status": "completed", "completed_at": given.get("completed_at") or state.tick()}


@answers("GET", f"{REPO}/commits/{{ref}}/check-runs")
def of_commit(state: State, call: Call) -> Listing:
    head = known(state, call.path["ref"]).sha
    name, status = call.query.get("check_name"), call.query.get("status")
    found = [run for run in state.checks.values() if run.given["head_sha"] == head and name in (None, run.given["name"])]
    if call.query.get("filter", "latest") == "latest":
        found = [*{(run.by, run.given["name"]): run for run in found}.values()]
    found = [run for run in found if status in (None, run.given.get("status", "queued"))]
    return Listing(found[::-1], lambda run: shape(state, run), "check_runs")


def shape(state: State, found: CheckRun) -> dict[str, Any]:
    given, url = found.given, f"{state.repository}/check-runs/{found.id}"
    output = given.get("output", {})
    page = f"{state.page}/runs/{found.id}"
    return {
        "id": found.id, "node_id": f"CR_{found.id}", "name": given["name"], "head_sha": given["head_sha"],
        "external_id": given.get("external_id", ""), "url": url, "html_url": page, "details_url": given.get("details_url", page),
        "status": given.get("status", "queued"), "conclusion": given.get("conclusion"), "started_at": given["started_at"],
        "completed_at": given.get("completed_at"), "check_suite": {"id": 1}, "pull_requests": [],
        "output": {
            **{part: output.get(part) for part in ("title", "summary", "text")},
            "annotations_count": len(output.get("annotations", [])), "annotations_url": f"{url}/annotations",
        },
        "app": people.app(state, next(app for app in state.apps if app.login == found.by)),
    }
