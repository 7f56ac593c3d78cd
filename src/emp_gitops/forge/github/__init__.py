"""GitHub as a forge, through its REST API, and GraphQL where that is silent.

`client` reaches it, with `waiting` (what is asked again, and how long a limit is waited for), `troubles` (its failures
in words for people) and `effects` (what must happen once although an answer gets lost). `roles` knows who is who,
`makers` who made the commits of a pull request, `reviews` what its reviews amount to, and `judging` puts them together.
On these stand `approvals` (steps of main), `applications` (listed and opened), `discussion` (comments, labels, checks),
`forms` (issues) and `settings` (how the repository is protected). `fetching` moves commits, `numbers` reads what people
call a pull request.
"""
