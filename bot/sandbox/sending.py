"""Methods that put messages into chats, change and remove them."""

from __future__ import annotations

from typing import Any

from bot.sandbox.access import check_delete, check_edit, check_send, find_chat, find_message
from bot.sandbox.chats import Chat
from bot.sandbox.entities import MAX_CAPTION, Formatted, formatted
from bot.sandbox.errors import JSON, bad_request
from bot.sandbox.markup import read_markup
from bot.sandbox.messages import File, Message
from bot.sandbox.params import Params
from bot.sandbox.world import World

MAX_UPLOAD = 50 << 20
"""Bytes a bot may upload."""


def send_message(world: World, params: Params) -> JSON:
    """SendMessage."""
    chat = find_chat(world, params.text("chat_id"), "write")
    text = _text(params)
    place = _place(world, chat, params)
    message = world.post(chat, world.bot, text=text.text, entities=text.entities, preview=_preview(params), **place)
    return message.json()


def send_document(world: World, params: Params) -> JSON:
    """sendDocument: an upload or a known file_id."""
    chat = find_chat(world, params.text("chat_id"), "write")
    file = _file(world, params)
    caption = _caption(params)
    message = world.post(
        chat, world.bot, text=caption.text, entities=caption.entities, document=file, **_place(world, chat, params)
    )
    return message.json()


def forward_message(world: World, params: Params) -> JSON:
    """forwardMessage: keeps the origin; refused for protected content."""
    source = _source(world, params, "message to forward")
    chat = find_chat(world, params.text("chat_id"), "write")
    topic = check_send(world, chat, params.integer("message_thread_id"))
    message = world.post(
        chat, world.bot, text=source.text, entities=source.entities, document=source.document, topic=topic,
        origin=source.origin or origin_of(source), silent=params.flag("disable_notification"),
    )  # fmt: skip
    return message.json()


def copy_message(world: World, params: Params) -> JSON:
    """copyMessage: the same content without origin, with a caption of one's own if given."""
    source = _source(world, params, "message to copy")
    chat = find_chat(world, params.text("chat_id"), "write")
    content = Formatted(source.text, source.entities)
    if source.document is not None and "caption" in params:
        content = _caption(params)
    message = world.post(
        chat, world.bot, text=content.text, entities=content.entities, document=source.document,
        **_place(world, chat, params),
    )  # fmt: skip
    return {"message_id": message.id}


def edit_message_text(world: World, params: Params) -> JSON:
    """editMessageText; the keyboard goes unless it is sent again."""
    message = _to_edit(world, params)
    text = _text(params)
    if message.document is not None:
        raise bad_request("there is no text in the message to edit")
    return _edit(
        world, message, text, read_markup(params.json("reply_markup", "reply keyboard markup")), _preview(params)
    )


def edit_message_reply_markup(world: World, params: Params) -> JSON:
    """EditMessageReplyMarkup."""
    message = _to_edit(world, params)
    markup = read_markup(params.json("reply_markup", "reply keyboard markup"))
    return _edit(world, message, Formatted(message.text, message.entities), markup, message.preview)


def edit_message_caption(world: World, params: Params) -> JSON:
    """EditMessageCaption."""
    message = _to_edit(world, params)
    if message.document is None:
        raise bad_request("there is no caption in the message to edit")
    return _edit(
        world, message, _caption(params), read_markup(params.json("reply_markup", "reply keyboard markup")), None
    )


def delete_message(world: World, params: Params) -> bool:
    """DeleteMessage."""
    message = find_message(world, params.text("chat_id"), params.integer("message_id"), "edit", "message to delete")
    check_delete(world, message)
    world.remove(message)
    return True


def send_chat_action(world: World, params: Params) -> bool:
    """sendChatAction: checked, and shown nowhere."""
    chat = find_chat(world, params.text("chat_id"), "write")
    check_send(world, chat, params.integer("message_thread_id"))
    if not params.text("action"):
        raise bad_request("wrong parameter action in request")
    return True


def answer_callback_query(world: World, params: Params) -> bool:
    """answerCallbackQuery; the person sees the first answer only."""
    callback = world.callbacks.get(params.text("callback_query_id"))
    if callback is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = params.text("text")
    if len(text) > 200:  # core.telegram.org/bots/api#answercallbackquery
        raise bad_request("MESSAGE_TOO_LONG")
    if callback.answer is None:
        callback.answer = {"text": text, "show_alert": params.flag("show_alert"), "url": params.text("url")}
        world.touch()
    return True


def origin_of(message: Message) -> JSON:
    """Return the `MessageOrigin` a forward of `message` carries."""
    if message.chat.is_broadcast:
        return {
            "type": "channel",
            "date": message.date,
            "chat": message.chat.json(),
            "message_id": message.id,
        }
    sender = message.sender.json() if message.sender else {}
    return {"type": "user", "date": message.date, "sender_user": sender}


def _text(params: Params) -> Formatted:
    text = params.text("text")
    if not text:
        raise bad_request("message text is empty")
    return formatted(text, params.text("parse_mode"), params.json("entities", "entities"))


def _caption(params: Params) -> Formatted:
    caption = params.text("caption")
    if not caption.strip():
        return Formatted("")
    entities = params.json("caption_entities", "caption entities")
    return formatted(caption, params.text("parse_mode"), entities, limit=MAX_CAPTION, what="message caption")


def _preview(params: Params) -> JSON | None:
    options = params.json("link_preview_options", "link preview options")
    if options is None:
        return {"is_disabled": True} if params.flag("disable_web_page_preview") else None
    if not isinstance(options, dict):
        raise bad_request("object expected as link preview options")
    return options or None


def _place(world: World, chat: Chat, params: Params) -> dict[str, Any]:
    """Return where and how a message goes: topic, reply, keyboard, silence; refuse what may not be sent."""
    reply = _reply(chat, params)
    thread = params.integer("message_thread_id") or (reply.topic if reply else None) or 0
    return {
        "topic": check_send(world, chat, thread),
        "markup": read_markup(params.json("reply_markup", "reply keyboard markup")),
        "reply_to": reply,
        "silent": params.flag("disable_notification"),
    }


def _reply(chat: Chat, params: Params) -> Message | None:
    reply = params.json("reply_parameters", "reply parameters") or {}
    if not isinstance(reply, dict):
        raise bad_request("object expected as reply parameters")
    message_id = Params(reply).integer("message_id") or params.integer("reply_to_message_id")
    if not message_id:
        return None
    found = chat.messages.get(message_id) if str(reply.get("chat_id", chat.id)) == str(chat.id) else None
    lenient = reply.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
    if found is None and not lenient:
        raise bad_request("message to be replied not found")
    return found


def _file(world: World, params: Params) -> File:
    upload = params.upload("document")
    if upload is not None:
        name, mime, data = upload
        if len(data) > MAX_UPLOAD:
            raise bad_request("file is too big")
        if not data:
            raise bad_request("file must be non-empty")
        return world.add_file(name, data, mime)
    if not (file_id := params.text("document")):
        raise bad_request("there is no document in the request")
    if file_id not in world.files:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return world.files[file_id]


def _source(world: World, params: Params, what: str) -> Message:
    message = find_message(world, params.text("from_chat_id"), params.integer("message_id"), "read", what)
    if message.chat.protected or message.service:
        raise bad_request(f"message can't be {'copied' if what.endswith('copy') else 'forwarded'}")
    return message


def _to_edit(world: World, params: Params) -> Message:
    message = find_message(world, params.text("chat_id"), params.integer("message_id"), "edit", "message to edit")
    check_edit(world, message)
    return message


def _edit(world: World, message: Message, content: Formatted, markup: JSON | None, preview: JSON | None) -> JSON:
    same = content == (message.text, message.entities) and markup == message.markup
    if same and preview == message.preview:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same"
            " as a current content and reply markup of the message"
        )
    message.edits.append((message.text, message.markup))
    message.text, message.entities = content
    message.markup, message.preview, message.edited = markup, preview, world.now
    world.touch()
    return message.json()
