"""How pull requests come about, follow their branches and get merged."""

from __future__ import annotations

from support.github.bare import WEB_FLOW, Person
from support.github.model import Event, Issue, Pull, RefusedError
from support.github.state import State


def open_pull(
    state: State, branch: str, base: str, title: str, body: str | None, *, by: str, is_draft: bool = False
) -> Pull:
    """`branch` may have its fork's owner before a colon. Refuses with 422 what cannot be merged anyway."""
    owner, _, name = branch.rpartition(":")
    owner = owner or state.owner
    head = state.bare_of(owner).resolve(f"refs/heads/{name}") if owner == state.owner or owner in state.forks else None
    tip = state.bare.resolve(f"refs/heads/{base}")
    for place, found in (("head", head), ("base", tip)):
        if found is None:
            raise _invalid({"resource": "PullRequest", "field": place, "code": "invalid"})
    assert head
    assert tip
    if any(each.is_open and (each.owner, each.branch, each.base) == (owner, name, base) for each in state.pulls.values()):
        raise _invalid(f"A pull request already exists for {owner}:{name}.")
    _bring(state, owner, head)
    if state.bare.contains(head, tip):
        raise _invalid(f"No commits between {base} and {name}")
    issue = state.open_issue(title, body, by=by, labels=[])
    pull = Pull(issue, name, base, owner, head, tip, is_draft=is_draft)
    state.pulls[pull.number] = pull
    state.bare.point(f"refs/pull/{pull.number}/head", head)
    return pull


def _invalid(detail: dict[str, str] | str) -> RefusedError:
    error = detail if isinstance(detail, dict) else {"resource": "PullRequest", "code": "custom", "message": detail}
    return RefusedError(422, "Validation Failed", errors=[error])


def _bring(state: State, owner: str, commit: str) -> None:
    """The commit of a fork into the repository itself."""
    if owner != state.owner:
        state.bare.git("fetch", "--quiet", "--no-write-fetch-head", str(state.bare_of(owner).path), commit)


def after_push(state: State, *, by: str | None) -> None:
    """Pull requests follow their branches, and count as merged once their head is on their base."""
    for pull in state.pulls.values():
        if not pull.is_open:
            continue
        head = state.bare_of(pull.owner).resolve(f"refs/heads/{pull.branch}")
        if head and head != pull.head:
            _follow(state, pull, head)
        tip = state.bare.resolve(f"refs/heads/{pull.base}")
        if tip and state.bare.contains(pull.head, tip):
            commits = state.bare.between(pull.base_tip, pull.head)
            first_parents = state.bare.between(pull.base_tip, tip, "--first-parent")
            landed = [each for each in first_parents if state.bare.contains(pull.head, each)][:1]
            _merged(state, pull, by or state.owner, landed or [tip], commits)
        elif head is None:
            close(state, pull.issue)


def _follow(state: State, pull: Pull, head: str) -> None:
    _bring(state, pull.owner, head)
    pull.head = head
    pull.base_tip = state.bare.resolve(f"refs/heads/{pull.base}") or pull.base_tip
    pull.issue.updated_at = state.tick()
    state.bare.point(f"refs/pull/{pull.number}/head", head)
    if state.behaviour.dismisses_stale_reviews:
        for review in pull.reviews:
            if review.state == "APPROVED":
                review.state = "DISMISSED"


def commits_of(state: State, pull: Pull) -> list[str]:
    """Oldest first."""
    return pull.commits if not pull.is_open else state.bare.between(f"refs/heads/{pull.base}", pull.head)


def merge(state: State, pull: Pull, *, by: str, method: str = "merge", title: str | None = None, message: str | None = None) -> str:
    """Press the button, and give the commit that is the base's new tip. Refuses with 405 where it is grey."""
    if not pull.is_open or pull.is_draft:
        raise RefusedError(405, "Pull Request is not mergeable")
    base = state.bare.resolve(f"refs/heads/{pull.base}")
    assert base
    commits = commits_of(state, pull)
    landed = _landed(state, pull, base, by, method, title, message)
    state.bare.point(f"refs/heads/{pull.base}", landed[-1])
    pull.base_tip = base
    _merged(state, pull, by, landed, commits)
    after_push(state, by=by)
    return landed[-1]


def _landed(state: State, pull: Pull, base: str, by: str, method: str, title: str | None, message: str | None) -> list[str]:
    """The new commits that a method makes of a pull request, oldest first."""
    now = state.tick()
    button = Person(*WEB_FLOW, now)
    if method == "rebase":
        made = state.bare.rebased(base, pull.head, button)
        if not made:
            raise RefusedError(405, "This branch can't be rebased")
        return made
    tree = state.bare.merged_tree(base, pull.head)
    if tree is None:
        raise RefusedError(405, "Pull Request is not mergeable")
    if method == "squash":
        author = state.shown(pull.issue.by)
        subject = title or f"{pull.issue.title} (#{pull.number})"
        parents, person = [base], Person(author.login, author.email, now)
    else:
        merger = state.shown(by)
        subject = title or f"Merge pull request #{pull.number} from {pull.owner}/{pull.branch}"
        parents, person = [base, pull.head], Person(merger.login, merger.email, now)
        message = pull.issue.title if message is None else message
    return [state.bare.make(tree, parents, f"{subject}\n\n{message or ''}".strip(), person, button)]


def _merged(state: State, pull: Pull, by: str, landed: list[str], commits: list[str]) -> None:
    pull.merged_at = state.tick()
    pull.merged_by, pull.landed, pull.merge_commit, pull.commits = by, landed, landed[-1], commits
    pull.issue.state, pull.issue.closed_at, pull.issue.updated_at = "closed", pull.merged_at, pull.merged_at


def close(state: State, issue: Issue, reason: str | None = None) -> None:
    """Close an issue, or a pull request without merging it."""
    if issue.state == "closed":
        return
    if issue.number in state.pulls:
        pull = state.pulls[issue.number]
        pull.commits = commits_of(state, pull)
    else:
        issue.state_reason = reason or "completed"
    issue.state, issue.closed_at = "closed", state.tick()
    issue.updated_at = issue.closed_at


def retarget(state: State, pull: Pull, base: str, *, by: str, automatic: bool = False) -> None:
    """Point it to another branch, which GitHub does by itself where the old one is gone. Refuses with 422 what is none."""
    tip = state.bare.resolve(f"refs/heads/{base}")
    if tip is None:
        raise _invalid({"resource": "PullRequest", "field": "base", "code": "invalid"})
    if base != pull.base:
        kind = "automatic_base_change_succeeded" if automatic else "base_ref_changed"
        pull.base, pull.base_tip = base, tip
        pull.issue.updated_at = state.tick()
        pull.issue.events.append(Event(state.new_id(), by, kind, pull.issue.updated_at))


def reopen(state: State, issue: Issue) -> None:
    pull = state.pulls.get(issue.number)
    if pull and (pull.merged_at or state.bare_of(pull.owner).resolve(f"refs/heads/{pull.branch}") is None):
        raise _invalid({"resource": "PullRequest", "field": "state", "code": "invalid"})
    issue.state, issue.closed_at = "open", None
    issue.state_reason = None if pull else "reopened"
    issue.updated_at = state.tick()
    if pull:
        after_push(state, by=None)


def pulls_of(state: State, commit: str) -> list[Pull]:
    """The pull requests of a commit: once that is on the default branch those that brought it there."""
    main = state.bare.resolve("refs/heads/main")
    on_main = main is not None and state.bare.contains(commit, main)
    found = [pull for pull in state.pulls.values() if commit in (*pull.landed, *commits_of(state, pull))]
    if on_main:
        return [pull for pull in found if pull.merged_at]
    return [pull for pull in found if pull.merged_at or pull.is_open]
