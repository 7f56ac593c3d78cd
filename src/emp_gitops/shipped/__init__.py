"""What the package brings along: the schemas, and the templates of a new configuration repository."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from emp_gitops.core.tree import SCHEMAS_FOLDER


def shipped_schemas() -> dict[str, bytes]:
    """The schemas of this version by their path in a configuration repository (`schemas/account.schema.json`, …)."""
    return {
        f"{SCHEMAS_FOLDER}/{file.name}": file.read_bytes()
        for file in sorted(_schemas_folder().iterdir(), key=lambda file: file.name)
        if file.name.endswith(".json")
    }


def template(name: str) -> str:
    """The text of a file in `templates/`, with `$name` where a value goes (see `string.Template`)."""
    return files(__name__).joinpath("templates", name).read_text(encoding="utf-8")


def _schemas_folder() -> Traversable:
    """Beside this file in a wheel, which gets a copy of the schemas; at the root of a checkout."""
    beside = files(__name__).joinpath(SCHEMAS_FOLDER)
    return beside if beside.is_dir() else Path(__file__).parents[3] / SCHEMAS_FOLDER
