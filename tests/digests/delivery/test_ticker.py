"""The clockwork."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from digests.delivery import Worker, plan, run_planner
from digests.delivery.ticker import purge_step
from digests.model import DeliveryState, EditionKind, SubscriptionState
from tests.digests.fakes.composers import FakeComposer
from tests.digests.fakes.senders import SENT, FakeAlarm, FakeSender
from tests.digests.fakes.stores import NOON, publish, states, subscribe

if TYPE_CHECKING:
    from datetime import datetime

    from digests.model import Part
    from digests.ports import Store


async def test_what_becomes_due_is_planned_and_the_worker_is_woken(store: Store) -> None:
    await publish(store, at=NOON - timedelta(minutes=1))
    await subscribe(store, 1)
    stop = asyncio.Event()
    poked = asyncio.Event()
    task = asyncio.create_task(
        run_planner(store, FakeComposer(), clock=lambda: NOON, stop=stop, poke=poked.set, tick_seconds=0.005)
    )
    await asyncio.wait_for(poked.wait(), 20)
    assert await states(store) == {DeliveryState.PENDING: 1}
    stop.set()
    await asyncio.wait_for(task, 20)


async def test_errors_do_not_end_the_planning_and_are_told_when_they_stay(store: Store) -> None:
    class Moody(FakeComposer):
        def compose(self, *args: object, **kwargs: object) -> tuple[Part, ...]:
            if self.composed < 3:
                self.composed += 1
                raise RuntimeError
            return super().compose(*args, **kwargs)  # type: ignore[arg-type]

    await publish(store, at=NOON - timedelta(minutes=1))
    await subscribe(store, 1)
    stop = asyncio.Event()
    alarm = FakeAlarm()
    planning = run_planner(
        store, Moody(), clock=lambda: NOON, stop=stop, poke=stop.set, tick_seconds=0.005, alarm=alarm
    )
    await asyncio.wait_for(planning, 20)
    assert alarm.raised == [("planning_failed", {})]
    assert await states(store) == {DeliveryState.PENDING: 1}


async def test_what_ended_long_ago_is_deleted_in_small_steps(store: Store) -> None:
    await subscribe(store, *range(1, 8))
    async with store.begin() as tx:
        for chat in range(1, 6):
            await tx.subscriptions.suspend(chat, SubscriptionState.STOPPED, "blocked", topic=None, now=NOON)
    before = NOON + timedelta(days=1)
    assert [await purge_step(store, before=before, limit=2) for _ in range(3)] == [True, True, False]
    async with store.read() as tx:
        assert len(await tx.subscriptions.active(limit=10)) == 2
        assert sum((await tx.subscriptions.counts()).values()) == 2


async def test_old_rows_go_a_few_at_a_time_while_digests_are_delivered(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish(store, at=NOON - timedelta(minutes=1))
    await subscribe(store, *range(1, 26))
    await plan(store, FakeComposer(), now=NOON)
    async with store.begin() as tx:
        rows = await tx.ledger.claim(worker="w", now=NOON, lease_until=NOON + timedelta(hours=1), limit=100)
        await tx.ledger.sending([row.id for row in rows], worker="w", now=NOON)
        await tx.ledger.record([(row.id, SENT) for row in rows], worker="w", now=NOON)
    later = NOON + timedelta(days=40)
    await publish(store, at=later - timedelta(minutes=1))

    steps: list[int] = []

    async def small_step(store: Store, *, before: datetime) -> bool:
        more = await purge_step(store, before=before, limit=10)
        steps.append(sum((await states(store)).values()))
        return more

    monkeypatch.setattr("digests.delivery.ticker.purge_step", small_step)
    stop = asyncio.Event()
    sender = FakeSender()
    worker = Worker(store, sender, FakeAlarm(), clock=lambda: later, name="w", poll_seconds=0.005)
    planner = run_planner(store, FakeComposer(), clock=lambda: later, stop=stop, poke=worker.poke, tick_seconds=0.005)
    tasks = [asyncio.create_task(worker.run(stop)), asyncio.create_task(planner)]
    async with asyncio.timeout(20):
        while len(steps) < 3 or len(sender.calls) < 25:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    stop.set()
    await asyncio.wait_for(asyncio.gather(*tasks), 20)
    assert steps == [40, 30, 25]
    assert await states(store) == {DeliveryState.SENT: 25}
    async with store.read() as tx:
        assert [edition.id for edition in await tx.editions.latest((EditionKind.SCHEDULED,), limit=9)] == [2]
