"""What a schema cannot say of `approvals`: nothing is promised there that nobody keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emp_gitops.core.explaining import Explanation


def approval_explanations(config: Mapping[str, Any]) -> Iterator[Explanation]:
    """What is wrong with the approvals of a configuration that is valid under its schema."""
    approvals = config.get("approvals", {})
    if approvals.get("source") != "signed-merge":
        return
    for field, asks in (("required", approvals.get("required", 1) > 1), ("stricter", bool(approvals.get("stricter")))):
        if asks:
            yield Explanation(
                "approvals-too-many", ("approvals", field),
                f"approvals.{field} asks for several approvals, and a signed merge is one",
                "several approvals can only be asked for on GitHub (source: github); here, leave it out",
            )
