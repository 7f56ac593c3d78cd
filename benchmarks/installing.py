"""Installs what is measured, each into an environment of its own under `benchmarks/work/`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from measure import clean_environment

ROOT = Path(__file__).resolve().parent.parent
AJV_CLI, AJV_FORMATS = "5.0.0", "3.0.1"
CHECK_JSONSCHEMA = "0.39.0"
OCTODNS = "1.22.0"


class MissingError(Exception):
    """The tool cannot be installed here; the message says why."""


def install(*command: str | Path) -> None:
    arguments: Sequence[str] = [str(part) for part in command]
    try:
        done = subprocess.run(arguments, env=clean_environment(), capture_output=True, text=True, check=False)
    except OSError as error:
        raise MissingError(f"{arguments[0]}: {error.strerror}") from error
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines() or [f"exit {done.returncode}"]
        raise MissingError(f"{Path(arguments[0]).name}: {lines[-1]}")


def python_environment(folder: Path, *requirements: str | Path) -> Path:
    """The `bin` folder of a virtual environment that holds the requirements, with compiled modules."""
    if not (folder / "bin" / "python").exists():
        install(sys.executable, "-m", "venv", folder)
    install(folder / "bin" / "python", "-m", "pip", "install", "-qq", "--disable-pip-version-check", *requirements)
    return folder / "bin"


def emp_gitops(work: Path) -> Path:
    """Where this work tree's own wheel is installed: what users run, not the editable copy."""
    return python_environment(work / "emp-gitops", ROOT)


def check_jsonschema(work: Path) -> Path:
    return python_environment(work / "check-jsonschema", f"check-jsonschema=={CHECK_JSONSCHEMA}") / "check-jsonschema"


def octodns_sync(work: Path) -> Path:
    return python_environment(work / "octodns", f"octodns=={OCTODNS}") / "octodns-sync"


def ajv(work: Path) -> Path:
    program = work / "ajv-cli" / "node_modules" / ".bin" / "ajv"
    if not program.exists():
        if not (npm := shutil.which("npm")):
            raise MissingError("npm is not installed")
        (work / "ajv-cli").mkdir(parents=True, exist_ok=True)
        quiet = ["--silent", "--no-audit", "--no-fund", "--no-package-lock"]
        packages = [f"ajv-cli@{AJV_CLI}", f"ajv-formats@{AJV_FORMATS}"]
        install(npm, "install", *quiet, "--prefix", work / "ajv-cli", *packages)
    return program
