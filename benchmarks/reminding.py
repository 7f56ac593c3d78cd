"""Measures reminders that are all due on one day: `python benchmarks/reminding.py --accounts 10000`.

In plain git, with the embedded platform and the Maildir. The first run mails everybody, the second finds nothing to do.
What counts is that memory does not grow with the number of mails: compare a run of 10,000 with one of 1,000.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import run

HERE = Path(__file__).resolve().parent
DUE = ("--today", "2026-11-23")
START = "2025-12-20"
LAST_LINES = ("Reminded", "Nothing")


def repository(folder: Path, accounts: int) -> None:
    """As many accounts, whose terms all end on 20 December 2026."""
    subprocess.run([sys.executable, HERE / "generate.py", folder, "--accounts", str(accounts)], check=True)
    for file in folder.glob("accounts/**/*.yaml"):
        text = re.sub(r"^  months: .*\n", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
        file.write_text(re.sub(r"^  start: .*$", f"  start: {START}", text, flags=re.MULTILINE), encoding="utf-8")
    person = ("-c", "user.name=Ana", "-c", "user.email=ana@example.com", "-c", "commit.gpgSign=false")
    commands = ("init", "--quiet", "--initial-branch=main"), ("add", "."), (*person, "commit", "--quiet", "-m", "All")
    for command in commands:
        subprocess.run(["git", *command], cwd=folder, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure reminders that are all due on one day.")
    parser.add_argument("--accounts", type=int, default=10_000, metavar="N", help="how many are due (10,000)")
    parser.add_argument("--program", default="emp-gitops", metavar="PATH", help="the emp-gitops to measure")
    arguments = parser.parse_args()
    program = shutil.which(arguments.program) or parser.error(f"there is no program {arguments.program}")
    program = str(Path(program).absolute())  # it runs in other folders
    with tempfile.TemporaryDirectory() as scratch:
        folder, output = Path(scratch, "repo"), Path(scratch, "output.txt")
        repository(folder, arguments.accounts)
        run([program, "reconcile", *DUE], folder, output)
        for what in ("all are due", "none is due any more"):
            sample = run([program, "remind", *DUE], folder, output)
            told = next(line for line in output.read_text(encoding="utf-8").splitlines() if line.startswith(LAST_LINES))
            peak = f"{sample.peak_bytes / 2**20:.0f} MiB"
            sys.stdout.write(f"{what}: {sample.seconds:.1f} s, at most {peak} ({told})\n")


if __name__ == "__main__":
    main()
