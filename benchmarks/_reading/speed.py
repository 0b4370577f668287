"""How fast texts are read for the first time, and how fast once more."""

from __future__ import annotations

import gc
import multiprocessing
import random
import statistics
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from _reading.contestants import Contestant

WORDS = 800  # in an article, by which speeds are told


class Rate(NamedTuple):
    """Articles of `WORDS` words a second of processor time: texts new to the process, and the same texts again."""

    first: float
    again: float


def rates(
    entrants: Sequence[Contestant], warming: Sequence[str], texts: Sequence[str], *, rounds: int, slow: int
) -> dict[str, list[Rate]]:
    """Return every contestant's rate in every round, by name; a slow one has one round, of `slow` texts.

    Every pass has a process of its own, forked from one that has read nothing. There the texts are shuffled (alike for
    all contestants of a round). Reading `warming` loads the data of all languages, reading one half of the texts fills
    caches with what such texts share, and the other half is timed. The garbage collector leaves alone what is loaded by
    then: the bot asks for the same once it has started.
    """
    fork = multiprocessing.get_context("fork")
    found: dict[str, list[Rate]] = {entrant.name: [] for entrant in entrants}
    for number in range(rounds):
        order = random.Random(number).sample(texts, len(texts))  # noqa: S311 - no secret
        for entrant in entrants:
            if entrant.slow and number:
                continue
            part = order[: 2 * slow] if entrant.slow else order
            with fork.Pool(1, _set, (entrant.read, warming, part)) as process:
                found[entrant.name].append(process.apply(_pass))
    return found


def medians(found: Sequence[Rate]) -> Rate:
    """Return the median of each rate."""
    return Rate(statistics.median(rate.first for rate in found), statistics.median(rate.again for rate in found))


_task: list[tuple[Callable[[str], object], Sequence[str], Sequence[str]]] = []


def _set(function: Callable[[str], object], warming: Sequence[str], texts: Sequence[str]) -> None:
    _task.append((function, warming, texts))  # forked, not pickled: a function need not have a name


def _pass() -> Rate:
    function, warming, texts = _task[0]
    half = len(texts) // 2
    for text in (*warming, *texts[:half]):
        function(text)
    gc.collect()
    gc.freeze()
    return Rate(_rate(function, texts[half:]), _rate(function, texts[half:]))


def _rate(function: Callable[[str], object], texts: Sequence[str]) -> float:
    begin = time.process_time()
    for text in texts:
        function(text)
    return sum(len(text.split()) for text in texts) / WORDS / (time.process_time() - begin)
