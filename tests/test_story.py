"""The story that `examples/story.sh` tells is true, from the first key to the last refusal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from support.cli import clean_environment

SCRIPT = Path(__file__).parents[1] / "examples" / "story.sh"


def test_the_whole_story_in_plain_git(tmp_path: Path) -> None:
    command = tmp_path / "bin" / "emp-gitops"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -W error -m emp_gitops "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    environment = clean_environment(PATH=f"{command.parent}{os.pathsep}{os.environ['PATH']}")
    done = subprocess.run(
        ["bash", str(SCRIPT), str(tmp_path / "story")], env=environment, stdin=subprocess.DEVNULL,
        capture_output=True, encoding="utf-8", check=False,
    )
    told = done.stdout
    assert done.returncode == 0, f"{told}\n{done.stderr}"
    steps = [
        "ana, who is not in Customer Success", "berta approved an application of their own",
        "applied  acme-madrid  datapoints 120 -> 150 (+30)", "requested by ana, approved by carla",
        "without an application that Customer Success merged", "Nothing changes: 1 unchanged",
    ]
    places = [told.find(step) for step in steps]
    assert -1 not in places
    assert places == sorted(places)
    assert told.count("(exit code 3, as it should be)") == 5
