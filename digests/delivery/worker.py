"""Empties the ledger: claims rows, sends them, records what became of each.

A row is committed as `sending` before its call leaves, so a crash at any moment leaves a trace of what may have
arrived. Parts of one edition reach a chat in order, for the ledger gives out a part when the one before is sent.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import structlog

from digests.delivery.failures import log_failure
from digests.delivery.recorder import Recorder
from digests.delivery.retry import BAD_REQUEST, HELD_BACK, RetryPolicy
from digests.model import Delivery, Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from datetime import datetime

    from digests.delivery.gate import Gate
    from digests.delivery.recorder import Result
    from digests.ports import Alarm, Queue, Sender, Store, Tx

log = structlog.get_logger()

_AHEAD = 5  # of so many rows begun one has no line yet: a line that comes free is not to wait for a commit
_AFTER_ERRORS = 5.0  # seconds before the database is tried again at the start


class _Claimed(NamedTuple):
    """A row in the queue: what goes first sorts first."""

    order: int
    number: int
    lease_until: datetime
    delivery: Delivery


class Worker:
    """Keeps `concurrency` deliveries begun at all times, and calls under way for all of them but a fifth.

    `name` must be this worker's alone. `alone`: no other worker uses this database, so whatever is `sending` at the
    start was cut off by a crash. `lease_seconds` must be well over twice the time one call may take. `clock` returns
    the time in UTC. After a wrong token `halted` is true, and the `stop` given to `run` is set. `on_paused` is called
    aside, with a delivery whose refusal paused its subscription and the reason. While `gate` is shut nothing is sent.
    `queue` is where the rows stand: the ledger, or another queue.
    """

    def __init__(
        self,
        store: Store,
        sender: Sender,
        alarm: Alarm,
        *,
        clock: Callable[[], datetime],
        name: str,
        concurrency: int = 32,
        lease_seconds: float = 120.0,
        poll_seconds: float = 1.0,
        alone: bool = True,
        policy: RetryPolicy | None = None,
        on_paused: Callable[[Delivery, str], Coroutine[Any, Any, None]] | None = None,
        gate: Gate | None = None,
        queue: Callable[[Tx], Queue] = lambda tx: tx.ledger,
    ) -> None:
        self.halted = False
        self._store = store
        self._sender = sender
        self._alarm = alarm
        self._clock = clock
        self._name = name
        self._concurrency = concurrency
        self._lease = timedelta(seconds=lease_seconds)
        self._poll = poll_seconds
        self._alone = alone
        self._policy = policy or RetryPolicy()
        self._on_paused = on_paused
        self._gate = gate
        self._rows = queue
        self._attending: asyncio.Task[None] | None = None
        self._aside: set[asyncio.Task[None]] = set()  # what must not hold a delivery up
        self._stop = asyncio.Event()
        self._awake = asyncio.Event()
        self._more = False  # the last claim left rows behind
        self._numbers = itertools.count()
        self._queue: asyncio.PriorityQueue[_Claimed] = asyncio.PriorityQueue()
        self._held: dict[int, Delivery] = {}  # rows queued or under way here, as last claimed; none is taken up twice
        self._calling: set[asyncio.Task[None] | None] = set()  # tasks that a clean stop waits for
        self._lines = asyncio.Semaphore(concurrency - concurrency // _AHEAD)
        self._recorder = Recorder(store, queue, clock=clock, name=name, gate=gate, on_recorded=self._recorded)

    def poke(self) -> None:
        """Look for rows now rather than at the next poll."""
        self._awake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop` is set; then finish the calls under way and give back the rest.

        Cancelling instead is like a crash: the next start finds what was `sending` and treats it as unknown.
        """
        self._stop = stop
        while not await self._recover(everything=self._alone):
            if await _set_within(stop, _AFTER_ERRORS):
                return
        feeder = asyncio.create_task(self._feed())
        crew = [asyncio.create_task(self._serve()) for _ in range(self._concurrency)]
        try:
            await stop.wait()
            self._recorder.hurry()
            self._awake.set()  # lets the feeder end by itself: it may be in the middle of a transaction
            for task in crew:
                if task not in self._calling:
                    task.cancel()
            await asyncio.gather(feeder, *crew, return_exceptions=True)
            await self._recorder.finish()
            await self._release()
        finally:
            self._recorder.cancel()
            rest = (feeder, *crew, *self._aside)
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

    async def _feed(self) -> None:
        """Keep the queue filled; look every `poll_seconds`, or sooner when poked or running low."""
        recovered = self._clock()
        called = False  # rather than that a poll's time was over: then the gate is looked at in any case
        while not self._stop.is_set():
            self._awake.clear()
            if self._clock() - recovered >= self._lease and await self._recover(everything=False):
                recovered = self._clock()
            if self._queue.qsize() < self._concurrency or (self._gate is not None and not called):
                await self._claim()
            self._attend()
            if not self._stop.is_set():
                called = await _set_within(self._awake, self._poll)

    async def _claim(self) -> None:
        limit = 2 * self._concurrency - self._queue.qsize()
        now = self._clock()
        until = now + self._lease
        try:
            async with self._store.begin() as tx:
                queue = self._rows(tx)
                if self._gate and not await self._gate.passes(tx, queue=queue, worker=self._name, now=now):
                    self._more = False
                    return
                rows = await queue.claim(worker=self._name, now=now, lease_until=until, limit=limit)
        except Exception as error:  # noqa: BLE001  # logged
            log_failure("claiming deliveries failed", error)
            return
        self._more = len(rows) == limit
        for row in rows:
            known = row.id in self._held
            self._held[row.id] = row  # its text may have been corrected since it was queued
            if not known:
                self._queue.put_nowait(_Claimed(row.priority.order, next(self._numbers), until, row))

    async def _serve(self) -> None:
        """Deliver one row after another."""
        while not self._stop.is_set():
            await self._recorder.fewer_than(self._concurrency)
            claimed = await self._queue.get()
            if self._more and self._queue.qsize() < self._concurrency:
                self._awake.set()
            try:
                await self._deliver(claimed.delivery, claimed.lease_until)
            except Exception as error:  # noqa: BLE001  # logged; the row is claimed again when its lease is over
                log_failure("delivering failed", error, delivery=claimed.delivery.id)
            finally:
                self._held.pop(claimed.delivery.id, None)

    async def _deliver(self, delivery: Delivery, lease_until: datetime) -> None:
        if self._shut:
            return  # it was given back
        # Half the lease is kept for the call itself. A row that waits longer is left to be claimed again.
        latest = lease_until - self._lease / 2
        try:
            async with asyncio.timeout((latest - self._clock()).total_seconds()):
                await self._sender.pace(delivery)
        except TimeoutError:
            return
        task = asyncio.current_task()
        self._calling.add(task)
        try:
            while not await self._recorder.start(delivery):  # the row is no longer ours
                if (again := self._held[delivery.id]) is delivery:
                    return
                delivery = again  # but was claimed anew, with a corrected text
            delivery = self._held[delivery.id]
            self._recorder.note(delivery, await self._call(delivery, latest))
        finally:
            self._calling.discard(task)

    async def _call(self, delivery: Delivery, latest: datetime) -> Outcome:
        async with self._lines:
            outcome = await self._send(delivery, latest)
        if outcome.plain:
            await self._warn("markup_refused", edition=delivery.edition_id)
        if outcome.verdict is Verdict.HALT and not self.halted:
            self.halted = True
            self._stop.set()
            await self._warn("halted", reason=outcome.reason)
        if delivery.version:
            outcome = replace(outcome, version=delivery.version)
        settled = self._policy.settle(delivery, outcome, chance=random.random())  # noqa: S311  # spreads waits
        if settled.verdict is Verdict.STOP and settled.reason == BAD_REQUEST:
            await self._warn("message_refused", edition=delivery.edition_id, reason=settled.reason)
        return settled

    async def _send(self, delivery: Delivery, latest: datetime) -> Outcome:
        # a process that was frozen may find the row with another worker
        if self._shut or self._stop.is_set() or self._clock() > latest:
            return Outcome(verdict=Verdict.RETRY, reason=HELD_BACK)
        try:
            return await self._sender.send(delivery)
        except Exception:
            log.exception("the sender failed", delivery=delivery.id)
            return Outcome(verdict=Verdict.UNKNOWN, reason="sender_failed")

    @property
    def _shut(self) -> bool:
        return self._gate is not None and self._gate.shut is not None

    def _recorded(self, results: Sequence[Result], paused: Sequence[tuple[Delivery, str]]) -> None:
        if any(delivery.part < delivery.parts for delivery, _, _ in results):
            self.poke()  # the next part may go
        if self._on_paused is not None:
            for delivery, reason in paused:
                self._do_aside(self._on_paused(delivery, reason))

    def _attend(self) -> None:
        """Let a shut gate do what it has to, one thing at a time: telling people may take long."""
        busy = self._attending is not None and not self._attending.done()
        if self._gate is not None and self._shut and not busy:
            self._attending = self._do_aside(self._gate.attend(self._clock()))

    def _do_aside(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Let something be done beside the deliveries; its errors are logged, the end of `run` cuts it off."""

        def done(task: asyncio.Task[None]) -> None:
            self._aside.discard(task)
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("work beside the deliveries failed", exc_info=error)

        task = asyncio.create_task(work)
        self._aside.add(task)
        task.add_done_callback(done)
        return task

    async def _recover(self, *, everything: bool) -> bool:
        try:
            async with self._store.begin() as tx:
                living = self._held.keys() | self._recorder.unwritten
                count = await self._rows(tx).recover(now=self._clock(), everything=everything, living=living)
        except Exception as error:  # noqa: BLE001  # logged
            log_failure("recovering deliveries failed", error)
            return False
        if count:
            log.warning("deliveries of unknown outcome found", count=count)
        return True

    async def _release(self) -> None:
        try:
            async with self._store.begin() as tx:
                await self._rows(tx).release(self._name)
        except Exception as error:  # noqa: BLE001  # logged; the leases run out by themselves
            log_failure("giving back deliveries failed", error)

    async def _warn(self, key: str, **params: object) -> None:
        try:
            await self._alarm.raise_(key, **params)
        except Exception:
            log.exception("telling the owners failed", alarm=key)


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    """Wait for `event`, at most that long; tells whether it is set."""
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False
