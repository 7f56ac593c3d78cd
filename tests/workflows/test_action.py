"""The composite action: one command in somebody's workflow."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from support.repos import ConfigRepo
from support.workflows import RUNNER, Ended, Runner

ROOT = Path(__file__).parents[2]


def run(folder: Path, **inputs: str) -> Ended:
    """Run the action in a repository with one account, in the folder `config`."""
    repo = ConfigRepo(folder / "repo", folder="config")
    repo.config()
    repo.account("acme-hq", datapoints=5)
    for schema in (ROOT / "schemas").iterdir():
        repo.write(f"schemas/{schema.name}", schema.read_bytes())
    shutil.copy(ROOT / "action.yml", repo.top / "action.yml")
    repo.commit("start")
    workflow = folder / "mine.yml"
    steps = [{"uses": "actions/checkout@v1"}, {"uses": "./", "with": {"folder": "config", **inputs}}]
    workflow.write_text(json.dumps({"on": "push", "jobs": {"it": {"runs-on": RUNNER, "steps": steps}}}), encoding="utf-8")
    return Runner(folder / "machine", repo.top).run(workflow, "push", {}, checkout=repo.top)


def test_it_runs_a_command_with_its_arguments(tmp_path: Path) -> None:
    ended = run(tmp_path, command="validate", arguments="--format\ngithub\n")
    assert ended.code != 0
    assert "::error file=accounts/acme-hq.yaml,line=4" in ended.log

def test_it_needs_no_arguments(tmp_path: Path) -> None:
    assert "1 account file checked: 1 error" in run(tmp_path, command="validate").log

@pytest.mark.parametrize("text", ["$(touch hacked)", "`touch hacked`", '"; touch hacked; "'])
def test_no_input_is_run(tmp_path: Path, text: str) -> None:
    ended = run(tmp_path, command="validate", arguments=f"--format\n{text}")
    assert "is not one of" in ended.log
    assert not list(tmp_path.rglob("hacked"))
