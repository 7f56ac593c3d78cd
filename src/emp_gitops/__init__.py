"""Customer accounts of an Energy Management Platform, managed from a git repository."""

__version__ = "0.1.0"
