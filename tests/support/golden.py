"""Outputs kept as files, for people to read: a test fails where the output is another one."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "golden"


def assert_golden(name: str, text: str) -> None:
    """Compare with `tests/golden/<name>`; with GOLDEN=write in the environment, write the file first."""
    file = FOLDER / name
    if os.environ.get("GOLDEN") == "write":
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert file.exists(), f"{file} is missing; GOLDEN=write makes it"
    assert text == file.read_text(encoding="utf-8"), f"{file} differs; look at it, and GOLDEN=write takes the new text"
