"""Processor time, memory and clock of a stretch of work, and functions run in a process of their own."""

from __future__ import annotations

import gc
import multiprocessing
import os
import re
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

Result = TypeVar("Result")


class Cost(NamedTuple):
    """What a stretch of work took: messages, seconds, processor seconds, bytes by which memory grew at most."""

    messages: int
    seconds: float
    cpu: float
    grown: int

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Processor milliseconds a message."""
        return 1000 * self.cpu / self.messages


class Stretch:
    """Measures from `begin` to `end`, all threads of this process."""

    def begin(self) -> None:
        """Start. Memory counts from what is in use now, and the garbage collector leaves that alone, for everyone.

        The bot asks for the same once it has started; else chance says who meets a pass over all that was imported.
        """
        gc.collect()
        gc.freeze()
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # resets the peak
        self._memory = _status("VmRSS")
        self._clock, self._cpu = time.monotonic(), time.process_time()

    def end(self, messages: int) -> Cost:
        """Stop."""
        cpu, clock = time.process_time() - self._cpu, time.monotonic() - self._clock
        return Cost(messages, clock, cpu, _status("VmHWM") - self._memory)


def _status(name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024


def apart(function: Callable[..., Result], *args: Any, cpu: int | None = None) -> Result:
    """Call `function` in a fresh process, on one processor if `cpu` says which, and return what it returns."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn, initializer=pin, initargs=(cpu,)) as pool:
        return pool.submit(function, *args).result()


def pin(cpu: int | None) -> None:
    """Keep this process to one of the processors it may use, if there are several."""
    allowed = sorted(os.sched_getaffinity(0))
    if cpu is not None and len(allowed) > 1:
        os.sched_setaffinity(0, {allowed[cpu % len(allowed)]})
