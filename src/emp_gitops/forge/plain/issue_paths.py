"""Which file holds which issue: `reminder acme-madrid 2027-03-01` is `reminders/acme-madrid/2027-03-01.md`."""

from __future__ import annotations

import re

from emp_gitops.forge.issue_text import check_key

_FILE = re.compile(r"(?:([a-z0-9-]+)s/)?((?:[a-z0-9-]+/)*[a-z0-9-]+)(?:\.([1-9][0-9]{0,3}))?\.md")


def path_of(key: str, number: int = 1) -> str:
    """The file of a key; of a higher number where somebody else put another file in its place. Raises ValueError."""
    first, *others = check_key(key).split(" ")
    name = "/".join([f"{first}s", *others] if others else [first])
    return f"{name}.md" if number == 1 else f"{name}.{number}.md"


def key_of(path: str) -> tuple[str, int] | None:
    """The key and the number whose file this is, None for any other file."""
    found = _FILE.fullmatch(path)
    if not found or (found[1] is None and "/" in found[2]):
        return None
    key = " ".join([*([found[1]] if found[1] else []), *found[2].split("/")])
    number = int(found[3] or 1)
    try:
        return (key, number) if path_of(key, number) == path else None
    except ValueError:
        return None
