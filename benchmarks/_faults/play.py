"""Plays one fault in the middle of a fan-out, and says what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from digests.model import DeliveryState

from .catalogue import Fault
from .scene import Scene, Size, now, staged

SHARE = 0.7  # of the rate before, that is to be reached again


class Row(NamedTuple):
    """What a fault came to. `allowed`: how many repeats may be; `rest`: messages an owner had to send again.

    `before` and `after` are the best rates in messages a second before the fault and after it; None if hardly anything
    was left to send.
    """

    name: str
    chats: int
    tries: int
    lost: int
    repeats: int
    marked: int
    allowed: int
    rest: int
    violations: Sequence[str]
    before: float
    after: float | None

    @property
    def recovered(self) -> bool:
        """Whether the rate came back by itself."""
        return self.after is None or self.after >= SHARE * self.before

    @property
    def harmless(self) -> bool:
        """Whether all that is asked of the bot holds."""
        return self.lost == 0 and self.repeats <= self.allowed and not self.violations


async def play(fault: Fault, size: Size, folder: Path, database: str = "") -> Row:
    """Strike when a third of the chats have the digest; then wait for the end."""
    async with staged(size, folder, settings=fault.settings, database=database) as scene:
        await scene.start(apart=fault.apart)
        began = now()
        await scene.until(lambda: len(scene.reached()) >= size.chats // 3)
        struck = now()
        tries = await fault.strike(scene)
        over, left = now(), size.chats - len(scene.reached())
        await scene.settled()
        ended = now()
        rest = await scene.send_rest_again()
        if rest:
            await scene.settled()
        truth = scene.truth()
        allowed = truth.ambiguous + scene.cut_off
        return Row(
            name=fault.name,
            chats=size.chats,
            tries=tries,
            lost=len(truth.lost),
            repeats=truth.repeats,
            marked=truth.marked,
            allowed=allowed,
            rest=rest,
            violations=await _violations(scene, allowed + rest),
            before=scene.rate(began, struck),
            after=scene.rate(over, ended) if left > size.rate else None,
        )


async def _violations(scene: Scene, allowed: int) -> Sequence[str]:
    truth = scene.truth()
    found = list(scene.complaints)
    if truth.unmarked:
        found.append(f"{truth.unmarked} repeats without a mark")
    if truth.marked > allowed:
        found.append(f"{truth.marked} messages marked as possible repeats, where {allowed} could be")
    if truth.early:
        found.append(f"{truth.early} calls before the time of a 429 was up")
    if scene.versions:
        shown = scene.shown()
        if shown.left:
            found.append(f"{shown.left} chats are left with the old text")
        if shown.older > allowed:
            found.append(f"{shown.older} copies have an older text, where {allowed} could be beyond reach")
        if shown.wrong:
            found.append(f"{shown.wrong} edits to a text that never was the present one")
    async with scene.store.read() as tx:
        states = (await tx.ledger.counts()).states
    if states != {DeliveryState.SENT: scene.size.chats}:
        found.append(f"the ledger ends at { ({str(state): count for state, count in states.items()}) }")
    return found
