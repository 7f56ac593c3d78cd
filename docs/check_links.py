"""Checks that every relative link in the Markdown documents leads to a file, and to a heading where it names one."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^(```|~~~).*?^\1", re.DOTALL | re.MULTILINE)
CODE = re.compile(BLOCK.pattern + r"|`[^`\n]*`", BLOCK.flags)
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)")
HEADING = re.compile(r"^#{1,6} +(.*?) *#*$", re.MULTILINE)


def documents() -> list[Path]:
    """The Markdown files that git knows, or would on the next `git add`; templates in `src/` become true elsewhere."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
    return [ROOT / name for name in sorted({*names}) if name and not name.startswith("src/") and (ROOT / name).exists()]


def anchors(document: Path) -> set[str]:
    """The anchors that forges give to headings: lower case, words joined by hyphens, `-1`, `-2` … where one repeats."""
    found: set[str] = set()
    seen: Counter[str] = Counter()
    for heading in HEADING.findall(BLOCK.sub("", document.read_text(encoding="utf-8"))):
        base = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.add(f"{base}-{seen[base]}" if seen[base] else base)
        seen[base] += 1
    return found


def broken_links(document: Path) -> Iterator[str]:
    text = CODE.sub(lambda code: "\n" * code[0].count("\n"), document.read_text(encoding="utf-8"))
    for link in LINK.finditer(text):
        path, _, anchor = unquote(link[1]).partition("#")
        if re.match(r"[a-z][a-z0-9+.-]*:", path):
            continue  # another site: checking it would need the network
        target = document if not path else ROOT / path[1:] if path.startswith("/") else document.parent / path
        where = f"{document.relative_to(ROOT)}:{text.count(chr(10), 0, link.start()) + 1}"
        if not target.exists():
            yield f"{where}: {link[1]} leads nowhere"
        elif anchor and target.suffix == ".md" and anchor not in anchors(target):
            yield f"{where}: {link[1]} names no heading"


def main() -> int:
    broken = [line for document in documents() for line in broken_links(document)]
    print("\n".join(broken), file=sys.stderr, end="\n" if broken else "")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
