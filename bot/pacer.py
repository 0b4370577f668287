"""The pacer decides when the next call to the Bot API may start.

Limits (Telegram's bot FAQ, "My bot is hitting limits"): a rate over all chats, one message a second in a chat, 20 a
minute in a group or channel; and whatever a 429 says. The numbers are kept by GCRA (generic cell rate algorithm):
a theoretical arrival time moves on by one interval with each start, and a start may come before it by a tolerance,
the burst. The overall burst is larger for answers to people, so some room is always kept for them.

Calls of a fan-out start in small groups, for waking up and writing down three costs hardly more than one.

Such a call leaves some time after its permission, for it is written down first, and not all take equally
long. So it asks again when it leaves (`depart`): no single second, as the server may count, holds more than the rate.

Waiting calls stand in one lane per chat; only the head of a lane that its chat permits competes for the overall
rate, by priority, then in order of arrival. So a chat that is held back holds nobody else back. The running event
loop is the clock; wall-clock time appears only where halts are saved and restored.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import math
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

ChatId = int | str  # a number, or "@name" of a public group or channel
Scope = ChatId | None  # what a halt holds back: one chat, or (None) everything

CHAT_INTERVAL = 1.0  # seconds between two messages in a chat
CHAT_BURST = 3  # answers in a private chat that may follow at once
GROUP_LIMIT, GROUP_WINDOW = 20, 60.0  # messages, seconds
BURST_SECONDS = 0.05  # worth of the overall rate that may start at once; covers late timers
RESERVE_SECONDS = 0.15  # worth of the overall rate that only answers may use
TOGETHER_SECONDS, TOGETHER = 0.1, 3  # so much of the rate, but no more calls than that, waits to start together
SECOND = 1.02  # seconds in which no more than the rate of one second may start; calls do not all travel equally fast
LEAVING_SECOND = 1.015  # seconds in which no more may leave; it takes them a little longer or shorter to do so
HALT_MARGIN = 0.1  # seconds added to a 429's time, for clocks and latency
SPREAD_WINDOW = 5.0  # 429s from two chats within so many seconds mean that the bot as a whole is too fast
SAVED_FROM = 1.0  # seconds by which a halt must grow to be worth saving
SWEEP_INTERVAL = 0.5  # seconds between two clearings of idle chats

_log = logging.getLogger(__name__)


class Priority(IntEnum):
    """Who goes first; the smallest number wins."""

    ANSWER = 1  # a person is waiting
    URGENT = 2
    SCHEDULED = 3
    EDIT = 4


@dataclass(slots=True, order=True)
class _Waiter:
    priority: Priority
    number: int  # order of arrival
    future: asyncio.Future[None] = field(compare=False)


@dataclass(slots=True, eq=False)
class _Lane:
    """One chat's recent starts and the calls that wait for it. `free_at` is its theoretical arrival time."""

    id: Scope
    free_at: float = -math.inf
    starts: deque[float] | None = None  # of a group, the last ones; other chats are too many to give each a deque
    waiting: list[_Waiter] = field(default_factory=list)  # a heap
    alarm: float = math.inf  # when the head is looked at again

    def __post_init__(self) -> None:
        if isinstance(self.id, str) or (self.id is not None and self.id < 0):
            self.starts = deque(maxlen=GROUP_LIMIT)

    def permits_at(self, priority: Priority) -> float:
        """The earliest moment the chat's own limits allow a start."""
        if self.id is None:
            return -math.inf
        if self.starts is not None:
            full = len(self.starts) == GROUP_LIMIT
            return max(self.free_at, self.starts[0] + GROUP_WINDOW if full else -math.inf)
        burst = (CHAT_BURST - 1) * CHAT_INTERVAL if priority is Priority.ANSWER else 0.0
        return self.free_at - burst

    def start(self, now: float) -> None:
        if self.id is not None:
            self.free_at = max(self.free_at, now) + CHAT_INTERVAL
        if self.starts is not None:
            self.starts.append(now)

    def idle(self, now: float) -> bool:
        return not self.waiting and self.free_at <= now and (not self.starts or self.starts[-1] + GROUP_WINDOW <= now)


class Pacer:
    """Lets calls start when Telegram's limits allow it; made for one event loop.

    `rate` is messages a second over all chats. `on_halt(scope, until)` is awaited when a 429 halts a chat, or
    everything (scope None), until a time in UTC, so that it can be saved and given to `restore` after a restart.
    `wall` tells the time in UTC.
    """

    def __init__(
        self,
        rate: float,
        *,
        on_halt: Callable[[Scope, datetime], Awaitable[None]] | None = None,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._interval = SECOND / rate  # else permissions would pile up before `depart`
        others = max(1.0, min(rate * TOGETHER_SECONDS, TOGETHER)) - 1  # that start together with one
        burst = max(1.0, rate * BURST_SECONDS) + others
        reserve = max(1.0, rate * RESERVE_SECONDS - others)
        self._tolerance = (burst - 1) * self._interval
        self._answer_tolerance = (burst + reserve - 1) * self._interval
        self._together = others * self._interval
        self._free_at = -math.inf
        self._starts: deque[float] = deque(maxlen=max(1, int(rate)))  # the last ones over all chats
        self._departures: deque[float] = deque(maxlen=max(1, int(rate)))  # the last ones over all chats
        self._on_halt = on_halt
        self._wall = wall
        self._lanes: dict[Scope, _Lane] = {}
        self._ready: list[tuple[_Waiter, _Lane]] = []  # a heap of heads their chats permit; may hold stale ones
        self._alarms: list[tuple[float, int, _Lane]] = []  # a heap of lanes to look at again later
        self._halts: dict[Scope, float] = {}
        self._floods: deque[tuple[float, Scope]] = deque()
        self._numbers = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        self._swept_at = -math.inf

    async def acquire(self, chat_id: Scope, priority: Priority) -> None:
        """Wait until a message to `chat_id` (None: no chat, as for inline messages) may start.

        On return the call counts as started: make it at once.
        """
        number = next(self._numbers)
        while True:
            lane = self._lanes.get(chat_id) or self._lanes.setdefault(chat_id, _Lane(chat_id))
            if self._free(lane, priority, now := self._now()):
                self._count(lane, now, priority)
                self._sweep(now)
                return
            waiter = _Waiter(priority, number, asyncio.get_running_loop().create_future())
            heappush(lane.waiting, waiter)
            if lane.waiting[0] is waiter:
                self._place(lane, self._now())
            self._pump()
            try:
                await waiter.future
            except asyncio.CancelledError:
                self._withdraw(lane, waiter)
                raise
            if self.halted(chat_id) <= 0:  # a 429 may have come between the permission and now
                return

    async def depart(self, chat_id: Scope) -> float:
        """Wait until a call that was permitted, and is no answer to a person, may leave; mostly not at all.

        Returns 0.0, or for how many seconds a 429 that came since forbids the call.
        """
        while (halt := self.halted(chat_id)) <= 0:
            now = self._now()
            room = _free_again(self._departures, LEAVING_SECOND) - now
            if room <= 0:
                self._departures.append(now)
                return 0.0
            await asyncio.sleep(room)
        return halt

    async def clear(self) -> None:
        """Wait until nothing halts the bot as a whole: for calls that are no messages and count for no limit."""
        wait = self.halted(None)
        while wait > 0:
            await asyncio.sleep(wait)
            wait = self.halted(None)  # another 429 may have come

    async def flood(self, chat_id: Scope, retry_after: float) -> None:
        """Note a 429 met by a call to `chat_id` that asks to wait `retry_after` seconds.

        It halts that chat. It halts everything if the call had no chat, or if another chat met one just before.
        """
        now = self._now()
        until = now + retry_after + HALT_MARGIN
        while self._floods and self._floods[0][0] < now - SPREAD_WINDOW:
            self._floods.popleft()
        spread = any(other != chat_id for _, other in self._floods)
        self._floods.append((now, chat_id))
        scope = None if spread else chat_id
        if self._extend(scope, until):
            await self._save(scope, self._wall() + timedelta(seconds=until - now))

    def halted(self, chat_id: Scope) -> float:
        """Return for how many seconds calls to `chat_id` are halted by a 429; 0 or less: they are not."""
        until = max(self._halts.get(None, -math.inf), self._halts.get(chat_id, -math.inf))
        return until - self._now() if until > -math.inf else 0.0

    def halts(self) -> dict[Scope, datetime]:
        """Return what is halted now and until when (UTC); None stands for everything."""
        now, wall = self._now(), self._wall()
        return {scope: wall + timedelta(seconds=at - now) for scope, at in self._halts.items() if at > now}

    def restore(self, halts: Mapping[Scope, datetime]) -> None:
        """Take up halts saved before a restart (UTC); those that are over are ignored."""
        now, wall = self._now(), self._wall()
        for scope, until in halts.items():
            left = (until - wall).total_seconds()
            if left > 0:
                self._extend(scope, now + left)

    # ------------------------------------------------------------------------------------------ halts

    def _extend(self, scope: Scope, until: float) -> bool:
        """Halt `scope` until then at least; tell whether that is new enough to be saved."""
        known = self._halts.get(scope, -math.inf)
        self._halts[scope] = max(known, until)
        return until > max(known, self._now()) + SAVED_FROM

    async def _save(self, scope: Scope, until: datetime) -> None:
        if self._on_halt is None:
            return
        try:
            await self._on_halt(scope, until)
        except Exception:  # noqa: BLE001  # the halt holds all the same; only a restart would forget it
            _log.exception("a halt could not be saved")

    # ---------------------------------------------------------------------------------------- waiting

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _permits_at(self, lane: _Lane, priority: Priority) -> float:
        return max(lane.permits_at(priority), self._halts.get(lane.id, -math.inf))

    def _place(self, lane: _Lane, now: float) -> None:
        """Put the head of a lane among the ready ones, or set an alarm for when its chat permits it."""
        head = lane.waiting[0]
        at = self._permits_at(lane, head.priority)
        if at <= now:
            heappush(self._ready, (head, lane))
        elif at < lane.alarm:
            lane.alarm = at
            heappush(self._alarms, (at, head.number, lane))

    def _pump(self) -> None:
        """Let everything start that may start now, then set the timer for the next that may."""
        now = self._now()
        while self._alarms and self._alarms[0][0] <= now:
            at, _, lane = heappop(self._alarms)
            if at == lane.alarm:
                lane.alarm = math.inf
                if lane.waiting:
                    self._place(lane, now)
        wake = math.inf
        while self._ready:
            waiter, lane = self._ready[0]
            if not lane.waiting or lane.waiting[0] is not waiter:
                heappop(self._ready)  # withdrawn, or overtaken within its lane
            elif self._permits_at(lane, waiter.priority) > now:
                heappop(self._ready)  # a halt came, or a burst used the chat up
                self._place(lane, now)
            elif (at := self._overall_at(waiter.priority)) > now:
                wake = at if waiter.priority is Priority.ANSWER else self._overall_at(waiter.priority, self._together)
                break
            else:
                heappop(self._ready)
                self._start(lane, now)
        if self._alarms:
            wake = min(wake, self._alarms[0][0])
        self._wake_at(wake)
        self._sweep(now)

    def _free(self, lane: _Lane, priority: Priority, now: float) -> bool:
        """Tell whether a call may start at once, for nobody waits before it."""
        return not (
            lane.waiting or self._ready or self._permits_at(lane, priority) > now or self._overall_at(priority) > now
        )

    def _overall_at(self, priority: Priority, later: float = 0.0) -> float:
        """The earliest moment the overall limits allow a start, and several starts so much `later` than one."""
        halted = self._halts.get(None, -math.inf)
        if priority is Priority.ANSWER:
            return max(self._free_at - self._answer_tolerance, halted)
        return max(self._free_at - self._tolerance + later, _free_again(self._starts, SECOND), halted)

    def _count(self, lane: _Lane, now: float, priority: Priority) -> None:
        """Note that a call starts now."""
        self._free_at = max(self._free_at, now) + self._interval
        self._starts.append(now)
        if priority is Priority.ANSWER:
            self._departures.append(now)
        lane.start(now)

    def _start(self, lane: _Lane, now: float) -> None:
        """Let the head of a lane go."""
        waiter = heappop(lane.waiting)
        if not waiter.future.done():  # done: cancelled a moment ago
            self._count(lane, now, waiter.priority)
            waiter.future.set_result(None)
        if lane.waiting:
            self._place(lane, now)

    def _withdraw(self, lane: _Lane, waiter: _Waiter) -> None:
        """Forget a call that was cancelled while it waited."""
        with suppress(ValueError):  # already let go
            lane.waiting.remove(waiter)
            heapify(lane.waiting)
            if lane.waiting:
                self._place(lane, self._now())
                self._pump()

    def _wake_at(self, at: float) -> None:
        if self._timer is not None and self._timer.when() <= at:
            return  # early is harmless: it looks and sets the timer again
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if at == math.inf else asyncio.get_running_loop().call_at(at, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        self._pump()

    def _sweep(self, now: float) -> None:
        """Forget chats that nothing is to be remembered of, and halts that are over."""
        if now < self._swept_at + SWEEP_INTERVAL:
            return
        self._swept_at = now
        self._lanes = {scope: lane for scope, lane in self._lanes.items() if not lane.idle(now)}
        self._halts = {scope: at for scope, at in self._halts.items() if at > now}


def _free_again(last: deque[float], seconds: float) -> float:
    """Return when one more may follow the `last` ones, of which as many as fit are allowed in so many seconds."""
    return last[0] + seconds if len(last) == last.maxlen else -math.inf
