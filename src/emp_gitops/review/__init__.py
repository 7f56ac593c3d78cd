"""Reviewing an application: what merging it would do, who must do what next, and saying so where it is discussed."""
