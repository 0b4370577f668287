"""The worker: what is sent, recorded, tried again, and what a crash leaves behind."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from digests.delivery import Worker, plan, plan_urgent
from digests.errors import StorageError
from digests.model import DeliveryState, Outcome, Place, SubscriptionState, Verdict
from tests.digests.fakes.composers import FakeComposer
from tests.digests.fakes.senders import BLOCKED, CONNECT, SENT, TIMED_OUT, FakeAlarm, FakeSender
from tests.digests.fakes.stores import NOON, FastClock, a_store, publish, settings, states, subscribe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from digests.model import Delivery
    from digests.ports import Store, Tx

MINUTE = timedelta(minutes=1)
UNSETTLED = (DeliveryState.PENDING, DeliveryState.SENDING)


def a_worker(store: Store, sender: FakeSender, alarm: FakeAlarm | None = None, **options: Any) -> Worker:
    """A worker whose clock runs fast enough that no test waits for a retry."""
    clock = options.pop("clock", None) or FastClock()
    given: dict[str, Any] = {"name": "w", "concurrency": 8, "lease_seconds": 20_000, "poll_seconds": 0.005}
    return Worker(store, sender, alarm or FakeAlarm(), clock=clock, **given | options)


@asynccontextmanager
async def running(worker: Worker) -> AsyncIterator[asyncio.Event]:
    """Run a worker; stop it cleanly afterwards."""
    stop = asyncio.Event()
    task = asyncio.create_task(worker.run(stop))
    try:
        yield stop
        stop.set()
        await asyncio.wait_for(task, 20)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], object]) -> None:
    """Wait until something holds, looking often."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.002)


async def settled(store: Store) -> None:
    """Wait until every row has come to its end."""
    async with asyncio.timeout(20):
        while await _waiting(store):  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def _waiting(store: Store) -> bool:
    """Tell whether a row is under way, or could be claimed now or later."""
    counts = await states(store)
    if any(counts.get(state) for state in UNSETTLED):
        return True
    later = NOON + timedelta(days=3650)
    with suppress(_Undo):
        async with store.begin() as tx:
            rows = await tx.ledger.claim(worker="look", now=later, lease_until=later, limit=1)
            raise _Undo
    return bool(rows)


async def crash(store: Store, task: asyncio.Task[None]) -> None:
    """End a worker as a kill does. Whoever holds the only unit of work knows that none is cut in two."""
    async with store.begin():
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class _Undo(Exception):
    """Rolls a unit of work back."""


async def planned(store: Store, *chats: int, articles: int = 1, per_part: int = 10) -> None:
    """Subscribe those chats and plan a digest of that many articles for each."""
    for number in range(articles):
        await publish(store, at=NOON - timedelta(seconds=number + 1))
    await subscribe(store, *chats)
    await plan(store, FakeComposer(per_part), now=NOON)


async def test_everyone_gets_their_digest_once(store: Store) -> None:
    await planned(store, *range(1, 301))
    sender = FakeSender()
    async with running(a_worker(store, sender)):
        await settled(store)
    assert sorted(sender.chats()) == list(range(1, 301))
    assert await states(store) == {DeliveryState.SENT: 300}


async def test_deliveries_are_under_way_together_but_no_more_than_told(store: Store) -> None:
    await planned(store, *range(1, 31))
    sender = FakeSender()
    sender.gate = asyncio.Event()
    async with running(a_worker(store, sender, concurrency=4)):
        await until(lambda: sender.under_way == 4)
        sender.gate.set()
        await settled(store)
    assert sender.most == 4


async def test_one_slow_call_holds_up_nobody_else(store: Store) -> None:
    await planned(store, *range(1, 101))
    sender, slow = FakeSender(), asyncio.Event()
    quick = sender.send

    async def send(delivery: Delivery) -> Outcome:
        if delivery.place.chat_id == 1:
            await slow.wait()
        return await quick(delivery)

    sender.send = send  # type: ignore[method-assign]
    async with running(a_worker(store, sender, concurrency=2)):
        await until(lambda: len(sender.calls) == 99)
        slow.set()
    assert await states(store) == {DeliveryState.SENT: 100}


async def test_parts_reach_a_chat_in_order(store: Store) -> None:
    await planned(store, *range(1, 11), articles=5, per_part=1)
    sender = FakeSender(lambda delivery, call: CONNECT if call == 1 and delivery.id % 3 else SENT)
    async with running(a_worker(store, sender)):
        await settled(store)
    for chat in range(1, 11):
        parts = [each.part for each in sender.calls if each.place.chat_id == chat]
        assert parts == sorted(parts)
        assert set(parts) == {1, 2, 3, 4, 5}


async def test_what_surely_did_not_arrive_is_tried_again_unmarked(store: Store) -> None:
    await planned(store, 1)
    sender = FakeSender(lambda delivery, call: CONNECT if call < 4 else SENT)
    async with running(a_worker(store, sender)):
        await settled(store)
    assert [each.unknowns for each in sender.calls] == [0, 0, 0, 0]
    assert await states(store) == {DeliveryState.SENT: 1}


@pytest.mark.parametrize(("second", "end"), [(SENT, DeliveryState.SENT), (TIMED_OUT, DeliveryState.UNKNOWN)])
async def test_what_may_have_arrived_is_repeated_once_and_marked(
    store: Store, second: Outcome, end: DeliveryState
) -> None:
    await planned(store, 1)
    sender = FakeSender(lambda delivery, call: TIMED_OUT if call == 1 else second)
    async with running(a_worker(store, sender)):
        await settled(store)
    assert [each.unknowns for each in sender.calls] == [0, 1]
    assert await states(store) == {end: 1}


async def test_a_chat_that_blocked_the_bot_is_stopped_and_gets_what_it_missed_later(store: Store) -> None:
    await planned(store, 1, 2, articles=3, per_part=1)
    await subscribe(store, 1, topic=7, due=None)
    sender = FakeSender(lambda delivery, call: BLOCKED if delivery.place.chat_id == 1 and delivery.part == 2 else SENT)
    async with running(a_worker(store, sender)):
        await settled(store)
    stopped = await settings(store, 1)
    assert (stopped.state, stopped.reason) == (SubscriptionState.STOPPED, "blocked")
    assert (await settings(store, 1, topic=7)).state is SubscriptionState.STOPPED
    assert (await settings(store, 2)).state is SubscriptionState.ACTIVE
    assert await states(store) == {DeliveryState.SENT: 4, DeliveryState.REFUSED: 1, DeliveryState.WITHDRAWN: 1}
    async with store.read() as tx:
        missed = await tx.articles.public_between(stopped.seen_until, NOON)
    assert {article.id for article in missed} >= {2, 3}  # part 1 had article 1, the newest


async def test_a_closed_topic_is_paused_alone(store: Store) -> None:
    await subscribe(store, 1, topic=7)
    await planned(store, 1)
    closed = Outcome(verdict=Verdict.PAUSE, reason="topic_closed")
    sender = FakeSender(lambda delivery, call: closed if delivery.place.topic else SENT)
    async with running(a_worker(store, sender)):
        await settled(store)
    assert (await settings(store, 1, topic=7)).state is SubscriptionState.PAUSED
    assert (await settings(store, 1)).state is SubscriptionState.ACTIVE


async def test_a_group_that_moved_gets_its_digest_at_the_new_address(store: Store) -> None:
    await planned(store, -5)
    moved = Outcome(verdict=Verdict.MIGRATED, new_chat_id=-1005)
    sender = FakeSender(lambda delivery, call: moved if delivery.place.chat_id == -5 else SENT)
    async with running(a_worker(store, sender)):
        await settled(store)
    assert sender.chats() == [-5, -1005]
    assert (await settings(store, -1005)).state is SubscriptionState.ACTIVE


async def test_what_is_given_up_stays_unseen_and_stops_nobody(store: Store) -> None:
    await planned(store, 1)
    busy = Outcome(verdict=Verdict.RETRY, reason="busy", wait=0.5)
    sender = FakeSender(lambda delivery, call: busy)
    async with running(a_worker(store, sender)):
        await settled(store)
    assert len(sender.calls) == 20
    after = await settings(store, 1)
    assert after.state is SubscriptionState.ACTIVE
    assert after.seen_until < NOON - timedelta(seconds=1)
    assert await states(store) == {DeliveryState.REFUSED: 1}


async def test_a_message_telegram_takes_for_wrong_is_told_and_spoils_no_later_digest(store: Store) -> None:
    await planned(store, 1)
    alarm = FakeAlarm()
    sender = FakeSender(lambda delivery, call: Outcome(verdict=Verdict.RETRY, reason="bad_request"))
    async with running(a_worker(store, sender, alarm)):
        await settled(store)
    assert len(sender.calls) == 3
    assert alarm.raised == [("message_refused", {"edition": 1, "reason": "bad_request"})]
    after = await settings(store, 1)
    assert (after.state, after.seen_until) == (SubscriptionState.ACTIVE, NOON)


async def test_a_wrong_token_stops_everything_and_tells(store: Store) -> None:
    await planned(store, *range(1, 51))
    alarm = FakeAlarm()
    sender = FakeSender(lambda delivery, call: Outcome(verdict=Verdict.HALT, reason="token"))
    worker = a_worker(store, sender, alarm, concurrency=4)
    stop = asyncio.Event()
    await asyncio.wait_for(worker.run(stop), 20)
    assert worker.halted
    assert stop.is_set()
    assert alarm.raised == [("halted", {"reason": "token"})]
    assert len(sender.calls) <= 4
    assert await states(store) == {DeliveryState.PENDING: 50}


async def test_refused_markup_is_told(store: Store) -> None:
    await planned(store, 1)
    alarm = FakeAlarm()
    sender = FakeSender(lambda delivery, call: Outcome(verdict=Verdict.SENT, message_id=1, plain=True))
    async with running(a_worker(store, sender, alarm)):
        await settled(store)
    assert alarm.raised == [("markup_refused", {"edition": 1})]


async def test_a_clean_stop_finishes_what_is_under_way_and_gives_back_the_rest(store: Store) -> None:
    await planned(store, *range(1, 41))
    sender = FakeSender()
    sender.gate = asyncio.Event()
    async with running(a_worker(store, sender, concurrency=4)) as stop:
        await until(lambda: sender.under_way == 4)
        stop.set()
        await asyncio.sleep(0.01)
        sender.gate.set()
    assert await states(store) == {DeliveryState.SENT: 4, DeliveryState.PENDING: 36}
    other = FakeSender()
    async with running(a_worker(store, other, name="other", alone=False)):
        await settled(store)
    assert len(other.calls) == 36


async def test_a_clean_stop_does_not_wait_for_the_pacer(store: Store) -> None:
    await planned(store, 1, 2)
    sender = FakeSender()
    sender.pace_gate = asyncio.Event()
    async with running(a_worker(store, sender)):
        await asyncio.sleep(0.02)
    assert sender.calls == []
    assert await states(store) == {DeliveryState.PENDING: 2}


async def test_a_row_that_waits_too_long_for_its_turn_is_not_sent_on_a_spent_lease(store: Store) -> None:
    await planned(store, 1)
    sender = FakeSender()
    sender.pace_gate = asyncio.Event()
    async with running(a_worker(store, sender, clock=FastClock(speed=1), lease_seconds=0.1, poll_seconds=0.01)):
        await asyncio.sleep(0.3)
        assert sender.calls == []
        sender.pace_gate.set()
        await settled(store)
    assert len(sender.calls) == 1


async def test_after_a_crash_nobody_is_missed_and_repeats_are_marked(store: Store) -> None:
    await planned(store, *range(1, 101))
    sender = FakeSender()
    sender.gate = asyncio.Event()
    crashing = asyncio.create_task(a_worker(store, sender, concurrency=8).run(asyncio.Event()))
    for _ in range(5):  # several rounds arrive, the last calls are cut off
        await until(lambda: sender.under_way == 7)
        gate, sender.gate = sender.gate, asyncio.Event()
        gate.set()
    await until(lambda: sender.under_way == 7)
    await crash(store, crashing)
    cut_off = (await states(store))[DeliveryState.SENDING]
    assert 7 <= cut_off <= 8

    sender.gate = None
    async with running(a_worker(store, sender, name="fresh")):
        await settled(store)
    assert await states(store) == {DeliveryState.SENT: 100}
    unmarked, marked = sender.arrived[False], sender.arrived[True]
    assert {chat for chat, _, _ in unmarked | marked} == set(range(1, 101))
    assert max(unmarked.values()) == 1
    assert sum(marked.values()) == cut_off
    assert len(unmarked.keys() & marked.keys()) == 7  # what was on its way, and not what had been begun ahead


async def test_a_clock_set_forward_makes_no_repeat_of_what_is_on_its_way(store: Store) -> None:
    await planned(store, *range(1, 31))
    clock, sender = FastClock(speed=1), FakeSender()
    sender.gate = asyncio.Event()
    async with running(a_worker(store, sender, clock=clock, lease_seconds=600)):
        await until(lambda: sender.under_way == 7)
        clock.start += timedelta(hours=1)
        await asyncio.sleep(0.1)  # many polls long
        assert (await states(store))[DeliveryState.SENDING] >= 7
        sender.gate.set()
        await settled(store)
    assert await states(store) == {DeliveryState.SENT: 30}
    assert not sender.arrived[True]
    assert max(sender.arrived[False].values()) == 1


async def test_what_the_database_refused_to_record_is_not_repeated_when_its_lease_ends(store: Store) -> None:
    await planned(store, *range(1, 8))
    clock, faulty, sender = FastClock(speed=1), Faulty(store), FakeSender()
    sender.gate = asyncio.Event()
    async with running(a_worker(faulty, sender, clock=clock, lease_seconds=600)):
        await until(lambda: sender.under_way == 7)
        faulty.broken = True
        sender.gate.set()
        await until(lambda: faulty.failures > 10)
        clock.start += timedelta(hours=1)
        faulty.broken = False
        await settled(store)
    assert not sender.arrived[True]
    assert max(sender.arrived[False].values()) == 1


class Faulty:
    """A store whose units of work fail while `broken`, some before they begin and some at their commit."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.broken = False
        self.failures = 0

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        if self.broken and random.random() < 0.5:  # noqa: S311
            self.failures += 1
            raise StorageError("locked")
        async with self._store.begin() as tx:
            yield tx
            if self.broken:
                self.failures += 1
                raise StorageError("disk_full")

    def read(self) -> Any:
        return self._store.read()


async def test_while_the_database_fails_nothing_is_lost_or_sent_twice(store: Store) -> None:
    await planned(store, *range(1, 31))
    faulty, sender = Faulty(store), FakeSender()
    sender.gate = asyncio.Event()
    async with running(a_worker(faulty, sender, clock=FastClock(speed=2000), lease_seconds=2000)):
        await until(lambda: sender.under_way == 7)
        faulty.broken = True
        sender.gate.set()
        await until(lambda: faulty.failures > 20)
        faulty.broken = False
        await settled(store)
    assert await states(store) == {DeliveryState.SENT: 30}
    assert max((sender.arrived[False] + sender.arrived[True]).values()) == 1


async def test_no_more_rows_are_begun_than_told_and_one_in_five_is_begun_ahead_of_its_call(store: Store) -> None:
    await planned(store, *range(1, 61))
    sender, most = FakeSender(), 0
    quick = sender.send

    async def send(delivery: Delivery) -> Outcome:
        nonlocal most
        most = max(most, (await states(store)).get(DeliveryState.SENDING, 0))
        return await quick(delivery)

    sender.send = send  # type: ignore[method-assign]
    async with running(a_worker(store, sender, concurrency=5)):
        await settled(store)
    assert most == 5
    assert sender.most <= 4
    assert await states(store) == {DeliveryState.SENT: 60}


async def test_a_result_that_can_never_be_written_holds_up_no_other_delivery(store: Store) -> None:
    await planned(store, *range(1, 41))
    endless = Outcome(verdict=Verdict.SENT, message_id=2**70)  # no column is that wide
    sender = FakeSender(lambda delivery, call: endless if delivery.place.chat_id == 7 else SENT)
    stop = asyncio.Event()
    task = asyncio.create_task(a_worker(store, sender, concurrency=4).run(stop))
    async with asyncio.timeout(20):
        while (await states(store)).get(DeliveryState.SENT) != 39:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await states(store) == {DeliveryState.SENT: 39, DeliveryState.SENDING: 1}


async def test_a_sender_that_fails_counts_as_unknown(store: Store) -> None:
    def answer(delivery: Delivery, call: int) -> Outcome:
        if call == 1:
            raise RuntimeError
        return SENT

    await planned(store, 1)
    sender = FakeSender(answer)
    async with running(a_worker(store, sender)):
        await settled(store)
    assert [each.unknowns for each in sender.calls] == [0, 1]


async def test_two_workers_share_the_rows(store: Store) -> None:
    await planned(store, *range(1, 201))
    senders = FakeSender(), FakeSender()
    clock = FastClock()
    async with (
        running(a_worker(store, senders[0], name="one", alone=False, clock=clock)),
        running(a_worker(store, senders[1], name="two", alone=False, clock=clock)),
    ):
        await settled(store)
    assert sorted(senders[0].chats() + senders[1].chats()) == list(range(1, 201))
    assert all(sender.calls for sender in senders)


NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)  # each example takes a while
OUTCOMES = st.sampled_from(
    [SENT] * 6
    + [CONNECT, Outcome(verdict=Verdict.RETRY, reason="flood", wait=3), TIMED_OUT, TIMED_OUT, BLOCKED]
    + [Outcome(verdict=Verdict.PAUSE, reason="no_rights")]
)


@hypothesis_settings(
    max_examples=12, deadline=None, phases=NO_SHRINKING, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(script=st.lists(OUTCOMES, min_size=1, max_size=40), crash_after=st.integers(0, 30))
async def test_whatever_happens_every_row_ends_and_is_sent_unmarked_at_most_once(
    tmp_path_factory: pytest.TempPathFactory, script: list[Outcome], crash_after: int
) -> None:
    folder: Path = tmp_path_factory.mktemp("store")
    async with a_store(folder) as store:
        await planned(store, *range(1, 13), articles=2, per_part=1)
        answers = iter(script)
        sender = FakeSender(lambda delivery, call: next(answers, SENT))
        crashing = asyncio.create_task(a_worker(store, sender, concurrency=5).run(asyncio.Event()))
        with suppress(TimeoutError):
            async with asyncio.timeout(0.15):
                await until(lambda: len(sender.calls) >= crash_after or crashing.done())
        await crash(store, crashing)
        async with running(a_worker(store, sender, name="fresh", concurrency=5)):
            await settled(store)

        ends = await states(store)
        assert sum(ends.values()) == 24
        assert set(ends) <= {*DeliveryState} - {*UNSETTLED}
        assert max(sender.arrived[False].values(), default=0) <= 1
        assert max(sender.arrived[True].values(), default=0) <= 1
        active = Counter[int]()
        for chat in range(1, 13):
            async with store.read() as tx:
                found = await tx.subscriptions.find(Place(chat))
            active[chat] = bool(found and found.state is SubscriptionState.ACTIVE)
        reached = {chat for chat, _, part in sender.arrived[False] + sender.arrived[True] if part == 1}
        assert reached >= {chat for chat, one in active.items() if one}


async def test_who_follows_pauses_is_told_of_each_once(store: Store) -> None:
    told: list[tuple[int, str]] = []

    async def tell(delivery: Delivery, reason: str) -> None:
        told.append((delivery.place.chat_id, reason))

    outcomes = {
        1: Outcome(verdict=Verdict.PAUSE, reason="no_rights"),
        2: Outcome(verdict=Verdict.STOP, reason="blocked"),
        3: SENT,
    }
    for minutes in (3, 2):
        await publish(store, at=NOON - minutes * MINUTE)
    await subscribe(store, *outcomes)
    async with store.begin() as tx:
        for article in await tx.articles.latest_public(2):
            await plan_urgent(tx, FakeComposer(), article, now=NOON)
    sender = FakeSender(lambda delivery, call: outcomes[delivery.place.chat_id])
    async with running(a_worker(store, sender, on_paused=tell)):
        await settled(store)
        await until(lambda: told)
    assert told == [(1, "no_rights")]


async def test_the_benchmarks_ledger_in_memory_has_all_that_a_worker_asks_of_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[3] / "benchmarks")
    memory = import_module("_delivery.memory").MemoryStore("<b>Hello</b>", 20)
    sender = FakeSender()
    async with running(a_worker(memory, sender)):
        await until(lambda: len(sender.calls) == 20)
