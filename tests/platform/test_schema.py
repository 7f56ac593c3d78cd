"""Versions of the tables, on both databases."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from emp_gitops.errors import PlatformError
from emp_gitops.platform.open import open_operator, open_reader, open_writer, upgrade
from emp_gitops.platform.sql import schema
from emp_gitops.platform.sql.tables import schema_version, tables
from emp_gitops.platform.url import PlatformUrl
from support.platforms import sql, with_accounts
from support.steps import at_step

EVERY_SIDE = (open_reader, open_operator, open_writer)


def test_the_migrations_make_the_tables_that_queries_expect(platform_url: PlatformUrl) -> None:
    with open_writer(platform_url) as writer, writer._database.reading() as connection:
        context = MigrationContext.configure(connection, opts={
            "compare_type": True, "include_name": lambda name, kind, _: kind != "table" or name != schema_version.name,
        })
        differences = str(compare_metadata(context, tables))
    if platform_url.is_embedded:  # older releases of Alembic do not know that SQLite numbers rows without an Identity
        differences = re.sub(r"\[\('modify_default', None, '(?:changes|trusted_revisions)', 'sequence',.*?\)\]", "", differences)
    assert differences.strip("[, ]") == ""


def test_the_version_that_the_tool_knows_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(schema.MIGRATIONS)).get_current_head() == f"{schema.VERSION:04}"


def test_upgrading_a_platform_of_this_version_changes_nothing(platform_url: PlatformUrl) -> None:
    with_accounts(platform_url, "acme-madrid")
    assert upgrade(platform_url) == (schema.VERSION, schema.VERSION)
    with open_reader(platform_url) as reader:
        assert "acme-madrid" in reader.accounts()


def test_what_another_process_has_created_meanwhile_is_not_created_again(platform_url: PlatformUrl) -> None:
    with open_writer(platform_url) as writer:
        sql(platform_url, "UPDATE emp_gitops_schema SET version_num = '0003'")  # that process was of a newer tool
        schema.create_missing(writer._database)
        assert schema.found_version(writer._database) == 3


def test_upgrade_makes_a_platform_from_nothing(platform_url: PlatformUrl) -> None:
    assert upgrade(platform_url) == (0, schema.VERSION)
    with open_reader(platform_url) as reader:
        assert reader.accounts() == {}


@pytest.mark.parametrize("version", ["0003", "9999"])
def test_a_newer_platform_is_refused_by_every_side_and_by_upgrade(platform_url: PlatformUrl, version: str) -> None:
    with_accounts(platform_url, "acme-madrid")
    sql(platform_url, f"UPDATE emp_gitops_schema SET version_num = '{version}'")
    for touch in (*EVERY_SIDE, upgrade):
        with pytest.raises(PlatformError, match="written by a newer emp-gitops") as caught:
            touch(platform_url)
        assert caught.value.hint == "upgrade the tool"


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_what_a_newer_tool_upgrades_meanwhile_is_refused_and_not_touched(platform_url: PlatformUrl, step: int) -> None:
    with_accounts(platform_url)
    with at_step(step, lambda: sql(platform_url, "UPDATE emp_gitops_schema SET version_num = '9999'"), ("begin",)) as newer:
        with pytest.raises(PlatformError, match="written by a newer emp-gitops"):
            upgrade(platform_url)
    assert newer.has_fired
    assert sql(platform_url, "SELECT version_num FROM emp_gitops_schema") == [("9999",)]


def test_an_older_platform_is_refused_until_it_is_upgraded(platform_url: PlatformUrl) -> None:
    with_accounts(platform_url, "acme-madrid")
    sql(platform_url, "UPDATE emp_gitops_schema SET version_num = '0000'")
    for side in EVERY_SIDE:
        with pytest.raises(PlatformError, match="written by an older emp-gitops") as caught:
            side(platform_url)
        assert caught.value.hint == "run: emp-gitops platform upgrade"


def test_a_version_that_is_no_number_is_refused(platform_url: PlatformUrl) -> None:
    with_accounts(platform_url)
    sql(platform_url, "UPDATE emp_gitops_schema SET version_num = 'ae1027a6'")
    for touch in (*EVERY_SIDE, upgrade):
        with pytest.raises(PlatformError, match="belongs to another program"):
            touch(platform_url)


@pytest.fixture
def next_migrations(tmp_path: Path) -> Path:
    """The migrations of a tool that is one version ahead."""
    folder = Path(shutil.copytree(schema.MIGRATIONS, tmp_path / "migrations"))
    (folder / "versions/v0003_color.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n\nrevision, down_revision = '0003', '0002'\n\n"
        "def upgrade():\n    op.add_column('accounts', sa.Column('color', sa.Text))\n"
    )
    return folder


def test_an_upgrade_runs_what_is_missing_and_keeps_the_accounts(platform_url: PlatformUrl, next_migrations: Path) -> None:
    with_accounts(platform_url, "acme-madrid")
    with open_writer(platform_url) as writer:
        assert schema.upgrade(writer._database, next_migrations) == (2, 3)
        assert schema.upgrade(writer._database, next_migrations) == (3, 3)
    assert sql(platform_url, "SELECT id, color FROM accounts") == [("acme-madrid", None)]
    with pytest.raises(PlatformError, match="newer"):
        open_reader(platform_url)


def test_an_upgrade_that_fails_changes_nothing(platform_url: PlatformUrl, next_migrations: Path) -> None:
    (next_migrations / "versions/v0004_broken.py").write_text(
        "from alembic import op\n\nrevision, down_revision = '0004', '0003'\n\n"
        "def upgrade():\n    op.execute('ALTER TABLE nowhere ADD COLUMN color TEXT')\n"
    )
    with open_writer(platform_url) as writer, pytest.raises(PlatformError, match="nowhere"):
        schema.upgrade(writer._database, next_migrations)
    with open_reader(platform_url) as reader:
        assert reader.accounts() == {}


@pytest.mark.parametrize(("code", "absent"), [
    ("import emp_gitops.platform, emp_gitops.platform.base, emp_gitops.platform.url", "sqlalchemy"),
    ("""
from emp_gitops.platform.open import open_reader, open_writer
from emp_gitops.platform.url import parse_platform_url
url = parse_platform_url(sys.argv[1], Path())
for side in (open_reader, open_writer):
    side(url).close()
""", "alembic"),
])
def test_heavy_packages_are_imported_only_when_they_are_needed(platform_url: PlatformUrl, code: str, absent: str) -> None:
    with_accounts(platform_url)
    code = f"import sys\nfrom pathlib import Path\n{code}\nassert {absent!r} not in sys.modules"
    subprocess.run([sys.executable, "-c", code, platform_url.text], check=True)
