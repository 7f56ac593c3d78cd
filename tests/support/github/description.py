"""GitHub's own descriptions of its APIs, fetched once into a folder of caches that git ignores."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pytest
from filelock import FileLock

from support.github.schemas import closed_over, converted

CACHE = Path(__file__).parents[3] / ".cache"
PATIENCE = 300
"""Seconds for npm to fetch 29 MB."""


@dataclass(frozen=True)
class Published:
    """A file in an npm package. `trimmed` makes of its bytes what is kept."""

    package: str
    sha512: str
    member: str
    trimmed: Callable[[bytes], bytes]

    @property
    def cached(self) -> Path:
        return CACHE / f"{self.package.replace('/', '-')}{Path(self.member).suffix}"


class Description:
    """Which operations there are, and what schemas their parameters, bodies and answers have to fit."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self.paths: dict[str, Any] = document["paths"]

    def operation(self, method: str, template: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.paths.get(template, {}).get(method.lower())
        return found

    def resolved(self, value: dict[str, Any]) -> dict[str, Any]:
        """What a reference refers to; anything else as it is."""
        if "$ref" not in value:
            return value
        _, _, kind, name = value["$ref"].split("/")
        found: dict[str, Any] = self._document["components"][kind][name]
        return found

    def parameters(self, operation: dict[str, Any], where: str) -> dict[str, dict[str, Any]]:
        """The parameters by name, of a place: `query` or `path`."""
        each = map(self.resolved, operation.get("parameters", []))
        return {parameter["name"]: parameter for parameter in each if parameter["in"] == where}

    def schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema as JSON Schema 2020-12, with every definition that it needs."""
        return closed_over(converted(schema), self._document["components"]["schemas"])


class UnavailableError(Exception):
    """Why the description cannot be had."""


def description() -> Description:
    """Read once per process. Skips the test where it cannot be fetched; in CI that is a failure."""
    found = _read()
    if isinstance(found, str):
        go_without(found)
    return found


@cache
def _read() -> Description | str:
    """The description, or why there is none: a second test need not wait for npm again."""
    try:
        return Description(json.loads(stored(REST).read_bytes()))
    except UnavailableError as error:
        return str(error)


def stored(published: Published) -> Path:
    """The file of a description, which is fetched where it is missing. Raises UnavailableError."""
    file = published.cached
    if not file.exists():
        CACHE.mkdir(exist_ok=True)
        with FileLock(f"{file}.lock"):
            if not file.exists():
                _fetch(published, file)
    return file


def _fetch(published: Published, file: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise UnavailableError("npm is not installed")
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        done = subprocess.run(
            [npm, "pack", "--loglevel=error", "--fetch-retries=1", published.package], cwd=folder, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False, timeout=PATIENCE,
        )
        if done.returncode:
            raise UnavailableError(f"`npm pack {published.package}` failed: {done.stderr.strip()}")
        archive, = Path(folder).glob("*.tgz")
        pinned = hashlib.sha512(archive.read_bytes()).hexdigest() == published.sha512
        assert pinned, f"{published.package} is not the one that was pinned"
        with tarfile.open(archive) as tar:
            member = tar.extractfile(published.member)
            assert member is not None
            content = member.read()
        part = Path(folder, "part")
        part.write_bytes(published.trimmed(content))
        part.replace(file)


def _trimmed(content: bytes) -> bytes:
    """Without examples and the bodies of webhooks, which are most of it."""
    document = json.loads(content)
    components = document["components"]
    schemas = {name: schema for name, schema in components["schemas"].items() if not name.startswith("webhook")}
    kept = {kind: components[kind] for kind in ("parameters", "responses")}
    found = {"paths": document["paths"], "components": {**kept, "schemas": schemas}}
    return json.dumps(found, separators=(",", ":")).encode()


REST = Published(
    "@octokit/openapi@23.0.2",
    "a55f0cecbf46636dc0c9b36f4e6a369f28e6a669edebedac444fedaabd192d07"
    "0f4b8967c3bbb979918d9b044d9010b70fb8195db171e401f32d455105718386",
    "package/generated/api.github.com.json", _trimmed,
)


def go_without(why: str) -> NoReturn:
    said = f"GitHub's description of its API is not at hand: {why}"
    if os.environ.get("CI"):
        pytest.fail(said)
    pytest.skip(said)
