"""Does GitHub ask Customer Success before policy changes?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from emp_gitops.core.tree import CONFIG_FILE, FORGE_FOLDER, SCHEMAS_FOLDER, SIGNERS_FILE
from emp_gitops.doctor.codeowners import PLACES, OwnerLine, deciding, owner_lines
from emp_gitops.doctor.values import WORKFLOWS, Check, Problem, Subject, error, on_forge, warning
from emp_gitops.forge.base import MAIN

_NEW = "a-new-file"
"""Stands for whatever somebody may add to a folder."""


def _owners(subject: Subject) -> Iterator[Problem]:
    place = next((place for place in PLACES if subject.file(place) is not None), None)
    if place is None:
        yield error(
            f"there is no {PLACES[0]}: GitHub asks nobody in particular before policy changes",
            "write it again, as `emp-gitops init --forge github:OWNER/REPO` does",
        )
        return
    lines = owner_lines((subject.file(place) or b"").decode("utf-8", "replace"))
    owned: dict[OwnerLine, str] = {}
    for name, paths in _policy(subject, place).items():
        found = {path: deciding(lines, path) for path in paths}
        without = [path for path, line in found.items() if line is None or not line.owners]
        if without:
            yield _unowned(place, name if len(without) == len(paths) else _spoken(without[0]), found[without[0]])
        for path, line in found.items():
            if line and line.owners:
                owned.setdefault(line, name if path == paths[0] else _spoken(path))
    yield from _strangers(subject, place, owned)
    for trouble in subject.forge.code_owner_errors(MAIN):
        yield error(
            f"code owners cannot be asked: {trouble}",
            "name people and teams who can write to the repository, such as @octocat or @org/team",
        )


def _policy(subject: Subject, place: str) -> Mapping[str, Sequence[str]]:
    """The paths of what decides about approvals, from the repository's top, by what to call them."""
    root = subject.workspace.root.relative_to(subject.top).as_posix()
    beside = "" if root == "." else f"{root}/"
    forge = _below(subject.top, FORGE_FOLDER, f"{FORGE_FOLDER}/{_NEW}", f"{WORKFLOWS}/{_NEW}.yml")
    schemas = _below(subject.top, f"{beside}{SCHEMAS_FOLDER}", f"{beside}{SCHEMAS_FOLDER}/{_NEW}.json")
    files = (f"{beside}{SIGNERS_FILE}", f"{beside}{CONFIG_FILE}", *(() if place in forge else (place,)))
    return {
        f"/{FORGE_FOLDER}/": forge,
        **{f"/{path}": (path,) for path in files},
        f"/{beside}{SCHEMAS_FOLDER}/": schemas,
    }


def _below(top: Path, folder: str, *more: str) -> Sequence[str]:
    files = sorted(path for path in (top / folder).rglob("*") if not path.is_dir())
    return [*more, *(path.relative_to(top).as_posix() for path in files)]


def _spoken(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return f"a new file in /{folder}/" if name.startswith(_NEW) else f"/{path}"


def _unowned(place: str, name: str, line: OwnerLine | None) -> Problem:
    if line is None:
        return error(f"{name} has no code owner", f"add a line for it to {place}, with Customer Success")
    return error(
        f"{name} has no code owner: {place}:{line.number} takes it away",
        "the last line that matches decides: name Customer Success there, or move it above the others",
    )


def _strangers(subject: Subject, place: str, owned: Mapping[OwnerLine, str]) -> Iterator[Problem]:
    """Lines by which only others are asked than those who approve."""
    named = {each.lower() for each in subject.config.roles.customer_success} if subject.names_logins else set()
    for line, name in sorted(owned.items(), key=lambda item: item[0].number):
        if not named or any(_called(owner) in named for owner in line.owners):
            continue
        if any(owner.startswith("@") and _can_approve(owner, subject) for owner in line.owners):
            continue
        message = f"{place}:{line.number} gives {name} to {', '.join(line.owners)}"
        hint = "name people or teams of roles.customer_success: reconcile takes an approval from them alone"
        if all(owner.startswith("@") for owner in line.owners):
            yield error(f"{message}: nobody in Customer Success is asked", hint)
        else:
            yield warning(f"{message}: an address does not tell whether that is Customer Success", hint)


def _called(owner: str) -> str:
    """An owner as roles name them: a login, or `@org/team`."""
    return (owner if "/" in owner else owner.removeprefix("@")).lower()


def _can_approve(owner: str, subject: Subject) -> bool:
    """Whether there is somebody in Customer Success whom an owner, a person or a team, stands for."""
    members = subject.forge.members
    teams = [name for name in subject.config.roles.customer_success if name.startswith("@")]
    logins = [name.lower() for name in subject.config.roles.customer_success if not name.startswith("@")]
    people = set(logins).union(*(members(team) for team in teams))
    return bool(people & (set(members(owner)) if "/" in owner else {_called(owner)}))


CHECKS = (
    Check(id="code-owners", fine="policy has code owners", examine=_owners, concerns=on_forge),
)
