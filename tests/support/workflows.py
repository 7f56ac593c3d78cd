"""Running what workflows run."""

from __future__ import annotations

import shutil
import sysconfig
from pathlib import Path

import pytest


def tool(name: str) -> str:
    """A program that a wheel of the test or lint tools brings; the test is skipped where it is not installed."""
    found = shutil.which(name, path=str(Path(sysconfig.get_path("scripts")))) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found
