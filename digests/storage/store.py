"""The store: units of work over all tables, and how a database is opened."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.engine import URL, make_url

from digests.storage import keys, migrate
from digests.storage.articles import Articles
from digests.storage.channels import Channels
from digests.storage.corrections import Corrections
from digests.storage.editions import Editions
from digests.storage.edits import Edits
from digests.storage.engine import engines, exists, migrating_engine
from digests.storage.failures import driver_errors
from digests.storage.ledger import Ledger
from digests.storage.people import Audit, Editors
from digests.storage.runtime import Runtime
from digests.storage.session import Session
from digests.storage.subscriptions import Subscriptions
from digests.storage.tables import notes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from digests.ports import Tx

_KEY_CHECK = "storage:key-check"


class SqlTx:
    """One unit of work over all tables. See `digests.ports.Tx`."""

    def __init__(self, session: Session) -> None:
        self.articles = Articles(session)
        self.subscriptions = Subscriptions(session)
        self.editions = Editions(session)
        self.ledger = Ledger(session)
        self.edits = Edits(session)
        self.corrections = Corrections(session)
        self.editors = Editors(session)
        self.channels = Channels(session)
        self.audit = Audit(session)
        self.runtime = Runtime(session)


class SqlStore:
    """A database, open. See `digests.ports.Store`; made by `open_store`."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine) -> None:
        self._writer = writer
        self._reader = reader
        # SQLite has one writer at a time: wait for it here, in order, and not in its busy loop; and keep its
        # connection, for taking it out of the pool and putting it back costs more than a short unit of work
        self._keeps = writer.dialect.name == "sqlite"
        self._turn = asyncio.Lock() if self._keeps else nullcontext()
        self._kept: AsyncConnection | None = None

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        """Open a unit of work: commits on leaving, rolls back on an exception. Raises StorageError."""
        async with self._turn:
            connection, self._kept = self._kept or self._writer.connect(), None
            async with _transaction(connection, writing=True, keep=self._keeps) as session:
                yield SqlTx(session)
            if self._keeps:
                self._kept = connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """Open a snapshot for reading; writing in it is refused. Raises StorageError."""
        async with _transaction(self._reader.connect(), writing=False) as session:
            yield SqlTx(session)

    async def close(self) -> None:
        """Close every connection."""
        if self._kept is not None:
            with driver_errors():
                await self._kept.close()
            self._kept = None
        await self._writer.dispose()
        await self._reader.dispose()


async def open_store(url: URL | str, key: bytes, *, upgrade: bool | None = None) -> SqlStore:
    """Open the database at `url` (``sqlite+aiosqlite`` or ``postgresql+asyncpg``) with its 64-byte data key.

    `upgrade` says whether an older or empty database is migrated now; by default SQLite is, and PostgreSQL,
    which other processes may be using, is not. Raises StorageError("migrate_first"), NewerDatabase, WrongKey,
    and StorageError for whatever the database answers.
    """
    url = make_url(url)
    if upgrade is None:
        upgrade = url.get_backend_name() == "sqlite"
    if upgrade:
        await migrate.upgrade(url)
    writer, reader = engines(url, key)
    store = SqlStore(writer, reader)
    try:
        migrate.require_ready(await migrate.state(writer))
        async with _transaction(writer.connect(), writing=True) as session:
            await _check_key(session, key)
    except BaseException:
        await store.close()
        raise
    return store


async def unlock(url: URL | str, data_key: str | bytes | None, key_file: Path) -> bytes:
    """Return the data key of the database at `url`, from the setting or the file (see `keys.load_key`).

    Makes a new key file only for a database that was never written with a key. Raises WrongKey, StorageError.
    """
    url = make_url(url)
    return keys.load_key(data_key, key_file, create=not await _has_key(url))


async def _has_key(url: URL) -> bool:
    if not exists(url):
        return False
    engine = migrating_engine(url)
    try:
        if (await migrate.state(engine)).current is None:
            return False
        async with _transaction(engine.connect(), writing=False) as session:
            return await session.first(select(notes.c.value).where(notes.c.key == _KEY_CHECK)) is not None
    finally:
        await engine.dispose()


async def _check_key(session: Session, key: bytes) -> None:
    """Compare the key with the check the database keeps; an empty database keeps this key's check from now on."""
    mine = session.insert(notes).values(key=_KEY_CHECK, value=keys.make_check(key))
    await session.execute(mine.on_conflict_do_nothing(index_elements=["key"]))
    keys.verify(key, await session.scalar(select(notes.c.value).where(notes.c.key == _KEY_CHECK)))


@asynccontextmanager
async def _transaction(connection: AsyncConnection, *, writing: bool, keep: bool = False) -> AsyncIterator[Session]:
    """Open a transaction, and its connection if need be; that is closed at the end, but for a success with `keep`."""
    keeps = False
    try:
        if connection.sync_connection is None:
            with driver_errors():
                await connection.start()
        session = Session(connection, writing=writing)
        yield session
        if session.failure is not None:
            raise session.failure
        if writing:
            await session.commit()
        keeps = keep
    finally:
        if not keeps and connection.sync_connection is not None:
            with driver_errors():
                await connection.close()  # rolls back what was not committed
