"""Texts that try to act where they are shown."""

from __future__ import annotations

from hypothesis import strategies as st

NASTY = (
    "\x1b[31mred\x1b[0m", "\x9b31m", "\r\n\t\v\f\x85\u2028\u2029", "\u202eevil\u2066", "[red]markup[/red]", "::error::boo", "%0A%25",
    "[a](https://evil.example)", "<img src=x onerror=alert(1)>", "<!-- x -->", "&lt;b&gt;&#64;", "@ana", "ana@acme.example", "#12", "GH-12",
    "https://evil.example", "www.evil.example", "WWW.evil.example", "*a* _b_ **c** __d__ ~~e~~", "`code` ``more``", "| a | b |", "$x^2$", ":smile:",
    "- [ ] task", "1. one", "1) one", "> quote", "# head", "    indented", "---", "===", "\\", "\\\\`", "![a](b)", "[a]: b", "[^1]", "<a@b.c>",
    "*", "`", "a  \nb", "\ue000", "\u200b", "\ufeff", "=1+1",
)
texts = st.text() | st.text(st.sampled_from("".join(NASTY))) | st.lists(st.sampled_from(NASTY)).map(" ".join)
