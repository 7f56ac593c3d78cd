"""What others make on GitHub is never taken for ours, nor for an address."""

from __future__ import annotations

from typing import Any

import pytest

from emp_gitops.forge.base import Check
from emp_gitops.forge.github.discussion import GitHubDiscussion
from support.answers import Answer
from support.pulls import HEAD, REPOSITORY, Scene

ISSUE = f"{REPOSITORY}/issues/12"
RUNS, NEW_RUN = f"GET {REPOSITORY}/commits/{HEAD}/check-runs", f"POST {REPOSITORY}/check-runs"
OWN_ID = "emp-gitops:review"
CHECK = Check(name="review", head=HEAD, conclusion="success", title="ready", summary="all is well")


@pytest.fixture
def discussion(scene: Scene) -> GitHubDiscussion:
    scene.server.always("GET /user", {"login": "emp-ci[bot]"})
    return GitHubDiscussion(scene.client)


def run(scene: Scene, id_: int, external_id: str, app: str | None) -> dict[str, Any]:
    url = f"{scene.server.url}{REPOSITORY}/check-runs/{id_}"
    return {"id": id_, "external_id": external_id, "app": {"slug": app} if app else None, "url": url}


def writes(scene: Scene) -> list[str]:
    return [line for line in scene.server.requests if not line.startswith("GET ")]


@pytest.mark.parametrize(("name", "path"), [
    ("kind: /../../../../git/refs/heads/main", "kind%3A%20%2F..%2F..%2F..%2F..%2Fgit%2Frefs%2Fheads%2Fmain"),
    ("kind: ?x#y", "kind%3A%20%3Fx%23y"),
    ("kind: ñ%2F", "kind%3A%20%C3%B1%252F"),
])
def test_a_label_that_is_named_like_a_path_is_taken_off_and_nothing_else(
    scene: Scene, discussion: GitHubDiscussion, name: str, path: str
) -> None:
    scene.server.always(f"GET {ISSUE}/labels", [{"name": name}, {"name": "bug"}])
    scene.server.always(f"DELETE {ISSUE}/labels/{path}", [])
    discussion.set_labels("12", prefix="kind: ", labels=[])
    assert writes(scene) == [f"DELETE {ISSUE}/labels/{path}"]


def test_the_check_of_another_app_is_left_alone(scene: Scene, discussion: GitHubDiscussion) -> None:
    scene.server.always(RUNS, {"total_count": 1, "check_runs": [run(scene, 3, OWN_ID, "another-app")]})
    scene.server.always(NEW_RUN, Answer(201, run(scene, 4, OWN_ID, "emp-ci")))
    discussion.put_check(CHECK)
    assert writes(scene) == [NEW_RUN]


@pytest.mark.parametrize("app", ["emp-ci", "EMP-CI", None])
def test_our_check_is_updated_beside_that_of_another_app(
    scene: Scene, discussion: GitHubDiscussion, app: str | None
) -> None:
    runs = [run(scene, 3, OWN_ID, "another-app"), run(scene, 4, OWN_ID, app)]
    scene.server.always(RUNS, {"total_count": 2, "check_runs": runs})
    scene.server.always(f"PATCH {REPOSITORY}/check-runs/4", runs[1])
    discussion.put_check(CHECK)
    assert writes(scene) == [f"PATCH {REPOSITORY}/check-runs/4"]
