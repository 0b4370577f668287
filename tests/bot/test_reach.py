"""Calls held back while Telegram is out of reach, on virtual time."""

from __future__ import annotations

import asyncio

from bot.reach import LONGEST, Reach
from tests.bot.test_pacer import now, virtually


def test_nothing_is_held_back_while_calls_leave() -> None:
    async def main() -> float:
        reach = Reach()
        reach.found()
        await reach.wait()
        return now()

    assert virtually(main()) == 0


def test_the_more_calls_in_a_row_find_no_connection_the_longer_the_next_waits() -> None:
    async def main() -> list[float]:
        reach, waits = Reach(), []
        for _ in range(10):
            for _ in range(8):  # calls that went together are one try
                reach.lost()
            began = now()
            await reach.wait()
            waits.append(now() - began)
        return waits

    waits = virtually(main())
    assert waits[:3] == [0.5, 1.0, 2.0]
    assert waits[-1] == LONGEST
    assert waits == sorted(waits)


def test_the_first_call_that_leaves_lets_all_others_go() -> None:
    async def main() -> float:
        reach = Reach()
        for _ in range(9):
            reach.lost()
            await reach.wait()
        reach.lost()
        waiting = [asyncio.create_task(reach.wait()) for _ in range(3)]
        await asyncio.sleep(0.001)
        began = now()
        reach.found()
        await asyncio.gather(*waiting)
        reach.lost()
        await reach.wait()
        return now() - began

    assert virtually(main()) == 0.5
