"""Group commit for calls: what came back and what is about to leave is written down together, turn by turn.

A turn takes every result noted so far and the starts asked for, in one transaction. So whoever notes the result of a
call before starting the next one never has more calls begun, as the database knows it, than it makes at a time, and yet
need not wait for a result to be written.
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Container, Sequence

Result = TypeVar("Result")


class Turns(Generic[Result]):
    """Calls `commit` with all that came in; it tells which of the starts may go.

    Turns begin at least `interval` seconds apart, for a commit costs as much as dozens of rows; when all was quiet,
    the first start waits for nothing. A turn lets at most `most` calls start: what starts together comes back
    together, and a fan-out in waves leaves now the wire idle, now the processor. Results alone wait up to `patience`
    seconds for the next start. What `commit` raises goes to those who wait to start; for the results it must answer
    itself.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Result], Sequence[int]], Awaitable[Container[int]]],
        *,
        interval: float = 0.008,
        most: int = 100,
        patience: float = 0.1,
    ) -> None:
        self._commit = commit
        self._interval = interval
        self._most = most
        self._patience = patience
        self._results: list[Result] = []
        self._starts: list[tuple[int, asyncio.Future[bool]]] = []
        self._began = -math.inf
        self._timer: asyncio.TimerHandle | None = None
        self._turn: asyncio.Task[None] | None = None

    async def start(self, row: int) -> bool:
        """Have a row committed as begun; False if it may not be. Raises what the commit raised."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._starts.append((row, future))
        self._arrange()
        return await future

    def note(self, result: Result) -> None:
        """Have a result committed, with the next start or a little later."""
        self._results.append(result)
        self._arrange()

    async def finish(self) -> None:
        """Return when all that came in is committed, without waiting for company."""
        while self._turn is not None or self._results or self._starts:
            await asyncio.wait({self._turn or self._take_turn()})

    def cancel(self) -> None:
        """Drop everything that is not committed yet, as a crash would."""
        for pending in (self._timer, self._turn, *(future for _, future in self._starts)):
            if pending is not None:
                pending.cancel()
        self._starts.clear()
        self._results.clear()

    def _arrange(self) -> None:
        """See that the next turn comes when it is due; one that is under way looks again at its end."""
        if self._turn is not None or not (self._starts or self._results):
            return
        loop = asyncio.get_running_loop()
        due = self._began + self._interval if self._starts else loop.time() + self._patience
        if self._timer is not None:
            if self._timer.when() <= due:
                return
            self._timer.cancel()
        self._timer = loop.call_at(due, self._take_turn)

    def _take_turn(self) -> asyncio.Task[None]:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._began = asyncio.get_running_loop().time()
        self._turn = asyncio.create_task(self._run())
        return self._turn

    async def _run(self) -> None:
        results, self._results = self._results, []
        starts, self._starts = self._starts[: self._most], self._starts[self._most :]
        try:
            begun = await self._commit(results, [row for row, _ in starts])
        except Exception as error:  # noqa: BLE001  # it belongs to those who wait
            for _, future in starts:
                if not future.done():
                    future.set_exception(error)
        else:
            for row, future in starts:
                if not future.done():
                    future.set_result(row in begun)
        finally:
            self._turn = None
            self._arrange()
