"""What happens to the bot in its chats: blocked, added, thrown out, silenced, moved; topics closed and reopened.

Unblocking alone revives nothing: the person's app sends /start next, and that does.
"""

from __future__ import annotations

from contextlib import suppress
from enum import Enum

from telegram import (
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberBanned,
    ChatMemberLeft,
    ChatMemberRestricted,
    ChatMemberUpdated,
    InlineKeyboardMarkup,
)
from telegram.constants import ChatType, ParseMode
from telegram.error import BadRequest, Forbidden

from bot import keyboards
from bot.handlers.turn import Turn
from bot.menu import Scope
from digests.model import ChatKind, Subscription, SubscriptionState
from digests.subscribing import ABOUT_TOPICS, NO_RIGHTS, TOPIC_CLOSED


class Standing(Enum):
    """What the bot can do in a chat."""

    OUT = "out"
    MUTE = "mute"
    WRITES = "writes"


async def my_standing(turn: Turn) -> None:
    """Follow a change of the bot's own membership."""
    change = turn.update.my_chat_member
    if change is None:
        return
    turn.services.access.forget(turn.chat.id)
    before, after = (standing_of(member, turn.kind) for member in (change.old_chat_member, change.new_chat_member))
    if after is Standing.OUT:
        await turn.services.subscribing.stopped_by(turn.chat.id, _why_out(turn, change), now=turn.now)
    elif turn.private:
        return
    elif after is Standing.MUTE:
        await _fall_silent(turn)
    elif before is Standing.OUT:
        revived = await turn.services.subscribing.revive(turn.chat.id, now=turn.now, but=ABOUT_TOPICS)
        if revived:
            await _welcome_back(turn, revived[0])
        elif not turn.active:
            await _greet(turn)
    elif before is Standing.MUTE or _promoted(change):
        only = frozenset({NO_RIGHTS, TOPIC_CLOSED} if _promoted(change) else {NO_RIGHTS})
        revived = await turn.services.subscribing.revive(turn.chat.id, now=turn.now, only=only)
        if revived:
            await _welcome_back(turn, revived[0])


async def migrated(turn: Turn) -> None:
    """Follow a group that became a supergroup; both chats tell of it, and twice is harmless.

    What the old chat's end had stopped goes on in the new one, in whichever order Telegram tells the two.
    """
    message = turn.message
    old = message.migrate_from_chat_id if message is not None else None
    new = message.migrate_to_chat_id if message is not None else None
    old, new = (old, turn.chat.id) if old is not None else (turn.chat.id, new)
    if new is not None:
        await turn.services.subscribing.migrate(old, new)
        await turn.services.subscribing.revive(new, now=turn.now, but=ABOUT_TOPICS | {NO_RIGHTS})


async def topic_closed(turn: Turn) -> None:
    """Let the topic's digest wait, unless the bot is an administrator and may write in closed topics."""
    if not await turn.services.access.administers(turn.bot, turn.chat.id, turn.bot.id):
        topic = turn.place.topic
        await turn.services.subscribing.paused_by(turn.chat.id, TOPIC_CLOSED, now=turn.now, topic=topic)


async def topic_reopened(turn: Turn) -> None:
    """Take the topic's digest up again if it waited for that."""
    waiting = turn.subscription
    if waiting is not None and waiting.state is SubscriptionState.PAUSED and waiting.reason == TOPIC_CLOSED:
        services = turn.services
        await services.subscribing.subscribe(turn.place, turn.kind, language=waiting.language, now=turn.now)


def standing_of(member: ChatMember, kind: ChatKind) -> Standing:
    """Return what a membership lets the bot do in a chat of that kind."""
    match member:
        case ChatMemberLeft() | ChatMemberBanned():
            return Standing.OUT
        case ChatMemberRestricted():
            silent = Standing.MUTE if member.is_member else Standing.OUT
            return Standing.WRITES if member.is_member and member.can_send_messages else silent
        case ChatMemberAdministrator() if kind is ChatKind.CHANNEL and not member.can_post_messages:
            return Standing.MUTE
        case _:
            return Standing.WRITES


def _promoted(change: ChatMemberUpdated) -> bool:
    """Tell whether the bot became an administrator: those may write whatever the rules, in closed topics, too."""
    return isinstance(change.new_chat_member, ChatMemberAdministrator) and not isinstance(
        change.old_chat_member, ChatMemberAdministrator
    )


def _why_out(turn: Turn, change: ChatMemberUpdated) -> str:
    if turn.private:
        return "blocked"
    return "kicked" if isinstance(change.new_chat_member, ChatMemberBanned) else "left"


async def _fall_silent(turn: Turn) -> None:
    """Let the chat's digests wait, and tell whoever took, or did not give, the right to write."""
    paused = await turn.services.subscribing.paused_by(turn.chat.id, NO_RIGHTS, now=turn.now)
    if paused or turn.kind is ChatKind.CHANNEL:
        page = turn.services.pages.paused(NO_RIGHTS, language=turn.spoken, title=turn.chat.title or "")
        await _tell_privately(turn, page)


async def _welcome_back(turn: Turn, revived: Subscription) -> None:
    """Say that the digest goes on: in a group aloud, for a channel to the one who let the bot back."""
    page = turn.services.pages.revived(revived, language=revived.language)
    if turn.chat.type == ChatType.CHANNEL:
        await _tell_privately(turn, page)
    else:
        await _say(turn, page)


async def _greet(turn: Turn) -> None:
    """Say hello where the bot was added, and how to subscribe, in the language of the one who added it."""
    pages, language = turn.services.pages, turn.spoken
    if turn.chat.type == ChatType.CHANNEL:
        page = pages.channel_added(turn.chat.title or "", language=language)
        await _tell_privately(turn, page, keyboards.subscribe_channel(turn.chat.id, language=language))
    else:
        page = pages.start(language=language, scope=Scope.GROUP_ADMIN)
        await _say(turn, page, keyboards.subscribe(language=language))


async def _say(turn: Turn, html: str, keyboard: InlineKeyboardMarkup | None = None) -> None:
    with suppress(Forbidden, BadRequest):  # thrown out again, or silent by the group's own rules
        await turn.say(html, keyboard)


async def _tell_privately(turn: Turn, html: str, keyboard: InlineKeyboardMarkup | None = None) -> None:
    with suppress(Forbidden, BadRequest):  # they have no chat with the bot
        await turn.bot.send_message(turn.user_id, html, parse_mode=ParseMode.HTML, reply_markup=keyboard)
