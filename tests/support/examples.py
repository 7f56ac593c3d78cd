"""The examples under `tests/examples/`, read as its README describes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from emp_gitops.core.checking import CheckedTree
from emp_gitops.core.findings import Finding
from emp_gitops.core.loading import load
from emp_gitops.core.model import Account, LiveAccount
from emp_gitops.core.planning import make_plan
from emp_gitops.core.reading_account import account_from_value
from support.accounts import TODAY, a_tree, check

FOLDER = Path(__file__).parents[1] / "examples"


@dataclass(frozen=True)
class Expected:
    """A finding to come: its rule, its place as `file:line:column`, and a part of its message and of its hint."""

    rule: str
    at: str
    says: str
    hint: str = ""


@dataclass(frozen=True)
class Example:
    """One example of a rule: `verdict` is `valid` or `invalid`."""

    rule: str
    verdict: str
    folder: Path

    @property
    def name(self) -> str:
        return f"{self.rule}/{self.verdict}/{self.folder.name}"

    @property
    def expected(self) -> list[Expected]:
        return [Expected(**each) for each in self._expectations.get("findings", [])]

    def findings(self) -> list[Finding]:
        """What planning the example finds, the checks of its files included."""
        checked = self._checked()
        today = self._expectations.get("today")
        return list(make_plan(checked, self._live(checked), date.fromisoformat(today) if today else TODAY).findings)

    @property
    def _expectations(self) -> dict[str, Any]:
        return self._yaml("expected.yaml") or {}

    def _checked(self) -> CheckedTree:
        files = {str(path.relative_to(self.folder)): path.read_bytes() for path in sorted(self.folder.glob("accounts/**/*.yaml"))}
        config = self.folder / "emp-gitops.yaml"
        return check(a_tree(files, config=config.read_bytes() if config.exists() else None))

    def _live(self, checked: CheckedTree) -> dict[str, LiveAccount]:
        rows = self._yaml("platform.yaml") or {}
        return {id_: _live_account(id_, row or {}, _file_value(checked, id_)) for id_, row in rows.items()}

    def _yaml(self, name: str) -> Any:
        path = self.folder / name
        if not path.exists():
            return None
        loaded = load(path.read_bytes())
        assert not loaded.problems, (path, loaded.problems)
        return loaded.value


def examples() -> Iterator[Example]:
    """Every example, in the order of its name."""
    for folder in sorted(FOLDER.glob("*/*/*/")):
        yield Example(folder.parts[-3], folder.parts[-2], folder)


def _file_value(checked: CheckedTree, id_: str) -> dict[str, Any]:
    wanted = checked.wanted.get(id_)
    return load(checked.tree.accounts[wanted.file]).value if wanted else {}


def _live_account(id_: str, row: dict[str, Any], in_file: dict[str, Any]) -> LiveAccount:
    row = dict(row)
    value = in_file | row.pop("account", {})
    applied = row.pop("applied", {})
    return LiveAccount(
        id=id_, account=_account(value), applied=None if applied is None else _account(value | applied), **{"version": 1} | row,
    )


def _account(value: dict[str, Any]) -> Account:
    return account_from_value({field: given for field, given in value.items() if given is not None})
