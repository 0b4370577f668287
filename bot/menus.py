"""Tells Telegram the command menus and the bot's descriptions; what they say is in `bot.menu`.

Menus differ by scope and by the language of the person's app. Owners and editors get their own, in their private
chat with the bot only, so nobody else sees that their commands exist.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator

import orjson
import structlog
from telegram import (
    Bot,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import BadRequest, Forbidden, TelegramError

from bot import i18n, menu
from bot.menu import Scope
from digests.ports import Store

log = structlog.get_logger(__name__)

_NOTE = "menus"
_PUBLIC: tuple[tuple[BotCommandScope, Scope], ...] = (
    (BotCommandScopeAllPrivateChats(), Scope.READER_PRIVATE),
    (BotCommandScopeAllGroupChats(), Scope.GROUP),
    (BotCommandScopeAllChatAdministrators(), Scope.GROUP_ADMIN),
)


class Menus:
    """Keeps Telegram's copy of the menus like ours. A failure is logged and never stops anything."""

    def __init__(self, store: Store, owners: Collection[int], default_language: str) -> None:
        self._store = store
        self._owners = frozenset(owners)
        self._default = default_language

    async def publish(self, bot: Bot) -> None:
        """Send every menu and description if they changed since they were last sent completely."""
        try:
            async with self._store.read() as tx:
                staff = self._owners | await tx.editors.all()
                known = await tx.runtime.get_note(_NOTE)
            state = self._fingerprint(bot.id, staff)
            if state == known:
                return
            for scope, audience in _PUBLIC:
                await self._set(bot, scope, audience)
            await self._describe(bot)
            for user_id in sorted(staff):
                await self._set_staff(bot, user_id)
            async with self._store.begin() as tx:
                await tx.runtime.set_note(_NOTE, state)
        except TelegramError as error:
            log.warning("menus.not_sent", error=type(error).__name__)

    async def show_staff(self, bot: Bot, user_id: int) -> None:
        """Show an owner or editor their own menu. They must have begun the chat; else it comes with /start."""
        try:
            await self._set_staff(bot, user_id)
        except TelegramError as error:
            log.warning("menus.not_sent", error=type(error).__name__)

    async def hide_staff(self, bot: Bot, user_id: int) -> None:
        """Take the editors' menu away from a person."""
        try:
            for code, _ in self._languages():
                await bot.delete_my_commands(BotCommandScopeChat(user_id), language_code=code)
        except TelegramError as error:
            log.warning("menus.not_sent", error=type(error).__name__)

    async def _set_staff(self, bot: Bot, user_id: int) -> None:
        audience = Scope.OWNER if user_id in self._owners else Scope.EDITOR
        try:
            await self._set(bot, BotCommandScopeChat(user_id), audience)
        except (BadRequest, Forbidden):
            log.info("menus.staff_not_started")

    async def _set(self, bot: Bot, scope: BotCommandScope, audience: Scope) -> None:
        for code, language in self._languages():
            await bot.set_my_commands(menu.menu(audience, language), scope=scope, language_code=code)

    async def _describe(self, bot: Bot) -> None:
        for code, language in self._languages():
            await bot.set_my_description(menu.description(language), language_code=code)
            await bot.set_my_short_description(menu.short_description(language), language_code=code)

    def _languages(self) -> Iterator[tuple[str, str]]:
        """Yield Telegram's language code and our language: ours, and the default for every other app language."""
        yield "", self._default
        for language in i18n.LANGUAGES:
            yield language, language

    def _fingerprint(self, bot_id: int, staff: Collection[int]) -> str:
        everything = [
            (code, [menu.menu(scope, language) for scope in Scope], menu.description(language),
             menu.short_description(language))
            for code, language in self._languages()
        ]  # fmt: skip
        told = orjson.dumps([bot_id, sorted(staff), sorted(self._owners), everything])
        return hashlib.sha256(told).hexdigest()
