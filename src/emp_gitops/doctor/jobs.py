"""What a workflow says of its jobs: where they run, and what they do there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Machine = Literal["hosted", "own", "unknown"]
"""Whose machine a job runs on: GitHub's, which is new for each job, the organisation's, or one cannot tell."""

_HOSTED = re.compile(r"(?:ubuntu|windows|macos)-.+", re.IGNORECASE)
_TOOL = "emp-gitops"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`runs_on` is as the workflow has it; `is_cleaned` says that a checkout deletes what git does not track."""

    machine: Machine
    runs_on: str
    is_cleaned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """The `events` that start it, and the `jobs` that run this tool, or all where none can be seen to."""

    events: frozenset[str]
    jobs: tuple[Job, ...]


def read_workflow(data: bytes) -> Workflow:
    """Raises ValueError where it is none."""
    import yaml  # noqa: PLC0415 - only the doctor reads foreign YAML

    try:
        # The base loader knows texts, lists and maps: `on` stays a text, and nothing in the file is merged or made.
        value = yaml.load(data, Loader=yaml.BaseLoader)  # noqa: S506 - safer than the safe one
    except (yaml.YAMLError, RecursionError) as trouble:
        raise ValueError("no YAML") from trouble
    jobs = _map(_map(value).get("jobs"))
    ours = [job for job in jobs.values() if any(_TOOL in text for text in _does(_map(job)))]
    return Workflow(
        events=frozenset(_events(_map(value).get("on"))),
        jobs=tuple(_job(_map(job)) for job in ours or jobs.values()),
    )


def _job(job: dict[Any, Any]) -> Job:
    asked = job.get("runs-on")
    group, labels = ("", asked) if not isinstance(asked, dict) else (asked.get("group", ""), asked.get("labels"))
    names = [each for each in _list(labels) if isinstance(each, str)]
    shown = ", ".join([*names, *([f"the group {group}"] if group else [])]) or "nothing"
    return Job(machine=_machine(names, bool(group)), runs_on=shown, is_cleaned=_is_cleaned(job))


def _machine(labels: list[str], has_group: bool) -> Machine:
    if any("${{" in label for label in labels):
        return "unknown"
    if "self-hosted" in [label.lower() for label in labels]:
        return "own"
    is_hosted = bool(labels) and not has_group and all(map(_HOSTED.fullmatch, labels))
    return "hosted" if is_hosted else "unknown"  # groups and other labels may be either


def _is_cleaned(job: dict[Any, Any]) -> bool:
    return any(
        str(step.get("uses", "")).lower().startswith("actions/checkout@")
        and str(_map(step.get("with")).get("clean", "true")).lower() != "false"
        for step in _steps(job)
    )


def _does(job: dict[Any, Any]) -> Iterator[str]:
    """What the job and its steps run and use, as texts."""
    for each in (job, *_steps(job)):
        yield from (str(each.get(key, "")) for key in ("run", "uses"))


def _steps(job: dict[Any, Any]) -> list[dict[Any, Any]]:
    return [_map(step) for step in _list(job.get("steps"))]


def _events(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, dict) else [str(each) for each in _list(value)]


def _map(value: object) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value in (None, "") else [value]
