"""The real bot over real HTTP against the sandbox, with its real database; only Telegram and the clock are ours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import Running, running
from bot.handlers.previews import Previews
from bot.sandbox import Chat, Message, Person, Sandbox
from bot.settings import Settings
from tests.clocks import Clock

ARTICLE = """Council of Tavrin says the bridge will reopen

TAVRIN, Nov. 20 (Northern Wire) — The river bridge at Tavrin will reopen to trucks on Monday after two weeks of \
repairs, the city council said on Friday, while shelling was reported on both banks during the night.

"We have finished the northern span and the southern span is safe," mayor Ilena Marsova wrote in a Telegram post. \
"The first trucks will cross on Monday morning."

"Nobody told us when the crossing would open," said Pavel Orlen, a driver who has waited for nine days. \
"I have slept in the cabin since the beginning of the month."

The claims could not be independently verified.
"""


@pytest.fixture
def clock() -> Clock:
    """A Friday evening in winter."""
    return Clock(datetime(2026, 11, 20, 18, 0, tzinfo=UTC))


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let messages follow each other at once; what the pacer does has its own tests."""
    monkeypatch.setattr("bot.pacer.CHAT_INTERVAL", 0.0)
    monkeypatch.setattr("bot.pacer.GROUP_WINDOW", 0.0)
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def sandbox(clock: Clock) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=clock) as served:
        yield served


@pytest.fixture
def owner(sandbox: Sandbox) -> Person:
    """Who runs the bot."""
    return sandbox.people.person("Mira", username="mira", language_code="en")


@pytest.fixture
def anna(sandbox: Sandbox) -> Person:
    """A reader."""
    return sandbox.people.person("Anna", username="anna", language_code="en")


@pytest.fixture
def settings(sandbox: Sandbox, owner: Person, tmp_path: Path) -> Settings:
    return Settings.model_validate(
        {
            "bot_token": sandbox.token,
            "owner_ids": str(owner.id),
            "database_url": f"sqlite:///{tmp_path}/test.db",
            "data_key_file": str(tmp_path / "secret.key"),
            "telegram_api_url": sandbox.base_url.removesuffix("/bot"),
            "send_rate": 1000,
            "tick_seconds": 0.05,
        }
    )


Start = Callable[[], AbstractAsyncContextManager[Running]]


@pytest.fixture
def start(settings: Settings, clock: Clock) -> Start:
    """Starts the bot, as often as the test wants; an editor's draft is shown after a short quiet."""

    @asynccontextmanager
    async def started() -> AsyncIterator[Running]:
        async with running(settings, clock=clock) as bot:
            bot.application.bot_data["previews"] = Previews(0.05)
            yield bot

    return started


@pytest.fixture
async def bot(start: Start) -> AsyncIterator[Running]:
    """A running bot."""
    async with start() as started:
        yield started


async def arrive(person: Person, payload: str = "") -> Message:
    """Let a person start the bot; returns its answer."""
    return await person.answer(since=person.start(payload).id)


async def submit(sandbox: Sandbox, editor: Person, text: str = ARTICLE) -> Message:
    """Let an editor send an article; returns the card under its preview."""
    await arrive(editor)
    before = editor.chat.last_id
    editor.send(text)
    return await card_after(sandbox, editor, before)


async def card_after(sandbox: Sandbox, editor: Person, before: int) -> Message:
    """Wait for the next card with buttons to publish."""

    def cards() -> list[Message]:
        return [m for m in editor.inbox if m.id > before and any("Publish" in label for label in m.labels)]

    await sandbox.until(cards)
    return cards()[-1]


def digests(chat: Chat | Person, words: str = "river bridge at Tavrin") -> list[Message]:
    """Return the digests a chat received, previews included."""
    history = chat.inbox if isinstance(chat, Person) else chat.history
    return [message for message in history if words in message.text and "Digest" in message.text.split("\n")[0]]
