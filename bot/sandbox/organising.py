"""What people do with groups, channels and forum topics: add the bot, put it out, promote, upgrade, close."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.sandbox.chats import ADMIN_RIGHTS, GENERAL, Chat, Topic, User
from bot.sandbox.messages import Message
from bot.sandbox.world import World


class Organiser:
    """One person among others. What needs an administrator raises `ValueError` for anyone else."""

    def __init__(self, world: World, user: User) -> None:
        self.world = world
        self.user = user

    @property
    def id(self) -> int:
        """The user id, which is the private chat's id too."""
        return self.user.id

    def add_bot(self, chat: Chat, *, admin: bool = False, rights: Iterable[str] = ADMIN_RIGHTS) -> None:
        """Add the bot to a group or channel; a channel takes bots as administrators only."""
        self._needs_admin(chat)
        bot = self.world.bot
        if admin or chat.is_broadcast:
            self.world.set_status(chat, bot, "administrator", self.user, rights=frozenset(rights))
        else:
            self.world.set_status(chat, bot, "member", self.user)
        if not chat.is_broadcast:
            self._service(chat, new_chat_members=[bot.json()])

    def promote_bot(self, chat: Chat, rights: Iterable[str] = ADMIN_RIGHTS) -> None:
        """Make the bot an administrator with `rights`."""
        self._needs_admin(chat)
        self.world.set_status(chat, self.world.bot, "administrator", self.user, rights=frozenset(rights))

    def demote_bot(self, chat: Chat) -> None:
        """Make the bot an ordinary member (of a channel: put it out)."""
        self._needs_admin(chat)
        self.world.set_status(chat, self.world.bot, "left" if chat.is_broadcast else "member", self.user)

    def mute_bot(self, chat: Chat) -> None:
        """Take the bot's right to write."""
        self._needs_admin(chat)
        self.world.set_status(chat, self.world.bot, "restricted", self.user, may_send=False)

    def kick_bot(self, chat: Chat) -> None:
        """Put the bot out."""
        self._needs_admin(chat)
        if not chat.is_broadcast:
            self._service(chat, left_chat_member=self.world.bot.json())
        self.world.set_status(chat, self.world.bot, "kicked", self.user)

    def join(self, chat: Chat) -> None:
        """Join a group or channel."""
        self.world.set_status(chat, self.user, "member", self.user)
        if not chat.is_broadcast:
            self._service(chat, new_chat_members=[self.user.json()])

    def leave(self, chat: Chat) -> None:
        """Leave a group or channel."""
        if not chat.is_broadcast:
            self._service(chat, left_chat_member=self.user.json())
        self.world.set_status(chat, self.user, "left", self.user)

    def promote(self, person: Organiser, chat: Chat, rights: Iterable[str] = ADMIN_RIGHTS) -> None:
        """Make someone an administrator."""
        self._needs_admin(chat)
        self.world.set_status(chat, person.user, "administrator", self.user, rights=frozenset(rights))

    def demote(self, person: Organiser, chat: Chat) -> None:
        """Make an administrator an ordinary member."""
        self._needs_admin(chat)
        self.world.set_status(chat, person.user, "member", self.user)

    def delete_chat(self, chat: Chat) -> None:
        """Delete a group or channel for all."""
        self._needs_admin(chat)
        chat.deleted = True
        self.world.touch()

    def migrate(self, group: Chat) -> Chat:
        """Upgrade a group to a supergroup (new id); both sides get their service message."""
        self._needs_admin(group)
        if group.type != "group" or group.migrated_to is not None:
            raise ValueError("only a basic group can be upgraded, once")
        new = self.world.add_chat("supergroup", group.title, self.user)
        new.members = dict(group.members)
        self._service(group, migrate_to_chat_id=new.id)
        group.migrated_to = new
        self._service(new, migrate_from_chat_id=group.id)
        return new

    # --- forum topics -----------------------------------------------------------------------------------------------

    def create_topic(self, chat: Chat, name: str) -> Topic:
        """Open a topic in a forum."""
        if not chat.is_forum:
            raise ValueError("only a forum has topics")
        return self.world.add_topic(chat, name, self.user)

    def close_topic(self, chat: Chat, topic: Topic) -> None:
        """Close a topic: only administrators may write in it."""
        topic.closed = True
        self._service(chat, topic.id, forum_topic_closed={})

    def reopen_topic(self, chat: Chat, topic: Topic) -> None:
        """Open a closed topic again."""
        topic.closed = False
        self._service(chat, topic.id, forum_topic_reopened={})

    def delete_topic(self, chat: Chat, topic: Topic) -> None:
        """Delete a topic (never General) with all its messages; bots are not told."""
        if topic.id == GENERAL:
            raise ValueError("the General topic stays")
        del chat.topics[topic.id]
        for message in chat.history:
            if message.topic == topic.id:
                self.world.remove(message)

    def _service(self, chat: Chat, topic: int | None = None, **service: Any) -> Message:
        thread = None if topic == GENERAL else topic
        return self.world.say(chat, self.user, topic=thread, service=service)

    def _needs_admin(self, chat: Chat) -> None:
        if not chat.member(self.user).is_admin:
            raise ValueError(f"{self.user.first_name} is no administrator of {chat.title}")
