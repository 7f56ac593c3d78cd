"""Where rules register, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from emp_gitops.core.catalogue import Catalogue
from emp_gitops.core.config import Config
from emp_gitops.core.findings import Severity
from emp_gitops.core.model import Account, LiveAccount, WantedAccount

Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True)
class Violation:
    """What a rule has to say. `field` is a field of the model and gives the place; None is the whole file."""

    field: str | None
    message: str
    hint: str | None = None
    file: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class AccountCase:
    """What an account rule looks at."""

    account: Account
    catalogue: Catalogue
    config: Config


@dataclass(frozen=True, slots=True)
class TreeCase:
    """What a tree rule looks at: every account file's path, and the accounts that are valid by themselves, by id."""

    paths: tuple[str, ...]
    wanted: Mapping[str, WantedAccount]


@dataclass(frozen=True, slots=True)
class PlanningCase:
    """What a planning rule looks at: one id on one day. `wanted` is None where the file was removed."""

    id: str
    wanted: Account | None
    live: LiveAccount | None
    today: date


@dataclass(frozen=True, slots=True)
class Rule(Generic[Subject]):
    """A registered rule."""

    id: str
    severity: Severity
    check: Callable[[Subject], Iterator[Violation]]


Check = Callable[[Subject], Iterator[Violation]]


class Registry(Generic[Subject]):
    """The rules of one scope, in the order of registration."""

    def __init__(self) -> None:
        self.rules: dict[str, Rule[Subject]] = {}

    def __call__(self, rule_id: str, *, severity: Severity = "error") -> Callable[[Check[Subject]], Check[Subject]]:
        def register(check: Check[Subject]) -> Check[Subject]:
            if rule_id in self.rules:
                raise ValueError(f"two rules are called {rule_id}")
            self.rules[rule_id] = Rule(rule_id, severity, check)
            return check

        return register

    def violations(self, subject: Subject) -> Iterator[tuple[Rule[Subject], Violation]]:
        """What all rules of the scope have to say on one subject."""
        for rule in self.rules.values():
            for violation in rule.check(subject):
                yield rule, violation


account_rule: Registry[AccountCase] = Registry()
tree_rule: Registry[TreeCase] = Registry()
planning_rule: Registry[PlanningCase] = Registry()
