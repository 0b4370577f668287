"""Group commit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from digests.delivery.coalescer import Coalescer

if TYPE_CHECKING:
    from collections.abc import Sequence


class Commits:
    """Keeps the batches it is given; each commit waits for the gate, and fails on a negative item."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = asyncio.Event()

    async def __call__(self, items: Sequence[int]) -> Sequence[int]:
        self.batches.append(list(items))
        await self.gate.wait()
        if min(items) < 0:
            raise ValueError
        return [item * 10 for item in items]


async def test_what_comes_during_a_commit_goes_together_into_the_next() -> None:
    commits = Commits()
    coalescer = Coalescer(commits, gather=0)
    tasks = [asyncio.create_task(coalescer.submit(1))]
    await asyncio.sleep(0.001)
    tasks += [asyncio.create_task(coalescer.submit(item)) for item in (2, 3, 4)]
    await asyncio.sleep(0)
    commits.gate.set()
    assert await asyncio.gather(*tasks) == [10, 20, 30, 40]
    assert commits.batches == [[1], [2, 3, 4]]


async def test_what_comes_shortly_before_a_commit_goes_with_it() -> None:
    commits = Commits()
    commits.gate.set()
    coalescer = Coalescer(commits, gather=0.05)
    first = asyncio.create_task(coalescer.submit(1))
    await asyncio.sleep(0)
    assert await asyncio.gather(first, coalescer.submit(2)) == [10, 20]
    assert commits.batches == [[1, 2]]


async def test_no_batch_is_larger_than_the_limit() -> None:
    commits = Commits()
    commits.gate.set()
    coalescer = Coalescer(commits, limit=4)
    assert await asyncio.gather(*map(coalescer.submit, range(10))) == [item * 10 for item in range(10)]
    assert max(map(len, commits.batches)) == 4


async def test_an_error_reaches_all_of_its_batch_and_no_other() -> None:
    commits = Commits()
    commits.gate.set()
    coalescer = Coalescer(commits, limit=2)
    results = await asyncio.gather(*map(coalescer.submit, (1, -1, 2, 3)), return_exceptions=True)
    assert [type(result) for result in results] == [ValueError, ValueError, int, int]
    assert await coalescer.submit(5) == 50


async def test_one_who_no_longer_waits_holds_up_nobody() -> None:
    commits = Commits()
    coalescer = Coalescer(commits, gather=0)
    gone, stays = (asyncio.create_task(coalescer.submit(item)) for item in (1, 2))
    await asyncio.sleep(0.001)
    gone.cancel()
    commits.gate.set()
    assert await stays == 20
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_cancelling_drops_what_is_not_committed() -> None:
    commits = Commits()
    coalescer = Coalescer(commits, limit=1, gather=0)
    tasks = [asyncio.create_task(coalescer.submit(item)) for item in (1, 2)]
    await asyncio.sleep(0.001)
    coalescer.cancel()
    for task in tasks:
        task.cancel()
    assert await asyncio.gather(*tasks, return_exceptions=True)
    assert commits.batches == [[1]]
