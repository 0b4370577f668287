"""Planning alone, and the statements it makes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from _delivery.measure import Cost, Stretch
from _delivery.replay import Statement, listen
from _delivery.samples import KEY, NOW, WARM_UP_AT, address, pages
from digests.delivery import Planned, plan
from digests.storage import open_store


def planning(file: Path) -> Cost:
    """Plan all that is due in the database; for a process of its own."""

    async def run() -> Cost:
        return (await _plan(file))[1]

    return asyncio.run(run())


def statements(file: Path) -> list[Statement]:
    """Plan all that is due and return every statement it took; for a process of its own."""
    seen: list[Statement] = []
    asyncio.run(_plan(file, lambda: listen(seen)))
    return seen


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
