"""What makes our workflows safe, said outright; zizmor looks for the same and more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = {path.stem: path for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))}


def read(name: str) -> dict[str, Any]:
    value: dict[str, Any] = yaml.load(WORKFLOWS[name].read_text(encoding="utf-8"), yaml.BaseLoader)
    return value


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in read(name)["jobs"].values() for step in job.get("steps", [])]


@pytest.mark.parametrize("name", WORKFLOWS)
class TestEveryWorkflow:
    def test_runs_no_script_with_an_expression_in_it(self, name: str) -> None:
        scripts = [step["run"] for step in steps(name) if "run" in step]
        assert scripts
        assert not [script for script in scripts if "${{" in script]

    def test_grants_nothing_at_the_top_and_something_to_each_job(self, name: str) -> None:
        workflow = read(name)
        assert workflow["permissions"] == {}
        assert all("permissions" in job for job in workflow["jobs"].values())

    def test_starts_on_no_event_that_gives_secrets_to_foreign_code(self, name: str) -> None:
        assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(read(name)["on"])

    def test_pins_each_action_by_commit(self, name: str) -> None:
        used = [step["uses"] for step in steps(name) if "uses" in step]
        assert all(len(each.partition("@")[2]) == 40 for each in used if not each.startswith("./"))

    def test_leaves_no_credential_in_a_checkout(self, name: str) -> None:
        for step in steps(name):
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] == "false"


class TestApplications:
    def test_install_the_tool_from_main_and_run_nothing_of_what_is_proposed(self) -> None:
        base, proposed = (
            step["with"] for step in steps("applications") if step.get("uses", "").startswith("actions/checkout@")
        )
        assert (base["ref"], base["path"]) == ("main", "base")
        assert proposed["path"] == "proposed"
        scripts = "\n".join(step["run"] for step in steps("applications") if "run" in step)
        assert "pip install --quiet ./base" in scripts
        # What is proposed is a source for git to fetch from, and nothing else.
        assert [line.strip() for line in scripts.splitlines() if "proposed" in line] == [
            'git -C base fetch --quiet --no-tags "$GITHUB_WORKSPACE/proposed" "$PROPOSED"',
        ]
        assert 'git -C base restore --source="$PROPOSED" -- accounts' in scripts

    def test_check_again_after_each_review_and_never_pass_by_being_skipped_or_cancelled(self) -> None:
        workflow = read("applications")
        assert workflow["on"]["pull_request_review"] == {"types": ["submitted", "dismissed"]}
        group = workflow["concurrency"]
        assert group["group"] == "applications-${{ github.event.pull_request.number || github.ref }}"
        assert group["cancel-in-progress"] == "${{ github.event.action == 'synchronize' }}"
        (review,) = workflow["jobs"].values()
        assert "if" not in review
        assert review["name"] == "emp-gitops"

    def test_plan_in_another_environment_than_the_one_that_writes(self) -> None:
        (review,) = read("applications")["jobs"].values()
        (reconcile,) = read("reconcile")["jobs"].values()
        assert review["environment"]["name"] == "planning"
        assert reconcile["environment"] == "production"
        assert "contents" in review["permissions"]
        assert review["permissions"]["contents"] == "read"


class TestReconcile:
    def test_is_never_cancelled_and_looks_at_main_whatever_started_it(self) -> None:
        workflow = read("reconcile")
        assert workflow["concurrency"]["cancel-in-progress"] == "false"
        (script,) = [step["run"] for step in steps("reconcile") if "reconcile" in step.get("run", "")]
        assert "reconcile --ref main" in script
        assert "--trust" not in WORKFLOWS["reconcile"].read_text(encoding="utf-8")
        assert workflow["on"]["workflow_dispatch"] in ("", None)
