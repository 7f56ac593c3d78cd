"""The numbers of pull requests, as people write them."""

from __future__ import annotations

import re

from emp_gitops.errors import ForgeError

_NUMBER = re.compile(r"#?([1-9][0-9]{0,9})", re.ASCII)


def number_of(application: str) -> int:
    """12 for `12` and `#12`. Raises ForgeError for anything else."""
    found = _NUMBER.fullmatch(application)
    if not found:
        raise ForgeError(
            f"there is no application {application!r}", hint="on GitHub an application is a number, as in #12"
        )
    return int(found[1])
