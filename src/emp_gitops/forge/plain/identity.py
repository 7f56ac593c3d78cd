"""Who commits in plain git what no person does: issues, and renewals that are proposed."""

IDENTITY = "emp-gitops <emp-gitops@localhost.invalid>"
"""It has no key: a SuperAdmin has to make a proposed commit their own, and records are told by it as a convention."""
