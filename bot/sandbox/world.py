"""The state of the sandbox: one bot, the people and chats around it, and all that was said.

Pure memory and deterministic: ids count up from fixed numbers, the time comes from the clock passed in. It knows
what is, not who may do what: `access` holds the bot's rights, `actors` the people's.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from bot.sandbox.chats import GENERAL, Chat, ChatType, Member, Status, Topic, User
from bot.sandbox.errors import JSON
from bot.sandbox.menus import Menus
from bot.sandbox.messages import File, Message
from bot.sandbox.updates import UpdateQueue

BOT_ID = 7_000_000_000
TOKEN = f"{BOT_ID}:SANDBOX-this-is-not-a-secret-000000"
"""The sandbox bot's token: well-formed, public, and of no use anywhere else."""
_FIRST_USER = 5_000_000_001
_FIRST_GROUP = -4_000_000_001
_FIRST_CHANNEL = -1_002_000_000_001


class Callback:
    """A pressed button: the query the bot got and, once given, its `answer` (text, show_alert, url)."""

    def __init__(self, query_id: str, user: User, message: Message, data: str) -> None:
        self.id = query_id
        self.user = user
        self.message = message
        self.data = data
        self.answer: JSON | None = None


class World:
    """Everything the sandbox knows. `version` grows with every change; wait for one with `changed`."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        token: str = TOKEN,
        username: str = "sandbox_digest_bot",
        name: str = "Digest Sandbox",
        privacy: bool = True,
    ) -> None:
        self.clock = clock
        self.token = token
        self.privacy = privacy
        self.bot = User(int(token.partition(":")[0]), name, username=username, is_bot=True)
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.usernames: dict[str, Chat] = {}
        self.callbacks: dict[str, Callback] = {}
        self.files: dict[str, File] = {}
        self.updates = UpdateQueue()
        self.menus = Menus(name)
        self.webhook: JSON = {"url": ""}
        self.logged_out = False
        self.version = 0
        self._group_ids = itertools.count(_FIRST_GROUP, -1)
        self._channel_ids = itertools.count(_FIRST_CHANNEL, -1)
        self._listeners: set[asyncio.Event] = set()

    @property
    def now(self) -> int:
        """The present in Unix seconds."""
        return int(self.clock().timestamp())

    def touch(self) -> None:
        """Note that something changed."""
        self.version += 1
        for listener in self._listeners:
            listener.set()

    async def changed(self, since: int) -> int:
        """Wait until `version` is above `since`; return the present one."""
        event = asyncio.Event()
        self._listeners.add(event)
        try:
            while self.version <= since:
                event.clear()
                await event.wait()
        finally:
            self._listeners.discard(event)
        return self.version

    def add_user(self, first_name: str, **details: Any) -> User:
        """Add a person and their (not yet started) private chat with the bot; `details` are fields of `User`."""
        user = User(_FIRST_USER + len(self.users) - 1, first_name, **details)
        self.users[user.id] = user
        self.chats[user.id] = Chat(user.id, "private", user=user, members={user.id: Member(user)})
        self.touch()
        return user

    def add_chat(self, kind: ChatType, title: str, owner: User, **details: Any) -> Chat:
        """Add a group, supergroup or channel owned by `owner`; `details` are fields of `Chat`."""
        chat_id = next(self._group_ids if kind == "group" else self._channel_ids)
        chat = Chat(chat_id, kind, title, members={owner.id: Member(owner, "creator")}, **details)
        chat.last_id = 1  # the service message that made the chat; in a forum, the General topic
        if chat.is_forum:
            chat.topics[GENERAL] = Topic(GENERAL, "General")
        self.chats[chat_id] = chat
        if chat.username:
            self.usernames[chat.username.lower()] = chat
        self.touch()
        return chat

    def private(self, user: User) -> Chat:
        """Return the private chat of `user` with the bot."""
        return self.chats[user.id]

    def messages(self) -> Iterator[Message]:
        """Go through all standing messages, chat by chat."""
        for chat in self.chats.values():
            yield from chat.messages.values()

    def post(self, chat: Chat, sender: User | None, **content: Any) -> Message:
        """Put a message into a chat; `content` are fields of `Message`."""
        chat.last_id += 1
        message = Message(chat, chat.last_id, self.now, sender, **content)
        chat.messages[message.id] = message
        self.touch()
        return message

    def remove(self, message: Message) -> None:
        """Delete a message from its chat."""
        message.deleted = True
        message.chat.messages.pop(message.id, None)
        self.touch()

    def push(self, kind: str, payload: JSON) -> JSON | None:
        """Queue an update for the bot."""
        update = self.updates.push(kind, payload, self.clock())
        self.touch()
        return update

    def say(self, chat: Chat, sender: User | None, **content: Any) -> Message:
        """Put a person's or channel's message into a chat and tell the bot if it may see it."""
        message = self.post(chat, sender, **content)
        if self.visible(message):
            self.push("channel_post" if chat.is_broadcast else "message", message.json())
        return message

    def visible(self, message: Message) -> bool:
        """Whether the bot gets this message: by membership and, in groups, privacy mode."""
        chat = message.chat
        member = chat.members.get(self.bot.id)
        if member is None or not member.present:
            return False
        if chat.type in ("private", "channel") or not self.privacy or member.is_admin or message.service:
            return True
        if message.reply_to is not None and message.reply_to.sender is self.bot:
            return True
        first = message.entities[0] if message.entities else None
        if first is None or first.type != "bot_command" or first.offset:
            return False
        _, _, target = message.text[: first.length].partition("@")
        return not target or target.lower() == self.bot.username.lower()

    def set_status(
        self,
        chat: Chat,
        user: User,
        status: Status,
        by: User,
        *,
        rights: frozenset[str] = frozenset(),
        may_send: bool = True,
    ) -> None:
        """Change how `user` stands to `chat` and send my_chat_member (the bot itself) or chat_member."""
        old = chat.member(user)
        new = chat.members[user.id] = Member(user, status, rights, may_send)
        bot = chat.members.get(self.bot.id)
        if user is self.bot or (bot is not None and bot.is_admin):
            self.push(
                "my_chat_member" if user is self.bot else "chat_member",
                {
                    "chat": chat.json(),
                    "from": by.json(),
                    "date": self.now,
                    "old_chat_member": old.json(chat.type),
                    "new_chat_member": new.json(chat.type),
                },
            )
        self.touch()

    def add_topic(self, chat: Chat, name: str, by: User) -> Topic:
        """Open a forum topic by its service message."""
        service = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        message = self.post(chat, by, service=service)
        message.topic = message.id
        topic = chat.topics[message.id] = Topic(message.id, name)
        if self.visible(message):
            self.push("message", message.json())
        return topic

    def add_file(self, name: str, data: bytes, mime: str = "application/octet-stream") -> File:
        """Store a file and give it an id and a download path."""
        number = len(self.files) + 1
        suffix = f".{name.rpartition('.')[2]}" if "." in name else ""
        file = File(f"BQACAgIAAxkBSANDBOX{number:012d}", name, mime, data, f"documents/file_{number}{suffix}")
        self.files[file.id] = file
        return file

    def add_callback(self, user: User, message: Message, data: str) -> Callback:
        """Note a pressed button and tell the bot."""
        callback = Callback(str(4_000_000_000_000_000_000 + len(self.callbacks) + 1), user, message, data)
        self.callbacks[callback.id] = callback
        self.push(
            "callback_query",
            {
                "id": callback.id,
                "from": user.json(),
                "message": message.json(),
                "chat_instance": str(abs(message.chat.id) * 31 % 2**62),
                "data": data,
            },
        )
        return callback
