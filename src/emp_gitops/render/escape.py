"""One escaper per sink: no value from a file or a platform can act where it is shown."""

from __future__ import annotations

import re

from emp_gitops.core.characters import refused_character
from emp_gitops.mail.plain import without_links

_COMMAND = re.compile(r"(^\s*|(?=##\[))(::|##\[)")


def visible(text: str) -> str:
    """Every control, override and private-use character as an escape, line ends and tabs too."""
    if text.isprintable():
        return text
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if character in "\n\r\t" or refused_character(character)
        else character
        for character in text
    )


def terminal(text: str) -> str:
    """For a terminal or a log: as `visible`, and what a CI service would take for a command is escaped as well, `::` at
    the start and `##[`.
    """
    return _COMMAND.sub(lambda found: f"{found[1]}\\x{ord(found[2][0]):02x}{found[2][1:]}", visible(text))


_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~@:&$^=\"'])")
_LINKING = re.compile(r"(\\[@#:]|www(?=\\\.)|\bgh(?=\\-))", re.IGNORECASE)


def markdown(text: str) -> str:
    """For running text and table cells of Markdown as GitHub renders it: no markup, links, mentions, emoji or HTML.

    ASCII punctuation is written with a backslash (CommonMark, section 2.4). What starts a link or a mention (`@ana`,
    `#12`, `GH-12`, `https://`, `www.`) is broken by a zero-width non-joiner, because autolinking happens after
    backslashes are gone.
    """
    return _LINKING.sub("\\1\u200c", _MARKDOWN.sub(r"\\\1", visible(text)))


_IN_TITLES = re.compile(
    r"#(?=\w)|\bgh-(?=\d)|:(?=[\w+-]+:|//)|www(?=\.)|\](?=[(\[])|<(?=[a-z/!?])", re.IGNORECASE
)


def title(text: str) -> str:
    """For the title of an issue: plain text on one line, in which a forge, or a mail or chat that it sends the title
    to, links nothing and mentions nobody.

    A backslash would show there. So what starts a link, a mention, a reference (`#12`, `GH-12`), an emoji or HTML is
    broken by a zero-width non-joiner, and a backtick, which makes code, gives way to a letter that looks like it.
    """
    return _IN_TITLES.sub("\\g<0>\u200c", without_links(visible(text).replace("`", "\u02cb")))


def code(text: str) -> str:
    """Markdown code span around a text, whatever backticks it holds; `|` cannot end a table's cell."""
    clean = visible(text).replace("|", "\\|")
    ticks = "`" * (1 + max((len(run) for run in re.findall(r"`+", clean)), default=0))
    pad = " " if clean.startswith("`") or clean.endswith("`") else ""
    return f"{ticks}{pad}{clean}{pad}{ticks}"


def workflow_data(text: str) -> str:
    """For the message of a GitHub workflow command (`::error::…`), which may have several lines."""
    return "%0A".join(visible(line).replace("%", "%25") for line in text.replace("\r\n", "\n").split("\n"))


def workflow_property(text: str) -> str:
    """For a property of a GitHub workflow command (`file=…`)."""
    return visible(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
