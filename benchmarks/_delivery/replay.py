"""The statements that SQLite was given, noted by the product's own driver and replayed by plain sqlite3: the floor."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

_SETTINGS = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"  # as the product's


class Statement(NamedTuple):
    """SQL, its parameters, and whether they are those of many runs."""

    sql: str
    parameters: Any = ()
    many: bool = False


def listen(seen: list[Statement]) -> None:
    """Note every statement that this process gives to SQLite from now on, in order."""
    from digests.storage.driver import Connection

    run, run_one, commit, begin = Connection.run, Connection.run_one, Connection.commit, Connection.begin

    async def noted_run(self: Connection, statements: Sequence[tuple[str, Any]], *, commit: bool = False) -> Any:
        seen.extend([Statement("BEGIN"), *(Statement(*each) for each in statements)])
        if commit:
            seen.append(Statement("COMMIT"))
        return await run(self, statements, commit=commit)

    async def noted_run_one(self: Connection, execute: str, sql: str, parameters: Any) -> Any:
        seen.append(Statement(sql, parameters, execute == "executemany"))
        return await run_one(self, execute, sql, parameters)

    async def noted_commit(self: Connection) -> None:
        if self.in_transaction:
            seen.append(Statement("COMMIT"))
        await commit(self)

    def noted_begin(self: Connection) -> None:
        seen.append(Statement("BEGIN"))
        begin(self)

    for name, noted in (
        ("run", noted_run),
        ("run_one", noted_run_one),
        ("commit", noted_commit),
        ("begin", noted_begin),
    ):
        setattr(Connection, name, noted)


class Replayed(NamedTuple):
    """What plain sqlite3 took: seconds, processor seconds."""

    seconds: float
    cpu: float


def replayed(file: Path, statements: Sequence[Statement]) -> Replayed:
    """Run the statements by plain sqlite3, fetching what they find; for a process of its own."""
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.executescript(_SETTINGS)
        start, cpu = time.monotonic(), time.process_time()
        for sql, parameters, many in statements:
            if many:
                db.executemany(sql, parameters)
            elif not sql.startswith("BEGIN") or not db.in_transaction:  # one that read nothing was never ended
                db.execute(sql, parameters).fetchall()
        return Replayed(time.monotonic() - start, time.process_time() - cpu)
