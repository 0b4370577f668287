"""Planning alone, and the statements it makes replayed by plain sqlite3."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from _delivery.measure import Cost, Stretch
from _delivery.samples import KEY, NOW, WARM_UP_AT, address, pages
from digests.delivery import Planned, plan
from digests.storage import open_store

Statement = tuple[str, Any, bool]  # SQL, parameters, whether they are many
_SETTINGS = "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"  # as the product's


def planning(file: Path) -> Cost:
    """Plan all that is due in the database; for a process of its own."""

    async def run() -> Cost:
        return (await _plan(file))[1]

    return asyncio.run(run())


def statements(file: Path) -> list[Statement]:
    """Plan all that is due and return every statement it took; for a process of its own."""
    seen: list[Statement] = []

    def note(_c: object, _cursor: object, sql: str, parameters: Any, _context: object, many: bool) -> None:
        seen.append((sql, parameters, many))

    def commit(_connection: object) -> None:
        seen.append(("COMMIT", (), False))

    def begin() -> None:
        event.listen(Engine, "before_cursor_execute", note)
        event.listen(Engine, "commit", commit)

    asyncio.run(_plan(file, begin))
    return [each for each in seen if not each[0].startswith("PRAGMA")]


def replayed(file: Path, made: list[Statement]) -> float:
    """Return the seconds plain sqlite3 needs for these statements; for a process of its own."""
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.executescript(_SETTINGS)
        start = time.monotonic()
        for sql, parameters, many in made:
            if many:
                db.executemany(sql, parameters)
            else:
                db.execute(sql, parameters).fetchall()
        return time.monotonic() - start


async def _plan(file: Path, begin: Callable[[], None] = lambda: None) -> tuple[Planned, Cost]:
    store, composer = await open_store(address(file), KEY), pages()
    try:
        await plan(store, composer, now=WARM_UP_AT)  # what is loaded and composed once is not what is measured
        begin()
        stretch = Stretch()
        stretch.begin()
        planned = await plan(store, composer, now=NOW)
        return planned, stretch.end(planned.rows)
    finally:
        await store.close()
