"""One update as the handlers see it: where it came from, whose it is, in which language, and how to answer."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from telegram import (
    Bot,
    CallbackQuery,
    Chat,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
    Update,
    User,
)
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest
from telegram.ext import Application, ContextTypes

from bot import i18n
from bot.handlers.services import Services
from bot.menu import Scope
from bot.pages import Note
from digests.errors import DigestError
from digests.model import ChatKind, Place, Subscription, SubscriptionState

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_UNCHANGED = "message is not modified"


@dataclass(slots=True)
class Turn:
    """What one handler call works with. Made by `Turn.of`; `subscription` is that of the place, in any state."""

    update: Update
    application: Application[Any, Any, Any, Any, Any, Any]
    services: Services
    chat: Chat
    user: User | None
    message: Message | None  # for a button the message it stands under, None if Telegram shows it no longer
    query: CallbackQuery | None
    args: list[str]
    now: datetime
    subscription: Subscription | None = None
    answered: bool = field(default=False, init=False)

    @classmethod
    async def of(cls, update: Update, context: ContextTypes.DEFAULT_TYPE) -> Turn:
        """Read an update that belongs to a chat. Raises ValueError for one that does not."""
        chat, query = update.effective_chat, update.callback_query
        if chat is None:
            raise ValueError("an update without a chat")
        # not `effective_message`: it warns about a button's message that is too old to be seen
        shown = query.message if query is not None else update.effective_message
        services: Services = context.bot_data["services"]
        turn = cls(
            update=update,
            application=context.application,
            services=services,
            chat=chat,
            user=update.effective_user,
            message=shown if isinstance(shown, Message) else None,
            query=query,
            args=context.args or [],
            now=services.clock(),
        )
        turn.subscription = await services.subscribing.settings(turn.place)
        return turn

    @property
    def bot(self) -> Bot:
        """The Bot API."""
        return self.application.bot  # type: ignore[no-any-return]

    @property
    def private(self) -> bool:
        """True in a person's own chat with the bot."""
        return self.chat.type == ChatType.PRIVATE

    @property
    def user_id(self) -> int:
        """The person's id, 0 where there is none (a channel's post)."""
        return self.user.id if self.user is not None else 0

    @property
    def kind(self) -> ChatKind:
        """What sort of chat this is."""
        return ChatKind(self.chat.type)

    @property
    def place(self) -> Place:
        """The chat, and in a forum the topic. The General topic has no number in messages."""
        message = self.message
        topic = message.message_thread_id if message is not None and message.is_topic_message else None
        return Place(self.chat.id, topic or 0)

    @property
    def active(self) -> bool:
        """True if the place receives the digest, or waits for rights to."""
        return self.subscription is not None and self.subscription.state is not SubscriptionState.STOPPED

    @property
    def language(self) -> str:
        """The place's language; before it subscribed that of the person's app, else the bot's default."""
        if self.subscription is not None:
            return self.subscription.language
        return self.spoken

    @property
    def spoken(self) -> str:
        """The language of the person's app if the bot speaks it, else the default."""
        return i18n.supported(self.user.language_code if self.user else None, self.services.default_language)

    @property
    def zone(self) -> str:
        """The place's time zone, or the default."""
        return self.subscription.schedule.zone if self.subscription else self.services.default_zone

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something after this update; its errors are reported like a handler's, a clean stop waits for it."""
        self.application.create_task(work, update=self.update)

    async def scope(self) -> Scope:
        """Return which menu and help this person sees here."""
        access = self.services.access
        if not self.private:
            return Scope.GROUP_ADMIN if await access.may_change(self.update, self.bot) else Scope.GROUP
        if access.is_owner(self.user_id):
            return Scope.OWNER
        return Scope.EDITOR if await access.is_editor(self.user_id) else Scope.READER_PRIVATE

    async def say(
        self, html: str, keyboard: InlineKeyboardMarkup | None = None, *, reply_to: int | None = None
    ) -> Message:
        """Send a message to the place."""
        return await self.bot.send_message(
            self.chat.id,
            html,
            parse_mode=ParseMode.HTML,
            message_thread_id=self.place.topic or None,
            link_preview_options=_NO_PREVIEW,
            reply_markup=keyboard,
            reply_parameters=None if reply_to is None else ReplyParameters(reply_to, allow_sending_without_reply=True),
        )

    async def note(self, note: Note) -> None:
        """Send a short fixed message, or show it over the chat if a button was pressed."""
        if self.query is not None:
            await self.toast(note)
        else:
            await self.say(self.services.pages.note(note, language=self.language))

    async def show(self, html: str, keyboard: InlineKeyboardMarkup | None = None) -> int:
        """Answer a command with a new message, a button by changing the message it stands under; returns its id."""
        if self.query is None or self.message is None:
            return (await self.say(html, keyboard)).message_id
        return await self.rewrite(self.message.message_id, html, keyboard)

    async def rewrite(self, message_id: int, html: str, keyboard: InlineKeyboardMarkup | None = None) -> int:
        """Change a message of ours; if Telegram lets it be changed no longer, send a new one. Returns its id."""
        try:
            await self.bot.edit_message_text(
                html,
                self.chat.id,
                message_id,
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                reply_markup=keyboard,
            )
        except BadRequest as error:
            if _UNCHANGED not in error.message.lower():
                return (await self.say(html, keyboard)).message_id
        return message_id

    async def toast(self, what: Note | DigestError | None = None) -> None:
        """Answer the pressed button, once: silently, or with words over the chat. Does nothing for a message."""
        if self.query is None or self.answered:
            return
        self.answered = True
        try:
            await self.query.answer(self.services.pages.toast(what, language=self.language) if what else None)
        except BadRequest:  # too old to be answered: Telegram forgets a press after some minutes
            return
