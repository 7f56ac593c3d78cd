"""What administrators set on a forge, as values, for the doctor to look at."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from emp_gitops.errors import ForgeError


class UnreadableError(ForgeError):
    """A setting that these credentials may not read: what it is remains unknown, and is never taken as good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What there is to know about the repository itself."""

    is_private: bool
    default_branch: str
    has_issues: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule on a branch, as rulesets call it (`pull_request`); `ruleset` is the id of the one that it stands in."""

    type: str
    parameters: Mapping[str, Any]
    ruleset: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A deployment environment. `branches` are the patterns of those that may use it, None for all that there are;
    `only_protected` lets in any protected branch instead. With `waits_for_people` each run needs somebody's consent.
    """

    name: str
    branches: tuple[str, ...] | None
    only_protected: bool
    waits_for_people: bool


class Settings(Protocol):
    """Reads only. Every method raises UnreadableError for want of a permission, and ForgeError where it fails else."""

    @property
    def name(self) -> str:
        """`OWNER/REPO`."""
        ...

    def facts(self) -> Facts: ...

    def rules(self, branch: str) -> Sequence[Rule]:
        """The rules of all rulesets that are active on the branch."""
        ...

    def protection(self, branch: str) -> Sequence[Rule]:
        """The branch's own protection, the older kind, as the rules that it amounts to."""
        ...

    def exceptions(self, ruleset: int) -> int:
        """How many people, teams and Apps need not keep a ruleset."""
        ...

    def environments(self) -> Mapping[str, Environment]: ...

    def secrets(self, environment: str | None) -> Collection[str]:
        """The names of an environment's secrets, of the repository's own for None."""
        ...

    def variables(self, environment: str | None) -> Mapping[str, str]:
        """An environment's variables with their values, the repository's own for None."""
        ...

    def workflow_state(self, file: str) -> str | None:
        """`active`, or why it never runs (`disabled_inactivity`); None where main has no such workflow."""
        ...

    def last_success(self, file: str, branch: str, *, event: str | None = None) -> datetime | None:
        """When the workflow last ended well on the branch, started by any event or by that one; None for never."""
        ...

    def code_owner_errors(self, branch: str) -> Sequence[str]:
        """What is wrong in the branch's file of code owners, a line each."""
        ...

    def has_label(self, name: str) -> bool: ...

    def has_user(self, login: str) -> bool:
        """Whether there is a person, or an App (`<slug>[bot]`), of that name; an organisation is neither."""
        ...

    def members(self, team: str) -> Collection[str]:
        """The logins in `@org/team`, in lower case."""
        ...
