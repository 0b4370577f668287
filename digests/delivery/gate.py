"""The gate before the queues: shut in a storm, for all workers and over restarts, until it is opened again.

Whether it is shut stands in the database; a worker looks there each time it claims rows. Shutting gives back what this
worker had claimed and not begun, so everything goes on later where it stood.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from digests.delivery.storm import Pause, Storm, StormPolicy

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from datetime import datetime

    from digests.model import Outcome
    from digests.ports import Alarm, Queue, Store, Tx

log = structlog.get_logger()

_NOTE = "delivery:pause"
_EXCUSED = "delivery:excused"  # the reason in spite of which a person opened the gate last
_REMIND_EVERY = timedelta(minutes=1)  # the alarm itself tells the same thing once an hour; this is for one not heard


class Gate:
    """One worker's view of the gate. `answers` asks whether Telegram answers again; without it only people open."""

    def __init__(
        self,
        store: Store,
        alarm: Alarm,
        policy: StormPolicy | None = None,
        *,
        answers: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        self.shut: Pause | None = None  # as this worker saw it last
        self._store = store
        self._alarm = alarm
        self._storm = Storm(policy or StormPolicy())
        self._answers = answers
        self._reminded: datetime | None = None

    async def passes(self, tx: Tx, *, queue: Queue, worker: str, now: datetime) -> bool:
        """Look, within a unit of work, whether rows of `queue` may be claimed; gives them back if not."""
        before, self.shut = self.shut, await paused(tx)
        if before is None and self.shut is not None:  # by another worker, or before a restart
            await queue.release(worker)
        elif before is not None and self.shut is None:
            self._reminded = None
            self._storm.calm(now, excuse=await tx.runtime.get_note(_EXCUSED) or "")
        return self.shut is None

    async def weigh(self, tx: Tx, outcomes: Iterable[Outcome], *, queue: Queue, worker: str, now: datetime) -> None:
        """Take outcomes into account, in the unit of work that records them; shut the gate if they are a storm."""
        for outcome in outcomes:
            if self.shut is None and (pause := self._storm.weigh(outcome, now)):
                log.error("delivery paused", reason=pause.reason, failed=pause.failed, outcomes=pause.outcomes)
                await tx.runtime.set_note(_NOTE, pause.dumps())
                await queue.release(worker)
                self.shut = pause

    async def attend(self, now: datetime) -> None:
        """While shut: tell the owners, and see whether it can be opened by itself. To be called every second or so."""
        pause = self.shut
        if pause is None:
            return
        if pause.try_at is not None and self._answers is not None and now >= pause.try_at:
            await self._try(pause, now)
        elif self._reminded is None or now >= self._reminded + _REMIND_EVERY:
            self._reminded = now
            told = {"reason": pause.reason, "failed": pause.failed, "outcomes": pause.outcomes}
            if pause.try_at is None:
                await self._alarm.raise_("storm", **told)
            else:
                await self._alarm.raise_("storm_heals", **told)

    async def _try(self, pause: Pause, now: datetime) -> None:
        assert self._answers is not None  # noqa: S101  # the caller looked
        if await self._answers():
            async with self._store.begin() as tx:
                opened = await open_gate(tx)
            if opened:
                log.warning("delivery resumed by itself", reason=pause.reason)
                await self._alarm.raise_("storm_over", reason=pause.reason, since=f"{pause.since:%H:%M} UTC")
        else:
            tries = pause.tries + 1
            later = replace(pause, try_at=self._storm.later(tries, now), tries=tries)
            async with self._store.begin() as tx:
                if await paused(tx):  # nobody opened it meanwhile
                    await tx.runtime.set_note(_NOTE, later.dumps())


async def paused(tx: Tx) -> Pause | None:
    """Return why nothing is delivered, None while all goes its way."""
    text = await tx.runtime.get_note(_NOTE)
    return Pause.loads(text) if text else None


async def open_gate(tx: Tx, *, excuse: bool = False) -> bool:
    """Let deliveries go on; False if they did anyway.

    `excuse`: a person wants it in spite of the reason, so that reason alone shuts the gate no more for a while.
    """
    pause = await paused(tx)
    if pause is None:
        return False
    await tx.runtime.set_note(_NOTE, "")
    await tx.runtime.set_note(_EXCUSED, pause.reason if excuse else "")
    return True
