"""aiosqlite with fewer trips: it runs every small step of a statement as a job of the connection's thread.

Here a statement is one job, execute and fetch together, a transaction begins with its first statement, and a
rollback of nothing is none: a transaction of three statements takes four trips to the thread rather than sixteen.
A trip costs more than most statements do.

A cancellation waits for the end of the job. SQLAlchemy drops a connection whose call was broken off; if the thread
went on with it, it would keep SQLite's write lock, and every later unit of work would find the database locked.
"""

from __future__ import annotations

import asyncio
import sqlite3
from functools import partial
from typing import TYPE_CHECKING, Any

import aiosqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sqlalchemy import Connection as SqlConnection


async def connect(file: Path, begin: str) -> aiosqlite.Connection:
    """Open a SQLite file whose transactions start with `begin`; for `create_async_engine`'s ``async_creator``."""
    # what cannot be asked of the connection's thread is its state and its cursors' figures, which are read from here
    return await Connection(partial(sqlite3.connect, file, check_same_thread=False), begin)


def of(connection: SqlConnection | None) -> Connection:
    """Return the driver's own connection under an SQLAlchemy one that is open."""
    assert connection is not None  # noqa: S101  # an AsyncConnection has one once it is started
    driven: Connection = connection.connection.driver_connection  # type: ignore[assignment]  # made by `connect`
    return driven


class _Job(asyncio.Future[Any]):
    """A job of the thread: who waits for it and is cancelled learns so when it is done."""

    def cancel(self, msg: Any | None = None) -> bool:  # asyncio's signature
        return False


class Connection(aiosqlite.Connection):
    """An aiosqlite connection whose jobs may be several statements."""

    def __init__(self, connector: Callable[[], sqlite3.Connection], begin: str) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self._begin = begin
        self._begins = False  # a transaction, with the next statement
        self._thread.daemon = True  # as SQLAlchemy has it: a forgotten connection must not keep the process alive

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if not self._running or self._connection is None:
            raise ValueError("Connection closed")  # what SQLAlchemy knows
        job = _Job(loop=asyncio.get_running_loop())
        self._tx.put_nowait((job, partial(fn, *args, **kwargs)))
        return await job

    def cursor(self) -> _Cursor:  # type: ignore[override]  # what SQLAlchemy uses of it is the same
        """Return a cursor whose statements are one job each."""
        return _Cursor(self)

    def begin(self) -> None:
        """Begin a transaction with the next statement, unless one is under way."""
        self._begins = True

    async def commit(self) -> None:
        """End the transaction, if anything began it."""
        self._begins = False
        if self.in_transaction:
            await super().commit()

    async def rollback(self) -> None:
        """Undo the transaction, if anything began it."""
        self._begins = False
        if self.in_transaction:
            await super().rollback()

    async def run(self, statements: Sequence[tuple[str, Any]], *, commit: bool = False) -> Sequence[Sequence[Any]]:
        """Run statements (SQL, parameters) of a transaction, fetch what each found, and commit if told so.

        All that is one job, and so is the beginning of the transaction.
        """
        self._begins = True

        def run() -> Sequence[Sequence[Any]]:
            found = [self._conn.execute(*each).fetchall() for each in statements]
            if commit:
                self._conn.commit()
            return found

        rows: Sequence[Sequence[Any]] = await self._job(run)
        return rows

    async def run_one(self, execute: str, sql: str, parameters: Any) -> tuple[sqlite3.Cursor, Sequence[Any]]:
        """Run one statement by that method of sqlite3's, and fetch what it found, in one job."""

        def run() -> tuple[sqlite3.Cursor, Sequence[Any]]:
            cursor: sqlite3.Cursor = getattr(self._conn, execute)(sql, parameters)
            return cursor, cursor.fetchall() if cursor.description else ()

        done: tuple[sqlite3.Cursor, Sequence[Any]] = await self._job(run)
        return done

    async def _job(self, run: Callable[[], Any]) -> Any:
        begins, self._begins = self._begins, False

        def job() -> Any:
            if begins and not self._conn.in_transaction:
                self._conn.execute(self._begin)
            return run()

        return await self._execute(job)


class _Cursor:
    """What SQLAlchemy asks of an asynchronous cursor."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._done: sqlite3.Cursor | None = None
        self._rows: Sequence[Any] = ()
        self.arraysize = 1

    async def __aenter__(self) -> _Cursor:
        return self

    async def execute(self, sql: str, parameters: Any = ()) -> _Cursor:
        self._done, self._rows = await self._connection.run_one("execute", sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Any) -> _Cursor:
        self._done, self._rows = await self._connection.run_one("executemany", sql, parameters)
        return self

    async def fetchall(self) -> Sequence[Any]:
        return self._rows

    async def close(self) -> None:
        self._done = None

    @property
    def description(self) -> Any:
        return None if self._done is None else self._done.description

    @property
    def rowcount(self) -> int:
        return -1 if self._done is None else self._done.rowcount

    @property
    def lastrowid(self) -> int | None:
        return None if self._done is None else self._done.lastrowid
