"""The faults as data: a name, what the server or the machine does, and how it is done to a scene.

Of every fault the same is asked (`play.Row`): nobody is lost; what comes twice is marked, and comes no oftener than
there were calls whose outcome nobody could know; no call leaves before the time of a 429 is up; the rate recovers;
where a correction is published, nobody is left with an older text.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from . import machine, server
from .scene import Scene

_SOON_A_STORM = {"STORM_MINIMUM": "20", "STORM_SHARE": "0.2"}


class Fault(NamedTuple):
    """`strike` does it, waits for its end and returns how often it was done, when a third of the chats are reached.

    `apart`: it needs the bot in a process of its own. `needs`: "postgres", "root", or nothing.
    """

    name: str
    what: str
    strike: Callable[[Scene], Awaitable[int]]
    apart: bool = False
    needs: str = ""
    settings: Mapping[str, str] = MappingProxyType({})


FAULTS = (
    Fault("reset before", "the connection is reset before the call is processed", server.answers("reset")),
    Fault("reset after", "the connection is reset after that", server.answers("reset", processed=True)),
    Fault("500", "500 with an HTML page", server.answers("http", status=500)),
    Fault("502 after", "502 with an HTML page, though the call was processed", server.answers("http", processed=True)),
    Fault("malformed", "200 with JSON that breaks off, processed", server.answers("malformed", processed=True)),
    Fault("truncated", "an answer shorter than it says, processed", server.answers("truncated", processed=True)),
    Fault("hang", "no answer at all, processed or not", server.hang),
    Fault("slow", "answers come late", server.slow),
    Fault("out of reach", "no connection for a while", server.out_of_reach),
    Fault("bad day", "all of these at random", server.bad_day),
    Fault("429 one chat", "one chat is to wait", server.halt_one),
    Fault("429 everyone", "everyone is to wait", server.halt_everyone),
    Fault("429 again", "everyone is to wait, again and again", server.halt_again_and_again),
    Fault("429 and kill", "everyone is to wait, and the bot is killed meanwhile", server.halt_over_kill, apart=True),
    Fault("storm", "nothing but 502 until deliveries pause, twice", server.storm, settings=_SOON_A_STORM),
    Fault("database locked", "another connection writes for longer than we wait", machine.locked),
    Fault("disk full: limit", "the process may write to no file, nor to its log", machine.no_growth, apart=True),
    Fault("disk full", "a small file system is full", machine.full_disk, apart=True, needs="root"),
    Fault("clock jumps", "the wall clock goes an hour forward and back, and back and forward", machine.clock_jumps),
    Fault("kill -9", "the process is killed at random points", machine.kills, apart=True),
    Fault("correction reset", "the edits of a correction are made, and their answers lost", server.edits_reset),
    Fault(
        "correction, kill",
        "a correction is published in the fan-out, and then the process is killed",
        machine.kills_after_corrections,
        apart=True,
    ),
    Fault("suspend", "the only worker sleeps past its lease and wakes", machine.suspend, apart=True),
    Fault(
        "freeze", "of two workers one freezes past its lease and wakes", machine.freeze, apart=True, needs="postgres"
    ),
    Fault("second process", "a second one is started on the same file", machine.second_process, apart=True),
)
