import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from digests.errors import NewerDatabase, StorageError
from digests.storage import migrate, open_store, state, upgrade
from digests.storage.engine import migrating_engine
from digests.storage.tables import metadata

KEY = bytes(range(64))


async def run(url: URL, *commands: str) -> None:
    engine = migrating_engine(url)
    async with engine.begin() as connection:
        for command in commands:
            await connection.execute(text(command))
    await engine.dispose()


async def differences(engine: AsyncEngine) -> list[Any]:
    options = {"compare_type": True, "target_metadata": metadata}
    async with engine.connect() as connection:
        return await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts=options), metadata)
        )


async def test_the_migrations_build_the_schema_the_code_speaks_of(url: URL) -> None:
    engine = migrating_engine(url)
    assert await differences(engine) == []
    schema = await state(engine)
    assert schema.ready
    assert not schema.newer
    await engine.dispose()


async def test_a_migration_runs_once_and_says_what_was_before(empty_url: URL) -> None:
    before = await upgrade(empty_url)
    assert (before.current, before.ready) == (None, False)
    assert (await upgrade(empty_url)).ready
    await (await open_store(empty_url, KEY)).close()


async def test_sqlite_is_migrated_at_start_and_postgresql_only_when_told(empty_url: URL) -> None:
    if empty_url.get_backend_name() == "postgresql":
        with pytest.raises(StorageError, match="migrate_first") as caught:
            await open_store(empty_url, KEY)
        assert "conflict-digest migrate" in str(caught.value.params["advice"])
    else:
        with pytest.raises(StorageError, match="migrate_first"):
            await open_store(empty_url, KEY, upgrade=False)
        await (await open_store(empty_url, KEY)).close()
    await (await open_store(empty_url, KEY, upgrade=True)).close()


async def test_a_newer_database_is_refused_and_left_alone(empty_url: URL) -> None:
    await upgrade(empty_url)
    await run(empty_url, "UPDATE alembic_version SET version_num = '9999'")
    for opening in (open_store(empty_url, KEY), upgrade(empty_url), open_store(empty_url, KEY, upgrade=False)):
        with pytest.raises(NewerDatabase, match="newer_database") as caught:
            await opening
        assert caught.value.params["current"] == "9999"


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_a_sqlite_file_is_copied_before_it_is_migrated(empty_url: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    await (await open_store(empty_url, KEY)).close()
    older = migrate.Schema("0000", "0001", newer=False)
    seen: list[str] = []

    async def before(_engine: AsyncEngine) -> migrate.Schema:
        return older

    monkeypatch.setattr(migrate, "state", before)
    monkeypatch.setattr(migrate, "_upgrade", lambda _connection: seen.append("migrated"))
    await upgrade(empty_url)
    copy = Path(f"{empty_url.database}.before-0000")
    assert seen == ["migrated"]
    with sqlite3.connect(copy) as connection:
        [count] = connection.execute("SELECT count(*) FROM notes").fetchone()
    connection.close()
    assert count == 1


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
async def test_a_sqlite_file_is_kept_safe_through_a_power_cut(world: Any) -> None:
    for engine in (world.store._writer, world.store._reader):
        async with engine.connect() as connection:
            found = [
                (await connection.execute(text(f"PRAGMA {name}"))).scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            ]
        assert found == ["wal", 2, 1]
