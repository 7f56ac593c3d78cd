"""Plain git as a forge: applications are branches, approvals are signed merge commits."""
