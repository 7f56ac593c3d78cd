"""Takes the pictures in docs/images: mails of the sample accounts, as a browser shows them.

    make screenshots

needs Chromium (`CHROMIUM` names another one). The HTML stays in build/mail, to open in a browser.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from html import escape
from pathlib import Path

from emp_gitops.core.schedule import stage_date
from emp_gitops.mail.composing import Composer
from emp_gitops.mail.facts import ReminderFacts, Renewal
from emp_gitops.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
IMAGES, PAGES = ROOT / "docs" / "images", ROOT / "build" / "mail"
FORM = "https://github.com/example-energy/accounts/issues/new?template=renew-account.yml&account="

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LIGHT, DARK = 1, 0  # Chromium's numbers for them
WIDE, PHONE = 640, 390
MEASURE = """<!doctype html><iframe width="{width}" height="100" frameborder="0" srcdoc="{page}"
 onload="document.title = this.contentDocument.documentElement.scrollHeight"></iframe>"""


@dataclass(frozen=True)
class Picture:
    """One mail in one look. `late` is the number of days by which the reminder comes after its day."""

    name: str
    account: str
    stage: str
    width: int = WIDE
    colours: int = LIGHT
    language: str = "en"
    late: int = 0
    pending: str | None = None
    committed: bool = True


PICTURES = (
    Picture("mail-light", "acme-lyon", "P1M"),
    Picture("mail-dark", "acme-lyon", "P1M", colours=DARK),
    Picture("mail-phone", "brisa-palma", "P1W", language="es", width=PHONE),
    *(
        Picture(f"{language}-{name}-{look}", account, stage, width, colours, language, late, pending, committed=False)
        for language in ("en", "es")
        for look, width, colours in (("light", WIDE, LIGHT), ("dark", WIDE, DARK), ("phone", PHONE, LIGHT))
        for name, account, stage, late, pending in (
            ("month", "acme-madrid-hq", "P1M", 0, None), ("day", "ferro-bologna", "P0D", 0, None),
            ("late", "valdemora-alumbrado", "P0D", 2, None), ("pending", "brisa-palma", "P1W", 0, "#14"),
        )
    ),
)


def main() -> int:
    shutil.rmtree(PAGES, ignore_errors=True)
    PAGES.mkdir(parents=True)
    IMAGES.mkdir(exist_ok=True)
    wanted = [picture for picture in PICTURES if picture.committed or "--all" in sys.argv]
    for picture, html in zip(wanted, composed(wanted), strict=True):
        page = PAGES / f"{picture.name}.html"
        page.write_text(html, encoding="utf-8")
        take(picture, page, (IMAGES if picture.committed else PAGES) / f"{picture.name}.png")
    return 0


def composed(pictures: list[Picture]) -> Iterator[str]:
    """The HTML of each."""
    workspace = Workspace(ROOT)
    policy, wanted = workspace.policy(), workspace.check(workspace.tree(None)).wanted
    composer = Composer(policy.config, catalogue=policy.catalogue)
    with (ROOT / "examples" / "usage.csv").open(encoding="utf-8", newline="") as file:
        used = {row["account"]: int(row["used_datapoints"]) for row in csv.DictReader(file)}
    for picture in pictures:
        account = replace(wanted[picture.account].account, language=picture.language)
        today = stage_date(account.term.expires_on, picture.stage) + timedelta(picture.late)
        facts = ReminderFacts(
            account=picture.account, value=account, used_datapoints=used[picture.account], stage=picture.stage,
            today=today, to=account.contacts, renewal=Renewal(url=FORM + picture.account), pending=picture.pending,
        )
        mail = composer.reminder(facts, at=datetime.combine(today, time(9), UTC))
        yield next(part.get_content() for part in mail.message.walk() if part.get_content_subtype() == "html")


def take(picture: Picture, page: Path, target: Path) -> None:
    """A picture of the whole page, which is asked for its height first."""
    look = (f"--blink-settings=preferredColorScheme={picture.colours}", "--hide-scrollbars")
    measuring = page.with_suffix(".measured.html")
    measuring.write_text(MEASURE.format(width=picture.width, page=escape(page.read_text("utf-8"))), encoding="utf-8")
    height = chromium("--dump-dom", measuring.as_uri()).partition("<title>")[2].partition("<")[0]
    measuring.unlink()
    chromium(*look, f"--window-size={picture.width},{int(height)}", f"--screenshot={target}", page.as_uri())
    print(f"{target.relative_to(ROOT)}  {target.stat().st_size // 1024} KiB")


def chromium(*arguments: str) -> str:
    """What it prints. Needs no sandbox for pages of ours, which it cannot have in a container anyway."""
    program = os.environ.get("CHROMIUM") or next(filter(shutil.which, BROWSERS), BROWSERS[0])
    command = [program, "--headless", "--no-sandbox", "--disable-gpu", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
