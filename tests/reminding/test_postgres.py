"""The job on PostgreSQL, with a user who may only read."""

from __future__ import annotations

from emp_gitops.platform.open import open_writer
from emp_gitops.platform.url import PostgresUrl
from support.platforms import sql
from support.postgres import ASKED_FOR_PASSWORD, PASSWORD
from support.reminding import END, LYON, Room, outcomes


def test_reminders_go_out_without_a_right_to_write(postgres_url: PostgresUrl) -> None:
    open_writer(postgres_url).close()
    owner = Room(postgres_url)
    owner.put()
    sql(postgres_url, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {ASKED_FOR_PASSWORD}")
    reader = Room(PostgresUrl(postgres_url.text.replace("postgres@", f"{ASKED_FOR_PASSWORD}:{PASSWORD.replace(' ', '%20')}@")))
    assert outcomes(reader.run("2026-11-10")) == [(LYON, "P1M", "sent")]
    assert outcomes(reader.run("2026-11-10")) == []
    owner.renew()
    assert [each.account for each in reader.run(END).ended] == [LYON]
    owner.change(contacts=("new@acme.example",))
    assert [each.outcome for each in reader.run(END).notices] == ["sent"]
