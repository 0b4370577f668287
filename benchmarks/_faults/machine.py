"""What the machine does: kills, sleeps, a full disk, a locked database, a wrong clock. Each returns how often."""

from __future__ import annotations

import asyncio
import random
import resource
import signal
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from .scene import Scene
from .truth import EDIT, SEND

_HOUR = timedelta(hours=1)
_ON_THE_WAY = 0.05  # seconds from the arrival of a call to its answer


async def kills(scene: Scene) -> int:
    """While a message goes out, between two, or (one time in five) before the first."""
    await _kill(scene, scene.size.kills)
    return scene.size.kills


async def kills_after_corrections(scene: Scene) -> int:
    """The same, each time a moment after a correction was published."""
    times = max(1, scene.size.kills // 2)
    await _kill(scene, times, before=scene.correct)
    return times


async def _kill(scene: Scene, times: int, before: Callable[[], Awaitable[None]] | None = None) -> None:
    for method in (SEND, EDIT):  # calls are under way whenever it is killed
        scene.sandbox.faults.delay(_ON_THE_WAY, method=method, processed=True)
    chance = random.Random(20)  # noqa: S311
    left = len(scene.chats) - len(scene.reached())
    for number in range(times):
        if before is not None:
            await before()
        calls = _calls(scene)
        ahead = chance.uniform(0, left / (times - number) / scene.size.rate)
        await asyncio.sleep(min(ahead, 2.0))
        await scene.kill()
        await scene.start(apart=True)
        if chance.random() > 0.2:
            await scene.until(lambda: _calls(scene) > calls)  # noqa: B023
        left = len(scene.chats) - len(scene.reached())


def _calls(scene: Scene) -> int:
    return len(scene.sandbox.calls(SEND)) + len(scene.sandbox.calls(EDIT))


async def locked(scene: Scene) -> int:
    """Hold SQLite's write lock half as long again as the bot waits for it."""
    await asyncio.to_thread(_hold, scene.folder / "bot.db", 1.5 * scene.size.waits.busy)
    return 1


def _hold(file: Path, seconds: float) -> None:
    with closing(sqlite3.connect(file, isolation_level=None, timeout=60)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        other.execute("ROLLBACK")


async def no_growth(scene: Scene) -> int:
    """The process may write to no file, its log not excepted (RLIMIT_FSIZE)."""
    assert scene.process is not None
    pid, kind = scene.process.pid, resource.RLIMIT_FSIZE
    soft, hard = resource.prlimit(pid, kind)
    resource.prlimit(pid, kind, (0, hard))
    await _full(scene)
    resource.prlimit(pid, kind, (soft, hard))
    return 1


async def full_disk(scene: Scene) -> int:
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


async def clock_jumps(scene: Scene) -> int:
    """An hour forward, and back; and back, and forward; each time with calls on their way."""
    slow = scene.sandbox.faults.delay(4 * _ON_THE_WAY, method=SEND, processed=True)
    for by in (_HOUR, -_HOUR, -_HOUR, _HOUR):
        used, reached = slow.used, len(scene.reached())
        await scene.until(lambda: slow.used > used)  # noqa: B023
        scene.clock.jump(by)
        more = min(reached + scene.size.chats // 10, scene.size.chats)
        await scene.until(lambda: len(scene.reached()) >= more)  # noqa: B023
    scene.sandbox.faults.clear()
    return 4


async def freeze(scene: Scene) -> int:
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


async def suspend(scene: Scene) -> int:
    """The only worker sleeps past its lease with calls under way, as on a laptop that is shut, and wakes."""
    slow = scene.sandbox.faults.delay(4 * _ON_THE_WAY, method=SEND, processed=True)
    await scene.until(lambda: slow.used > scene.size.in_flight)
    scene.signal(signal.SIGSTOP)
    scene.cut_off += scene.size.in_flight
    await asyncio.sleep(1.2 * scene.size.waits.lease)
    scene.signal(signal.SIGCONT)
    scene.sandbox.faults.clear()
    return 1


async def second_process(scene: Scene) -> int:
    """Started by mistake on the same file: it must refuse, and say what to do."""
    second = await scene.spawn()
    async with asyncio.timeout(60):
        status = await second.wait()
    log = (scene.folder / "bot.log").read_text(encoding="utf-8")
    if status != 1 or "Another process runs the bot on this database: stop it first." not in log:
        scene.complaints.append(f"a second process was not refused clearly (exit status {status})")
    return 1
