"""`python -m emp_gitops`."""

import sys

from emp_gitops.cli import program

if __name__ == "__main__":
    sys.exit(program())
