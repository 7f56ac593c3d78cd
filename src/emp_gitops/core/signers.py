"""The keys of `allowed_signers` that count at a moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_KEY = re.compile(r"(?:^|[ \t])(?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+[ \t]")
"""Begins with the kind of the key, behind which a comment may follow."""

_BEFORE = re.compile(r'(?:^|[\s,])valid-before="?([0-9]{8,14})Z?"?(?=[,\s])', re.IGNORECASE)


def in_force(allowed_signers: bytes, at: datetime) -> bytes:
    """The lines without those whose `valid-before` (ssh-keygen(1), ALLOWED SIGNERS) has passed at a moment.

    git asks whether a key was valid on the date of the commit, which is whatever its author says: somebody with an old
    key could date back. A date without a time is the beginning of that day, and every date is taken as one of UTC.
    """
    lines = allowed_signers.splitlines(keepends=True)
    return b"".join(line for line in lines if not _is_over(line.decode("utf-8", "replace"), at))


def _is_over(line: str, at: datetime) -> bool:
    options = _KEY.split(f" {line}", maxsplit=1)[0]
    ends = [_moment(found) for found in _BEFORE.findall(f"{options} ")]
    return any(end is None or end <= at for end in ends)


def _moment(digits: str) -> datetime | None:
    """None for what is no date: a key of that line counts for nothing."""
    form = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}.get(len(digits))
    try:
        return datetime.strptime(digits, form).replace(tzinfo=UTC) if form else None
    except ValueError:
        return None
