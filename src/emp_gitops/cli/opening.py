"""What `applications open` and `account … --open` have in common: the files of main, and a way to ask for others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import rich_click as click

from emp_gitops.cli.desk import desk
from emp_gitops.cli.session import Session, note, out, say, style
from emp_gitops.errors import EmpError, PlatformError

if TYPE_CHECKING:
    from emp_gitops.applications.opening import Files, Opener
    from emp_gitops.core.checking import CheckedTree
    from emp_gitops.core.model import LiveAccount

F = TypeVar("F", bound=Callable[..., Any])


def key_option(command: F) -> F:
    return click.option(
        "--key",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="The SSH key to sign with, instead of git's user.signingkey.",
    )(command)


@dataclass(frozen=True)
class Opening:
    """Main as it is now, checked, and the opener of applications to change it."""

    session: Session
    main: CheckedTree
    opener: Opener

    @classmethod
    def of(cls, session: Session, key: Path | None) -> Opening:
        """Raises EmpError where the configuration or a schema of main is broken, ForgeError."""
        from emp_gitops.applications.opening import Opener
        from emp_gitops.render.application_body import opening_words

        workspace = session.workspace
        main = workspace.check(workspace.repository.tree(workspace.repository.tip_of_main()))
        if main.policy is None:
            first = main.first_error
            raise EmpError(f"main is broken: {first.message}", where=first.place, hint=first.hint)
        live, known = _live(session, main)
        _, reviewer = desk(session, lambda _checked: live)
        overlooked = () if known else ("usage-unknown",)
        return cls(session, main, Opener(reviewer=reviewer, words=opening_words(), key=key, overlooked=overlooked))

    def open(self, files: Files, *, title: str | None = None) -> None:
        """Open the application and tell what it does, where it is, and for whom it waits."""
        from emp_gitops.render.applications_text import application_details

        repository = self.session.workspace.repository
        main = repository.main()
        opened = self.opener.open(files, title=title)
        application = opened.review.application
        out(application_details(opened.review, style()))
        if opened.is_new:
            say(f"opened {application.id} on top of {main.name} at {main.commit[:12]}")
        else:
            say(f"{application.id} asks for just this already; nothing new was opened")
        say(application.url or ("pushed to origin" if repository.has_remote() else "a branch here only"))


def _live(session: Session, main: CheckedTree) -> tuple[Mapping[str, LiveAccount], bool]:
    """The platform's accounts, and True; where it cannot be asked, main's as if they were applied, and False."""
    from emp_gitops.core.model import LiveAccount

    try:
        return session.live_accounts(main), True
    except PlatformError as error:
        note(f"the platform could not be asked ({error.message}); the changes are told as compared with main")
    return {
        id_: LiveAccount(id=id_, version=1, account=wanted.account, applied=wanted.account)
        for id_, wanted in main.wanted.items()
    }, False
