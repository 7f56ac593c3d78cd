"""`python -m emp_gitops`."""

import sys

from emp_gitops.cli import main

if __name__ == "__main__":
    sys.exit(main())
