"""The issues that we opened ourselves, open and closed, by the keys that they hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from requests.utils import parse_header_links

from emp_gitops.forge.github.client import GitHub
from emp_gitops.forge.github.threads import Thread, read_threads
from emp_gitops.forge.issue_text import LABEL, keys_in
from emp_gitops.forge.issues import Issue

_PAGE = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """An issue of ours, without its text. `key` is None where its description does not hold one, and one only."""

    number: int
    key: str | None
    is_open: bool
    url: str
    is_labelled: bool

    def issue(self, key: str) -> Issue:
        return Issue(id=f"#{self.number}", key=key, is_open=self.is_open, url=self.url)


def read_issues(client: GitHub) -> dict[str, Issue]:
    """By key, the oldest of several. Raises ForgeError.

    On some of GitHub's hosts the list by creator is silently empty for an App's bot, so that an empty one is checked by
    our label, which people may take off.
    """
    listed = [*_listed(client, creator=client.login)] or [*_listed(client, labels=LABEL)]
    found: defaultdict[str, list[Listed]] = defaultdict(list)
    for each in listed:
        if each.key:
            found[each.key].append(each)
    suspects = [each for several in found.values() if len(several) > 1 for each in several]
    nameless = [each for each in listed if each.key is None and each.is_labelled]
    threads = read_threads(client, (each.number for each in (*suspects, *nameless)))
    issues = {key: _first(several, threads).issue(key) for key, several in found.items()}
    for each in nameless:
        if (key := _key_of_comments(threads.get(each.number))) and key not in issues:
            issues[key] = each.issue(key)
    return issues


def newest_number(client: GitHub) -> int:
    """Of all issues and pull requests; 0 where there is none. Raises ForgeError."""
    return next((number for number, _ in _all(client, direction="desc", per_page="1")), 0)


def read_newer(client: GitHub, number: int) -> tuple[dict[str, Issue], int]:
    """Our issues with a higher number, by key, the oldest of several, and the newest number that there is now.

    The list without a filter is the one that each of GitHub's hosts gives in full. Raises ForgeError.
    """
    newer: dict[str, Issue] = {}
    newest = number
    for seen, each in _all(client, direction="desc"):
        newest = max(newest, seen)
        if seen <= number:
            break
        if each and each.key:
            newer[each.key] = each.issue(each.key)
    return newer, newest


def find_new(client: GitHub, key: str) -> Issue | None:
    """An issue of ours with the key among the newest of the repository. Raises ForgeError."""
    newest = islice(_all(client, direction="desc"), _PAGE)
    return next((each.issue(key) for _, each in newest if each and each.key == key), None)


def _of(value: Mapping[str, Any], own: str) -> Listed | None:
    """None where it is a pull request, or somebody else's."""
    if "pull_request" in value or ((value["user"] or {}).get("login") or "").lower() != own:
        return None
    keys, labels = keys_in(value["body"] or ""), {each["name"].lower() for each in value["labels"]}
    key = keys[0] if len(keys) == 1 else None
    return Listed(value["number"], key, value["state"] == "open", value["html_url"], LABEL in labels)


def _listed(client: GitHub, **filters: str) -> Iterator[Listed]:
    return (each for _, each in _all(client, **filters) if each)


def _all(client: GitHub, **filters: str) -> Iterator[tuple[int, Listed | None]]:
    """The number of each issue and pull request, and what to know of it if it is ours; page by page, of which only
    little is kept.
    """
    own = client.login.lower()
    parameters: dict[str, Any] | None = {
        "state": "all", "sort": "created", "direction": "asc", "per_page": _PAGE, **filters,
    }
    url: str | None = f"{client.repository.url}/issues"
    with client.asking("list the issues"):
        try:
            while url:
                headers, values = client.api.requester.requestJsonAndCheck("GET", url, parameters=parameters)
                yield from ((value["number"], _of(value, own)) for value in values)
                # GitHub counts no pages in long lists: it tells the address of the next one.
                url, parameters = _next(headers.get("link")), None
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("an answer without the issues") from error


def _next(links: str | None) -> str | None:
    return next((each["url"] for each in parse_header_links(links or "") if each.get("rel") == "next"), None)


def _first(several: Iterable[Listed], threads: Mapping[int, Thread]) -> Listed:
    """The oldest; of those whose description only we wrote where there is one, since others could have put a key in."""
    pure = [each for each in several if _is_described_by_us(threads.get(each.number))]
    return min(pure or several, key=lambda each: each.number)


def _is_described_by_us(thread: Thread | None) -> bool:
    return thread is not None and any(text.id == "" for text in thread.pure_texts)


def _key_of_comments(thread: Thread | None) -> str | None:
    """The key of an issue whose description lost it."""
    keys = {key for text in (thread.pure_texts if thread else ()) if text.id for key in keys_in(text.body)}
    return keys.pop() if len(keys) == 1 else None
