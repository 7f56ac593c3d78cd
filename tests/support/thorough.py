"""How much the tests that take longest try: all of it in a thorough run (`make test THOROUGH=1`), as CI makes it, and a
part of it where somebody waits.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count

IS_THOROUGH = bool(os.environ.get("THOROUGH"))


def steps(first: int = 1, *, every: int = 1, hurried: int) -> Iterator[int]:
    """The steps to let something happen at: each `every`-th one in a thorough run, each `hurried`-th one in others."""
    return count(first, every if IS_THOROUGH else hurried)


def examples(number: int) -> int:
    """How many examples of a property to try, of so many in a thorough run."""
    return number if IS_THOROUGH else max(number // 4, 2)
