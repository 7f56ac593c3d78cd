"""The first tables: accounts, the audit of their changes, and facts about the platform."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite numbers the rows of no other type


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, sa.CheckConstraint("version > 0"), nullable=False),
        sa.Column("retired", sa.Boolean, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("customer", sa.Text, nullable=False),
        sa.Column("license", sa.Text, nullable=False),
        sa.Column("datapoints", sa.BigInteger, nullable=False),
        sa.Column("start", sa.Date, nullable=False),
        sa.Column("months", sa.Integer, nullable=False),
        sa.Column("sector", sa.Text, nullable=False),
        sa.Column("country", sa.Text),
        sa.Column("rtc_lines", sa.BigInteger, nullable=False),
        sa.Column("email_domain", sa.Text),
        sa.Column("contacts", sa.JSON, nullable=False),
        sa.Column("comment", sa.Text),
        sa.Column("language", sa.Text),
        sa.Column("auto_renew", sa.Text),
        sa.Column("used_datapoints", sa.BigInteger, sa.CheckConstraint("used_datapoints >= 0")),
        sa.Column("applied", sa.JSON),
        sa.Column("applied_revision", sa.Text),
    )
    op.create_table(
        "changes",
        sa.Column("sequence", _ROW_NUMBER, sa.Identity(always=True), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account", sa.Text, nullable=False, index=True),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("before", sa.JSON),
        sa.Column("after", sa.JSON),
        sa.Column("revision", sa.Text),
        sa.Column("idempotency_key", sa.Text, nullable=False, unique=True),
        sa.Column("requested_by", sa.Text),
        sa.Column("approved_by", sa.Text),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("version_before", sa.BigInteger, nullable=False),
        sa.Column("version_after", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "metadata",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    for statement in _SQLITE_TRIGGERS if op.get_bind().dialect.name == "sqlite" else _POSTGRES_TRIGGERS:
        op.execute(statement)


# INSERT OR REPLACE deletes the row in its way without asking a delete trigger, so it needs one of its own.
_SQLITE_TRIGGERS = (
    """CREATE TRIGGER changes_no_update BEFORE UPDATE ON changes
       BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    """CREATE TRIGGER changes_no_delete BEFORE DELETE ON changes
       BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    """CREATE TRIGGER changes_no_replace BEFORE INSERT ON changes
       WHEN EXISTS (SELECT 1 FROM changes WHERE sequence = NEW.sequence OR idempotency_key = NEW.idempotency_key)
       BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
)

_POSTGRES_TRIGGERS = (
    """CREATE FUNCTION changes_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'restrict_violation'; END $$""",
    """CREATE TRIGGER changes_no_change BEFORE UPDATE OR DELETE ON changes
       FOR EACH ROW EXECUTE FUNCTION changes_refuse()""",
    """CREATE TRIGGER changes_no_truncate BEFORE TRUNCATE ON changes
       FOR EACH STATEMENT EXECUTE FUNCTION changes_refuse()""",
)
