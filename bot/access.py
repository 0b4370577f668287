"""Who may do what: owner, editor, chat administrator, reader.

Owners come from the configuration, editors from the database, chat administrators from Telegram. Nothing here
answers a person; handlers ask and decide.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from telegram import Bot, ChatMember, Update
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden

from digests.ports import Store

#: How long Telegram's answer about an administrator is believed.
MEMBER_CACHE = timedelta(seconds=60)
#: How often a group is told at most that only administrators change settings.
REFUSAL_EVERY = timedelta(seconds=60)
_CACHE_SIZE = 4096
_ADMINISTRATORS = frozenset({ChatMember.OWNER, ChatMember.ADMINISTRATOR})


class Access:
    """Answers every question about rights."""

    def __init__(self, store: Store, owners: Collection[int], clock: Callable[[], datetime]) -> None:
        self._store = store
        self._owners = frozenset(owners)
        self._clock = clock
        self._members: dict[tuple[int, int], tuple[datetime, bool]] = {}
        self._refused: dict[int, datetime] = {}

    def is_owner(self, user_id: int | None) -> bool:
        """Tell whether this person runs the bot (``OWNER_IDS``)."""
        return user_id in self._owners

    async def is_editor(self, user_id: int | None) -> bool:
        """Tell whether this person may post articles: an editor, or an owner."""
        if user_id is None:
            return False
        if self.is_owner(user_id):
            return True
        async with self._store.read() as tx:
            return user_id in await tx.editors.all()

    async def may_change(self, update: Update, bot: Bot) -> bool:
        """Tell whether whoever caused `update` may change the settings of the chat it came from.

        In private everybody decides for themselves. A channel's posts are written by its administrators. In a group
        an anonymous administrator writes in the name of the group itself.
        """
        chat = update.effective_chat
        if chat is None:
            return False
        if chat.type == ChatType.PRIVATE:
            return True
        if update.callback_query is not None:
            return await self.administers(bot, chat.id, update.callback_query.from_user.id)
        if chat.type == ChatType.CHANNEL:
            return update.channel_post is not None
        message = update.effective_message
        if message is not None and message.sender_chat is not None:
            return message.sender_chat.id == chat.id
        return update.effective_user is not None and await self.administers(bot, chat.id, update.effective_user.id)

    async def administers(self, bot: Bot, chat_id: int, user_id: int) -> bool:
        """Tell whether a person is an administrator of a chat; Telegram's answer is believed for `MEMBER_CACHE`.

        A chat that the bot cannot look into has no administrators as far as the bot is concerned.
        """
        now = self._clock()
        known = self._members.get((chat_id, user_id))
        if known is not None and now - known[0] < MEMBER_CACHE:
            return known[1]
        try:
            member = await bot.get_chat_member(chat_id, user_id)
        except (BadRequest, Forbidden):
            return False
        answer = member.status in _ADMINISTRATORS
        if len(self._members) >= _CACHE_SIZE:
            self._members.clear()
        self._members[(chat_id, user_id)] = (now, answer)
        return answer

    def forget(self, chat_id: int) -> None:
        """Ask Telegram again who administers a chat: its rights changed."""
        self._members = {key: answer for key, answer in self._members.items() if key[0] != chat_id}

    def may_refuse_aloud(self, chat_id: int) -> bool:
        """Tell whether a refusal may be said in this chat now, and count it as said."""
        now = self._clock()
        self._refused = {chat: at for chat, at in self._refused.items() if now - at < REFUSAL_EVERY}
        if chat_id in self._refused:
            return False
        self._refused[chat_id] = now
        return True
