"""The story of a renewal that the configured App proposes on the stand-in for GitHub."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from support.cli import Cli, Outcome
from support.github import GitHub, Pull
from support.github.model import Issue
from support.pull_story import PullStory
from support.repos import account_text

APP = "example-energy-forms"
BOT = f"{APP}[bot]"
LYON = "acme-lyon"
BRANCH = "application/acme-lyon-renewal-2026-12-10"
_TERM = {"start": "2025-12-10", "auto_renew": "propose"}


class RenewalStory(PullStory):
    """Lyon's term ends on 10 December 2026, and its contract wants a renewal proposed.

        pull = story.proposed()
        story.github.review(pull, by="ana")
    """

    def __init__(self, folder: Path, github: GitHub) -> None:
        github.app(APP)
        super().__init__(
            folder, github, accounts={LYON: _TERM}, forms={"app": APP}, mail={"from": "Example Energy <accounts@example.com>"},
        )

    def remind(self, day: str = "2026-11-23", *, code: int = 0) -> Outcome:
        """A day's run, by the App, on a new machine."""
        return self.desk(BOT)("remind", "--open-renewals", "--today", day, code=code)

    def proposed(self) -> Pull:
        """The App's pull request, after the first run."""
        self.remind()
        (pull,) = self.pulls()
        return pull

    def pulls(self) -> list[Pull]:
        return list(self.github.state.pulls.values())

    @property
    def issue(self) -> Issue:
        (issue,) = self.github.issues()
        return issue

    def mails(self) -> list[str]:
        """The texts of what was mailed, from all machines."""
        files = self.folder.glob("clone-*/.emp-gitops/mail/new/*")
        bodies = [message_from_bytes(file.read_bytes(), policy=default).get_body(("plain",)) for file in files]
        return [body.get_content() for body in bodies if body]

    def listed(self, reader: Cli | None = None) -> dict[str, Any]:
        """The one open application, as `applications` has it."""
        (one,) = (reader or self.desk("ana")).json_as("applications", "applications", "list")["applications"]
        return dict(one)

    def lyon(self, **fields: Any) -> dict[str, str]:
        """Lyon's file, with other fields than it began with."""
        return {f"accounts/{LYON}.yaml": account_text(LYON, **{"datapoints": 120, **_TERM, **fields})}
