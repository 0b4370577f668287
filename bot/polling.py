"""Long polling: how the bot reaches Telegram, asks it for updates, and learns that its token is of no use."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from telegram import Update
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import Application

from bot.telegram_http import TelegramHTTP

log = structlog.get_logger(__name__)

App = Application[Any, Any, Any, Any, Any, Any]

#: Seconds for which fetched updates are given time before more are asked for, which confirms them to Telegram.
PATIENCE = 5.0

_CONNECT_AGAIN = 5.0  # seconds between two tries to reach Telegram at the start
_UPDATES = [Update.MESSAGE, Update.CHANNEL_POST, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER]
_UNKNOWN_TOKEN = (401, 404)  # HTTP statuses for a token that was revoked, or never was one


class WrongToken(Exception):
    """Telegram does not know the bot token."""


class PatientPolling(TelegramHTTP):
    """The transport of getUpdates, which asks for more only once what came before was worked on.

    Asking for more tells Telegram that all before arrived, and Telegram forgets it: what was being worked on when the
    process is killed would be lost. `settled`, set once the application is made, returns when nothing is worked on;
    it is waited for `patience` seconds at most, so that one slow answer keeps nobody else waiting for long.
    `refused` is set when Telegram no longer knows the token; python-telegram-bot ends its polling then without a word.
    """

    def __init__(self, *, patience: float = PATIENCE, proxy: str | None = None) -> None:
        super().__init__(pool_size=1, proxy=proxy)
        self._patience = patience
        self.settled: Callable[[], Awaitable[None]] | None = None
        self.refused = asyncio.Event()

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Wait as described, then make the call; see `TelegramHTTP.do_request`."""
        if self.settled is not None:
            try:
                async with asyncio.timeout(self._patience):
                    await self.settled()
            except TimeoutError:
                log.info("updates.slow", patience=self._patience)
        status, body = await super().do_request(*args, **kwargs)
        if status in _UNKNOWN_TOKEN:
            self.refused.set()
        return status, body


async def connect(application: App) -> None:
    """Reach Telegram, however long the network is away. Raises WrongToken."""
    while True:
        try:
            await application.initialize()
        except InvalidToken:
            raise WrongToken from None
        except NetworkError as error:
            log.warning("telegram.unreachable", error=type(error).__name__, again_in=_CONNECT_AGAIN)
            await asyncio.sleep(_CONNECT_AGAIN)
        else:
            return


async def heed_refusal(polling: PatientPolling, stop: asyncio.Event) -> None:
    """Raise WrongToken once polling meets a token that was revoked: nobody would be heard any more."""
    waits = [asyncio.create_task(event.wait()) for event in (polling.refused, stop)]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    if polling.refused.is_set() and not stop.is_set():
        raise WrongToken


async def begin(application: App) -> None:
    """Begin long polling. Updates that waited while the bot was away are worked on, never dropped."""
    assert application.updater is not None  # noqa: S101  # built with one

    def complain(error: TelegramError) -> None:
        log.warning("polling.failed", error=type(error).__name__)

    await application.updater.start_polling(
        allowed_updates=_UPDATES, drop_pending_updates=False, bootstrap_retries=-1, error_callback=complain
    )


async def end(application: App) -> None:
    """End long polling, if it was begun."""
    if application.updater is not None and application.updater.running:
        await application.updater.stop()
