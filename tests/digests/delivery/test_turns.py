"""Group commit: what came back and what is about to leave, written down together."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from digests.delivery.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Sequence


class Commits:
    """Keeps the turns it is given; each waits for the gate, fails on a negative row, and lets no row 0 go."""

    def __init__(self) -> None:
        self.turns: list[tuple[list[str], list[int]]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, results: Sequence[str], rows: Sequence[int]) -> set[int]:
        self.turns.append((list(results), list(rows)))
        await self.gate.wait()
        if min(rows, default=0) < 0:
            raise ValueError
        return set(rows) - {0}


async def test_what_comes_during_a_commit_goes_together_into_the_next() -> None:
    commits = Commits()
    commits.gate.clear()
    turns: Turns[str] = Turns(commits, interval=0)
    starts = [asyncio.create_task(turns.start(1))]
    await asyncio.sleep(0.01)
    starts += [asyncio.create_task(turns.start(row)) for row in (2, 3)]
    turns.note("a")
    await asyncio.sleep(0)
    commits.gate.set()
    assert await asyncio.gather(*starts) == [True, True, True]
    assert commits.turns == [([], [1]), (["a"], [2, 3])]


async def test_a_start_is_committed_no_earlier_than_the_results_noted_before_it() -> None:
    commits = Commits()
    turns: Turns[str] = Turns(commits, interval=0.001)

    async def slot(name: int) -> None:
        for call in range(20):
            assert await turns.start(100 * name + call + 1)
            await asyncio.sleep(0.0005 * (name % 3))
            turns.note(f"{100 * name + call + 1}")

    await asyncio.gather(*map(slot, range(5)))
    await turns.finish()
    begun: set[int] = set()
    for results, rows in commits.turns:
        begun -= set(map(int, results))
        begun |= set(rows)
        assert len(begun) <= 5
    assert not begun


async def test_results_wait_for_the_next_start_but_not_for_long() -> None:
    commits = Commits()
    turns: Turns[str] = Turns(commits, interval=0, patience=0.05)
    turns.note("a")
    await asyncio.sleep(0.001)
    assert await turns.start(1)
    turns.note("b")
    turns.note("c")
    while len(commits.turns) < 2:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert commits.turns == [(["a"], [1]), (["b", "c"], [])]


async def test_turns_keep_their_distance_and_the_first_start_waits_for_nothing() -> None:
    commits = Commits()
    turns: Turns[str] = Turns(commits, interval=3600)
    assert await turns.start(1)
    waits = asyncio.create_task(turns.start(2))
    await asyncio.sleep(0.01)
    assert commits.turns == [([], [1])]
    await turns.finish()  # comes in between
    assert await waits
    assert commits.turns == [([], [1]), ([], [2])]


async def test_whoever_may_not_start_is_told() -> None:
    turns: Turns[str] = Turns(Commits())
    assert await asyncio.gather(turns.start(0), turns.start(1)) == [False, True]


async def test_an_error_reaches_all_starts_of_its_turn_and_no_other() -> None:
    turns: Turns[str] = Turns(Commits(), interval=0)
    failed = await asyncio.gather(turns.start(1), turns.start(-1), return_exceptions=True)
    assert [type(each) for each in failed] == [ValueError, ValueError]
    assert await turns.start(2)


async def test_one_who_no_longer_waits_holds_up_nobody() -> None:
    commits = Commits()
    commits.gate.clear()
    turns: Turns[str] = Turns(commits, interval=0)
    gone, stays = (asyncio.create_task(turns.start(row)) for row in (1, 2))
    await asyncio.sleep(0.01)
    gone.cancel()
    commits.gate.set()
    assert await stays
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_finishing_leaves_nothing_uncommitted() -> None:
    commits = Commits()
    turns: Turns[str] = Turns(commits, interval=3600, patience=3600)
    assert await turns.start(1)
    turns.note("a")
    await turns.finish()
    assert commits.turns == [([], [1]), (["a"], [])]


async def test_cancelling_drops_what_is_not_committed() -> None:
    commits = Commits()
    commits.gate.clear()
    turns: Turns[str] = Turns(commits, interval=0, patience=0)
    under_way = asyncio.create_task(turns.start(1))
    await asyncio.sleep(0.01)
    waits = asyncio.create_task(turns.start(2))
    turns.note("a")
    await asyncio.sleep(0)
    turns.cancel()
    commits.gate.set()
    await asyncio.sleep(0.01)
    assert waits.cancelled()
    assert commits.turns == [([], [1])]
    under_way.cancel()
    await asyncio.gather(under_way, return_exceptions=True)


async def test_many_starts_are_spread_over_turns_in_their_order() -> None:
    commits = Commits()
    turns: Turns[str] = Turns(commits, interval=0, most=50)
    assert all(await asyncio.gather(*(turns.start(row) for row in range(1, 121))))
    assert [len(rows) for _, rows in commits.turns] == [50, 50, 20]
    assert [row for _, rows in commits.turns for row in rows] == list(range(1, 121))
