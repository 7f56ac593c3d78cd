"""How to renew an account: by a form that is filled in already, or by the command that opens an application."""

from __future__ import annotations

from emp_gitops.core.config import GITHUB, Config
from emp_gitops.core.form_templates import form_url
from emp_gitops.mail.facts import Renewal


def renewal_of(config: Config, account: str, *, server_url: str) -> Renewal:
    """The form where one becomes an application, which takes GitHub and an App; `server_url` is where people go
    there.
    """
    if config.is_on_github and config.forms_app:
        return Renewal(url=form_url(server_url, config.forge.removeprefix(GITHUB), "renewal", account=account))
    return Renewal(commands=(f"emp-gitops account renew {account} --open",))
