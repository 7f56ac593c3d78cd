"""The version of the tables: found, checked, created, upgraded. Only the last two pay for importing Alembic."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, select

from emp_gitops.errors import PlatformError
from emp_gitops.platform.base import PlatformMissingError
from emp_gitops.platform.sql.engine import Database
from emp_gitops.platform.sql.tables import schema_version

VERSION = 2
"""The newest migration, and the only version that this tool reads and writes."""

MIGRATIONS = Path(__file__).parent / "migrations"


def found_version(database: Database) -> int | None:
    """The version of the database's tables; None where there are none. Raises PlatformError."""
    with database.reading() as connection:
        return _version(connection, database.where)


def check_version(database: Database) -> None:
    """Raises PlatformMissingError where there are no tables yet, PlatformError where this tool cannot use them."""
    if check_not_newer(database) < VERSION:
        raise PlatformError(
            "the platform was written by an older emp-gitops", where=database.where,
            hint="run: emp-gitops platform upgrade",
        )


def check_not_newer(database: Database) -> int:
    """The version that was found. Raises PlatformMissingError, PlatformError for one that this tool cannot know."""
    found = found_version(database)
    if found is None:
        raise PlatformMissingError(
            "there is no platform yet: the database is empty", where=database.where,
            hint="if the URL is right, emp-gitops platform upgrade makes the tables, and reconcile does",
        )
    if found > VERSION:
        raise PlatformError(
            "the platform was written by a newer emp-gitops", where=database.where, hint="upgrade the tool",
        )
    return found


def create_missing(database: Database) -> None:
    """Make all tables in one transaction, unless another process has just done so. Hold the database's lock."""
    if found_version(database) is None:
        database.prepare_for_schema()
        upgrade(database)


def upgrade(database: Database, migrations: Path = MIGRATIONS) -> tuple[int, int]:
    """Run the migrations that the database lacks, in one transaction; returns the versions before (0 for an empty
    database) and after. Hold the database's lock. Raises PlatformError, and then nothing has changed.
    """
    with database.writing() as connection:
        before = _version(connection, database.where) or 0
        return before, _migrate(connection, before, migrations)


def _version(connection: Connection, where: str) -> int | None:
    found = inspect(connection)
    if found.has_table(schema_version.name):
        revision = connection.execute(select(schema_version.c.version_num)).scalar_one()
        if revision.isdecimal():
            return int(revision)
    elif connection.dialect.name != "sqlite" or not found.get_table_names():
        return None  # in PostgreSQL, extensions have tables too
    raise PlatformError("the database belongs to another program", where=where, hint="check the platform's URL")


def _migrate(connection: Connection, before: int, migrations: Path) -> int:
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(migrations))
    context = MigrationContext.configure(connection, opts={"version_table": schema_version.name})
    steps = [*scripts.iterate_revisions("head", _revision(before) if before else "base")]
    with Operations.context(context):
        for step in reversed(steps):
            step.module.upgrade()
    context.stamp(scripts, "head")
    return int(steps[0].revision) if steps else before


def _revision(version: int) -> str:
    return f"{version:04}"
