"""Keeps the progress of fan-outs up to date in owners' chats, by editing one message in each.

Which message that is stands in the database, so it goes on after a restart; under a keyed hash of the chat, for no
id is stored as it is.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

import structlog
from telegram import InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot import keyboards
from bot.keyboards import ROWS_A_PAGE
from bot.limiter import RateArgs
from bot.pacer import Priority
from bot.pages import Pages
from digests.deliveries import Deliveries
from digests.ports import Store

log = structlog.get_logger(__name__)

EVERY = 3.0  # seconds between two edits, at least
_AT_MOST = 0.05  # the share of the time that may go into counting
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class _Followed:
    message_id: int
    language: str
    zone: str


class Live:
    """One message an owner, followed from `follow` until nothing is under way, or `leave`."""

    def __init__(
        self,
        store: Store,
        deliveries: Deliveries,
        pages: Pages,
        bot: ExtBot[RateArgs],
        owners: Collection[int],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._deliveries = deliveries
        self._pages = pages
        self._bot = bot
        self._owners = sorted(owners)
        self._clock = clock
        self._followed: dict[int, _Followed] = {}
        self._shown: dict[int, str] = {}
        self._begun = asyncio.Event()
        self._editing = asyncio.Lock()

    async def follow(self, chat_id: int, message_id: int, *, language: str, zone: str) -> None:
        """Keep this message up to date, in place of any other in the chat."""
        self._followed[chat_id] = _Followed(message_id, language, zone)
        await self._note(chat_id, json.dumps([message_id, language, zone]))
        self._begun.set()

    async def leave(self, chat_id: int) -> None:
        """Edit nothing in this chat any more, from the return of this on."""
        async with self._editing:
            await self._leave(chat_id)

    async def _leave(self, chat_id: int) -> None:
        self._shown.pop(chat_id, None)
        if self._followed.pop(chat_id, None) is not None:
            await self._note(chat_id, "")

    async def run(self, stop: asyncio.Event) -> None:
        """Edit until `stop` is set."""
        await self._restore()
        while not stop.is_set():
            if not self._followed:
                self._begun.clear()
                await _first(self._begun.wait(), stop.wait())
                continue
            began = asyncio.get_running_loop().time()
            try:
                await self._update()
            except Exception:  # what is shown is a convenience: nothing stops for it
                log.exception("live.failed")
            took = asyncio.get_running_loop().time() - began
            await _first(asyncio.sleep(max(EVERY, took / _AT_MOST)), stop.wait())

    async def _update(self) -> None:
        progress = await self._deliveries.progress(now=self._clock())
        latest = await self._deliveries.latest(limit=ROWS_A_PAGE + 1)
        pause = await self._deliveries.paused()
        shown, more = latest[:ROWS_A_PAGE], len(latest) > ROWS_A_PAGE
        for chat_id, followed in list(self._followed.items()):
            language = followed.language
            html = self._pages.deliveries(shown, progress=progress, pause=pause, language=language, zone=followed.zone)
            keyboard = keyboards.deliveries(
                [each.edition.id for each in shown], language=language, more=more, paused=pause is not None
            )
            async with self._editing:
                if self._followed.get(chat_id) == followed:
                    known = html == self._shown.get(chat_id) or await self._edit(chat_id, followed, html, keyboard)
                    if progress is None or not known:
                        await self._leave(chat_id)

    async def _edit(self, chat_id: int, followed: _Followed, html: str, keyboard: InlineKeyboardMarkup | None) -> bool:
        """Edit the message; False if it can be edited no more."""
        try:
            await self._bot.edit_message_text(
                html,
                chat_id,
                followed.message_id,
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                reply_markup=keyboard,
                rate_limit_args=Priority.EDIT,
            )
        except (BadRequest, Forbidden) as error:
            return "not modified" in error.message.lower()  # else deleted, or the bot was blocked
        except TelegramError as error:
            log.info("live.not_shown", error=type(error).__name__)  # the next time
            return True
        self._shown[chat_id] = html
        return True

    async def _restore(self) -> None:
        async with self._store.read() as tx:
            notes = {owner: await tx.runtime.get_note(self._key(owner)) for owner in self._owners}
        self._followed |= {owner: _Followed(*json.loads(note)) for owner, note in notes.items() if note}

    async def _note(self, chat_id: int, value: str) -> None:
        async with self._store.begin() as tx:
            await tx.runtime.set_note(self._key(chat_id), value)

    def _key(self, chat_id: int) -> str:
        mac = hmac.new(self._bot.token.encode(), str(chat_id).encode(), hashlib.sha256)
        return f"live:{mac.hexdigest()[:24]}"


async def _first(*waits: object) -> None:
    """Return when one of them does; the others are dropped."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]  # type: ignore[call-overload]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
