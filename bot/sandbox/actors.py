"""What people do: start the bot, write, press buttons, run groups and channels.

    anna = people.person("Anna", username="anna")
    anna.start()
    group = people.group("Desk", owner=anna)
    anna.add_bot(group)
    answer = await anna.ask("/help")          # sends, and waits for the bot's next message there

Actions happen at once and queue the updates the real Telegram would; the few that wait for the bot are coroutines.
An action the real clients do not offer (pressing a button that is not there) raises `LookupError` or `ValueError`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from bot.sandbox.chats import GENERAL, Chat, Member, Topic, User
from bot.sandbox.entities import MAX_CAPTION, MAX_TEXT, Entity, with_automatic
from bot.sandbox.errors import JSON
from bot.sandbox.messages import Message
from bot.sandbox.organising import Organiser
from bot.sandbox.sending import origin_of
from bot.sandbox.units import cut
from bot.sandbox.world import Callback, World

WAIT_SECONDS = 10.0
"""How long `ask` and `wait` are patient by default."""


class People:
    """Makes people and chats in a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.everyone: list[Person] = []

    def person(self, first_name: str, **details: Any) -> Person:
        """Add a person; `details`: last_name, username, language_code."""
        person = Person(self.world, self.world.add_user(first_name, **details))
        self.everyone.append(person)
        return person

    def group(self, title: str, owner: Person, members: Iterable[Person] = ()) -> Chat:
        """Add a basic group (one that can be upgraded)."""
        return self._chat("group", title, owner, members)

    def supergroup(
        self, title: str, owner: Person, members: Iterable[Person] = (), *, username: str = "", forum: bool = False
    ) -> Chat:
        """Add a supergroup; with topics if `forum`, public if it has a username."""
        return self._chat("supergroup", title, owner, members, username=username, is_forum=forum)

    def channel(self, title: str, owner: Person, members: Iterable[Person] = (), *, username: str = "") -> Chat:
        """Add a channel; public if it has a username."""
        return self._chat("channel", title, owner, members, username=username)

    def _chat(self, kind: Any, title: str, owner: Person, members: Iterable[Person], **details: Any) -> Chat:
        chat = self.world.add_chat(kind, title, owner.user, **details)
        for person in members:
            chat.members[person.id] = Member(person.user)
        return chat


class Person(Organiser):
    """One person. Without `chat`, an action happens in the private chat with the bot."""

    @property
    def chat(self) -> Chat:
        """The private chat with the bot."""
        return self.world.private(self.user)

    @property
    def inbox(self) -> list[Message]:
        """What the bot wrote in the private chat, oldest first."""
        return [message for message in self.chat.history if message.sender is self.world.bot]

    @property
    def last(self) -> Message:
        """The bot's last message in the private chat; `LookupError` when there is none."""
        if not self.inbox:
            raise LookupError(f"the bot never wrote to {self.user.first_name}")
        return self.inbox[-1]

    # --- the private chat -------------------------------------------------------------------------------------------

    def start(self, payload: str = "") -> Message:
        """Press Start (or follow a deep link with `payload`); unblocks the bot where it was blocked."""
        if self.world.bot.id not in self.chat.members:
            self.chat.members[self.world.bot.id] = Member(self.world.bot)
        self.unblock()
        return self.send(f"/start {payload}".strip())[-1]

    def block(self) -> None:
        """Stop and block the bot."""
        self.world.set_status(self.chat, self.world.bot, "kicked", self.user)

    def unblock(self) -> None:
        """Unblock the bot; nothing happens when it is not blocked."""
        if self.chat.member(self.world.bot).status == "kicked":
            self.world.set_status(self.chat, self.world.bot, "member", self.user)

    def deactivate(self) -> None:
        """Delete the account."""
        self.user.deactivated = True
        self.world.touch()

    # --- writing ----------------------------------------------------------------------------------------------------

    def send(
        self,
        text: str,
        chat: Chat | None = None,
        *,
        topic: Topic | int | None = None,
        reply_to: Message | None = None,
        entities: Iterable[Entity] = (),
    ) -> list[Message]:
        """Write a message; a text over 4,096 UTF-16 units goes as several, as clients cut it.

        `entities` are styles and links (only for a text that fits in one message).
        """
        chat = self._open(chat)
        thread = self._thread(chat, topic, reply_to)
        sent = []
        for part in cut(text, MAX_TEXT):
            part = part.strip(" \n") if not entities else part
            if part:
                found = with_automatic(part, tuple(entities))
                sent.append(
                    self.world.say(chat, self._author(chat), text=part, entities=found, topic=thread, reply_to=reply_to)
                )
        if not sent:
            raise ValueError("an empty message cannot be sent")
        return sent

    def send_document(
        self, name: str, data: bytes | str, chat: Chat | None = None, *, caption: str = "", mime: str = "text/plain"
    ) -> Message:
        """Send a file, text being encoded as UTF-8."""
        chat = self._open(chat)
        file = self.world.add_file(name, data.encode() if isinstance(data, str) else data, mime)
        caption = cut(caption, MAX_CAPTION)[0]
        return self.world.say(chat, self._author(chat), document=file, text=caption, entities=with_automatic(caption))

    def forward(self, message: Message, chat: Chat | None = None) -> Message:
        """Forward a message, by default to the bot."""
        if message.chat.protected:
            raise ValueError("protected content cannot be forwarded")
        chat = self._open(chat)
        return self.world.say(
            chat, self._author(chat), text=message.text, entities=message.entities, document=message.document,
            origin=message.origin or origin_of(message),
        )  # fmt: skip

    def forward_post(
        self, text: str, *, title: str, username: str = "", post_id: int = 1, channel_id: int = -1_001_000_000_001,
        date: int | None = None, chat: Chat | None = None,
    ) -> Message:  # fmt: skip
        """Forward a post of a channel the bot does not know, as `MessageOriginChannel` tells it."""
        channel: JSON = {"id": channel_id, "type": "channel", "title": title}
        if username:
            channel["username"] = username
        origin = {
            "type": "channel", "chat": channel, "message_id": post_id,
            "date": self.world.now if date is None else date,
        }  # fmt: skip
        chat = self._open(chat)
        return self.world.say(chat, self._author(chat), text=text, entities=with_automatic(text), origin=origin)

    def post(self, channel: Chat, text: str) -> Message:
        """Write in a channel."""
        if not channel.is_broadcast:
            raise ValueError("only a channel takes posts")
        return self.send(text, channel)[-1]

    def edit(self, message: Message, text: str) -> Message:
        """Change a message of one's own."""
        if message.sender not in (self.user, None):
            raise ValueError("only one's own messages can be edited")
        message.edits.append((message.text, message.markup))
        message.text, message.entities, message.edited = text, with_automatic(text), self.world.now
        if self.world.visible(message):
            kind = "edited_channel_post" if message.chat.is_broadcast else "edited_message"
            self.world.push(kind, message.json())
        self.world.touch()
        return message

    def delete(self, message: Message) -> None:
        """Delete a message for everyone; bots are not told."""
        self.world.remove(message)

    def press(self, message: Message, which: str) -> Callback:
        """Press a button by its callback data or label; the bot's reaction comes as `.answer` of what is returned."""
        button = message.button(which)
        if "callback_data" not in button:
            raise ValueError(f"{button['text']!r} does not call the bot")
        if message.deleted:
            raise LookupError("the message was deleted")
        return self.world.add_callback(self.user, message, button["callback_data"])

    # --- waiting for the bot ----------------------------------------------------------------------------------------

    async def ask(
        self, text: str, chat: Chat | None = None, *, topic: Topic | int | None = None, seconds: float = WAIT_SECONDS
    ) -> Message:
        """Write and return the bot's next message in that chat; `TimeoutError` if it stays silent."""
        place = chat or self.chat
        since = place.last_id + len(cut(text, MAX_TEXT))
        self.send(text, place, topic=topic)
        return await self.answer(place, since=since, seconds=seconds)

    async def click(self, message: Message, which: str, *, seconds: float = WAIT_SECONDS) -> Callback:
        """Press a button and wait until the bot answered the query."""
        callback = self.press(message, which)
        await wait(self.world, lambda: callback.answer is not None, seconds)
        return callback

    async def answer(self, chat: Chat | None = None, *, since: int = 0, seconds: float = WAIT_SECONDS) -> Message:
        """Wait for the bot's first message in `chat` with an id above `since` and return it."""
        place = chat or self.chat
        found: list[Message] = []

        def there() -> bool:
            found[:] = [m for m in place.history if m.id > since and self._is_bots(m)]
            return bool(found)

        await wait(self.world, there, seconds)
        return found[0]

    def _is_bots(self, message: Message) -> bool:
        return message.sender is self.world.bot

    # --- helpers ----------------------------------------------------------------------------------------------------

    def _open(self, chat: Chat | None) -> Chat:
        chat = chat or self.chat
        if chat.type == "private":
            if chat is not self.chat:
                raise ValueError("that is someone else's private chat")
            if self.world.bot.id not in chat.members:
                raise ValueError(f"{self.user.first_name} has not started the bot")
            self.unblock()
        elif not chat.member(self.user).present or chat.migrated_to is not None or chat.deleted:
            raise ValueError(f"{self.user.first_name} cannot write in {chat.title}")
        elif chat.is_broadcast:
            self._needs_admin(chat)
        return chat

    def _author(self, chat: Chat) -> User | None:
        return None if chat.is_broadcast else self.user

    def _thread(self, chat: Chat, topic: Topic | int | None, reply_to: Message | None) -> int | None:
        thread = topic.id if isinstance(topic, Topic) else topic
        if thread is None and reply_to is not None:
            thread = reply_to.topic
        if thread is not None and thread not in chat.topics:
            raise ValueError(f"{chat.title or 'the private chat'} has no such topic")
        found = chat.topics.get(thread or GENERAL)
        if found is not None and found.closed and not chat.member(self.user).is_admin:
            raise ValueError("the topic is closed")
        return None if thread == GENERAL else thread


async def wait(world: World, condition: Callable[[], object], seconds: float = WAIT_SECONDS) -> None:
    """Wait until `condition()` holds, looking again at every change of the world; `TimeoutError` otherwise."""
    async with asyncio.timeout(seconds):
        while True:
            since = world.version
            if condition():
                return
            await world.changed(since)
