"""Makes every call of python-telegram-bot go by the pacer."""

from __future__ import annotations

import asyncio
import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.pacer import Priority

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from telegram._utils.types import JSONDict

    from bot.pacer import ChatId, Pacer

ALREADY_PACED: Final = "already paced"
RateArgs = Priority | Literal["already paced"]

# What counts as a message for the limits; other methods only wait for a halt of everything.
_MESSAGES = ("send", "editMessage", "copyMessage", "forwardMessage", "pinChatMessage", "stopPoll")
_NO_MESSAGES = {"sendChatAction"}


class PacedLimiter(BaseRateLimiter[RateArgs]):
    """Passes calls on when `pacer` permits; ``rate_limit_args`` is their `Priority`, an answer's if not given.

    With ``rate_limit_args=ALREADY_PACED`` the call goes out at once: its caller has asked the pacer itself and
    tells it about a 429. After a 429 a call is made again, up to `max_retries` times. An answer that would have
    to wait longer than `patience` seconds fails with `RetryAfter` instead, for people do not wait that long.
    """

    def __init__(self, pacer: Pacer, *, max_retries: int = 2, patience: float = 60.0) -> None:
        self._pacer = pacer
        self._max_retries = max_retries
        self._patience = patience

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, bool | JSONDict | list[JSONDict]]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: RateArgs | None,
    ) -> bool | JSONDict | list[JSONDict]:
        """Make the call when its turn comes. Raises `RetryAfter` when retries or patience are used up."""
        if rate_limit_args == ALREADY_PACED:
            return await callback(*args, **kwargs)
        priority = rate_limit_args if isinstance(rate_limit_args, Priority) else Priority.ANSWER
        patience = self._patience if priority is Priority.ANSWER else math.inf
        message = endpoint.startswith(_MESSAGES) and endpoint not in _NO_MESSAGES
        chat_id = chat_of(data) if message else None
        retries = 0
        while True:
            await self._turn(chat_id, priority if message else None, patience)
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                wait = retry_seconds(error)
                if message:
                    await self._pacer.flood(chat_id, wait)
                if retries == self._max_retries or wait > patience:
                    raise
            if not message:  # a limit of this method alone, like setMyName's: it halts nothing else
                await asyncio.sleep(wait)
            retries += 1

    async def _turn(self, chat_id: ChatId | None, priority: Priority | None, patience: float) -> None:
        """Wait for the pacer, but no longer than `patience` seconds."""
        wait = self._pacer.halted(chat_id)
        if wait <= patience:
            try:
                async with asyncio.timeout(None if patience == math.inf else patience):
                    if priority is None:
                        return await self._pacer.clear()
                    return await self._pacer.acquire(chat_id, priority)
            except TimeoutError:
                wait = self._pacer.halted(chat_id)
        raise RetryAfter(timedelta(seconds=max(1, math.ceil(wait))))


def chat_of(data: dict[str, Any]) -> ChatId | None:
    """Return the chat a call's parameters name: a number, or a public name as it is."""
    chat_id = data.get("chat_id")
    if isinstance(chat_id, str):
        return int(chat_id) if chat_id.removeprefix("-").isdecimal() else chat_id.lower()
    return chat_id if isinstance(chat_id, int) else None


def retry_seconds(error: RetryAfter) -> float:
    """Return a 429's waiting time in seconds, in whichever form python-telegram-bot gives it."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
