"""The decision to pause, and the gate that holds deliveries back until it is opened."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from digests.delivery import Worker, plan
from digests.delivery.gate import Gate, open_gate, paused
from digests.delivery.storm import Pause, Storm, StormPolicy
from digests.model import DeliveryState, Outcome, Verdict
from tests.digests.delivery.test_worker import running, settled, until
from tests.digests.fakes.composers import FakeComposer
from tests.digests.fakes.senders import BLOCKED, CONNECT, SENT, TIMED_OUT, FakeAlarm, FakeSender
from tests.digests.fakes.stores import NOON, FastClock, publish, states, subscribe

if TYPE_CHECKING:
    from digests.ports import Store

POLICY = StormPolicy(share=0.5, minimum=10)
SECOND = timedelta(seconds=1)
FLOOD = Outcome(verdict=Verdict.RETRY, reason="flood", wait=3)


def weigh(storm: Storm, outcomes: list[Outcome], *, every: timedelta = SECOND / 10) -> Pause | None:
    """Weigh outcomes one after another; returns the first pause."""
    for number, outcome in enumerate(outcomes):
        if pause := storm.weigh(outcome, NOON + number * every):
            return pause
    return None


def test_too_large_a_share_of_enough_outcomes_is_a_storm() -> None:
    pause = weigh(Storm(POLICY), [SENT, BLOCKED] * 5)
    assert pause is not None
    assert (pause.reason, pause.failed, pause.outcomes, pause.try_at) == ("blocked", 5, 10, None)
    assert Pause.loads(pause.dumps()) == pause


def test_fewer_or_slower_failures_are_none() -> None:
    assert weigh(Storm(POLICY), [BLOCKED] * 9) is None
    assert weigh(Storm(POLICY), [SENT, SENT, BLOCKED] * 30) is None
    assert weigh(Storm(POLICY), [BLOCKED] * 50, every=7 * SECOND) is None


def test_what_will_be_tried_again_anyway_is_no_storm() -> None:
    assert weigh(Storm(POLICY), [CONNECT, FLOOD] * 100) is None


def test_unknown_outcomes_are_looked_after_by_themselves_the_first_time() -> None:
    storm = Storm(POLICY)
    pause = weigh(storm, [TIMED_OUT] * 10)
    assert pause is not None
    assert pause.try_at == pause.since + POLICY.rest
    assert Pause.loads(pause.dumps()) == pause
    storm.calm(NOON)
    again = weigh(storm, [TIMED_OUT] * 10)
    assert again is not None
    assert again.try_at is None


def test_answers_that_are_all_lost_are_a_storm_before_their_repeats_are_lost_too() -> None:
    storm = Storm(POLICY)
    pause = weigh(storm, [SENT] * 500 + [TIMED_OUT] * 100)
    assert pause is not None
    assert pause.since == NOON + 500 * SECOND / 10 + POLICY.silence
    assert (pause.failed, pause.outcomes, pause.try_at) == (41, 41, pause.since + POLICY.rest)


def test_lost_answers_are_no_storm_while_others_come_or_if_it_is_soon_over() -> None:
    storm = Storm(POLICY)
    assert weigh(storm, [SENT] * 500 + [*[TIMED_OUT] * 9, SENT] * 20) is None
    assert weigh(Storm(POLICY), [SENT] * 500 + [*[TIMED_OUT] * 9, BLOCKED] * 20) is None
    assert weigh(Storm(POLICY), [SENT] * 500 + [TIMED_OUT] * 40 + [SENT] * 50) is None
    assert weigh(Storm(POLICY), [SENT] * 50 + [TIMED_OUT] * 9, every=SECOND) is None


def test_what_a_person_resumed_in_spite_of_is_not_counted_for_a_while() -> None:
    storm = Storm(POLICY)
    assert weigh(storm, [BLOCKED] * 10)
    storm.calm(NOON, excuse="blocked")
    assert weigh(storm, [BLOCKED] * 100) is None
    assert weigh(storm, [Outcome(verdict=Verdict.PAUSE, reason="no_rights")] * 10)
    storm.calm(NOON)
    later = NOON + POLICY.excused
    assert [storm.weigh(BLOCKED, later) is not None for _ in range(10)][-1]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20)), max_size=120))
def test_a_pause_comes_exactly_when_the_window_says_so(steps: list[tuple[bool, int]]) -> None:
    storm, now, seen = Storm(POLICY), NOON, []
    for good, seconds in steps:
        now += seconds * SECOND
        seen.append((now, good))
        window = [ok for at, ok in seen if at > now - POLICY.window]
        failed = window.count(False)
        pause = storm.weigh(SENT if good else BLOCKED, now)
        expected = not good and len(window) >= POLICY.minimum and failed >= POLICY.share * len(window)
        assert (pause is not None) == expected
        if pause:
            assert (pause.failed, pause.outcomes) == (failed, len(window))


# -- the gate --------------------------------------------------------------------------------------------------------


async def fan_out(store: Store, chats: int) -> None:
    await publish(store, at=NOON - timedelta(minutes=1))
    await subscribe(store, *range(1, chats + 1))
    await plan(store, FakeComposer(), now=NOON)


def a_worker(
    store: Store, sender: FakeSender, gate: Gate, name: str = "w", speed: float = 1.0, concurrency: int = 4
) -> Worker:
    clock = FastClock(speed=speed)
    return Worker(
        store, sender, FakeAlarm(), clock=clock, name=name, concurrency=concurrency, lease_seconds=20_000,
        poll_seconds=0.005, gate=gate, alone=False,
    )  # fmt: skip


async def test_a_storm_stops_deliveries_over_a_restart_until_an_owner_resumes_and_loses_nothing(store: Store) -> None:
    await fan_out(store, 100)
    alarm = FakeAlarm()
    refused = FakeSender(lambda delivery, call: Outcome(verdict=Verdict.REFUSE, reason="bad_request"))
    async with running(a_worker(store, refused, Gate(store, alarm, POLICY))):
        await until(lambda: alarm.raised)
    assert alarm.raised[0] == ("storm", {"reason": "bad_request", "failed": 10, "outcomes": 10})
    called = len(refused.calls)
    assert 10 <= called < 10 + 2 * 4

    again = FakeAlarm()
    sender = FakeSender()
    gate = Gate(store, again, POLICY)
    async with running(a_worker(store, sender, gate, "after the restart")):
        await until(lambda: again.raised)
        assert not sender.calls
        assert (await states(store))[DeliveryState.PENDING] == 100 - called
        async with store.begin() as tx:
            assert await open_gate(tx, excuse=True)
            assert not await open_gate(tx)
        await settled(store)
    assert len(sender.calls) == 100 - called
    assert (await states(store)) == {DeliveryState.SENT: 100 - called, DeliveryState.REFUSED: called}


async def test_what_was_begun_ahead_is_not_sent_once_the_gate_is_shut(store: Store) -> None:
    await fan_out(store, 10)
    sender, gate = FakeSender(), Gate(store, FakeAlarm(), POLICY)
    sender.gate = asyncio.Event()
    async with running(a_worker(store, sender, gate, concurrency=5)):
        while (await states(store)).get(DeliveryState.SENDING, 0) < 5:  # noqa: ASYNC110
            await asyncio.sleep(0.002)
        assert sender.under_way == 4
        gate.shut = Pause(since=NOON, reason="blocked", failed=10, outcomes=10)
        sender.gate.set()
        await until(lambda: not sender.under_way)
    assert len(sender.calls) == 4
    assert await states(store) == {DeliveryState.SENT: 4, DeliveryState.PENDING: 6}


async def test_when_telegram_answers_again_a_pause_over_lost_answers_ends_by_itself(store: Store) -> None:
    await fan_out(store, 60)
    alarm = FakeAlarm()
    looks = [False, False, True]
    quick = StormPolicy(share=0.5, minimum=10, rest=5 * SECOND)
    down = True

    async def answers() -> bool:
        nonlocal down
        down = not looks.pop(0)
        return not down

    sender = FakeSender(lambda delivery, call: TIMED_OUT if down else SENT)
    async with running(a_worker(store, sender, Gate(store, alarm, quick, answers=answers), speed=50)):
        await until(lambda: not looks)
        await settled(store)
    keys = [key for key, _ in alarm.raised]
    assert keys[0] == "storm_heals"
    assert keys[-1] == "storm_over"
    assert (await states(store)) == {DeliveryState.SENT: 60}


async def test_one_worker_that_meets_a_storm_stops_the_others(store: Store) -> None:
    await fan_out(store, 100)
    bad = FakeSender(lambda delivery, call: BLOCKED)
    good = FakeSender()
    good.gate = asyncio.Event()
    first, second = Gate(store, FakeAlarm(), POLICY), Gate(store, FakeAlarm(), POLICY)
    async with running(a_worker(store, good, second, "w2")):
        await until(lambda: good.under_way == 4)
        async with running(a_worker(store, bad, first, "w1")):
            await until(lambda: second.shut)
            good.gate.set()
            await until(lambda: not good.under_way)
            waiting = (await states(store))[DeliveryState.PENDING]
            async with store.read() as tx:
                assert await paused(tx) is not None
    assert len(good.calls) <= 4
    assert waiting >= 100 - 10 - 2 * 4 - 4
