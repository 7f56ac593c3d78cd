"""Apps: who they are by their own signed word, and tokens of their installations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from support.github.model import App, Identity, RefusedError
from support.github.routing import REPO, Call, Reply, answers
from support.github.shapes import people
from support.github.state import State

_INSTALLATION = "/app/installations/{installation_id}"


@answers("GET", "/app")
def get(state: State, call: Call) -> Reply:
    return Reply(people.app(state, _asking(call)))


@answers("GET", f"{REPO}/installation")
def of_repository(state: State, call: Call) -> Reply:
    return Reply(people.installation(state, _installed(_asking(call))))


@answers("GET", _INSTALLATION)
def installation(state: State, call: Call) -> Reply:
    return Reply(people.installation(state, _of_number(call)))


@answers("POST", f"{_INSTALLATION}/access_tokens")
def token(state: State, call: Call) -> Reply:
    """A token that ends in an hour by the clock on the wall, since clients go by that."""
    app = _of_number(call)
    permissions = call.body.get("permissions") or app.permissions
    if not permissions.items() <= app.permissions.items():
        raise RefusedError(422, "The permissions requested are not granted to this installation.")
    made = f"ghs_{app.slug}_{state.new_id()}"
    state.tokens[made] = Identity(app.login, "write" in permissions.values(), is_installation=True)
    ends = datetime.now(UTC) + timedelta(hours=1)
    return Reply({"token": made, "expires_at": ends.strftime("%Y-%m-%dT%H:%M:%SZ"), "permissions": permissions}, 201)


def _asking(call: Call) -> App:
    if call.identity.app is None:
        raise RefusedError(401, "A JSON web token could not be decoded")
    return call.identity.app


def _of_number(call: Call) -> App:
    app = _installed(_asking(call))
    if app.installation != call.number("installation_id"):
        raise RefusedError(404, "Not Found")
    return app


def _installed(app: App) -> App:
    if not app.is_installed:
        raise RefusedError(404, "Not Found")
    return app
