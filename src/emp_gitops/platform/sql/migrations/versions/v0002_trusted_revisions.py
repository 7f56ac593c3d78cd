"""The trusted revisions: up to which commit of main all content was approved, and who said so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite numbers the rows of no other type


def upgrade() -> None:
    op.create_table(
        "trusted_revisions",
        sa.Column("sequence", _ROW_NUMBER, sa.Identity(always=True), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Text, nullable=False),
        sa.Column("previous", sa.Text),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("by_operator", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    for statement in _SQLITE_TRIGGERS if op.get_bind().dialect.name == "sqlite" else _POSTGRES_TRIGGERS:
        op.execute(statement)


_SQLITE_TRIGGERS = (
    """CREATE TRIGGER trusted_revisions_no_update BEFORE UPDATE ON trusted_revisions
       BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    """CREATE TRIGGER trusted_revisions_no_delete BEFORE DELETE ON trusted_revisions
       BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    """CREATE TRIGGER trusted_revisions_no_replace BEFORE INSERT ON trusted_revisions
       WHEN EXISTS (SELECT 1 FROM trusted_revisions WHERE sequence = NEW.sequence)
       BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
)

_POSTGRES_TRIGGERS = (
    """CREATE TRIGGER trusted_revisions_no_change BEFORE UPDATE OR DELETE ON trusted_revisions
       FOR EACH ROW EXECUTE FUNCTION changes_refuse()""",
    """CREATE TRIGGER trusted_revisions_no_truncate BEFORE TRUNCATE ON trusted_revisions
       FOR EACH STATEMENT EXECUTE FUNCTION changes_refuse()""",
)
