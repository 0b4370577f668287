"""Who may reach a handler, asked before every one of them: for what is typed and for what is pressed alike."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from enum import Enum
from typing import Any

from telegram import Update
from telegram.ext import ContextTypes

from bot.actions import Name, parse
from bot.handlers.turn import Turn
from bot.pages import Note
from digests.errors import DigestError, StorageError

Command = Callable[[Turn], Awaitable[None]]
Button = Callable[..., Awaitable[None]]  # the turn, then the button's arguments
Callback = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]


class Who(Enum):
    """Whom a handler is for."""

    ANYONE = "anyone"
    SETTINGS = "settings"  # whoever may change this chat's settings: in a group its administrators
    EDITOR = "editor"  # editors and owners, in their private chat
    OWNER = "owner"  # owners, in their private chat


def command(who: Who, handle: Command, *, otherwise: Note = Note.UNKNOWN_COMMAND) -> Callback:
    """Make the callback of what is typed. To strangers staff's commands are commands that do not exist."""

    async def callback(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        turn = await Turn.of(update, context)
        if await _permitted(turn, who):
            await handle(turn)
        elif who is not Who.SETTINGS:
            await _unknown(turn, otherwise)
        elif turn.services.access.may_refuse_aloud(turn.chat.id):
            await turn.note(Note.ONLY_ADMINS)

    return callback


async def unknown(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer a command that does not exist."""
    await _unknown(await Turn.of(update, context), Note.UNKNOWN_COMMAND)


def button(table: Mapping[Name, tuple[Who, Button]]) -> Callback:
    """Make the callback of all buttons. Every press is answered, whatever comes of it."""

    async def callback(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        turn = await Turn.of(update, context)
        try:
            await _press(turn, table)
        except StorageError:
            raise
        except DigestError as error:
            await turn.toast(error)
        finally:
            await turn.toast()

    return callback


async def _press(turn: Turn, table: Mapping[Name, tuple[Who, Button]]) -> None:
    action = parse(turn.query.data if turn.query is not None else None)
    if action is None or action.name not in table:
        return await turn.toast(Note.OLD_BUTTON)
    who, handle = table[action.name]
    if not await _permitted(turn, who):
        return await turn.toast(Note.ONLY_ADMINS if who is Who.SETTINGS else Note.NOT_ALLOWED)
    if turn.message is None:  # too old: neither its topic nor its text can be known
        return await turn.toast(Note.OLD_BUTTON)
    return await handle(turn, *action.args)


async def _unknown(turn: Turn, note: Note) -> None:
    """Say that it was not understood; outside of private chats only if the bot was spoken to by name."""
    words = (turn.message.text or "").split() if turn.message is not None else []
    if turn.private or (words and words[0].lower().endswith(f"@{turn.bot.username.lower()}")):
        await turn.note(note)


async def _permitted(turn: Turn, who: Who) -> bool:
    access = turn.services.access
    match who:
        case Who.ANYONE:
            return True
        case Who.SETTINGS:
            return await access.may_change(turn.update, turn.bot)
        case Who.EDITOR:
            return turn.private and await access.is_editor(turn.user_id)
        case Who.OWNER:
            return turn.private and access.is_owner(turn.user_id)
