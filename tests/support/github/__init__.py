"""A stand-in for GitHub that keeps state, serves git, and holds every request and answer to GitHub's own description."""

from __future__ import annotations

from support.github.control import GitHub
from support.github.model import Comment, Issue, Pull, Recorded, Review

__all__ = ["Comment", "GitHub", "Issue", "Pull", "Recorded", "Review"]
