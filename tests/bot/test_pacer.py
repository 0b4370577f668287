"""The pacer on virtual time: limits kept, halts obeyed, people answered first, no rate wasted, nobody forgotten."""

from __future__ import annotations

import asyncio
import selectors
from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pacer import GROUP_LIMIT, HALT_MARGIN, Pacer, Priority, Scope

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")
EPOCH = datetime(2026, 3, 1, tzinfo=UTC)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock jumps to the next timer whenever there is nothing else to do."""

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__(JumpingSelector(self))

    def time(self) -> float:
        return self.now


class JumpingSelector(selectors.SelectSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self.loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everybody waits and nothing will ever happen")
        if timeout > 0:
            scheduled: Any = self.loop._scheduled  # type: ignore[attr-defined]
            self.loop.now = max(self.loop.now, scheduled[0].when())
        return super().select(0)


def virtually(main: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)


def now() -> float:
    return asyncio.get_running_loop().time()


def wall() -> datetime:
    return EPOCH + timedelta(seconds=now())


class Log:
    """What happened, in order: starts as (time, chat, priority), and the halts in force at that moment."""

    def __init__(self, pacer: Pacer) -> None:
        self.pacer = pacer
        self.starts: list[tuple[float, Scope, Priority]] = []
        self.floods: list[tuple[float, Scope]] = []
        self.halted_until: dict[Scope, float] = defaultdict(float)
        self.broken: list[str] = []

    async def call(
        self, at: float, chat: Scope, priority: Priority = Priority.SCHEDULED, patience: float | None = None
    ) -> None:
        await asyncio.sleep(at - now())
        try:
            async with asyncio.timeout(patience):
                await self.pacer.acquire(chat, priority)
        except TimeoutError:
            return
        for scope in {chat, None}:
            if now() < self.halted_until[scope]:
                self.broken.append(f"{chat} started at {now()}, halted ({scope}) until {self.halted_until[scope]}")
        self.starts.append((now(), chat, priority))

    async def flood(self, at: float, chat: Scope, retry_after: float) -> None:
        await asyncio.sleep(at - now())
        others = any(other != chat and at >= now() - 5 for at, other in self.floods)
        self.floods.append((now(), chat))
        scope = None if others else chat
        self.halted_until[scope] = max(self.halted_until[scope], now() + retry_after)
        await self.pacer.flood(chat, retry_after)


# ------------------------------------------------------------------------------- properties of any history

rates = st.sampled_from([0.1, 1.0, 7.0, 25.0, 30.0, 1000.0])
chats = st.sampled_from([1, 2, 3, 4, -100, -200, "@channel", None])
moments = st.floats(0, 30).map(lambda seconds: round(seconds, 2))
calls = st.tuples(moments, chats, st.sampled_from(Priority), st.sampled_from([None, None, None, 0.5, 5.0]))
floods = st.tuples(moments, chats, st.floats(0.5, 90).map(lambda seconds: round(seconds, 1)))


@settings(max_examples=300, deadline=None)
@given(rate=rates, calls=st.lists(calls, max_size=80), floods=st.lists(floods, max_size=4))
def test_whatever_is_asked_all_limits_hold_and_everybody_gets_a_turn(
    rate: float, calls: list[tuple[float, Scope, Priority, float | None]], floods: list[tuple[float, Scope, float]]
) -> None:
    async def history() -> Log:
        log = Log(Pacer(rate, wall=wall))
        await asyncio.gather(*(log.call(*call) for call in calls), *(log.flood(*flood) for flood in floods))
        return log

    log = virtually(history())
    assert log.broken == []
    patient = sum(patience is None for *_, patience in calls)
    assert patient <= len(log.starts) <= len(calls)
    assert_rate_kept([at for at, _, _ in log.starts], rate)
    for chat in {chat for _, chat, _ in log.starts} - {None}:
        assert_chat_limits_kept(chat, [(at, priority) for at, other, priority in log.starts if other == chat])


def assert_rate_kept(starts: list[float], rate: float) -> None:
    """Hold any window to its share of the rate plus the burst (a fifth of a second's worth, at least two)."""
    burst = max(1.0, rate * 0.05) + max(1.0, rate * 0.15)
    for first, begin in enumerate(starts):
        for last in range(first, len(starts)):
            assert last - first + 1 <= rate * (starts[last] - begin) + burst + 1e-6


def assert_chat_limits_kept(chat: Scope, starts: list[tuple[float, Priority]]) -> None:
    group = isinstance(chat, str) or (chat is not None and chat < 0)
    # within one instant the task of an answer may run before that of the message let go before it
    for (before, _), (at, priority) in pairwise(sorted(starts, key=lambda s: (s[0], s[1] is Priority.ANSWER))):
        if group or priority is not Priority.ANSWER:
            assert at - before >= 1 - 1e-9
    for first in range(len(starts) - 3):
        assert starts[first + 3][0] - starts[first][0] >= 1 - 1e-9  # three at once, then one a second
    if group:
        for first in range(len(starts) - GROUP_LIMIT):
            assert starts[first + GROUP_LIMIT][0] - starts[first][0] >= 60


# ------------------------------------------------------------------------------------------- the limits


def test_a_group_gets_twenty_a_minute_whatever_waits() -> None:
    async def history() -> list[float]:
        log = Log(Pacer(1000))
        await asyncio.gather(*(log.call(0, -100, Priority.ANSWER) for _ in range(65)))
        return [at for at, _, _ in log.starts]

    starts = virtually(history())
    assert all(later - earlier >= 60 for earlier, later in zip(starts, starts[20:], strict=False))
    assert starts[-1] == pytest.approx(184)


def test_a_person_gets_three_answers_at_once_and_then_one_a_second() -> None:
    async def history() -> list[float]:
        log = Log(Pacer(1000))
        await asyncio.gather(*(log.call(0, 7, Priority.ANSWER) for _ in range(6)))
        return [at for at, _, _ in log.starts]

    assert virtually(history()) == [0, 0, 0, 1, 2, 3]


def test_scheduled_parts_to_one_chat_are_a_second_apart_and_in_order() -> None:
    async def history() -> list[tuple[float, int]]:
        pacer = Pacer(1000)
        order: list[tuple[float, int]] = []

        async def send(part: int) -> None:
            await pacer.acquire(7, Priority.SCHEDULED)
            order.append((now(), part))

        await asyncio.gather(*(send(part) for part in range(5)))
        return order

    assert virtually(history()) == [(part, part) for part in range(5)]


def test_a_chat_that_is_held_back_holds_nobody_else_back() -> None:
    async def history() -> dict[Scope, float]:
        log = Log(Pacer(25))
        await log.flood(0, 1, 600)
        await asyncio.gather(
            *(log.call(0, 1) for _ in range(50)), *(log.call(0, -5) for _ in range(50)), log.call(0, 2)
        )
        return {chat: at for at, chat, _ in reversed(log.starts)}

    first = virtually(history())
    assert first[2] < 0.1
    assert first[1] >= 600


def test_calls_of_equal_priority_go_in_order_of_arrival() -> None:
    async def history() -> list[Scope]:
        log = Log(Pacer(10))
        await asyncio.gather(*(log.call(chat / 1000, chat) for chat in range(1, 60)))
        return [chat for _, chat, _ in log.starts]

    assert virtually(history()) == list(range(1, 60))


def test_waiting_calls_go_by_priority() -> None:
    async def history() -> list[Priority]:
        log = Log(Pacer(1))
        await asyncio.gather(*(log.call(0, 10 * n + p, p) for n in range(1, 4) for p in reversed(Priority)))
        return [priority for _, _, priority in log.starts]

    started = virtually(history())
    assert started[1:] == sorted(started[1:])  # the very first found nobody waiting


# ---------------------------------------------------------------------------------- rate and people first


async def fan_out(pacer: Pacer, seconds: float, *, in_flight: int = 200) -> int:
    """Send to ever new chats as fast as the pacer lets `in_flight` workers; return how many started."""
    started = 0
    chat = iter(range(1, 10_000_000))

    async def worker() -> None:
        nonlocal started
        while True:
            await pacer.acquire(next(chat), Priority.SCHEDULED)
            started += 1
            await asyncio.sleep(0.08)  # the call itself

    workers = [asyncio.create_task(worker()) for _ in range(in_flight)]
    await asyncio.sleep(seconds)
    for task in workers:
        task.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    return started


@pytest.mark.parametrize("rate", [30, 1000])
def test_a_fan_out_uses_the_permitted_rate(rate: float) -> None:
    started = virtually(fan_out(Pacer(rate), 60))
    assert rate * 60 * 0.97 <= started <= rate * 60.2 + 1


def test_timers_that_come_late_waste_no_rate() -> None:
    class LateLoop(VirtualLoop):
        def call_at(self, when: float, *args: Any, **kwargs: Any) -> asyncio.TimerHandle:  # type: ignore[override]
            return super().call_at(when + 0.003, *args, **kwargs)

    with asyncio.Runner(loop_factory=LateLoop) as runner:
        assert runner.run(fan_out(Pacer(500), 10)) >= 500 * 10 * 0.97


@pytest.mark.parametrize("rate", [1.0, 30.0, 300.0])
def test_an_answer_during_a_fan_out_waits_only_for_answers_before_it(rate: float) -> None:
    waits: list[float] = []

    async def ask(pacer: Pacer, person: int) -> None:
        asked = now()
        await pacer.acquire(person, Priority.ANSWER)
        waits.append(now() - asked)

    async def history() -> None:
        pacer = Pacer(rate)
        crowd = asyncio.create_task(fan_out(pacer, 30))
        for second in range(1, 6):
            await asyncio.sleep(5 * second - now())
            await ask(pacer, 10**9 + second)
            assert waits.pop() < 1e-6, "one person is answered at once"
        await asyncio.gather(*(ask(pacer, 10**9 + 100 + person) for person in range(10)))
        await crowd

    virtually(history())
    assert all(wait <= (place + 1) / rate for place, wait in enumerate(sorted(waits)))


# ------------------------------------------------------------------------------------------------- halts


def test_a_429_in_one_chat_halts_that_chat_alone() -> None:
    async def history() -> dict[Scope, float]:
        log = Log(Pacer(25))
        await log.flood(0, 1, 40)
        await asyncio.gather(log.call(1, 1), log.call(1, 2), log.call(1, None))
        return {chat: at for at, chat, _ in log.starts}

    assert virtually(history()) == {2: 1, None: pytest.approx(1, abs=0.1), 1: 40 + HALT_MARGIN}


@pytest.mark.parametrize(
    "floods", [[(0.0, 1, 40.0), (4.0, 2, 30.0)], [(4.0, None, 30.0)]], ids=["two chats", "a call without a chat"]
)
def test_a_429_that_is_not_about_one_chat_halts_everything(floods: list[tuple[float, Scope, float]]) -> None:
    async def history() -> list[float]:
        log = Log(Pacer(25))
        for flood in floods:
            await log.flood(*flood)
        await asyncio.gather(log.call(5, 3), log.call(5, 4, Priority.ANSWER), log.call(5, -7), log.call(5, None))
        await log.pacer.clear()
        return [at for at, _, _ in log.starts]

    assert min(virtually(history())) >= 34


def test_two_429s_far_apart_halt_only_their_chats() -> None:
    async def history() -> float:
        log = Log(Pacer(25))
        await log.flood(0, 1, 100)
        await log.flood(6, 2, 100)
        await log.call(6, 3)
        return now()

    assert virtually(history()) == 6


def test_a_call_let_go_in_the_same_instant_as_a_429_does_not_start() -> None:
    async def history() -> float:
        pacer = Pacer(1)
        await pacer.acquire(1, Priority.SCHEDULED)
        waiting = asyncio.create_task(pacer.acquire(2, Priority.SCHEDULED))

        def flood_before_the_task_runs() -> None:
            with suppress(StopIteration):
                pacer.flood(2, 9).send(None)

        # the call is let go at 1 s; the 429 comes after that in the same turn of the loop
        asyncio.get_running_loop().call_at(1 + 1e-10, flood_before_the_task_runs)
        await waiting
        return now()

    assert virtually(history()) >= 10


def test_a_longer_halt_is_not_cut_short_by_a_shorter_one() -> None:
    async def history() -> float:
        log = Log(Pacer(25))
        await log.flood(0, 1, 100)
        await log.flood(1, 1, 2)
        await log.call(1, 1)
        return now()

    assert virtually(history()) >= 100


def test_halts_survive_a_restart() -> None:
    saved: dict[Scope, datetime] = {}

    async def save(scope: Scope, until: datetime) -> None:
        saved[scope] = until

    async def before() -> dict[Scope, datetime]:
        pacer = Pacer(25, on_halt=save, wall=wall)
        await asyncio.sleep(1000)
        await pacer.flood(1, 300)
        await pacer.flood(5, 1)  # two chats: everything, too
        await asyncio.sleep(2)
        await pacer.flood(-7, 3600)
        return pacer.halts()

    async def after(halts: dict[Scope, datetime]) -> dict[Scope, float]:
        log = Log(Pacer(25, wall=lambda: EPOCH + timedelta(seconds=1100 + now())))
        log.pacer.restore(halts)
        log.pacer.restore({9: EPOCH})  # long over
        await asyncio.gather(log.call(0, 1), log.call(0, -7), log.call(0, 9))
        return {chat: at for at, chat, _ in log.starts}

    held = virtually(before())
    assert held[1] == EPOCH + timedelta(seconds=1300 + HALT_MARGIN)
    assert held[None] == EPOCH + timedelta(seconds=4602 + HALT_MARGIN)
    assert saved == {scope: pytest.approx(until, abs=timedelta(microseconds=10)) for scope, until in held.items()}
    assert min(virtually(after(held)).values()) >= 3502
    assert virtually(after({1: held[1]}))[1] >= 200


def test_a_halt_is_saved_once_though_many_calls_meet_the_same_429() -> None:
    saved: list[Scope] = []

    async def save(scope: Scope, _until: datetime) -> None:
        saved.append(scope)

    async def history() -> None:
        pacer = Pacer(25, on_halt=save, wall=wall)
        for chat in range(200):
            await pacer.flood(chat, 30)
            await asyncio.sleep(0.001)

    virtually(history())
    assert saved == [0, None]


def test_a_halt_that_cannot_be_saved_holds_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    async def save(_scope: Scope, _until: datetime) -> None:
        raise OSError("disk full")

    async def history() -> float:
        log = Log(Pacer(25, on_halt=save, wall=wall))
        await log.flood(0, None, 30)
        await log.call(0, 1)
        return now()

    assert virtually(history()) >= 30
    assert "could not be saved" in caplog.text


# ---------------------------------------------------------------------------------------- cancelling, memory


def test_a_cancelled_call_takes_nobodys_turn() -> None:
    async def history() -> list[Scope]:
        log = Log(Pacer(1))
        await asyncio.gather(
            log.call(0, 1),
            *(log.call(0, chat, patience=0.5) for chat in range(10, 50)),
            *(log.call(0.1, 1, patience=0.3) for _ in range(3)),
            log.call(0.2, 1),
            log.call(0.2, 2),
        )
        return [chat for _, chat, _ in log.starts]

    started = virtually(history())
    assert started[0] == 1
    assert sorted(started[1:], key=str) == [1, 2]


def test_idle_chats_are_forgotten() -> None:
    async def history() -> int:
        pacer = Pacer(1000)
        await fan_out(pacer, 15)
        for group in range(300):
            await pacer.acquire(-group - 1, Priority.SCHEDULED)
        await pacer.flood(3, 20)
        await asyncio.sleep(75)
        await pacer.acquire(1, Priority.ANSWER)
        assert pacer.halts() == {}
        assert not pacer._halts
        return len(pacer._lanes)

    assert virtually(history()) == 1


def test_nothing_is_left_running_when_nobody_waits() -> None:
    async def history() -> None:
        pacer = Pacer(25)
        await asyncio.gather(*(pacer.acquire(chat, Priority.SCHEDULED) for chat in range(1, 20)))
        await asyncio.sleep(100)
        assert pacer._timer is None
        assert not pacer._ready
        assert not pacer._alarms
        assert len(asyncio.all_tasks()) == 1

    virtually(history())


@pytest.mark.parametrize("rate", [5.0, 30.0, 1000.0])
def test_no_second_of_a_fan_out_holds_more_than_the_rate(rate: float) -> None:
    starts: list[float] = []

    async def send(pacer: Pacer, chat: int) -> None:
        await pacer.acquire(chat, Priority.SCHEDULED)
        await asyncio.sleep(chat % 7 / 50)  # to be written down first
        assert await pacer.depart(chat) == 0
        starts.append(now())

    async def history() -> None:
        pacer = Pacer(rate)
        await asyncio.gather(*(send(pacer, chat) for chat in range(1, 3 * int(rate))))
        await asyncio.sleep(10)  # what was not used meanwhile must not come on top
        await asyncio.gather(*(send(pacer, chat) for chat in range(1, 3 * int(rate))))

    virtually(history())
    assert all(later - first >= 1 for first, later in zip(starts, starts[int(rate) :], strict=False))


def test_a_429_holds_back_what_was_permitted_but_has_not_left() -> None:
    async def history() -> None:
        pacer = Pacer(30)
        await pacer.acquire(1, Priority.SCHEDULED)
        await pacer.acquire(2, Priority.SCHEDULED)
        await pacer.flood(1, 7)
        assert await pacer.depart(1) == pytest.approx(7, abs=0.2)
        assert await pacer.depart(2) == 0
        await pacer.flood(None, 9)
        assert await pacer.depart(2) == pytest.approx(9, abs=0.2)

    virtually(history())
