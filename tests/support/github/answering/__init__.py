"""What the stand-in does for each operation. Importing this package makes them known."""

from __future__ import annotations

from support.github.answering import comments, commits, issues, labels, people, pulls, reviews

__all__ = ["comments", "commits", "issues", "labels", "people", "pulls", "reviews"]
