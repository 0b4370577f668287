"""Corrections by the workers themselves: what is queued, under way or blocked when a correction comes."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from digests.delivery import Worker, plan
from digests.delivery.gate import Gate, open_gate
from digests.delivery.storm import StormPolicy
from digests.model import DeliveryState, Outcome, Part, Purpose, SubscriptionState, Verdict
from tests.digests.fakes.composers import FakeComposer
from tests.digests.fakes.senders import BLOCKED, SENT, TIMED_OUT, FakeAlarm, FakeSender
from tests.digests.fakes.stores import NOON, FastClock, publish, settings, states, subscribe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from digests.model import Delivery
    from digests.ports import Store

NEW = "new words"


@asynccontextmanager
async def working(store: Store, sender: FakeSender, *, edits: bool = False, **options: Any) -> AsyncIterator[Worker]:
    """Run a worker of the ledger, or of the queue of edits."""
    given: dict[str, Any] = {"concurrency": 4, "lease_seconds": 20_000, "poll_seconds": 0.005, "clock": FastClock()}
    if edits:
        given["queue"] = lambda tx: tx.edits
    worker = Worker(store, sender, FakeAlarm(), name="edits" if edits else "ledger", **given | options)
    stop = asyncio.Event()
    task = asyncio.create_task(worker.run(stop))
    try:
        yield worker
    finally:
        stop.set()
        await task


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  # what is waited for is a fake's list
            await asyncio.sleep(0.005)


async def planned(store: Store, *chats: int) -> None:
    await publish(store, at=NOON - timedelta(minutes=1))
    await subscribe(store, *chats)
    await plan(store, FakeComposer(), now=NOON)


async def deliver(store: Store, count: int) -> None:
    async with working(store, FakeSender()):
        while (await states(store)).get(DeliveryState.SENT, 0) < count:  # noqa: ASYNC110  # it is in the database
            await asyncio.sleep(0.01)


async def correct(store: Store) -> None:
    async with store.begin() as tx:
        new = {(1, 1): Part(html=NEW, text=NEW, notice_html=f"notice: {NEW}", notice_text=NEW)}
        await tx.editions.rewrite(new)
        await tx.ledger.reread(new)
        await tx.edits.owe(new, now=NOON)


async def test_what_waits_in_the_workers_own_queue_goes_out_corrected(store: Store) -> None:
    await planned(store, *range(1, 9))
    sender = FakeSender()
    sender.pace_gate = asyncio.Event()
    async with working(store, sender):
        await asyncio.sleep(0.1)  # all rows are claimed, and wait for their turn
        await correct(store)
        await asyncio.sleep(0.05)
        sender.pace_gate.set()
        await until(lambda: len(sender.calls) >= 8)
    assert {call.html for call in sender.calls} == {NEW}
    assert len(sender.calls) == 8


async def test_calls_under_way_are_followed_by_an_edit(store: Store) -> None:
    await planned(store, 1, 2)
    sender, editor = FakeSender(), FakeSender()
    sender.gate = asyncio.Event()
    async with working(store, sender), working(store, editor, edits=True):
        await until(lambda: len(sender.calls) == 2)
        await correct(store)
        await asyncio.sleep(0.05)
        assert editor.calls == []
        sender.gate.set()
        await until(lambda: len(editor.calls) == 2)
    assert {(call.purpose, call.html, call.message_id) for call in editor.calls} == {(Purpose.EDIT, NEW, 1)}


async def test_an_edit_of_unknown_outcome_is_made_again_until_it_is_known(store: Store) -> None:
    await planned(store, 1)
    await deliver(store, 1)
    await correct(store)
    editor = FakeSender(lambda delivery, call: TIMED_OUT if call < 3 else SENT)
    async with working(store, editor, edits=True):
        await until(lambda: len(editor.calls) >= 3)
        await asyncio.sleep(0.05)
    assert len(editor.calls) == 3


async def test_edits_that_were_claimed_go_on_as_soon_as_a_pause_is_over(store: Store) -> None:
    await planned(store, *range(1, 21))
    await deliver(store, 20)
    await correct(store)
    editor, gate = FakeSender(), Gate(store, FakeAlarm())
    editor.pace_gate = asyncio.Event()
    async with working(store, editor, edits=True, gate=gate):
        await asyncio.sleep(0.1)  # edits are claimed, and wait for their turn
        async with store.begin() as tx:
            storm = Gate(store, FakeAlarm(), StormPolicy(minimum=1))
            await storm.weigh(tx, [BLOCKED], queue=tx.ledger, worker="ledger", now=NOON)
        await until(lambda: gate.shut)
        editor.pace_gate.set()
        await asyncio.sleep(0.05)
        assert editor.calls == []
        async with store.begin() as tx:
            assert await open_gate(tx)
        await until(lambda: len(editor.calls) == 20)


async def test_a_blocked_chat_is_stopped_and_one_that_may_not_edit_goes_on(store: Store) -> None:
    await planned(store, 1, 2)
    await deliver(store, 2)
    before = await settings(store, 1)
    await correct(store)

    def answer(delivery: Delivery, call: int) -> Outcome:
        return BLOCKED if delivery.place.chat_id == 1 else Outcome(verdict=Verdict.PAUSE, reason="no_rights")

    editor = FakeSender(answer)
    async with working(store, editor, edits=True):
        await until(lambda: len(editor.calls) == 2)
        await asyncio.sleep(0.05)
    stopped = await settings(store, 1)
    assert (stopped.state, stopped.reason) == (SubscriptionState.STOPPED, "blocked")
    assert stopped.seen_until == before.seen_until
    assert (await settings(store, 2)).state is SubscriptionState.ACTIVE


async def test_a_deleted_message_is_made_up_for_by_a_short_one(store: Store) -> None:
    await planned(store, 1)
    await deliver(store, 1)
    await correct(store)
    gone = Outcome(verdict=Verdict.GONE, reason="gone")
    editor = FakeSender(lambda delivery, call: gone if delivery.purpose is Purpose.EDIT else SENT)
    async with working(store, editor, edits=True):
        await until(lambda: len(editor.calls) == 2)
        await asyncio.sleep(0.05)
    assert [(call.purpose, call.html) for call in editor.calls] == [
        (Purpose.EDIT, NEW),
        (Purpose.NOTICE, f"notice: {NEW}"),
    ]
