"""The tables as queries see them. The migrations make them; a test holds the two together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Identity,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

tables = MetaData()

Json = JSON(none_as_null=True)
RowNumber = BigInteger().with_variant(Integer(), "sqlite")


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite has no time zones, so there it is stored without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


# Every account that ever was. `version` never restarts, so the rows of retired accounts stay. `applied` is what
# reconcile applied last, as JSON.
accounts = Table(
    "accounts", tables,
    Column("id", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("retired", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("customer", Text, nullable=False),
    Column("license", Text, nullable=False),
    Column("datapoints", BigInteger, nullable=False),
    Column("start", Date, nullable=False),
    Column("months", Integer, nullable=False),
    Column("sector", Text, nullable=False),
    Column("country", Text),
    Column("rtc_lines", BigInteger, nullable=False),
    Column("email_domain", Text),
    Column("contacts", Json, nullable=False),
    Column("comment", Text),
    Column("language", Text),
    Column("auto_renew", Text),
    Column("used_datapoints", BigInteger),
    Column("applied", Json),
    Column("applied_revision", Text),
)

# The audit: one row for each change that reconcile applied. Triggers refuse to change or delete a row.
changes = Table(
    "changes", tables,
    Column("sequence", RowNumber, Identity(always=True), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("account", Text, nullable=False, index=True),
    Column("kinds", Text, nullable=False),
    Column("before", Json),
    Column("after", Json),
    Column("revision", Text),
    Column("idempotency_key", Text, nullable=False, unique=True),
    Column("requested_by", Text),
    Column("approved_by", Text),
    Column("actor", Text, nullable=False),
    Column("version_before", BigInteger, nullable=False),
    Column("version_after", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

# Up to which commit of main all content was approved; the newest row counts. Triggers guard it as they do the audit.
trusted_revisions = Table(
    "trusted_revisions", tables,
    Column("sequence", RowNumber, Identity(always=True), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("revision", Text, nullable=False),
    Column("previous", Text),
    Column("actor", Text, nullable=False),
    Column("by_operator", Boolean, nullable=False),
    sqlite_autoincrement=True,
)

# What the platform knows besides accounts, by name.
facts = Table(
    "metadata", tables,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# Alembic's own table, under a name that tells whose it is.
schema_version = Table("emp_gitops_schema", MetaData(), Column("version_num", String(32), primary_key=True))
