"""Subscribing a channel from a private chat: its administrator names it, or presses the button the bot sent."""

from __future__ import annotations

from telegram import ChatFullInfo
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden

from bot.handlers.turn import Turn
from bot.pages import Note
from digests.errors import NotFound
from digests.model import ChatKind, Place
from digests.subscribing import Joined


async def subscribe_named(turn: Turn, name: str) -> None:
    """Subscribe the public channel ``@name`` (or the channel with that id) for one of its administrators."""
    try:
        channel = await turn.bot.get_chat(name)
    except (BadRequest, Forbidden):
        raise NotFound("channel") from None
    await _subscribe(turn, channel)


async def subscribe_pressed(turn: Turn, chat_id: int) -> None:
    """Subscribe the channel of the button that its administrator was sent."""
    await subscribe_named(turn, str(chat_id))


async def _subscribe(turn: Turn, channel: ChatFullInfo) -> None:
    services = turn.services
    if channel.type != ChatType.CHANNEL:
        raise NotFound("channel")
    title = channel.title or ""
    if not await services.access.administers(turn.bot, channel.id, turn.bot.id):
        await turn.show(services.pages.paused("no_rights", language=turn.language, title=title))
    elif not await services.access.administers(turn.bot, channel.id, turn.user_id):
        await turn.note(Note.NOT_ALLOWED)
    else:
        place = Place(channel.id)
        done = await services.subscribing.subscribe(place, ChatKind.CHANNEL, language=turn.language, now=turn.now)
        pages = services.pages
        page = pages.already_subscribed if done.joined is Joined.ALREADY else pages.subscribed
        await turn.show(page(done.subscription, language=turn.language))
