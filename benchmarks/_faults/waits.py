"""How patient the bot is; `shortened` makes it less so, so that a fault of half a minute can be seen in a second.

Run as a program it is the bot itself (``conflict-digest run``) with the waits that the environment names.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from inspect import signature
from typing import NamedTuple
from unittest import mock

from bot import app, cli
from bot.telegram_http import TelegramHTTP
from digests.delivery import RetryPolicy, Worker
from digests.delivery.storm import StormPolicy
from digests.storage import engine

VARIABLE = "FAULTS_WAITS"  # of the environment: the waits as JSON

_POLICY = RetryPolicy()
_OF_WORKER, _OF_HTTP = signature(Worker).parameters, signature(TelegramHTTP).parameters


class Waits(NamedTuple):
    """Seconds: for an answer, of a lease, between polls, before a repeat, for a locked database, of a storm's pause.

    And `attempts` after which a delivery is given up. The defaults are the product's own.
    """

    answer: float = _OF_HTTP["write"].default + _OF_HTTP["read"].default
    lease: float = _OF_WORKER["lease_seconds"].default
    poll: float = _OF_WORKER["poll_seconds"].default
    repeat: float = _POLICY.unknown
    busy: float = engine._BUSY_SECONDS  # noqa: SLF001
    rest: float = StormPolicy().rest.total_seconds()
    attempts: int = _POLICY.attempts


REAL = Waits()
SHORT = Waits(answer=1.0, lease=3.0, poll=0.05, repeat=0.3, busy=0.2, rest=0.5, attempts=2)


@contextmanager
def shortened(waits: Waits) -> Iterator[None]:
    """Let a bot that is started inside wait so long. What is not a setting is put in where the bot is composed."""
    if waits == REAL:
        yield
        return
    policy = RetryPolicy(first=min(1.0, waits.repeat), unknown=waits.repeat, attempts=waits.attempts)
    worker = partial(Worker, lease_seconds=waits.lease, poll_seconds=waits.poll, policy=policy)
    http = partial(TelegramHTTP, write=waits.answer / 2, read=waits.answer / 2)
    busy = f"PRAGMA busy_timeout = {int(waits.busy * 1000)}"
    pragmas = tuple(busy if "busy_timeout" in pragma else pragma for pragma in engine._PRAGMAS)  # noqa: SLF001
    with (
        mock.patch.object(app, "Worker", worker),
        mock.patch.object(app, "TelegramHTTP", http),
        mock.patch.object(app, "StormPolicy", partial(StormPolicy, rest=timedelta(seconds=waits.rest))),
        mock.patch.object(engine, "_PRAGMAS", pragmas),
    ):
        yield


def main() -> None:
    """Run the bot."""
    with shortened(Waits(*json.loads(os.environ[VARIABLE]))):
        cli.cli(["run"])


if __name__ == "__main__":
    main()
