"""A ledger in memory: what the path costs without a database."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from _delivery.samples import FIRST_CHAT
from digests.model import ChatKind, Delivery, Outcome, Place, Priority


class MemoryStore:
    """Gives out `rows` deliveries of one message, and believes whatever it is told."""

    def __init__(self, html: str, rows: int) -> None:
        self._waiting = deque(range(1, rows + 1))
        self._html = html
        self._tx: Any = SimpleNamespace(ledger=self, runtime=self)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Any]:
        """Nothing to open."""
        yield self._tx

    async def claim(self, *, worker: str, now: datetime, lease_until: datetime, limit: int) -> Sequence[Delivery]:
        """Give out the next rows."""
        return [self._delivery(self._waiting.popleft()) for _ in range(min(limit, len(self._waiting)))]

    async def sending(
        self, ids: Sequence[int], *, worker: str, now: datetime, sent: Sequence[tuple[Delivery, Outcome]] = ()
    ) -> frozenset[int]:
        """Hold them all."""
        return frozenset(ids)

    async def get_note(self, key: str) -> None:
        """The gate is open."""

    async def recover(self, *, now: datetime, everything: bool, living: Collection[int] = ()) -> int:
        """Nothing was cut off."""
        return 0

    async def release(self, worker: str) -> int:
        """Nothing to give back."""
        return 0

    def _delivery(self, number: int) -> Delivery:
        return Delivery(
            id=number,
            edition_id=1,
            subscription_id=number,
            part=1,
            parts=1,
            place=Place(FIRST_CHAT + number),
            kind=ChatKind.PRIVATE,
            language="en",
            priority=Priority.SCHEDULED,
            html=self._html,
            text=self._html,
        )
