"""What the bot may do in a chat, with the server's refusals (telegram-bot-api, Client.cpp `check_chat_access`)."""

from __future__ import annotations

from typing import Literal

from bot.sandbox.chats import GENERAL, Chat
from bot.sandbox.errors import ApiError, bad_request, forbidden
from bot.sandbox.messages import Message
from bot.sandbox.world import World

Need = Literal["read", "edit", "write"]
DELETE_SECONDS = 48 * 3600
"""A bot may delete for everyone only what is younger."""
_KINDS = {"group": "group chat", "supergroup": "supergroup chat", "channel": "channel chat"}


def find_chat(world: World, chat_id: str, need: Need) -> Chat:
    """Return the chat a call names by id or @username, if the bot has the access it needs.

    Raises `ApiError`: 400 chat not found or upgraded, 403 for a bot that is out.
    """
    if not chat_id:
        raise bad_request("chat_id is empty")
    public = chat_id.startswith("@")
    chat = world.usernames.get(chat_id[1:].lower()) if public else world.chats.get(_integer(chat_id))
    if chat is None:
        raise bad_request("chat not found")
    if chat.type == "private":
        _check_private(world, chat, need)
    elif chat.type == "group":
        _check_group(world, chat, need)
    else:
        _check_supergroup(world, chat, need)
    return chat


def _integer(chat_id: str) -> int:
    try:
        return int(chat_id)
    except ValueError:
        return 0


def _check_private(world: World, chat: Chat, need: Need) -> None:
    member = chat.members.get(world.bot.id)
    if chat.user is not None and chat.user.deactivated and need != "read":
        raise forbidden("user is deactivated")
    if member is None:
        if need == "write":
            raise forbidden("bot can't initiate conversation with a user")
        raise bad_request("chat not found")
    if not member.present and need != "read":
        raise forbidden("bot was blocked by the user")


def _check_group(world: World, chat: Chat, need: Need) -> None:
    member = chat.members.get(world.bot.id)
    if member is None:
        raise bad_request("chat not found")
    if chat.migrated_to is not None:
        if need == "write":
            raise bad_request(
                "group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": chat.migrated_to.id}
            )
        return
    if chat.deleted:
        if need == "write":
            raise forbidden("the group chat was deleted")
        return
    _check_out(chat, member.status, need, public=True)


def _check_supergroup(world: World, chat: Chat, need: Need) -> None:
    member = chat.members.get(world.bot.id)
    public = bool(chat.username)
    if chat.deleted or (member is None and not public):
        raise bad_request("chat not found")
    _check_out(chat, member.status if member else "left", need, public=public)


def _check_out(chat: Chat, status: str, need: Need, *, public: bool) -> None:
    kind = _KINDS[chat.type]
    if status == "kicked" and (need != "read" or chat.type != "group"):
        raise forbidden(f"bot was kicked from the {kind}")
    if status == "left" and (need != "read" or not public):
        raise forbidden(f"bot is not a member of the {kind}")


def check_send(world: World, chat: Chat, topic_id: int) -> int | None:
    """Return the topic a message will lie in, if the bot may write there.

    `topic_id` is message_thread_id or 0. Raises `ApiError` 400 for missing rights, refused writes (the server's
    capitals come as 400, not 403) and closed or unknown topics.
    """
    member = chat.members[world.bot.id] if world.bot.id in chat.members else chat.member(world.bot)
    if chat.refusal:
        raise bad_request(chat.refusal)
    if chat.type == "channel":
        if not member.can("can_post_messages"):
            raise bad_request("need administrator rights in the channel chat")
        return None
    if chat.type != "private" and not member.is_admin and (chat.muted or not member.may_send):
        raise bad_request("not enough rights to send text messages to the chat")
    if not chat.is_forum and (chat.type != "private" or not topic_id):
        return None
    if topic_id and (topic_id == GENERAL or topic_id not in chat.topics):
        raise bad_request("message thread not found")
    topic = chat.topics.get(topic_id or GENERAL)  # a private chat has no General
    if topic is not None and topic.closed and not member.can("can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")
    return topic_id or None


def check_edit(world: World, message: Message) -> None:
    """Refuse to edit what is not the bot's own text message, is forwarded or carries another keyboard.

    In a group that was upgraded or deleted nothing can be edited any more (our reading of a gap).
    """
    chat = message.chat
    own = message.sender is world.bot
    if chat.type == "channel":
        member = chat.member(world.bot)
        own = member.can("can_edit_messages") or (own and member.can("can_post_messages"))
    over = chat.deleted or chat.migrated_to is not None
    foreign_markup = message.markup is not None and "inline_keyboard" not in message.markup
    if over or not own or message.origin is not None or message.service or foreign_markup:
        raise bad_request("message can't be edited")
    if chat.refusal:
        raise bad_request(chat.refusal)


def check_delete(world: World, message: Message) -> None:
    """Refuse to delete what TDLib's `can_delete_message` and `can_revoke_message` refuse to a bot."""
    chat, member = message.chat, message.chat.member(world.bot)
    own = message.sender is world.bot
    old = world.now - message.date > DELETE_SECONDS
    if chat.type == "private":
        allowed, timely = True, not old
    elif chat.type == "group":
        allowed, timely = own or member.is_admin, not old
    else:
        allowed = member.can("can_delete_messages") or (
            own and not old and (chat.type == "supergroup" or member.can("can_post_messages"))
        )
        timely = True
    if not allowed:
        raise bad_request("message can't be deleted")
    if not timely:
        raise bad_request("message can't be deleted for everyone")


def find_message(world: World, chat_id: str, message_id: int, need: Need, what: str) -> Message:
    """Return a message the bot can reach, else raise `ApiError` 400 "`what` not found"."""
    chat = find_chat(world, chat_id, need)
    message = chat.messages.get(message_id)
    reachable = chat.type in ("private", "group") or chat.member(world.bot).present
    if message is None or not reachable:
        raise ApiError(400, f"Bad Request: {what} not found")
    return message
