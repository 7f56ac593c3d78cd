"""Runs of an issue tracker for `support.crashing` to start in processes of their own. Nothing here runs in a test."""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from itertools import count
from pathlib import Path

from emp_gitops.core.config import Config
from emp_gitops.forge.issues import Close, Comment, Deed, OpenIssue, Relabel
from emp_gitops.forge.plain.issues import PlainIssues
from emp_gitops.repository import Repository
from support.trackers import KEY, NOON, OPEN, OTHER

import_module("git")  # once, for all children

STORY: list[Deed] = [
    OPEN, OpenIssue(key=OTHER, title="Lyon", body="x", records=("intent",)),
    Comment(key=KEY, body="A mail went out.", records=("sent P1M <1@acme.example>",)),
    Relabel(key=KEY, prefix="stage: ", labels=("stage: week",)), Close(key=KEY, body="Thank you."),
]


def tell(folder: str, step: str) -> None:
    """The whole story; the process kills itself before it starts git for the n-th time, from 1."""
    steps = count(1)

    def look(name: str, _arguments: object) -> None:
        if name == "subprocess.Popen" and next(steps) == int(step):
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look)
    _tracker(folder).do(STORY)


def comment(folder: str) -> None:
    """Open the issue, unless it is there, and comment on it as this process."""
    _tracker(folder).do([OPEN, Comment(key=KEY, body=f"By {os.getpid()}.", records=(f"by {os.getpid()}",))])


def _tracker(folder: str) -> PlainIssues:
    config = Config(organisation="Example Energy", timezone="Europe/Madrid")
    return PlainIssues.of(config, Repository.open(Path(folder)), say=lambda _text: None, moment=NOON)
