"""Bring a database's schema to what this version of the program needs."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select
from sqlalchemy.engine import URL, make_url

from digests.errors import NewerDatabase, StorageError
from digests.storage.engine import migrating_engine
from digests.storage.failures import driver_errors

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncEngine

_LOCK = 0x6D696772  # names the lock that keeps two migrations apart on PostgreSQL


class Schema(NamedTuple):
    """Which revision a database has (None: it is empty), and which this program needs."""

    current: str | None
    head: str
    newer: bool  # a later version of the program migrated the database

    @property
    def ready(self) -> bool:
        """True if the program can use the database as it is."""
        return self.current == self.head


async def state(engine: AsyncEngine) -> Schema:
    """Compare a database's schema with the program's. Raises StorageError."""
    with driver_errors():
        async with engine.connect() as connection:
            return await connection.run_sync(_state)


async def upgrade(url: URL | str) -> Schema:
    """Migrate the database at `url` as far as needed, in one transaction, and return what it was before.

    A SQLite file that holds an older schema is copied first, to ``<file>.before-<revision>``.
    Raises NewerDatabase, StorageError.
    """
    url = make_url(url)
    engine = migrating_engine(url)
    try:
        before = await state(engine)
        require_known(before)
        if before.ready:
            return before
        if before.current is not None and url.get_backend_name() == "sqlite":
            await asyncio.to_thread(_copy, Path(url.database or ""), before.current)
        with driver_errors():
            async with engine.begin() as connection:
                await connection.run_sync(_upgrade)
        return before
    finally:
        await engine.dispose()


def require_known(schema: Schema) -> None:
    """Raise NewerDatabase if this program is older than the database."""
    if schema.newer:
        advice = "Install the version that last used this database, or a later one; or restore an older backup."
        raise NewerDatabase("newer_database", current=schema.current, known=schema.head, advice=advice)


def require_ready(schema: Schema) -> None:
    """Raise NewerDatabase, or StorageError("migrate_first"), unless the program can use the database as it is."""
    require_known(schema)
    if not schema.ready:
        raise StorageError("migrate_first", advice='Run "conflict-digest migrate" once.')


def _state(connection: Connection) -> Schema:
    scripts = ScriptDirectory.from_config(_config())
    head = scripts.get_current_head()
    if head is None:
        raise StorageError("storage_failed")
    current = MigrationContext.configure(connection).get_current_revision()
    known = {revision.revision for revision in scripts.walk_revisions()}
    return Schema(current, head, newer=current is not None and current not in known)


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    command.upgrade(_config(connection=connection), "head")
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise StorageError("damaged")  # rolls back


def _config(**attributes: Any) -> Config:
    config = Config()
    config.set_main_option("script_location", "digests.storage:migrations")
    config.attributes.update(attributes)
    return config


def _copy(file: Path, revision: str) -> None:
    target = file.with_name(f"{file.name}.before-{revision}")
    with driver_errors(), closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
