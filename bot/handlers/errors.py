"""What becomes of an error in a handler: logged first, without anybody's words or ids; then the person is told."""

from __future__ import annotations

import traceback
from pathlib import PurePath

import structlog
from telegram import Update
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.ext import ContextTypes

from bot.handlers.turn import Turn
from bot.pages import Note
from digests.errors import DigestError, StorageError

log = structlog.get_logger(__name__)

_FRAMES = 8  # innermost ones that a log line names


async def failed(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Handle an error that a handler raised."""
    error = context.error
    if error is None:
        return
    expected = isinstance(error, DigestError) and not isinstance(error, StorageError)
    _log(error, expected=expected)
    if not _answerable(update, error):
        return
    try:
        turn = await Turn.of(update, context)  # type: ignore[arg-type]
        if isinstance(error, DigestError) and expected:
            await turn.say(turn.services.pages.error(error, language=turn.language))
            return
        await turn.say(turn.services.pages.note(Note.SOMETHING_FAILED, language=turn.language))
        if not _is_network(error):
            await turn.services.alarm.raise_("handler_failed", error=type(error).__name__)
    except Exception as second:  # noqa: BLE001 - logged; there is nobody left to tell
        _log(second, expected=False)


def _log(error: Exception, *, expected: bool) -> None:
    """Log what happened where. Texts of foreign exceptions may hold what people wrote, so they are left out.

    So is Telegram's word on a group that has a new id, for it names that.
    """
    if expected:
        log.info("request.refused", error=type(error).__name__, key=getattr(error, "key", ""))
        return
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    where = [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    said = str(error) if isinstance(error, TelegramError) and not isinstance(error, ChatMigrated) else ""
    log.error("handler.failed", error=type(error).__name__, said=said, where=where)


def _answerable(update: object, error: Exception) -> bool:
    """Tell whether a person waits for an answer, and Telegram would let one through."""
    if not isinstance(update, Update) or isinstance(error, Forbidden | RetryAfter | ChatMigrated):
        return False
    return update.message is not None or update.channel_post is not None or update.callback_query is not None


def _is_network(error: Exception) -> bool:
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest)
