"""The part of the stand-in's control that administrators have: protection, environments, secrets, workflows, Apps."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from support.github.identities import new_app
from support.github.model import App
from support.github.settings import Environment, WorkflowRun
from support.github.state import State

_MAY = {"contents": "write", "pull_requests": "write", "issues": "write", "checks": "write", "metadata": "read"}


class Administering:
    state: State

    def protect(
        self, branch: str = "main", *, approvals: int = 1, dismisses_stale: bool = True, code_owners: bool = True,
        last_push: bool = True, checks: Iterable[tuple[str, int | None]] = (), admins_too: bool = True,
        force_pushes: bool = False, deletions: bool = False,
    ) -> dict[str, Any]:
        """A branch's own protection, the older kind. `checks` are names, each with the id of its App. What is given back may
        be changed.
        """
        url = f"{self.state.repository}/branches/{branch}/protection"
        required = [{"context": name, "app_id": app} for name, app in checks]
        self.state.settings.protection[branch] = found = {
            "url": url,
            "required_pull_request_reviews": {
                "url": f"{url}/required_pull_request_reviews", "dismiss_stale_reviews": dismisses_stale,
                "require_code_owner_reviews": code_owners, "require_last_push_approval": last_push,
                "required_approving_review_count": approvals,
            },
            "required_status_checks": {
                "url": f"{url}/required_status_checks", "strict": False, "contexts": [each["context"] for each in required],
                "contexts_url": f"{url}/required_status_checks/contexts", "checks": required,
            },
            "enforce_admins": {"url": f"{url}/enforce_admins", "enabled": admins_too},
            "allow_force_pushes": {"enabled": force_pushes}, "allow_deletions": {"enabled": deletions},
        }
        return found

    def ruleset(self, body: str | Mapping[str, Any]) -> dict[str, Any]:
        """Import a ruleset: the text of such a file as `.github/rulesets/main.json`, or its value."""
        found = {"bypass_actors": [], **(json.loads(body) if isinstance(body, str) else body), "id": self.state.new_id()}
        self.state.settings.rulesets[found["id"]] = found
        return found

    def deployment_environment(
        self, name: str, *, branches: list[str] | Literal["protected"] | None = None, reviewers: Iterable[str] = (),
        secrets: Iterable[str] = (), variables: Mapping[str, str] | None = None,
    ) -> Environment:
        found = Environment(
            name, self.state.new_id(), [*reviewers], branches=branches, secrets=[*secrets], variables=dict(variables or {})
        )
        self.state.settings.environments[name] = found
        return found

    def secret(self, name: str) -> None:
        """A secret of the repository itself; nobody reads its value."""
        self.state.settings.secrets.append(name)

    def variable(self, name: str, value: str) -> None:
        self.state.settings.variables[name] = value

    def disable(self, workflow: str, state: str = "disabled_inactivity") -> None:
        """Why the workflow in a file runs no more."""
        self.state.settings.workflow_states[workflow] = state

    def ran(
        self, workflow: str, *, at: str, conclusion: str | None = "success", event: str = "schedule", branch: str = "main"
    ) -> WorkflowRun:
        """A run of the workflow in a file, which main must have. `at` is such as 2026-11-23T08:17:00Z; without a conclusion
        it still runs.
        """
        head = self.state.bare.resolve(f"refs/heads/{branch}")
        assert head
        status = "completed" if conclusion else "in_progress"
        run = WorkflowRun(self.state.new_id(), workflow, head, branch, event, status, conclusion, at)
        self.state.settings.runs.append(run)
        return run

    def code_owner_error(self, line: int, kind: str = "Unknown owner", path: str = ".github/CODEOWNERS") -> None:
        self.state.settings.code_owner_errors.append(
            {"line": line, "column": 1, "kind": kind, "source": "", "suggestion": None, "message": kind, "path": path}
        )

    def hide(self, *kinds: str) -> None:
        """Kinds of settings that no token may read; see Settings.hidden."""
        self.state.settings.hidden.update(kinds)

    def app(self, slug: str, *, permissions: Mapping[str, str] | None = None, is_installed: bool = True) -> App:
        """A GitHub App; it acts as `<slug>[bot]`."""
        return new_app(self.state, slug, dict(permissions or _MAY), is_installed=is_installed)

    def app_environment(self, app: App) -> dict[str, str]:
        """The variables that a client needs to be the App."""
        return {
            "GITHUB_API_URL": self.state.api, "GITHUB_SERVER_URL": self.state.url,
            "GITHUB_REPOSITORY": f"{self.state.owner}/{self.state.name}", "EMP_GITHUB_APP_ID": str(app.id),
            "EMP_GITHUB_APP_KEY": app.private_key,
        }
