"""The order in which updates are worked on: chats side by side, one chat strictly in turn, nothing twice."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

import structlog
from structlog.contextvars import bound_contextvars
from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.logs import ChatRefs
from digests.ports import Store

log = structlog.get_logger(__name__)

#: Updates held at once, those waiting for their chat's turn included.
IN_FLIGHT = 1024


class OrderedProcessor(BaseUpdateProcessor):
    """Runs updates of different chats concurrently and those of one chat in the order they came.

    An update that was processed before (Telegram repeats what it believes undelivered) is dropped. It is marked
    only after its handlers ended, so one that was interrupted by a crash is worked on again. Whatever is logged
    meanwhile says for which chat, by its name in logs.
    """

    def __init__(
        self, store: Store, clock: Callable[[], datetime], chats: ChatRefs, *, in_flight: int = IN_FLIGHT
    ) -> None:
        super().__init__(in_flight)
        self._store = store
        self._chats = chats
        self._clock = clock
        self._turns: WeakValueDictionary[object, asyncio.Lock] = WeakValueDictionary()

    async def initialize(self) -> None:
        """Nothing to open; the store is opened by whoever made it."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the chat's turn, then run the handlers unless this update was processed already."""
        if not isinstance(update, Update):
            await coroutine
            return
        # No await before the lock: tasks reach this line in the order of arrival, and asyncio.Lock is first come,
        # first served. The lock lives as long as someone holds or awaits it.
        turn = self._turns.setdefault(_line(update), asyncio.Lock())
        chat = update.effective_chat
        async with turn:
            with bound_contextvars(chat=self._chats(chat.id) if chat else None):
                await self._process(update, coroutine)

    async def _process(self, update: Update, coroutine: Awaitable[Any]) -> None:
        if await self._seen(update.update_id):
            log.info("update.repeated", update_id=update.update_id)
            if inspect.iscoroutine(coroutine):
                coroutine.close()
            return
        try:
            await coroutine
        except Exception:
            log.exception("update.failed", update_id=update.update_id)
        await self._mark(update.update_id)

    async def _seen(self, update_id: int) -> bool:
        try:
            async with self._store.read() as tx:
                return await tx.runtime.seen_update(update_id)
        except Exception:
            log.exception("update.seen_unknown", update_id=update_id)
            return False

    async def _mark(self, update_id: int) -> None:
        try:
            async with self._store.begin() as tx:
                await tx.runtime.mark_update(update_id, now=self._clock())
        except Exception:
            log.exception("update.not_marked", update_id=update_id)


def _line(update: Update) -> object:
    """Return what an update queues behind: its chat, else its person, else nothing but itself."""
    if update.effective_chat is not None:
        return update.effective_chat.id
    if update.effective_user is not None:
        return update.effective_user.id
    return ("update", update.update_id)
