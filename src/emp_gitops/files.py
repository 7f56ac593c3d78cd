"""Reading files that somebody named, and writing them so that a crash leaves the old one or the new one."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from emp_gitops.errors import EmpError


def read_regular(path: Path, *, what: str, limit: int, hint: str | None = None) -> bytes:
    """A regular file of at most `limit` bytes. Raises EmpError, in which `what` names it ("the configuration").

    Never waits for the other end of a named pipe, and never reads a device without an end.
    """
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            is_regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            data = file.read(limit + 1) if is_regular else b""
    except OSError as error:
        raise EmpError(f"{what} cannot be read: {error.strerror}", where=str(path), hint=hint) from error
    if not is_regular:
        raise EmpError(f"{what} cannot be read: this is no regular file", where=str(path), hint=hint)
    if len(data) > limit:
        raise EmpError(f"{what} has more than {limit:,} bytes", where=str(path), hint=hint)
    return data


def write_whole(path: Path, data: bytes) -> None:
    """Write a file by way of a temporary neighbour; an existing file keeps its mode. Raises EmpError.

    A path that is something else than a regular file (`/dev/stdout`, a pipe) is written to directly.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        path = path.resolve()
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(mode)
            Path(name).replace(path)
        except BaseException:  # Ctrl-C too: what is half written goes, and the cause goes on
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise EmpError(
            f"the file cannot be written: {error.strerror}", where=str(path), hint="nothing was changed"
        ) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
