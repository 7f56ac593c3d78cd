"""Running workflows on this machine, as GitHub's runner would: `act` reads them, evaluates their expressions and runs the
very scripts. What comes from outside stands in: checkouts clone, Python is there, and installing gives this code.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from emp_gitops import __version__
from support.cli import clean_environment
from support.repos import git, git_environment

RUNNER = "ubuntu-24.04"

_STUBS = {
    # Without a ref, act itself copies the folder that it runs in.
    "actions/checkout": 'git clone --quiet --no-local --branch "$REF" "$REMOTE" "$FOLDER"',
    "actions/setup-python": 'echo "$PROGRAMS" >> "$GITHUB_PATH"; echo "python-path=$PROGRAMS/python" >> "$GITHUB_OUTPUT"',
    "actions/create-github-app-token": '[ -n "$CLIENT" ] && [ -n "$KEY" ] && echo "token=$APP_TOKEN" >> "$GITHUB_OUTPUT"',
}

# Of the many ways to call Python, those that our workflows and the action know.
_PYTHON = """#!/bin/sh
case "$*" in
  "-m pip install --quiet emp-gitops=={version}" | "-m pip install --quiet ./base") ;;
  "-m pip install --quiet --disable-pip-version-check "*) test -f "$6/action.yml" || exit 65 ;;
  "-m venv "*) mkdir -p "$3/bin" && exec cp "$0" "$3/bin/python" ;;
  *) echo "unexpected: python $*" >&2; exit 64 ;;
esac
program="$(dirname "$0")/emp-gitops"
cat > "$program" <<'END'
#!/bin/sh
{settings}
exec "{interpreter}" -m emp_gitops "$@"
END
chmod +x "$program"
"""


@dataclass(frozen=True)
class Ended:
    """How a run ended. `log` is what a person would see, line by line."""

    code: int
    log: str


@dataclass
class Runner:
    """`remote` is the repository as GitHub has it, `folder` this machine's; `outside` are settings of the runner itself.
    `app_token` is what an App with a key gets.
    """

    folder: Path
    remote: Path
    outside: Mapping[str, str] = field(default_factory=dict)
    app_token: str = ""

    def run(
        self, workflow: Path, event: str, payload: Mapping[str, Any], *, checkout: Path | None = None,
        secrets: Mapping[str, str] | None = None, variables: Mapping[str, str] | None = None,
    ) -> Ended:
        """Run a workflow for an event. `checkout` is a repository at the commit that the event is about, by default
        the remote's main.
        """
        (self.folder / "programs").mkdir(parents=True)
        self._install_python()
        (self.folder / "event.json").write_text(json.dumps(payload), encoding="utf-8")
        if checkout is None:
            checkout = self.folder / "checkout"
            git(self.folder, "clone", "--quiet", str(self.remote), "checkout")
        command = [
            tool("act"), event, "--platform", f"{RUNNER}=-self-hosted", "--workflows", str(self._understood(workflow)),
            "--eventpath", str(self.folder / "event.json"), "--directory", str(checkout),
            *self._stubs(workflow), *_options("--secret", secrets), *_options("--var", variables),
        ]
        home = {"HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder / "cache"), "NO_COLOR": "1"}
        done = subprocess.run(
            command, cwd=checkout, env=_outer_environment() | home, capture_output=True, encoding="utf-8", check=False,
        )
        return Ended(done.returncode, done.stdout + done.stderr)

    def _install_python(self) -> None:
        programs, settings = self.folder / "programs", {**clean_environment(), **self.outside}
        exports = "\n".join(
            f"export {name}='{settings[name]}'" for name in ("PYTHONPATH", "EMP_TODAY", *self.outside)
        )
        text = _PYTHON.format(version=__version__, interpreter=sys.executable, settings=exports)
        (programs / "python").write_text(text, encoding="utf-8")
        (programs / "python").chmod(0o755)

    def _understood(self, workflow: Path) -> Path:
        """The workflow without the one key that act does not know yet."""
        text = workflow.read_text(encoding="utf-8").replace("      deployment: false\n", "")
        copy = self.folder / workflow.name
        copy.write_text(text, encoding="utf-8")
        return copy

    def _stubs(self, workflow: Path) -> Iterator[str]:
        own = [step for step in steps(workflow) if step.get("uses") == "./"]
        every = steps(workflow) + (action_steps(Path(self.remote, "action.yml")) if own else [])
        for used in {step["uses"] for step in every if step.get("uses", "./") != "./"}:
            name = used.partition("@")[0]
            place = self.folder / "actions" / name
            place.mkdir(parents=True)
            inputs = {key: {"default": ""} for step in every if step.get("uses") == used for key in step.get("with", {})}
            (place / "action.yml").write_text(json.dumps({
                "name": name, "description": name, "inputs": inputs,
                "outputs": {
                    key: {"description": key, "value": f"${{{{ steps.it.outputs.{key} }}}}"} for key in ("token", "python-path")
                },
                "runs": {"using": "composite", "steps": [{
                    "id": "it", "shell": "bash", "run": _STUBS[name], "env": {
                        "REMOTE": str(self.remote), "PROGRAMS": str(self.folder / "programs"), "REF": "${{ inputs.ref }}",
                        "FOLDER": "${{ inputs.path }}", "CLIENT": "${{ inputs.client-id }}",
                        "KEY": "${{ inputs.private-key }}", "APP_TOKEN": self.app_token,
                    },
                }]},
            }), encoding="utf-8")
            git(place, "init", "--quiet")
            yield from ("--local-repository", f"{used}={place}")


def steps(workflow: Path) -> list[dict[str, Any]]:
    """Every step of every job."""
    jobs = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values()
    return [step for job in jobs for step in job["steps"]]


def action_steps(action: Path) -> list[dict[str, Any]]:
    """Every step of a composite action."""
    found: list[dict[str, Any]] = yaml.safe_load(action.read_text(encoding="utf-8"))["runs"]["steps"]
    return found


def tool(name: str) -> str:
    """A program that a wheel of the test or lint tools brings; the test is skipped where it is not installed."""
    found = shutil.which(name, path=str(Path(sysconfig.get_path("scripts")))) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def _options(name: str, values: Mapping[str, str] | None) -> Iterator[str]:
    for key, value in (values or {}).items():
        yield from (name, f"{key}={value}")


def _outer_environment() -> dict[str, str]:
    return {name: value for name, value in git_environment().items() if not name.startswith(("EMP_", "GITHUB_", "ACT"))}
