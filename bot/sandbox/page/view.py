"""What the chat page shows of the world, for one person and one chat."""

from __future__ import annotations

from bot.sandbox.actors import Person
from bot.sandbox.chats import GENERAL, Chat
from bot.sandbox.errors import JSON
from bot.sandbox.menus import Scope
from bot.sandbox.messages import Message
from bot.sandbox.world import World

SHOWN = 200
"""Messages of a chat the page shows at most."""

_SERVICE = {
    "new_chat_members": "{who} added {whom}",
    "left_chat_member": "{who} removed {whom}",
    "migrate_to_chat_id": "The group became a supergroup",
    "migrate_from_chat_id": "The group became a supergroup",
    "forum_topic_created": "{who} opened the topic",
    "forum_topic_closed": "{who} closed the topic",
    "forum_topic_reopened": "{who} reopened the topic",
}


def chats_of(world: World, person: Person) -> list[JSON]:
    """Return the chat list of a person, the private chat with the bot first."""
    mine = [chat for chat in world.chats.values() if chat is person.chat or _belongs(chat, person)]
    mine.sort(key=lambda chat: (chat.type != "private", chat.title))
    return [_entry(world, chat) for chat in mine]


def _belongs(chat: Chat, person: Person) -> bool:
    gone = chat.deleted or chat.migrated_to is not None
    return chat.type != "private" and chat.member(person.user).present and not gone


def _entry(world: World, chat: Chat) -> JSON:
    last = next(reversed(chat.messages.values()), None)
    text = ((last.text or _service(last) or "File") if last else "").strip().splitlines()
    return {
        "id": chat.id,
        "type": chat.type,
        "title": world.bot.first_name if chat.type == "private" else chat.title,
        "last": text[0][:80] if text else "",
        "date": last.date if last else None,
        "topics": [{"id": topic.id, "name": topic.name, "closed": topic.closed} for topic in chat.topics.values()],
    }


def conversation(world: World, person: Person, chat: Chat, topic: int | None) -> JSON:
    """Return the messages of a chat (of one topic of a forum), and what the person can do there."""
    shown = [m for m in chat.history if topic is None or (m.topic or GENERAL) == topic][-SHOWN:]
    bot = chat.member(world.bot)
    admin = chat.member(person.user).is_admin
    ready = chat.type != "private" or (bot.status != "kicked" and world.bot.id in chat.members)
    closed = topic is not None and topic in chat.topics and chat.topics[topic].closed
    return {
        "id": chat.id,
        "messages": [_bubble(world, person, message) for message in shown],
        "started": world.bot.id in chat.members,
        "ready": ready,
        "can_write": ready and (not chat.is_broadcast or admin) and (not closed or admin),
        "about": world.menus.text("description", person.user.language_code[:2]),
        "commands": world.menus.menu(_scopes(chat, person, admin=admin), person.user.language_code[:2]),
    }


def _bubble(world: World, person: Person, message: Message) -> JSON:
    sender = message.sender.first_name if message.sender and not message.chat.is_broadcast else message.chat.title
    topic = message.chat.topics.get(message.topic or 0)
    return message.json() | {
        "mine": message.sender is person.user,
        "who": sender,
        "bot": message.sender is world.bot,
        "service": _service(message),
        "topic": topic.name if topic else "",
    }


def _service(message: Message) -> str:
    for name, words in _SERVICE.items():
        if name in message.service:
            who = message.sender.first_name if message.sender else message.chat.title
            value = message.service[name]
            person = value[0] if isinstance(value, list) else value
            whom = person.get("first_name", "") if isinstance(person, dict) else ""
            if whom == who:
                return f"{who} {'joined' if name == 'new_chat_members' else 'left'}"
            return words.format(who=who, whom=whom)
    return ""


def _scopes(chat: Chat, person: Person, *, admin: bool) -> list[Scope]:
    """Return the command scopes Telegram looks through, nearest first (core.telegram.org/bots/api#botcommandscope)."""
    if chat.type == "private":
        return [("chat", chat.id), ("all_private_chats",), ("default",)]
    wide: list[Scope] = [("chat", chat.id)]
    if admin:
        wide = [("chat_administrators", chat.id), *wide, ("all_chat_administrators",)]
    return [("chat_member", chat.id, person.id), *wide, ("all_group_chats",), ("default",)]
