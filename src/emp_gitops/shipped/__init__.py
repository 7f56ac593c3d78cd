"""What the package brings along: the schemas, and the templates of a new configuration repository."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from emp_gitops.core.tree import FORGE_FOLDER, SCHEMAS_FOLDER

_GITHUB_FILES = (
    "dependabot.yml",
    "pull_request_template.md",
    "rulesets/main.json",
    "workflows/applications.yml",
    "workflows/forms.yml",
    "workflows/reconcile.yml",
    "workflows/reminders.yml",
)
"""What of the tool's own `.github` another repository has too; the wheel gets each by its name in `pyproject.toml`."""


def shipped_schemas() -> dict[str, bytes]:
    """The schemas of this version by their path in a configuration repository (`schemas/account.schema.json`, …)."""
    return {
        f"{SCHEMAS_FOLDER}/{file.name}": file.read_bytes()
        for file in sorted(_folder(SCHEMAS_FOLDER).iterdir(), key=lambda file: file.name)
        if file.name.endswith(".json")
    }


def shipped_github() -> dict[str, str]:
    """The texts of the tool's own workflows and what goes with them, by their path in a repository (`.github/…`)."""
    folder = _folder(FORGE_FOLDER)
    return {f"{FORGE_FOLDER}/{name}": folder.joinpath(name).read_text(encoding="utf-8") for name in _GITHUB_FILES}


def template(name: str) -> str:
    """The text of a file in `templates/`, with `$name` where a value goes (see `string.Template`)."""
    return files(__name__).joinpath("templates", name).read_text(encoding="utf-8")


def _folder(name: str) -> Traversable:
    """A folder beside this file in a wheel, which gets a copy of it; at the root of a checkout."""
    beside = files(__name__).joinpath(name.lstrip("."))
    return beside if beside.is_dir() else Path(__file__).parents[3] / name
