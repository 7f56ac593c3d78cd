"""Reading `allowed_signers`, as ssh-keygen describes it (ALLOWED SIGNERS), to see who has a key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_KEY = re.compile(r"(?:^|\s)((?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+)\s+([A-Za-z0-9+/]+={0,2})(?=\s|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLine:
    """A line of the file: who is named in it, with which keys (none or one), and why it names nobody."""

    number: int
    principals: tuple[str, ...]
    keys: tuple[str, ...]
    trouble: str | None


def key_lines(data: bytes) -> Iterator[KeyLine]:
    """Every line that is not blank and no comment."""
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, _, rest = text.partition(" ")
        found = _KEY.search(rest)
        trouble = None
        if re.search(r"[,*?!\"]", name):
            trouble = "a line for several principals, or a pattern, names none of them"
        elif "cert-authority" in rest[: found.start() if found else None]:
            trouble = "the key of an authority signs for others, and names nobody"
        elif not found:
            trouble = "there is no public key in it"
        principals, keys = ((name,), (found[2],)) if found and not trouble else ((), ())
        yield KeyLine(number=number, principals=principals, keys=keys, trouble=trouble)
