"""The rules of the domain, each a small function registered under its stable id.

`account` rules look at one account file, `tree` rules at all of them together, `planning` rules at a wanted account
beside the live one on a given day. To add a rule, write a function in the module of its scope, decorate it, and give
it a valid and an invalid example under `tests/examples/<rule id>/`.
"""

from emp_gitops.core.rules import account, planning, tree  # noqa: F401 - importing them registers their rules
