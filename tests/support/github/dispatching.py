"""The way of one request: what was planned for it, who asks, whether it fits, what it does, whether the answer fits."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from support.github import answering
from support.github.checking import operation
from support.github.faults import Answer, Outage, Plan, failure, json_answer
from support.github.graphql import graphql
from support.github.identities import identify
from support.github.model import Identity, Recorded, RefusedError
from support.github.routing import HANDLERS, Call, Listing, Reply, find
from support.github.state import State

assert answering.__all__  # importing it is what makes HANDLERS full
API = "/api/v3"
WRONG = 418
"""For requests that no client should send: a status that nobody retries."""


@dataclass
class Dispatcher:
    """`troubles` are the slips of the client and of the stand-in; a test with any of them fails."""

    state: State
    plans: list[Plan | Outage] = field(default_factory=list)
    requests: list[Recorded] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def answer(self, method: str, path: str, query: str, headers: dict[str, str], given: bytes) -> Answer:
        """`path` is without `/api/v3`, `headers` are in small letters."""
        with self.lock:
            wanted = dict(parse_qsl(query, keep_blank_values=True))
            body = json.loads(given) if given else None
            coming = [plan for plan in self.plans if plan.comes(method, path)]
            for plan in coming:
                if plan.action:
                    plan.action()
            planned = next((plan for plan in coming if plan.answer), None)
            identity = identify(self.state, headers.get("authorization", ""))
            if planned and planned.answer and not planned.after_effect:
                answer = planned.answer
            else:
                answer = self._real(method, path, wanted, body, identity)
                if planned and planned.answer and answer.status != WRONG:
                    answer = planned.answer
            login = identity.login if identity else None
            self.requests.append(Recorded(method, path, wanted, body, login, answer.status))
            return _unless_known(answer, headers) if method == "GET" else answer

    def _real(self, method: str, path: str, query: dict[str, str], body: Any, identity: Identity | None) -> Answer:
        if identity is None:
            return failure(401)
        if path == "/graphql":
            return json_answer(200, graphql(self.state, identity, body))
        found = find(method, path)
        if found is None:
            return self._wrong([f"there is no {method} {path} here: GitHub has none, or the stand-in lacks it"])
        template, parameters = found
        checked = operation(method, template)
        if troubles := checked.request_troubles(query, body):
            return self._wrong(troubles)
        headers: dict[str, str] = {}
        try:
            reply = self._done(method, path, template, Call(parameters, query, {} if body is None else body, identity))
            headers = reply.headers
        except RefusedError as refusal:
            reply = Reply(_refused(refusal), refusal.status)
        if troubles := checked.answer_troubles(reply.status, reply.value):
            return self._wrong([f"the stand-in's answer is not GitHub's: {trouble}" for trouble in troubles])
        return Answer(reply.status, headers) if reply.value is None else json_answer(reply.status, reply.value, headers)

    def _done(self, method: str, path: str, template: str, call: Call) -> Reply:
        state, its = self.state, call.path
        if "owner" in its and (its["owner"].lower(), its["repo"].lower()) != (state.owner.lower(), state.name.lower()):
            raise RefusedError(404, "Not Found")
        if call.identity.app and not path.startswith(("/app", f"/repos/{state.owner}/{state.name}/installation")):
            raise RefusedError(401, "A JSON web token could not be decoded")
        if method != "GET" and not call.identity.can_write:
            raise RefusedError(403, "Resource not accessible by integration")
        found = HANDLERS[method, template](state, call)
        return self._page(found, path, call.query) if isinstance(found, Listing) else found

    def _page(self, listing: Listing, path: str, query: dict[str, str]) -> Reply:
        size = min(int(query.get("per_page", 30)), 100, self.state.behaviour.page_limit)
        number, total = int(query.get("page", 1)), len(listing.items)
        last = max(-(-total // size), 1)
        places = {"prev": number - 1, "next": number + 1, "last": last, "first": 1}
        wanted = {"prev", "first"} if number == last else {"next", "last"} if number == 1 else set(places)
        links = [
            f'<{self.state.api}{path}?{urlencode({**query, "page": place})}>; rel="{name}"'
            for name, place in places.items() if name in wanted
        ]
        shown = [listing.shape(each) for each in listing.items[(number - 1) * size:number * size]]
        value = {"total_count": total, listing.key: shown} if listing.key else shown
        return Reply(value, headers={"link": ", ".join(links)} if last > 1 else {})

    def _wrong(self, troubles: list[str]) -> Answer:
        self.troubles += troubles
        return json_answer(WRONG, {"message": "; ".join(troubles)})


def _refused(refusal: RefusedError) -> dict[str, Any]:
    errors = {} if refusal.errors is None else {"errors": refusal.errors}
    return {
        "message": refusal.message, "documentation_url": "https://docs.github.com/rest", "status": str(refusal.status), **errors,
    }


def _unless_known(answer: Answer, headers: dict[str, str]) -> Answer:
    """Nothing but a 304 for those who have the very same answer already."""
    if answer.status != 200:
        return answer
    tag = f'W/"{hashlib.sha256(answer.body + answer.headers.get("link", "").encode()).hexdigest()}"'
    if headers.get("if-none-match") == tag:
        return Answer(304, {"etag": tag})
    return Answer(200, {**answer.headers, "etag": tag}, answer.body)
