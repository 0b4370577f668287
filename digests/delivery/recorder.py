"""Writes down what is about to leave and what came back, in the ledger or another queue, however often that fails."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, NamedTuple

import structlog

from digests.delivery.consequences import Consequences
from digests.delivery.failures import log_failure
from digests.delivery.turns import Turns
from digests.model import Delivery, Outcome, Purpose, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from digests.delivery.gate import Gate
    from digests.ports import Queue, Store, Tx

log = structlog.get_logger()

_AFTER_ERROR = 0.2  # seconds before the database is tried again, doubling …
_AFTER_ERRORS = 5.0  # … up to this
_LAST_TRIES = 8  # to record a result when the process is to stop


class Result(NamedTuple):
    """What a call came to, and which try at recording it this is."""

    delivery: Delivery
    outcome: Outcome
    attempt: int = 1


class Recorder:
    """One worker's entries, by turns (see `Turns`), each a transaction with all that follows from its results.

    `on_recorded` is given what was recorded and, of that, the deliveries whose refusal paused a subscription, with the
    reason.
    """

    def __init__(
        self,
        store: Store,
        queue: Callable[[Tx], Queue],
        *,
        clock: Callable[[], datetime],
        name: str,
        gate: Gate | None,
        on_recorded: Callable[[Sequence[Result], Sequence[tuple[Delivery, str]]], None],
    ) -> None:
        self._store = store
        self._rows = queue
        self._clock = clock
        self._name = name
        self._gate = gate
        self._on_recorded = on_recorded
        self._consequences = Consequences()
        self._turns: Turns[Result] = Turns(self._commit)
        self.unwritten: set[int] = set()  # rows whose outcome is known here, and not recorded yet
        self._late: set[asyncio.Task[None]] = set()  # results that the database refused, to be noted again
        self._hurried = False

    async def start(self, delivery: Delivery) -> bool:
        """Have a row committed as `sending`; False if this worker no longer holds it. Raises what the database did."""
        return await self._turns.start(delivery.id)

    def note(self, delivery: Delivery, outcome: Outcome) -> None:
        """Have an outcome recorded, no later than the next start."""
        self.unwritten.add(delivery.id)
        self._turns.note(Result(delivery, outcome))

    async def fewer_than(self, limit: int) -> None:
        """Wait until the database refuses fewer results: what is not recorded may have to be repeated one day."""
        while len(self._late) >= limit:
            await asyncio.wait(self._late, return_when=asyncio.FIRST_COMPLETED)

    def hurry(self) -> None:
        """Give results up after some tries: the process is to stop."""
        self._hurried = True

    async def finish(self) -> None:
        """Return when all is recorded, or given up."""
        await self._turns.finish()
        while self._late:
            await asyncio.wait(self._late)
            await self._turns.finish()

    def cancel(self) -> None:
        """Drop everything that is not committed yet, as a crash would."""
        self._turns.cancel()
        for task in self._late:
            task.cancel()

    async def _commit(self, results: Sequence[Result], ids: Sequence[int]) -> frozenset[int]:
        """Record results and begin rows; returns those begun."""
        try:
            return await self._write(results, ids)
        except Exception as error:
            for result in results:
                self._note_again(result, error)
            if not results or not ids:
                raise
        return await self._write((), ids)  # one result that can never be written must not hold all others up

    async def _write(self, results: Sequence[Result], ids: Sequence[int]) -> frozenset[int]:
        now = self._clock()
        sent = [(result.delivery, result.outcome) for result in results if result.outcome.verdict is Verdict.SENT]
        others = [result for result in results if result.outcome.verdict is not Verdict.SENT]
        async with self._store.begin() as tx:
            queue = self._rows(tx)
            paused = await self._record(tx, others, now) if others else []
            if self._gate is not None:
                weighed = (outcome for delivery, outcome, _ in results if delivery.purpose is Purpose.SEND)
                await self._gate.weigh(tx, weighed, queue=queue, worker=self._name, now=now)
            begun = await queue.sending(ids, worker=self._name, now=now, sent=sent)
        self.unwritten.difference_update(result.delivery.id for result in results)
        for delivery, outcome, _ in others:
            log.info("not delivered", delivery=delivery.id, verdict=outcome.verdict, reason=outcome.reason)
        self._on_recorded(results, paused)
        return begun

    async def _record(self, tx: Tx, results: Sequence[Result], now: datetime) -> list[tuple[Delivery, str]]:
        """Write down what was not sent, and draw the consequences; returns whose subscriptions were paused, and why."""
        outcomes = [(delivery.id, outcome) for delivery, outcome, _ in results]
        await self._rows(tx).record(outcomes, worker=self._name, now=now)
        return [
            (delivery, outcome.reason)
            for delivery, outcome, _ in results
            if await self._consequences.draw(tx, delivery, outcome, now=now)
        ]

    def _note_again(self, result: Result, error: Exception) -> None:
        """Note a result again after a while."""
        attempt = result.attempt
        log_failure("recording a delivery failed", error, delivery=result.delivery.id, attempt=attempt)
        if self._hurried and attempt >= _LAST_TRIES:
            return  # stays `sending`: the next start treats it as unknown
        # by chance, so that one result that can never be written keeps no company for long
        pause = min(_AFTER_ERRORS, _AFTER_ERROR * 2.0 ** min(attempt - 1, 10))

        async def again() -> None:
            await asyncio.sleep(pause * (0.5 + 0.5 * random.random()))  # noqa: S311
            self._turns.note(result._replace(attempt=attempt + 1))

        task = asyncio.create_task(again())
        self._late.add(task)
        task.add_done_callback(self._late.discard)
