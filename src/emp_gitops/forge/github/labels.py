"""Labels of issues and pull requests, and those that the repository has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from urllib.parse import quote

from github.GithubException import GithubException
from github.Label import Label

from emp_gitops.forge.github.client import GitHub
from emp_gitops.forge.github.effects import once

_GONE = 404
_GREY = "ededed"  # what GitHub itself gives to a label without a colour
_DESCRIPTION = "Set by emp-gitops"


class Labels:
    """The labels of one repository; those that it has are read once, when one may be missing.

    `needs` is the permission that it takes to set them. Every method raises ForgeError.
    """

    def __init__(self, client: GitHub, *, needs: str) -> None:
        self._client = client
        self._needs = needs
        self._known: set[str] | None = None

    def put(self, number: int, *, prefix: str, labels: Sequence[str], present: Collection[str] | None = None) -> None:
        """Make `labels` the only ones of an issue that begin with `prefix`; those that it has may be known already."""
        issue = self._client.repository.get_issue(number)
        wanted, begins = {label.lower() for label in labels}, prefix.lower()
        with self._client.asking(f"label #{number}", needs=self._needs):
            if present is None:
                present = [label.name for label in issue.get_labels()]
            for name in present:
                if name.lower().startswith(begins) and name.lower() not in wanted:
                    self._remove(issue.url, name)
        had = {name.lower() for name in present}
        missing = [label for label in labels if label.lower() not in had]
        if missing:
            self.make(missing)
            with self._client.asking(f"label #{number}", needs=self._needs):
                # PyGithub would send a bare list, which GitHub takes but no longer describes.
                self._client.api.requester.requestJsonAndCheck("POST", f"{issue.url}/labels", input={"labels": missing})

    def make(self, names: Iterable[str]) -> None:
        """Make those that the repository has not got."""
        if self._known is None:
            self._known = {*self._read()}
        for name in names:
            if name.lower() not in self._known:
                once(partial(self._make, name), partial(self._find, name))
                self._known.add(name.lower())

    def _remove(self, url: str, name: str) -> None:
        # People make labels, and PyGithub would send the slashes of `kind: /../../git/refs/heads/main` as a path.
        try:
            self._client.api.requester.requestJsonAndCheck("DELETE", f"{url}/labels/{quote(name, safe='')}")
        except GithubException as error:
            if error.status != _GONE:  # somebody was faster
                raise

    def _make(self, name: str) -> Label:
        with self._client.asking(f"make the label {name!r}", needs=self._needs):
            return self._client.repository.create_label(name, _GREY, _DESCRIPTION)

    def _find(self, name: str) -> Label | None:
        return self._read().get(name.lower())

    def _read(self) -> dict[str, Label]:
        with self._client.asking("read the labels"):
            return {label.name.lower(): label for label in self._client.repository.get_labels()}
