"""One escaper per sink: no value from a file or a platform can act where it is shown."""

from __future__ import annotations

import re

from emp_gitops.core.characters import refused_character


def terminal(text: str) -> str:
    """For a terminal: control, override and private-use characters become escapes, line feeds too."""
    if "\n" not in text and "\t" not in text and refused_character(text) is None:
        return text
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if character in "\n\r\t" or refused_character(character)
        else character
        for character in text
    )


_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~@:&$^=\"'])")


def markdown(text: str) -> str:
    """For running text and table cells of Markdown as GitHub renders it: no markup, links, mentions, emoji or HTML.

    ASCII punctuation is written with a backslash (CommonMark, section 2.4); `@`, `#`, `:` and `://` get a zero-width
    non-joiner after them, because autolinking happens after backslashes are gone.
    """
    escaped = _MARKDOWN.sub(r"\\\1", terminal(text))
    return re.sub(r"(\\@|\\#|\\:|(?i:www)(?=\\\.))", "\\1\u200c", escaped)


def code(text: str) -> str:
    """Markdown code span around a text, whatever backticks it holds; `|` cannot end a table's cell."""
    clean = terminal(text).replace("|", "\\|")
    ticks = "`" * (1 + max((len(run) for run in re.findall(r"`+", clean)), default=0))
    pad = " " if clean.startswith("`") or clean.endswith("`") else ""
    return f"{ticks}{pad}{clean}{pad}{ticks}"


def workflow_data(text: str) -> str:
    """For the message of a GitHub workflow command (`::error::…`)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def workflow_property(text: str) -> str:
    """For a property of a GitHub workflow command (`file=…`)."""
    return workflow_data(text).replace(":", "%3A").replace(",", "%2C")
