"""The faults as data: a name, what the server or the machine does, and how it is done to a scene.

Of every fault the same is asked (`play.Row`): nobody is lost; what comes twice is marked, and comes no oftener than
there were calls whose outcome nobody could know; no call leaves before the time of a 429 is up; the rate recovers.
"""

from __future__ import annotations

import asyncio
import random
import resource
import signal
import sqlite3
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from .scene import Scene
from .truth import SEND

Strike = Callable[[Scene], Awaitable[int]]  # does it, waits for its end, returns how often it was done
_HOUR = timedelta(hours=1)
_STARTING = 4.0  # seconds a process takes to start, at most
_ON_THE_WAY = 0.05  # seconds from the arrival of a call to its answer
_SOON_A_STORM = {"STORM_MINIMUM": "20", "STORM_SHARE": "0.2"}


class Fault(NamedTuple):
    """`apart`: it needs the bot in a process of its own. `needs`: "postgres", "root", or nothing."""

    name: str
    what: str
    strike: Strike
    apart: bool = False
    needs: str = ""
    settings: Mapping[str, str] = MappingProxyType({})


# ------------------------------------------------------------------------------------------- the server


def _answers(kind: str, *, share: float = 1.0, **how: object) -> Strike:
    """Let the server strike so many calls in a row; `share` of the scene's number."""

    async def strike(scene: Scene) -> int:
        times = max(1, int(share * scene.size.struck))
        rule = getattr(scene.sandbox.faults, kind)(method=SEND, times=times, **how)
        await scene.until(lambda: rule.used >= times, 600)
        return times

    return strike


async def _hang(scene: Scene) -> int:
    """Twice as many calls as are in flight, so that nothing moves for the time of an answer, twice."""
    times = 2 * scene.size.in_flight
    rules = [scene.sandbox.faults.hang(method=SEND, times=times // 2, processed=done) for done in (False, True)]
    await scene.until(lambda: all(rule.used >= times // 2 for rule in rules), 600)
    return times


async def _slow(scene: Scene) -> int:
    times = scene.size.struck
    rule = scene.sandbox.faults.delay(scene.size.seconds / 20, method=SEND, times=times, processed=True)
    await scene.until(lambda: rule.used >= times, 600)
    return times


async def _out_of_reach(scene: Scene) -> int:
    """The port is closed and every connection cut: what is under way is of unknown outcome."""
    scene.cut_off += scene.size.in_flight
    scene.sandbox.hang_up()
    await asyncio.sleep(3 * scene.size.seconds)
    await scene.sandbox.start()
    return 1


async def _bad_day(scene: Scene) -> int:
    """Every kind of answer at random, until so many calls were struck."""
    faults, chance = scene.sandbox.faults, random.Random(7)  # noqa: S311
    kinds = [
        lambda done: faults.reset(method=SEND, times=1, processed=done),
        lambda done: faults.http(502, method=SEND, times=1, processed=done),
        lambda done: faults.malformed(method=SEND, times=1, processed=done),
        lambda done: faults.truncated(method=SEND, times=1, processed=done),
        lambda done: faults.delay(0.2, method=SEND, times=1, processed=done),
    ]
    for _ in range(scene.size.struck):
        rule = chance.choice(kinds)(chance.random() < 0.5)
        rule.skip = chance.randrange(3)
    rules = list(faults.rules)
    await scene.until(lambda: all(rule.used for rule in rules), 600)
    return len(rules)


async def _halt_everyone(scene: Scene) -> int:
    rule = scene.sandbox.faults.halt(scene.size.seconds, method=SEND)
    await _over(scene, rule.left)
    return rule.used


async def _halt_again_and_again(scene: Scene) -> int:
    """As soon as a wait is over comes the next, oftener than what is refused otherwise is tried."""
    times = 3 * scene.size.waits.attempts
    for _ in range(times):
        rule = scene.sandbox.faults.halt(1, method=SEND)
        await scene.until(lambda: rule.used)  # noqa: B023  # used up at once
        await _over(scene, rule.left)
        scene.sandbox.faults.clear()
    return times


async def _halt_one(scene: Scene) -> int:
    """A chat that was not reached yet; all others must not wait for it."""
    chat = max(scene.chats - scene.reached())
    rule = scene.sandbox.faults.halt(scene.size.seconds, method=SEND, chat=chat)
    await scene.until(lambda: scene.reached() >= scene.chats - {chat} or rule.used, 600)
    others = len(scene.chats) - len(scene.reached()) - 1
    await scene.until(lambda: scene.reached() >= scene.chats - {chat}, 600)
    if chat in scene.reached() and others > scene.size.rate * scene.size.seconds:
        scene.complaints.append("the others waited for one chat")
    return 1


async def _halt_over_kill(scene: Scene) -> int:
    """Everyone is to wait; the bot is killed meanwhile and started again."""
    rule = scene.sandbox.faults.halt(scene.size.seconds + _STARTING, method=SEND)
    await scene.until(lambda: rule.used >= 2)
    await asyncio.sleep(0.5)  # the halt is written down
    await scene.kill()
    await scene.start(apart=True)
    await _over(scene, rule.left)
    return rule.used


async def _over(scene: Scene, left: Callable[[float], float]) -> None:
    while left(scene.clock().timestamp()) > 0:  # noqa: ASYNC110
        await asyncio.sleep(0.05)


async def _storm(scene: Scene) -> int:
    """Nothing but 502 until deliveries pause, twice: the first pause ends by itself, the second by the owner."""
    for number in (1, 2):
        for chat in scene.chats:
            scene.sandbox.faults.http(502, method=SEND, chat=chat)
        scene.sandbox.faults.http(502, method="getMe")
        await scene.until(lambda: _resume_buttons(scene) >= number, 120)  # noqa: B023  # used up at once
        reached = len(scene.reached())
        await asyncio.sleep(1.0)
        if len(scene.reached()) != reached:
            scene.complaints.append("deliveries went on in a pause")
        scene.sandbox.faults.clear()
        if number == 1:
            more = reached + scene.size.chats // 10
            await scene.until(lambda: len(scene.reached()) >= more, 120)  # noqa: B023
    card = next(message for message in reversed(scene.owner.inbox) if message.labels)
    if "the connection broke" not in card.text:
        scene.complaints.append("the owner was not told the reason")
    await scene.owner.click(card, card.labels[0])
    return 2


def _resume_buttons(scene: Scene) -> int:
    return sum(bool(message.labels) for message in scene.owner.inbox)


# ------------------------------------------------------------------------------------------ the machine


async def _kills(scene: Scene) -> int:
    """While a message goes out, between two, or (one time in five) before the first."""
    scene.sandbox.faults.delay(_ON_THE_WAY, method=SEND, processed=True)  # calls are under way whenever it is killed
    chance = random.Random(20)  # noqa: S311
    left = len(scene.chats) - len(scene.reached())
    for number in range(scene.size.kills):
        calls = len(scene.sandbox.calls(SEND))
        ahead = chance.uniform(0, left / (scene.size.kills - number) / scene.size.rate)
        await asyncio.sleep(min(ahead, 2.0))
        await scene.kill()
        await scene.start(apart=True)
        if chance.random() > 0.2:
            await scene.until(lambda: len(scene.sandbox.calls(SEND)) > calls)  # noqa: B023
        left = len(scene.chats) - len(scene.reached())
    return scene.size.kills


async def _locked(scene: Scene) -> int:
    """Hold SQLite's write lock half as long again as the bot waits for it."""
    await asyncio.to_thread(_hold, scene.folder / "bot.db", 1.5 * scene.size.waits.busy)
    return 1


def _hold(file: Path, seconds: float) -> None:
    with closing(sqlite3.connect(file, isolation_level=None, timeout=60)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        other.execute("ROLLBACK")


async def _no_growth(scene: Scene) -> int:
    """The process may write to no file, its log not excepted (RLIMIT_FSIZE)."""
    assert scene.process is not None
    pid, unlimited = scene.process.pid, resource.RLIM_INFINITY
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, unlimited))
    await _full(scene)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (unlimited, unlimited))
    return 1


async def _full_disk(scene: Scene) -> int:
    """A small file system of its own is filled to the last byte."""
    filler = scene.folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
    await _full(scene)
    filler.unlink()
    return 1


async def _full(scene: Scene) -> None:
    """Wait until nothing moves any more, and a while longer."""
    reached = -1
    async with asyncio.timeout(120):
        while reached != (reached := len(scene.sandbox.calls(SEND))):  # noqa: ASYNC110
            await asyncio.sleep(max(1.0, scene.size.seconds / 4))
    if reached >= scene.size.chats:
        scene.complaints.append("the disk was never full")


async def _clock_jumps(scene: Scene) -> int:
    """An hour forward, and back; and back, and forward."""
    for by in (_HOUR, -_HOUR, -_HOUR, _HOUR):
        reached = len(scene.reached())
        scene.clock.jump(by)
        more = min(reached + scene.size.chats // 10, scene.size.chats)
        await scene.until(lambda: len(scene.reached()) >= more)  # noqa: B023
    return 4


async def _freeze(scene: Scene) -> int:
    """Of two workers one sleeps past its lease, and wakes."""
    slow = scene.sandbox.faults.delay(4 * _ON_THE_WAY, method=SEND, processed=True)
    await scene.until(lambda: slow.used > scene.size.in_flight)
    scene.signal(signal.SIGSTOP)
    scene.cut_off += scene.size.in_flight
    other = await scene.spawn()
    try:
        await asyncio.sleep(2.2 * scene.size.waits.lease)
        scene.signal(signal.SIGCONT)
        scene.sandbox.faults.clear()
        await scene.settled()
    finally:
        other.terminate()
        await other.wait()
    return 1


async def _suspend(scene: Scene) -> int:
    """The only worker sleeps past its lease with calls under way, as on a laptop that is shut, and wakes."""
    slow = scene.sandbox.faults.delay(4 * _ON_THE_WAY, method=SEND, processed=True)
    await scene.until(lambda: slow.used > scene.size.in_flight)
    scene.signal(signal.SIGSTOP)
    scene.cut_off += scene.size.in_flight
    await asyncio.sleep(1.2 * scene.size.waits.lease)
    scene.signal(signal.SIGCONT)
    scene.sandbox.faults.clear()
    return 1


async def _second_process(scene: Scene) -> int:
    """Started by mistake on the same file: it must refuse, and say what to do."""
    second = await scene.spawn()
    async with asyncio.timeout(60):
        status = await second.wait()
    log = (scene.folder / "bot.log").read_text(encoding="utf-8")
    if status != 1 or "Another process runs the bot on this database: stop it first." not in log:
        scene.complaints.append(f"a second process was not refused clearly (exit status {status})")
    return 1


FAULTS = (
    Fault("reset before", "the connection is reset before the call is processed", _answers("reset")),
    Fault("reset after", "the connection is reset after the call was processed", _answers("reset", processed=True)),
    Fault("500", "500 with an HTML page", _answers("http", status=500)),
    Fault("502 after", "502 with an HTML page, though the call was processed", _answers("http", processed=True)),
    Fault("malformed", "200 with JSON that breaks off, processed", _answers("malformed", processed=True)),
    Fault("truncated", "an answer shorter than it says, processed", _answers("truncated", processed=True)),
    Fault("hang", "no answer at all, processed or not", _hang),
    Fault("slow", "answers come late", _slow),
    Fault("out of reach", "no connection for a while", _out_of_reach),
    Fault("bad day", "all of these at random", _bad_day),
    Fault("429 one chat", "one chat is to wait", _halt_one),
    Fault("429 everyone", "everyone is to wait", _halt_everyone),
    Fault("429 again", "everyone is to wait, again and again", _halt_again_and_again),
    Fault("429 and kill", "everyone is to wait, and the bot is killed meanwhile", _halt_over_kill, apart=True),
    Fault("storm", "nothing but 502 until deliveries pause, twice", _storm, settings=_SOON_A_STORM),
    Fault("database locked", "another connection writes for longer than we wait", _locked),
    Fault("disk full: limit", "the process may write to no file, nor to its log", _no_growth, apart=True),
    Fault("disk full", "a small file system is full", _full_disk, apart=True, needs="root"),
    Fault("clock jumps", "the wall clock goes an hour forward and back, and back and forward", _clock_jumps),
    Fault("kill -9", "the process is killed at random points", _kills, apart=True),
    Fault("suspend", "the only worker sleeps past its lease and wakes", _suspend, apart=True),
    Fault("freeze", "one of two workers freezes past its lease and wakes", _freeze, apart=True, needs="postgres"),
    Fault("second process", "a second one is started on the same file", _second_process, apart=True),
)
