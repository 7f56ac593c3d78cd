"""What is wrong with an organisation's mail templates, as findings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from emp_gitops.core.checking import Policy
from emp_gitops.core.findings import Finding, Position, in_order
from emp_gitops.core.tree import MAIL_TEMPLATES_FOLDER
from emp_gitops.errors import RepositoryError
from emp_gitops.repository.entries import shown
from emp_gitops.repository.folder import folder_on_disk

RULE = "mail-template"


def template_findings(root: Path, policy: Policy) -> tuple[Finding, ...]:
    """On the work tree's templates, each rendered with examples of what mails are about."""
    return in_order(_findings(root, policy))


def _findings(root: Path, policy: Policy) -> Iterator[Finding]:
    try:
        templates = folder_on_disk(root, MAIL_TEMPLATES_FOLDER)
    except RepositoryError as error:
        file = error.where if error.where and error.where.startswith("templates") else MAIL_TEMPLATES_FOLDER
        yield Finding.error(RULE, file, error.message, hint=error.hint)
        return
    if not templates:
        return
    from emp_gitops.mail.rehearsing import rehearse  # noqa: PLC0415 - Jinja takes its time

    for broken in rehearse(templates, policy.config, policy.catalogue):
        yield Finding.error(RULE, shown(broken.file), broken.message, at=Position(broken.line or 1), hint=broken.hint)
