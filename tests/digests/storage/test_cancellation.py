"""A task that is cancelled inside a unit of work leaves the database as usable as before."""

from __future__ import annotations

import asyncio

from digests.storage import SqlStore


async def test_whoever_comes_after_a_cancelled_unit_of_work_finds_the_database_free(store: SqlStore) -> None:
    async def work(number: int) -> None:
        async with store.begin() as tx:
            await tx.runtime.set_note("cut off", str(number))
            await tx.runtime.get_note("cut off")

    for number in range(60):
        task = asyncio.create_task(work(number))
        for _ in range(number):  # a different point of the work each time
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with store.begin() as tx:
            await tx.runtime.set_note("after", str(number))
    async with store.read() as tx:
        assert await tx.runtime.get_note("after") == "59"


async def test_a_unit_of_work_cancelled_before_its_end_wrote_nothing(store: SqlStore) -> None:
    entered = asyncio.Event()

    async def work() -> None:
        async with store.begin() as tx:
            await tx.runtime.set_note("half", "done")
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await entered.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with store.read() as tx:
        assert await tx.runtime.get_note("half") is None
