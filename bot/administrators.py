"""Tells a chat's administrator that a delivery found its digest paused.

Nobody is stored who could be told, and messages to people who never came to the bot are neither allowed nor
possible. So Telegram is asked who administers the chat, its owner first, and the first of them to whom a message
gets through is told, once: Telegram refuses it for all who have not started the bot, or have blocked it. If none
has, the chat's own /schedule and /mydata say why it waits.
"""

from __future__ import annotations

from typing import Protocol

import structlog
from telegram import ChatMember
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.limiter import RateArgs
from bot.logs import ChatRefs
from bot.pacer import Priority
from digests.model import ChatKind, Delivery

log = structlog.get_logger(__name__)

TRIED = 10  # administrators at most: a large group may have fifty, who all never heard of the bot


class PausedPages(Protocol):
    """Renders the message (`bot.pages.Pages`)."""

    def paused(self, reason: str, *, language: str, title: str = "") -> str:
        """Return it as HTML."""


class PausedNotice:
    """What the worker calls when a delivery was refused for lack of rights, or for its topic."""

    def __init__(self, bot: ExtBot[RateArgs], pages: PausedPages, chats: ChatRefs) -> None:
        self._bot = bot
        self._chats = chats
        self._pages = pages

    async def __call__(self, delivery: Delivery, reason: str) -> None:
        """Tell one administrator of the delivery's chat, in the digest's language. Never raises for Telegram."""
        if delivery.kind is ChatKind.PRIVATE:
            return
        chat_id = delivery.place.chat_id
        try:
            members = await self._bot.get_chat_administrators(chat_id)
            title = (await self._bot.get_chat(chat_id)).title or ""
            html = self._pages.paused(reason, language=delivery.language, title=title)
            told = await self._tell_one(members, html)
        except TelegramError as error:
            log.info("paused.nobody_told", chat=self._chats(chat_id), reason=reason, error=type(error).__name__)
        else:
            log.info("paused", chat=self._chats(chat_id), reason=reason, told=told)

    async def _tell_one(self, members: tuple[ChatMember, ...], html: str) -> bool:
        people = [member for member in members if not member.user.is_bot]
        people.sort(key=lambda member: member.status != ChatMember.OWNER)
        for member in people[:TRIED]:
            try:
                await self._bot.send_message(
                    member.user.id, html, parse_mode=ParseMode.HTML, rate_limit_args=Priority.SCHEDULED
                )
            except (Forbidden, BadRequest):  # they have no chat with the bot
                continue
            return True
        return False
