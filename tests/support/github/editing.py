"""The part of the stand-in's control in which people do to issues and comments what they like."""

from __future__ import annotations

from support.github.answering import comments
from support.github.model import Comment, Issue
from support.github.state import State


class Editing:
    state: State

    def edit_comment(self, comment: Comment, *, by: str, body: str) -> None:
        """Change somebody's comment, which GitHub remembers of whom."""
        comments.edit(self.state, comment, body, by=by)

    def delete_comment(self, comment: Comment) -> None:
        for issue in self.state.issues.values():
            if comment in issue.comments:
                issue.comments.remove(comment)

    def delete_issue(self, issue: Issue) -> None:
        """As administrators can: nothing is left of it, and its number is not used again."""
        del self.state.issues[issue.number]
        self.state.deleted.add(issue.number)

    def move_issue(self, issue: Issue) -> None:
        """To another repository, where GitHub still finds it by its number here."""
        self.state.moved.add(issue.number)

    def lock(self, issue: Issue) -> None:
        issue.is_locked = True

    def withhold(self, login: str) -> None:
        """Somebody has no access to the repository any more, so that nothing can be assigned to them."""
        self.state.unassignable.add(login)
