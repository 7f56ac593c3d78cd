"""What an administrator of the repository has set, as far as GitHub tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass
class Environment:
    """A deployment environment. `reviewers` are logins and `@org/team`s; `branches` are patterns, or only the protected
    branches, or None for any branch.
    """

    name: str
    id: int
    reviewers: list[str] = field(default_factory=list)
    prevents_self_review: bool = False
    branches: list[str] | Literal["protected"] | None = None
    secrets: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)


@dataclass
class WorkflowRun:
    """`workflow` is the name of its file."""

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
    """`protection` is by branch and `rulesets` by id, as GitHub tells them. `workflow_states` are those that are not active, by
    file. `hidden` are kinds of settings that the tokens may not read: `protection`, `bypass`, `environments`, `secrets`,
    `variables`, `workflows`, `codeowners`.
    """

    protection: dict[str, dict[str, Any]] = field(default_factory=dict)
    rulesets: dict[int, dict[str, Any]] = field(default_factory=dict)
    environments: dict[str, Environment] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    workflow_states: dict[str, str] = field(default_factory=dict)
    runs: list[WorkflowRun] = field(default_factory=list)
    code_owner_errors: list[dict[str, Any]] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
