"""Are the workflows there, and do they run only what somebody has looked at?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from emp_gitops.core.tree import MAX_FILE_BYTES
from emp_gitops.doctor.values import WORKFLOWS, Check, Problem, Subject, error, on_forge
from emp_gitops.errors import EmpError
from emp_gitops.files import read_regular

ACTIONS = ".github/actions"
EXPECTED = ("applications.yml", "reconcile.yml")

_PINNED = re.compile(r"[0-9a-f]{40}|sha256:[0-9a-f]{64}")


def uses(text: str) -> Iterator[tuple[int, str]]:
    """The line and the value of every `uses` in a workflow. Raises ValueError where it is no YAML."""
    import yaml  # noqa: PLC0415 - only the doctor reads foreign YAML

    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as trouble:
        raise ValueError("no YAML") from trouble
    left, seen = [node], set()
    while left:
        node = left.pop()
        if node is None or id(node) in seen:  # an alias leads to a node that was there before
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            left += node.value
        elif isinstance(node, yaml.MappingNode):
            left += [each for pair in node.value for each in pair]
            for key, value in node.value:
                if key.value == "uses" and isinstance(value, yaml.ScalarNode):
                    yield value.start_mark.line + 1, value.value


def _pinned(subject: Subject) -> Iterator[Problem]:
    for path in _files(subject.top):
        yield from _file(path, path.relative_to(subject.top).as_posix())


def _files(top: Path) -> list[Path]:
    """The workflows, and the actions of the repository itself, which use others in their turn."""
    own = [*(top / ACTIONS).rglob("*"), *top.glob("*")]
    actions = [path for path in own if path.name in ("action.yml", "action.yaml")]
    workflows = [path for path in (top / WORKFLOWS).glob("*") if path.suffix in (".yml", ".yaml")]
    return sorted((*workflows, *actions))


def _file(path: Path, name: str) -> Iterator[Problem]:
    try:
        text = read_regular(path, what="the workflow", limit=MAX_FILE_BYTES).decode("utf-8")
        found = sorted(uses(text))
    except (EmpError, ValueError):
        yield error(f"{name} cannot be read", "it has to be YAML, in a regular file of at most 64 KiB")
        return
    for line, used in found:
        if not used.startswith("./") and not _PINNED.fullmatch(used.rpartition("@")[2]):
            yield error(
                f"{name}:{line}: {used} can become something else at any time",
                "name the commit: …@<40 digits> # and its version in a comment",
            )


def _present(subject: Subject) -> Iterator[Problem]:
    for name in (*EXPECTED, *(["forms.yml"] if subject.config.forms_app else [])):
        if not (subject.top / WORKFLOWS / name).is_file():
            yield error(
                f"there is no {WORKFLOWS}/{name}",
                "write it again, as `emp-gitops init --forge github:OWNER/REPO` does",
            )


CHECKS = (
    Check(id="workflows", fine="applications and main have their workflows", examine=_present, concerns=on_forge),
    Check(
        id="actions-pinned", fine="every action is pinned by commit", examine=_pinned,
        concerns=lambda subject: subject.has_workflows,
    ),
)
