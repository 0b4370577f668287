"""Messages and files as they lie in a chat."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.sandbox.errors import JSON

if TYPE_CHECKING:
    from bot.sandbox.chats import Chat, User
    from bot.sandbox.entities import Entity


@dataclass(slots=True, eq=False)
class File:
    """An uploaded file; `path` is what follows /file/bot<token>/."""

    id: str
    name: str
    mime: str
    data: bytes = field(repr=False)
    path: str

    def json(self) -> JSON:
        """Return the Bot API `Document`."""
        return {
            "file_id": self.id,
            "file_unique_id": self.id[-12:],
            "file_name": self.name,
            "mime_type": self.mime,
            "file_size": len(self.data),
        }


@dataclass(slots=True, eq=False)
class Message:
    """One message. Dates are Unix seconds; `text` is the caption where there is a document.

    `service` holds the fields of a service message, `origin` a `MessageOrigin`, `edits` the earlier (text, markup).
    """

    chat: Chat = field(repr=False)
    id: int
    date: int
    sender: User | None = None
    text: str = ""
    entities: tuple[Entity, ...] = ()
    markup: JSON | None = None
    topic: int | None = None
    reply_to: Message | None = field(default=None, repr=False)
    document: File | None = None
    origin: JSON | None = None
    service: JSON = field(default_factory=dict)
    preview: JSON | None = None
    edited: int | None = None
    edits: list[tuple[str, JSON | None]] = field(default_factory=list)
    silent: bool = False
    deleted: bool = False

    @property
    def buttons(self) -> list[JSON]:
        """All inline buttons, row by row."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    @property
    def labels(self) -> list[str]:
        """The words on the inline buttons."""
        return [button["text"] for button in self.buttons]

    def button(self, which: str) -> JSON:
        """Return the button whose callback data or label is `which`, or the only one whose label holds it.

        Raises `LookupError` when there is none, or several.
        """
        exact = [b for b in self.buttons if which in (b.get("callback_data"), b["text"])]
        found = exact[:1] or [b for b in self.buttons if which in b["text"]]
        if len(found) != 1:
            raise LookupError(f"{len(found)} buttons match {which!r}, there are {self.labels}")
        return found[0]

    def json(self, *, with_reply: bool = True) -> JSON:
        """Return the Bot API `Message`."""
        chat = self.chat
        message: JSON = {"message_id": self.id, "date": self.date, "chat": chat.json()}
        if self.sender is not None and not chat.is_broadcast:
            message["from"] = self.sender.json()
        else:
            message["sender_chat"] = message["chat"]
        if self.topic is not None:
            message["message_thread_id"] = self.topic
            message["is_topic_message"] = True
        if self.origin is not None:
            message["forward_origin"] = self.origin
        if with_reply and self.reply_to is not None:
            message["reply_to_message"] = self.reply_to.json(with_reply=False)
        if self.edited is not None:
            message["edit_date"] = self.edited
        if chat.protected:
            message["has_protected_content"] = True
        self._content(message)
        if self.markup and "inline_keyboard" in self.markup:
            message["reply_markup"] = self.markup
        if self.service:
            message |= self.service
        return message

    def _content(self, message: JSON) -> None:
        entities: list[dict[str, Any]] = [entity.json() for entity in self.entities]
        if self.document is not None:
            message["document"] = self.document.json()
            names = ("caption", "caption_entities")
        else:
            names = ("text", "entities")
        if self.text:
            message[names[0]] = self.text
            if entities:
                message[names[1]] = entities
        if self.preview:
            message["link_preview_options"] = self.preview
