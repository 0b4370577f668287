"""What the server does: answers that are lost, late or wrong, and 429s. Each returns how often it was done."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

from .scene import Scene
from .truth import EDIT, SEND

_STARTING = 7.0  # seconds a process takes to start on a busy machine


def answers(kind: str, **how: object) -> Callable[[Scene], Awaitable[int]]:
    """Let the server strike as many calls in a row as the scene says."""

    async def strike(scene: Scene) -> int:
        times = scene.size.struck
        rule = getattr(scene.sandbox.faults, kind)(method=SEND, times=times, **how)
        await scene.until(lambda: rule.used >= times, 600)
        return times

    return strike


async def edits_reset(scene: Scene) -> int:
    """The edits of a correction are made, and their answers lost; halfway comes the next correction."""
    times = scene.size.struck
    rule = scene.sandbox.faults.reset(method=EDIT, times=times, processed=True)
    for least in (times // 2, times):
        await scene.correct()
        await scene.until(lambda: rule.used >= least, 600)  # noqa: B023  # used up at once
    return times


async def hang(scene: Scene) -> int:
    """Twice as many calls as are in flight, so that nothing moves for the time of an answer, twice."""
    times = 2 * scene.size.in_flight
    rules = [scene.sandbox.faults.hang(method=SEND, times=times // 2, processed=done) for done in (False, True)]
    await scene.until(lambda: all(rule.used >= times // 2 for rule in rules), 600)
    return times


async def slow(scene: Scene) -> int:
    times = scene.size.struck
    rule = scene.sandbox.faults.delay(scene.size.seconds / 20, method=SEND, times=times, processed=True)
    await scene.until(lambda: rule.used >= times, 600)
    return times


async def out_of_reach(scene: Scene) -> int:
    """The port is closed and every connection cut: what is under way is of unknown outcome."""
    scene.cut_off += scene.size.in_flight
    scene.sandbox.hang_up()
    await asyncio.sleep(3 * scene.size.seconds)
    await scene.sandbox.start()
    return 1


async def bad_day(scene: Scene) -> int:
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


async def halt_everyone(scene: Scene) -> int:
    rule = scene.sandbox.faults.halt(scene.size.seconds, method=SEND)
    await _over(scene, rule.left)
    return rule.used


async def halt_again_and_again(scene: Scene) -> int:
    """As soon as a wait is over comes the next, oftener than what is refused otherwise is tried."""
    times = 3 * scene.size.waits.attempts
    for _ in range(times):
        rule = scene.sandbox.faults.halt(1, method=SEND)
        await scene.until(lambda: rule.used)  # noqa: B023  # used up at once
        await _over(scene, rule.left)
        scene.sandbox.faults.clear()
    return times


async def halt_one(scene: Scene) -> int:
    """A chat in the middle of those that were not reached yet; all others must not wait for it."""
    left = sorted(scene.chats - scene.reached())
    rule = scene.sandbox.faults.halt(scene.size.seconds, method=SEND, chat=left[len(left) // 2])
    await scene.until(lambda: rule.used)
    reached = len(scene.reached())
    await asyncio.sleep(scene.size.seconds / 2)
    if len(scene.reached()) == reached:
        scene.complaints.append("all others waited for one chat")
    await _over(scene, rule.left)
    return 1


async def halt_over_kill(scene: Scene) -> int:
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


async def storm(scene: Scene) -> int:
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
