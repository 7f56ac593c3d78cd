"""What we ourselves wrote in issues, and whether somebody else edited it since: only GraphQL tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from emp_gitops.forge.github.client import GitHub
from emp_gitops.forge.github.graphql import ask

_AT_ONCE = 20
"""Issues in one question."""

_FRAGMENTS = """
fragment actor on Actor { __typename login }
fragment page on IssueCommentConnection {
  nodes { fullDatabaseId body author { ...actor } editor { ...actor } lastEditedAt }
  pageInfo { hasNextPage endCursor }
}
"""
_THREAD = """
fragment thread on Issue {
  number state locked repository { nameWithOwner }
  body author { ...actor } editor { ...actor } lastEditedAt
  labels(first: 100) { nodes { name } }
  comments(first: 100) { ...page }
}
"""
_PAGE = """
query($owner: String!, $name: String!, $number: Int!, $after: String!) {
  repository(owner: $owner, name: $name) {
    issue(number: $number) { comments(first: 100, after: $after) { ...page } }
  }
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text of our own identity: the description, whose `id` is "", or a comment. It `is_pure` as long as nobody else
    edited it.
    """

    id: str
    body: str
    is_pure: bool


@dataclass(slots=True, kw_only=True)
class Thread:
    """An issue as it is now, with our own texts alone, oldest first."""

    number: int
    is_open: bool = True
    is_locked: bool = False
    labels: list[str] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    @property
    def pure_texts(self) -> list[Text]:
        return [text for text in self.texts if text.is_pure]


def read_threads(client: GitHub, numbers: Iterable[int]) -> dict[int, Thread]:
    """Some issues at a time in one question. Those that were deleted, or moved to another repository, are left out.

    Raises ForgeError.
    """
    found: dict[int, Thread] = {}
    waiting = iter(dict.fromkeys(numbers))
    while some := [*islice(waiting, _AT_ONCE)]:
        aliases = " ".join(f"i{number}: issue(number: {number}) {{ ...thread }}" for number in some)
        question = (
            "query($owner: String!, $name: String!) {"
            f" repository(owner: $owner, name: $name) {{ nameWithOwner {aliases} }} }}{_THREAD}{_FRAGMENTS}"
        )
        with client.asking(f"read {_named(some)}"):
            try:
                repository = ask(client, question, _variables(client))["repository"]
                for number in some:
                    thread = repository[f"i{number}"]
                    if thread and thread["repository"]["nameWithOwner"] == repository["nameWithOwner"]:
                        found[number] = _thread(client, number, thread)
            except (KeyError, TypeError) as error:
                raise ValueError("an answer without what was asked for") from error
    return found


def _thread(client: GitHub, number: int, answer: Mapping[str, Any]) -> Thread:
    thread = Thread(
        number=number, is_open=answer["state"] == "OPEN", is_locked=bool(answer["locked"]),
        labels=[label["name"] for label in answer["labels"]["nodes"]],
    )
    texts = (("", answer), *((str(each["fullDatabaseId"]), each) for each in _comments(client, number, answer)))
    for id_, text in texts:
        if _login(text["author"]) == client.login.lower():
            edited = text["lastEditedAt"] is not None and _login(text["editor"]) != client.login.lower()
            thread.texts.append(Text(id=id_, body=text["body"] or "", is_pure=not edited))
    return thread


def _comments(client: GitHub, number: int, answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    page = answer["comments"]
    yield from page["nodes"]
    while page["pageInfo"]["hasNextPage"]:
        variables = {**_variables(client), "number": number, "after": page["pageInfo"]["endCursor"]}
        page = ask(client, f"{_PAGE}{_FRAGMENTS}", variables)["repository"]["issue"]["comments"]
        yield from page["nodes"]


def _login(actor: Mapping[str, Any] | None) -> str | None:
    """In small letters, and as REST writes it: of an App's bot GraphQL leaves out the end. None for who left GitHub."""
    if actor is None:
        return None
    login = str(actor["login"]).lower()
    return f"{login}[bot]" if actor["__typename"] == "Bot" and not login.endswith("[bot]") else login


def _variables(client: GitHub) -> dict[str, str]:
    return {"owner": client.owner, "name": client.name}


def _named(numbers: list[int]) -> str:
    return f"issue #{numbers[0]}" if len(numbers) == 1 else f"issues #{numbers[0]} to #{numbers[-1]}"
