"""What the stand-in does for each operation. Importing this package makes them known."""

from __future__ import annotations

from support.github.answering import (
    apps,
    checks,
    comments,
    commits,
    environments,
    issues,
    labels,
    people,
    protections,
    pulls,
    reviews,
    workflows,
)

__all__ = [
    "apps", "checks", "comments", "commits", "environments", "issues", "labels", "people", "protections", "pulls", "reviews",
    "workflows",
]
