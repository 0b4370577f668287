"""A `Sender` that keeps what it is given, and answers as it is told."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from digests.model import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from digests.model import Delivery

SENT = Outcome(verdict=Verdict.SENT, message_id=1)
BLOCKED = Outcome(verdict=Verdict.STOP, reason="blocked")
CONNECT = Outcome(verdict=Verdict.RETRY, reason="connect")
TIMED_OUT = Outcome(verdict=Verdict.UNKNOWN, reason="timeout")


class FakeSender:
    """Answers each call with `answer(delivery, call)`, `call` counting the calls for that delivery from 1.

    `calls` are the deliveries in the order their calls left; `arrived` counts (chat, edition, part) by marked or not.
    `gate` lets calls wait on their way; `under_way` and `most` count them.
    """

    def __init__(self, answer: Callable[[Delivery, int], Outcome] = lambda delivery, call: SENT) -> None:
        self.answer = answer
        self.calls: list[Delivery] = []
        self.arrived: dict[bool, Counter[tuple[int, int, int]]] = defaultdict(Counter)
        self.gate: asyncio.Event | None = None
        self.pace_gate: asyncio.Event | None = None
        self.under_way = 0
        self.most = 0
        self._counts: Counter[int] = Counter()

    async def pace(self, delivery: Delivery) -> None:
        """Wait for the gate, if there is one."""
        if self.pace_gate is not None:
            await self.pace_gate.wait()

    async def send(self, delivery: Delivery) -> Outcome:
        """Answer as told; a call of unknown outcome may have arrived, and counts as arrived here."""
        self.calls.append(delivery)
        self._counts[delivery.id] += 1
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            outcome = self.answer(delivery, self._counts[delivery.id])
            if outcome.verdict in (Verdict.SENT, Verdict.UNKNOWN):
                key = (delivery.place.chat_id, delivery.edition_id, delivery.part)
                self.arrived[delivery.unknowns > 0][key] += 1
            await (asyncio.sleep(0) if self.gate is None else self.gate.wait())
            return outcome
        finally:
            self.under_way -= 1

    def chats(self) -> list[int]:
        """The chats called, in order."""
        return [delivery.place.chat_id for delivery in self.calls]


class FakeAlarm:
    """An `Alarm` that keeps what it was told."""

    def __init__(self) -> None:
        self.raised: list[tuple[str, dict[str, object]]] = []

    async def raise_(self, key: str, **params: object) -> None:
        """Keep it."""
        self.raised.append((key, params))
