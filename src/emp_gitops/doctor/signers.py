"""Reading `allowed_signers` as ssh-keygen does (ALLOWED SIGNERS in its manual), to see who has a key for git."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from emp_gitops.doctor.values import Problem, error, warning

_HINT = "one line a person: NAME ssh-ed25519 AAAA…"
_BLANK = " \t\r"

# Up to the first blank; one part may stand in quotes, which are no part of it.
_NAME = re.compile(r'([^ \t\r"]*)(?:"([^"]*)"|(?=[ \t\r]|$))[ \t\r]*')
_QUOTED = r'"((?:[^"\\]|\\"|\\(?!"))*)"'
_OPTIONS = re.compile(rf'(?:\\"|{_QUOTED}|[^ \t"])+[ \t]+')
_OPTION = re.compile(rf"(cert-authority)|(namespaces|valid-after|valid-before)={_QUOTED}", re.IGNORECASE)
_KEY = re.compile(r"((?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+)[ \t]+([A-Za-z0-9+/]+={0,2})(?=[ \t\r]|$)")
_TIME = re.compile(r"([0-9]{8}(?:[0-9]{4}(?:[0-9]{2})?)?)(Z|UTC)?", re.IGNORECASE)
_TIME_FORMATS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLine:
    """A line of the file: whom it names, the key that they sign with (None where there is none), and why git does not
    take a signature by it for theirs.
    """

    number: int
    name: str
    key: bytes | None
    problem: Problem | None


def key_lines(data: bytes, now: datetime) -> Iterator[KeyLine]:
    """Every line that is not blank and no comment. `now` has a time zone."""
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
        text = line.strip(_BLANK)
        if text and not text.startswith("#"):
            name, key, problem = _read(text, now)
            yield KeyLine(number=number, name=name, key=key, problem=problem)


def _read(text: str, now: datetime) -> tuple[str, bytes | None, Problem | None]:
    start = _NAME.match(text)
    if not start:
        return "", None, error("its quotes do not end", _HINT)
    name, rest, given = start[1] + (start[2] or ""), text[start.end():], ""
    key = _key(rest)
    if key is None and (before := _OPTIONS.match(rest)):
        given, key = before[0].strip(_BLANK), _key(rest[before.end():])
    if key is None:
        return name, None, error("there is no public key in it", _HINT)
    options = _options(given)
    if options is None:
        return name, None, error(
            "its options cannot be read",
            'write them as namespaces="git",valid-before="20301231": in quotes, with commas and no spaces between them',
        )
    if "cert-authority" in options:
        return name, None, error("the key of an authority signs for others, and names nobody", _HINT)
    return name, key, _nobody(name) or _limit(options, now)


def _nobody(name: str) -> Problem | None:
    """Why the name is nobody's."""
    if re.search(r"[,*?!]", name):
        return error("a line for several principals, or a pattern, names none of them", _HINT)
    if not name or re.search(r"\s", name):
        return error("a name that is empty or holds a space names nobody", _HINT)
    return None


def _key(text: str) -> bytes | None:
    """The key that a text begins with: a sequence of parts, each behind its length, of which the first is the kind."""
    found = _KEY.match(text)
    try:
        data = b64decode(found[2], validate=True) if found else b""
    except binascii.Error:
        return None
    parts, left = [], data
    while left:
        length = int.from_bytes(left[:4])
        parts.append(left[4 : 4 + length])
        if len(left) < 4 + length:
            return None
        left = left[4 + length :]
    return data if found and len(parts) > 1 and parts[0] == found[1].encode() else None


def _options(text: str) -> Mapping[str, str] | None:
    """Each option's value by its name; None where ssh-keygen refuses the line."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        if option := _OPTION.match(text, at):
            name = (option[1] or option[2]).lower()
            if name in found and name != "cert-authority":
                return None
            found[name] = (option[3] or "").replace('\\"', '"')
            at = option.end()
        if at < len(text):
            if text[at] != "," or at + 1 == len(text):
                return None
            at += 1
    times = [_time(found[name]) for name in ("valid-after", "valid-before") if name in found]
    return None if None in times or _is_backward(times) else found


def _is_backward(times: Sequence[datetime | None]) -> bool:
    match times:
        case [datetime() as after, datetime() as before]:
            return before <= after
    return False


def _limit(options: Mapping[str, str], now: datetime) -> Problem | None:
    """Why the options keep the key from signing for git now."""
    namespaces = options.get("namespaces")
    if namespaces is not None and not _allows_git(namespaces):
        return warning(f'its key is not for git, but for namespaces="{namespaces}"', 'write namespaces="git"')
    after, before = options.get("valid-after"), options.get("valid-before")
    if after is not None and _is_later(after, now):
        return warning(f"its key counts from {after} on, and not before", "wait until then, or take valid-after away")
    if before is not None and not _is_later(before, now):
        hint = "remove the line, or give them a new key"
        return warning(f"its key no longer counts, since {before}", hint)
    return None


def _allows_git(namespaces: str) -> bool:
    """Whether a list of patterns, in which `!` excludes what it matches, has git's namespace."""
    matching = [each for each in namespaces.split(",") if _matches_git(each.removeprefix("!"))]
    return bool(matching) and not any(each.startswith("!") for each in matching)


def _matches_git(pattern: str) -> bool:
    wild = {"*": ".*", "?": "."}
    return re.fullmatch("".join(wild.get(char) or re.escape(char) for char in pattern), "git") is not None


def _is_later(text: str, now: datetime) -> bool:
    at = _time(text)
    is_utc = text[-1:].upper() in ("Z", "C")
    return at is not None and at > now.astimezone(UTC if is_utc else None).replace(tzinfo=None)


def _time(text: str) -> datetime | None:
    """A time as an option gives it, by the clock of UTC where it says so, else by that of the machine."""
    found = _TIME.fullmatch(text)
    try:
        return datetime.strptime(found[1], _TIME_FORMATS[len(found[1])]) if found else None  # noqa: DTZ007 - see above
    except ValueError:
        return None
