"""The README's console sessions are what the commands print; `python tests/test_readme.py` writes them anew."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
SESSION = re.compile(r"(?<=^```console\n)\$ .*?(?=^```$)", re.MULTILINE | re.DOTALL)

# What no two runs share, and what is shown instead: each commit as one of the examples, every time of the audit alike.
REVISION, EXAMPLES = re.compile(r"(?<=revision )[0-9a-f]{12}"), ("5f0c1a9be2d7", "c83b6e10a94f", "09d2f7a45be1")
TIME, EXAMPLE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?= UTC)"), "2026-11-23 09:30:00"

AUTHOR = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "Ana"), ("EMAIL", "ana@example.com"))}
ENVIRONMENT = {
    "EMP_TODAY": "2026-11-23", "COLUMNS": "110", "NO_COLOR": "1", "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"),
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PYTHONUTF8": "1",
    **{name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}, **AUTHOR,
}


def run(command: str, folder: Path) -> str:
    words = shlex.split(command)
    if words[0] == "emp-gitops":
        words[:1] = [sys.executable, "-m", "emp_gitops"]
    done = subprocess.run(words, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def platform_of_the_samples(folder: Path) -> None:
    """The sample accounts, committed and reconciled, with their usage recorded."""
    for name in ("accounts", "schemas", "examples"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "emp-gitops.yaml", folder)
    (folder / ".gitignore").write_text(".emp-gitops/\n")
    for command in (
        "git init --quiet --initial-branch main", "git add .", "git commit --quiet --message samples",
        "emp-gitops reconcile", "emp-gitops platform usage load examples/usage.csv",
    ):
        run(command, folder)


def performed(text: str, folder: Path) -> str:
    """The text with each command of its sessions followed by what it prints."""
    seen: dict[str, str] = {}

    def example(revision: re.Match[str]) -> str:
        return seen.setdefault(revision[0], EXAMPLES[len(seen)])

    def session(match: re.Match[str]) -> str:
        commands = [line for line in match[0].splitlines() if line.startswith("$ ")]
        shown = "".join(f"{command}\n{run(command[2:], folder)}" for command in commands)
        return TIME.sub(EXAMPLE, REVISION.sub(example, shown))

    return SESSION.sub(session, text)


def test_the_sessions_in_the_readme_are_what_the_commands_print(tmp_path: Path) -> None:
    platform_of_the_samples(tmp_path)
    text = README.read_text(encoding="utf-8")
    assert len(SESSION.findall(text)) == 3
    assert performed(text, tmp_path) == text


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        platform_of_the_samples(Path(scratch))
        README.write_text(performed(README.read_text(encoding="utf-8"), Path(scratch)), encoding="utf-8")
