"""Engines: how each database is opened, and one process at a time on a SQLite file."""

from __future__ import annotations

import os
import sqlite3
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from digests.errors import StorageError
from digests.storage import driver
from digests.storage.failures import driver_errors
from digests.storage.types import Sealer, seal_with

if TYPE_CHECKING:
    from sqlalchemy import Connection

READERS = 4
"""Connections that read from a SQLite file at the same time, beside the one that writes."""

_BUSY_SECONDS = 10  # how long SQLite waits for another process's write before it is "locked"
_PRAGMAS = (
    f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # what a reader had us forget is overwritten, not only unlinked
)
_POOL = 10  # PostgreSQL connections of one process
_FROZEN_SECONDS = 30.0  # after which PostgreSQL ends a transaction that is not gone on with: its process is stuck


def engines(url: URL, key: bytes) -> tuple[AsyncEngine, AsyncEngine]:
    """Return the engine that writes and the one that reads consistent snapshots."""
    sealer = Sealer(key)
    if url.get_backend_name() == "sqlite":
        writer = _sqlite(url, "BEGIN IMMEDIATE", "PRAGMA query_only = OFF", pool_size=1, max_overflow=1)
        reader = _sqlite(url, "BEGIN", "PRAGMA query_only = ON", pool_size=READERS, max_overflow=0)
        seal_with(reader, sealer)
    else:
        # rows that a frozen process has locked would hold up every other worker
        settings = {"idle_in_transaction_session_timeout": f"{_FROZEN_SECONDS * 1000:.0f}"}
        writer = create_async_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=_POOL,
            max_overflow=0,
            connect_args={"server_settings": settings},
        )
        reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    seal_with(writer, sealer)
    return writer, reader


def migrating_engine(url: URL) -> AsyncEngine:
    """Return an engine for changing the schema.

    On SQLite foreign keys are off: a table is altered by copying it, and dropping the old one would delete,
    by cascade, all that refers to it.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, "BEGIN IMMEDIATE", "PRAGMA foreign_keys = OFF", poolclass=NullPool)
    return create_async_engine(url, hide_parameters=True, poolclass=NullPool)


def exists(url: URL) -> bool:
    """Tell whether the SQLite file is there; a PostgreSQL server can only be asked."""
    return url.get_backend_name() != "sqlite" or Path(url.database or "").exists()


def _sqlite(url: URL, begin: str, *pragmas: str, **options: Any) -> AsyncEngine:
    """Return an engine whose connections keep what they committed through a power cut (WAL, synchronous FULL)."""
    file = Path(url.database or "")
    with driver_errors():
        file.parent.mkdir(parents=True, exist_ok=True)
        # a file that cannot be opened must be found here: aiosqlite leaves a thread behind that then fails aloud
        sqlite3.connect(file).close()
    engine = create_async_engine(
        url,
        hide_parameters=True,
        async_creator=partial(driver.connect, file, begin),
        json_deserializer=orjson.loads,  # half of what a subscription costs to read
        **options,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        try:
            connection.isolation_level = None  # else the driver begins transactions by itself, and late
            cursor = connection.cursor()
            for pragma in (*_PRAGMAS, *pragmas):
                cursor.execute(pragma)
            cursor.close()
        except BaseException:
            connection.close()  # the pool does not know it yet
            raise

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        driver.of(connection).begin()

    return engine


class ProcessClaim:
    """The sole use of a database by this process, until `release` or its end."""

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        """Let another process have the database. Safe to repeat."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def claim_process(url: URL | str) -> ProcessClaim:
    """Refuse a second process that would run the bot on the same SQLite file: both would send.

    Holds a lock on ``<file>.lock``, which the system gives back however the process ends. PostgreSQL is made
    for several processes and claims nothing. Raises StorageError("already_running").
    """
    import fcntl  # not on every system; only who claims needs it

    url = make_url(url)
    if url.get_backend_name() != "sqlite":
        return ProcessClaim(None)
    file = Path(f"{url.database}.lock")
    with driver_errors():
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        advice = "Another process runs the bot on this database: stop it first."
        raise StorageError("already_running", file=str(file), advice=advice) from error
    return ProcessClaim(descriptor)
