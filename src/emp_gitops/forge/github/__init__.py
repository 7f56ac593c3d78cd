"""GitHub as a forge, through its REST API.

`client` reaches it, with `waiting` (what is asked again, and how long a limit is waited for), `troubles` (its failures
in words for people) and `effects` (what must happen once although an answer gets lost). `roles` knows who is who,
`reviews` what the reviews of a pull request amount to, and `judging` puts both together. On these stand `approvals`
(steps of main), `applications` (listed and opened), `discussion` (comments, checks; `labels`), `forms` (issues) and
`settings` (how the repository is protected). `issues` are those that the tool keeps itself: `issue_list` finds them,
`threads` reads them by `graphql`, `issue_opening` and `issue_writing` write. `fetching` moves commits, `numbers` reads
what people call a pull request.
"""
