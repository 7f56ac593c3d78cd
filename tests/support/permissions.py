"""Doing without root's rights for a while, so that permissions mean something to a test that root runs."""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def unprivileged() -> Iterator[None]:
    """Act as an ordinary user inside the block; an ordinary user stays who they are."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def everyones_folder() -> Iterator[Path]:
    """A folder that an ordinary user can reach: pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    try:
        folder.chmod(0o777)
        yield folder
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)
