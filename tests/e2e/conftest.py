"""The real bot over real HTTP against the sandbox; only Telegram and the clock are ours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import demo
from bot.app import Running, running
from bot.sandbox import Message, Person, Sandbox
from bot.settings import Settings
from tests.clocks import Clock


@pytest.fixture
def clock() -> Clock:
    """A Friday evening in winter."""
    return Clock(datetime(2026, 11, 20, 18, 0, tzinfo=UTC))


@pytest.fixture
async def sandbox(clock: Clock) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=clock) as served:
        yield served


@pytest.fixture
def editor(sandbox: Sandbox) -> Person:
    """The owner of the bot."""
    return sandbox.people.person("Mira", username="mira", language_code="en")


@pytest.fixture
def settings(sandbox: Sandbox, editor: Person, tmp_path: Path) -> Settings:
    quick = {"tick_seconds": 0.05, "send_rate": 1000.0}
    return demo.settings(sandbox, editor, tmp_path).model_copy(update=quick)


Start = Callable[[], AbstractAsyncContextManager[Running]]


@pytest.fixture
def start(settings: Settings, clock: Clock) -> Start:
    """Starts the bot, as often as the test wants."""
    return lambda: running(settings, registry=demo.registry(), clock=clock)


async def subscriber(sandbox: Sandbox, schedule: str = "") -> Person:
    """Let Anna start the bot and subscribe, for the hours of `schedule` if there are any."""
    anna = sandbox.people.person("Anna")
    anna.start()
    await anna.ask("/subscribe")
    if schedule:
        await anna.ask(f"/schedule {schedule}")
    return anna


async def post(sandbox: Sandbox, editor: Person, text: str, button: str) -> Message:
    """Let the editor paste an article and press a button under its preview; returns the card."""
    editor.send(text)
    card, label = await demo.preview(sandbox, editor, button)
    await editor.click(card, label)
    return card
