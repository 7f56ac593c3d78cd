"""GitHub as a forge, through its REST API.

`client` reaches it, `roles` knows who is who, `reviews` says what the reviews of a pull request amount to, `approvals`
judges steps of main, `applications` lists and opens pull requests, `discussion` speaks on them, `forms` reads issues.
"""
