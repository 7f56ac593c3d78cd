"""The command line: parse, call, render. No rules of the domain are here.

This module imports next to nothing, so that `--version` is quick and Ctrl-C is met from the first moment on.
"""

from __future__ import annotations

import sys


def program() -> int:
    """`main` as a process of its own: once the work is done, Ctrl-C can no longer turn its end into a failure."""
    code = main()
    try:
        from signal import SIG_IGN, SIGINT, signal

        signal(SIGINT, SIG_IGN)
    except KeyboardInterrupt:
        pass
    return code


def main() -> int:
    """Run the command in `sys.argv` and return the process's exit code."""
    try:
        if sys.argv[1:] == ["--version"]:
            from emp_gitops import __version__

            sys.stdout.write(f"emp-gitops {__version__}\n")
            return 0
        from emp_gitops.cli.app import run

        return run(sys.argv[1:])
    except KeyboardInterrupt as interrupt:
        from contextlib import suppress

        with suppress(OSError):
            sys.stderr.write("\n" + "; ".join(["interrupted", *map(str, interrupt.args)]) + "\n")
        return 130
