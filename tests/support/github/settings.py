"""What an administrator of the repository has set, as far as GitHub tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Environment:
    """A deployment environment. `reviewers` are logins and `@org/team`s, `branches` patterns, None for any branch."""

    name: str
    id: int
    reviewers: list[str] = field(default_factory=list)
    prevents_self_review: bool = False
    branches: list[str] | None = None
    secrets: list[str] = field(default_factory=list)
    can_bypass: bool = True


@dataclass
class WorkflowRun:
    id: int
    workflow: str
    head: str
    branch: str
    event: str
    status: str
    conclusion: str | None
    created_at: str


@dataclass
class Settings:
    """`protection` is by branch, as the bodies that GitHub gives; `rulesets` are bodies as for creating them, each with its
    `id`. `unreadable` are kinds of settings that the tokens may not read: `protection`, `secrets` and so on.
    """

    protection: dict[str, dict[str, Any]] = field(default_factory=dict)
    rulesets: list[dict[str, Any]] = field(default_factory=list)
    environments: dict[str, Environment] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    workflows: dict[str, str] = field(default_factory=dict)
    runs: list[WorkflowRun] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)
