"""Git and the work tree: account and policy files at one moment, who changed them, and what is proposed.

Importing this package imports no git library; GitPython comes with the first question to git.
"""

from emp_gitops.repository.applications import ApplicationBranch
from emp_gitops.repository.mainline import LineCommit
from emp_gitops.repository.merging import Merge
from emp_gitops.repository.repo import Proposed, Repository
from emp_gitops.repository.side_branch import SideBranch
from emp_gitops.repository.side_history import Version
from emp_gitops.repository.worktree import find_root, worktree

__all__ = [
    "ApplicationBranch", "LineCommit", "Merge", "Proposed", "Repository", "SideBranch", "Version", "find_root",
    "worktree",
]
