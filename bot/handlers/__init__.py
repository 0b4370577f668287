"""The one list of what the bot reacts to. `register` is read from top to bottom: the first that fits is called."""

from __future__ import annotations

from typing import Any

from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.actions import Name
from bot.handlers import channels, corrections, editors, errors, gate, members, operations, owners, preferences, readers
from bot.handlers.gate import Who
from bot.handlers.previews import Previews
from bot.handlers.services import Services
from bot.pages import Note

COMMANDS: dict[str, tuple[Who, gate.Command]] = {
    "start": (Who.ANYONE, readers.start),
    "help": (Who.ANYONE, readers.help_),
    "digest": (Who.ANYONE, readers.digest),
    "latest": (Who.ANYONE, readers.latest),
    "missed": (Who.ANYONE, readers.missed),
    "channels": (Who.ANYONE, readers.channels),
    "privacy": (Who.ANYONE, readers.privacy),
    "subscribe": (Who.SETTINGS, readers.subscribe),
    "unsubscribe": (Who.SETTINGS, readers.unsubscribe),
    "schedule": (Who.SETTINGS, preferences.schedule),
    "language": (Who.SETTINGS, preferences.language),
    "mydata": (Who.SETTINGS, readers.my_data),
    "forgetme": (Who.SETTINGS, readers.forget_me),
    "drafts": (Who.EDITOR, editors.drafts),
    "articles": (Who.EDITOR, editors.articles),
    "correct": (Who.EDITOR, corrections.correct),
    "retract": (Who.EDITOR, corrections.retract),
    "stats": (Who.EDITOR, editors.stats),
    "deliveries": (Who.OWNER, operations.deliveries),
    "editors": (Who.OWNER, owners.editors),
}

BUTTONS: dict[Name, tuple[Who, gate.Button]] = {
    Name.CHANNELS: (Who.ANYONE, readers.channels),
    Name.SUBSCRIBE: (Who.SETTINGS, readers.subscribe),
    Name.SUBSCRIBE_CHANNEL: (Who.ANYONE, channels.subscribe_pressed),  # asks for the rights in that channel
    Name.FORGET: (Who.SETTINGS, readers.forget),
    Name.TIMES: (Who.SETTINGS, preferences.times),
    Name.DAYS: (Who.SETTINGS, preferences.days),
    Name.ZONES: (Who.SETTINGS, preferences.zones),
    Name.TIME: (Who.SETTINGS, preferences.set_time),
    Name.DAY: (Who.SETTINGS, preferences.set_day),
    Name.ALL_DAYS: (Who.SETTINGS, preferences.set_all_days),
    Name.ZONE: (Who.SETTINGS, preferences.set_zone),
    Name.TELL_EMPTY: (Who.SETTINGS, preferences.set_tell_empty),
    Name.LANGUAGE: (Who.SETTINGS, preferences.set_language),
    Name.PUBLISH: (Who.EDITOR, editors.publish),
    Name.SEND_NOW: (Who.EDITOR, editors.publish_and_send),
    Name.CHOOSE: (Who.EDITOR, editors.choose),
    Name.QUOTE: (Who.EDITOR, editors.set_quote),
    Name.QUOTES_AUTO: (Who.EDITOR, editors.choose_for_me),
    Name.REMOVED: (Who.EDITOR, editors.removed_lines),
    Name.RESTORE: (Who.EDITOR, editors.restore),
    Name.DRAFT: (Who.EDITOR, editors.open_draft),
    Name.DISCARD: (Who.EDITOR, editors.discard),
    Name.DRAFTS: (Who.EDITOR, editors.drafts),
    Name.ARTICLES: (Who.EDITOR, editors.articles),
    Name.ARTICLE: (Who.EDITOR, corrections.open_article),
    Name.CORRECT: (Who.EDITOR, corrections.correct_pressed),
    Name.RETRACT: (Who.EDITOR, corrections.retract_pressed),
    Name.CORRECTION_KIND: (Who.EDITOR, corrections.choose_kind),
    Name.CORRECTION_WORDS: (Who.EDITOR, corrections.other_words),
    Name.CORRECTION_PUBLISH: (Who.EDITOR, corrections.publish),
    Name.CORRECTION_DISCARD: (Who.EDITOR, corrections.discard),
    Name.DELIVERIES: (Who.OWNER, operations.deliveries),
    Name.EDITION: (Who.OWNER, operations.edition),
    Name.RETRY: (Who.OWNER, operations.retry),
    Name.RESEND: (Who.OWNER, operations.resend),
    Name.RESUME: (Who.OWNER, operations.resume),
    Name.EDITOR_REMOVE: (Who.OWNER, owners.remove_editor),
}

_NEW = filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST  # edits of old messages command nothing
_PRIVATE = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE


def register(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    """Add all handlers. ``application.bot_data["services"]`` must be set."""
    services: Services = application.bot_data["services"]
    application.bot_data["previews"] = Previews(services.preview_delay)
    add = application.add_handler

    # What happens to the bot and its chats: service messages look like messages, so they come before all content.
    anyone = Who.ANYONE
    add(ChatMemberHandler(gate.command(anyone, members.my_standing), ChatMemberHandler.MY_CHAT_MEMBER))
    add(MessageHandler(filters.StatusUpdate.MIGRATE, gate.command(anyone, members.migrated)))
    add(MessageHandler(filters.StatusUpdate.FORUM_TOPIC_CLOSED, gate.command(anyone, members.topic_closed)))
    add(MessageHandler(filters.StatusUpdate.FORUM_TOPIC_REOPENED, gate.command(anyone, members.topic_reopened)))

    # Buttons: one door for all, so that none opens without asking who presses.
    add(CallbackQueryHandler(gate.button(BUTTONS)))

    # Commands, in every kind of chat; then what looks like one. Commands for other bots are left alone.
    for name, (who, handle) in COMMANDS.items():
        add(CommandHandler(name, gate.command(who, handle), filters=_NEW))
    add(MessageHandler(_NEW & filters.COMMAND, gate.unknown))

    # Last, anything else said in private: an article if an editor sent it.
    article = gate.command(Who.EDITOR, editors.article, otherwise=Note.UNKNOWN_INPUT)
    add(MessageHandler(_PRIVATE & ~filters.StatusUpdate.ALL, article))

    application.add_error_handler(errors.failed)
