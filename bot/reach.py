"""Whether Telegram is in reach. While no connection comes about, a fan-out tries a few calls now and then, not all."""

from __future__ import annotations

import asyncio
import math

FIRST, LONGEST = 0.5, 10.0  # seconds between two tries, doubling


class Reach:
    """Holds calls back after one that found no connection, until the next try or the first that leaves.

    Made for one event loop, whose clock it takes.
    """

    def __init__(self) -> None:
        self._pause = 0.0
        self._until = -math.inf
        self._found = asyncio.Event()

    @property
    def away(self) -> bool:
        """Whether the last call found no connection."""
        return self._pause > 0

    async def wait(self) -> None:
        """Wait for the next try, if the last one was in vain."""
        while (left := self._until - asyncio.get_running_loop().time()) > 0:
            try:
                async with asyncio.timeout(left):
                    await self._found.wait()
            except TimeoutError:
                continue

    def lost(self) -> None:
        """Note that a call found no connection; those that left together with it count as one try."""
        now = asyncio.get_running_loop().time()
        if now >= self._until:
            self._found.clear()
            self._pause = min(LONGEST, max(FIRST, 2 * self._pause))
            self._until = now + self._pause

    def found(self) -> None:
        """Note that a call left."""
        if self.away:
            self._pause = 0.0
            self._until = -math.inf
            self._found.set()
