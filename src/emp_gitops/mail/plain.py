"""Values of accounts as a mail may show them: one line, nothing that acts, nothing that becomes a link."""

from __future__ import annotations

import re

from emp_gitops.core.characters import without_refused

LONGEST = 200
"""Characters of a value that are shown; a platform's account may hold more than the schema allows."""

_NON_JOINER = "\u200c"  # takes no room, and ends what mail programs take for an address

# Behind what programs make a link of: the dot of a domain, the @ of an address, the colon of a scheme. What is broken
# already is left alone. Letters of some scripts consist of several characters, the later of which are no letters.
_LINKING = re.compile(
    r"(?<=[\w\x80-\U0010ffff])[.\u3002\uff0e\uff61](?=[^\W\d_](?:[^\W\d_]|[^\s\x00-\x7f]))"
    r"|(?<=www)\.(?!\u200c)|[@\uff20](?=\w)|(?<=[^\W\d_]):(?=[^\s\u200c])",
    re.IGNORECASE,
)


def one_line(text: str, *, limit: int = LONGEST) -> str:
    """The text on one line and not too long, with U+FFFD for what nobody can see or what turns the text around."""
    line = without_refused(" ".join(text.split()))
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def in_header(text: str, *, limit: int = LONGEST) -> str:
    """One line that a header shows as it stands: what looks like an encoded word (RFC 2047) is not decoded, which would
    bring back any character.
    """
    return one_line(text, limit=limit).replace("=?", f"={_NON_JOINER}?")


def unlinked(text: str) -> str:
    """One line of which no mail program makes a link: an invisible character breaks domains, addresses and schemes."""
    return without_links(one_line(text))


def without_links(text: str) -> str:
    """The text with the same invisible character, and nothing else changed."""
    return _LINKING.sub(rf"\g<0>{_NON_JOINER}", text)
