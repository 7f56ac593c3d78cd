"""Plain git as a forge: applications are branches, approvals are signed merge commits, issues are files on a branch.

Of the last, `issue_file` is the text of one and `issue_paths` its name; `issue_shelf` reads them as they are in a
commit, `issue_deeds` changes them as values, and `issues` commits what came of it.
"""
