"""The clockwork: plans what is due every few seconds, and clears away what was kept long enough."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from digests.delivery.failures import log_failure
from digests.delivery.planning import plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from digests.ports import Alarm, Composer, Store

log = structlog.get_logger()

PURGE_EVERY = timedelta(hours=1)
ALARM_AFTER = 3
PURGE_STEP = 500  # rows of a kind in one transaction, so that deliveries never wait long for the database


async def run_planner(
    store: Store,
    composer: Composer,
    *,
    clock: Callable[[], datetime],
    stop: asyncio.Event,
    poke: Callable[[], None],
    tick_seconds: float = 5.0,
    retention: timedelta = timedelta(days=30),
    alarm: Alarm | None = None,
) -> None:
    """Plan every `tick_seconds` until `stop` is set, and `poke` the worker when there is something to deliver.

    An error is logged and the next tick tries again; after `ALARM_AFTER` errors in a row the owners are told
    ("planning_failed"). Once an hour whatever ended longer ago than `retention` is
    deleted, one small step a tick.
    """
    purge_at = clock()
    failures = 0
    while not stop.is_set():
        now = clock()
        try:
            planned = await plan(store, composer, now=now)
            if planned.rows:
                log.info("digests planned", **planned._asdict())
                poke()
            if now >= purge_at and not await purge_step(store, before=now - retention):
                purge_at = now + PURGE_EVERY
            failures = 0
        except Exception as error:  # noqa: BLE001  # logged
            log_failure("planning failed", error)
            failures += 1
            if alarm is not None and failures == ALARM_AFTER:
                await alarm.raise_("planning_failed")
        try:
            async with asyncio.timeout(tick_seconds):
                await stop.wait()
        except TimeoutError:
            continue


async def purge_step(store: Store, *, before: datetime, limit: int = PURGE_STEP) -> bool:
    """Delete some of what ended before that time; tells whether there may be more."""
    async with store.begin() as tx:
        rows = await tx.ledger.purge(before, limit=limit)
        subscriptions = await tx.subscriptions.purge(before, limit=limit)
    if rows or subscriptions:
        log.info("old entries deleted", rows=rows, subscriptions=subscriptions)
    return rows >= limit or subscriptions >= limit
