"""What readers do: come, ask for the news, leave, and see what is stored of them."""

from __future__ import annotations

from datetime import timedelta

from bot import keyboards
from bot.actions import Name
from bot.handlers.channels import subscribe_named
from bot.handlers.turn import Turn
from bot.keyboards import ROWS_A_PAGE
from bot.pages import Note
from digests.delivery import ask
from digests.delivery import latest as deliver_latest
from digests.delivery import missed as deliver_missed
from digests.model import EditionKind, Subscription, SubscriptionState
from digests.subscribing import Joined

LATEST = 5  # articles that /latest shows
_SUBSCRIBE = "subscribe"  # the payload of a deep link that subscribes
ECHOED_WITHIN = timedelta(days=90)  # how far back /channels looks


async def start(turn: Turn) -> None:
    """Welcome, or take up what had ended against the reader's wish; ``?start=subscribe`` subscribes at once."""
    services = turn.services
    if turn.private and await services.access.is_editor(turn.user_id):
        turn.later(services.menus.show_staff(turn.bot, turn.user_id))
    decides = await services.access.may_change(turn.update, turn.bot)
    if decides and turn.args == [_SUBSCRIBE]:
        await subscribe(turn)
    elif decides and (revived := await _revive(turn)):
        await turn.say(services.pages.revived(revived, language=revived.language))
    else:
        page = services.pages.start(language=turn.language, scope=await turn.scope(), subscribed=turn.active)
        await turn.say(page, None if turn.active else keyboards.subscribe(language=turn.language))


async def help_(turn: Turn) -> None:
    """List the commands of whoever asks."""
    await turn.say(turn.services.pages.help(language=turn.language, scope=await turn.scope()))


async def subscribe(turn: Turn) -> None:
    """Subscribe the chat or topic; in private ``/subscribe @channel`` subscribes a channel."""
    if turn.private and turn.args and turn.args[0].startswith(("@", "-")):
        await subscribe_named(turn, turn.args[0])
        return
    done = await turn.services.subscribing.subscribe(turn.place, turn.kind, language=turn.language, now=turn.now)
    pages = turn.services.pages
    page = {Joined.FRESH: pages.subscribed, Joined.REVIVED: pages.revived, Joined.ALREADY: pages.already_subscribed}
    await turn.show(page[done.joined](done.subscription, language=done.subscription.language))


async def unsubscribe(turn: Turn) -> None:
    """End the subscription of the chat or topic."""
    if await turn.services.subscribing.unsubscribe(turn.place, now=turn.now):
        await turn.say(turn.services.pages.unsubscribed(language=turn.language))
    else:
        await turn.note(Note.NOT_SUBSCRIBED)


async def digest(turn: Turn) -> None:
    """Deliver what is new since the last digest, through the ledger; to strangers the latest articles."""
    services = turn.services
    if turn.subscription is None or turn.subscription.state is not SubscriptionState.ACTIVE:
        await latest(turn)
    elif await ask(services.store, services.pages, turn.place, now=turn.now):
        await _soon(turn)
    else:
        for part in services.pages.nothing_new(language=turn.language, zone=turn.zone, now=turn.now):
            await turn.say(part.html)


async def latest(turn: Turn) -> None:
    """Show the newest articles, to subscribers through the ledger, so that corrections reach them too.

    What is due to the reader stays due. Of strangers nothing is stored, so their messages stay as they are.
    """
    services = turn.services
    if turn.subscription is not None and turn.subscription.state is SubscriptionState.ACTIVE:
        shown = await deliver_latest(services.store, services.pages, turn.place, limit=LATEST, now=turn.now)
        if shown:
            await _soon(turn)
    else:
        async with services.store.read() as tx:
            articles = await tx.articles.latest_public(LATEST)
        shown = len(articles)
        if articles:
            kind, zone = EditionKind.ASKED, turn.zone
            for part in services.pages.compose(articles, kind=kind, language=turn.language, zone=zone, now=turn.now):
                await turn.say(part.html)
    if not shown:
        await turn.note(Note.NOTHING_PUBLISHED)


async def missed(turn: Turn) -> None:
    """Deliver what passed the chat by while it was stopped or out of reach, through the ledger."""
    services = turn.services
    within = services.subscribing.retention
    if turn.subscription is None or turn.subscription.state is not SubscriptionState.ACTIVE:
        await turn.note(Note.NOT_SUBSCRIBED)
    elif await deliver_missed(services.store, services.pages, turn.place, now=turn.now, within=within):
        await _soon(turn)
    else:
        await turn.note(Note.NOTHING_MISSED)


async def _soon(turn: Turn) -> None:
    """Have what was asked for delivered now; say so if it will take longer."""
    turn.services.worker.poke()
    if await turn.services.deliveries.paused():
        await turn.note(Note.DELIVERY_PAUSED)


async def channels(turn: Turn, page: int = 0) -> None:
    """List a page of the channels that articles quoted lately, with their labels."""
    async with turn.services.store.read() as tx:
        echoed = await tx.articles.echoed(since=turn.now - ECHOED_WITHIN)
    first = keyboards.clamp(page, len(echoed), ROWS_A_PAGE) * ROWS_A_PAGE
    more = len(echoed) > first + ROWS_A_PAGE
    html = turn.services.pages.channels(echoed[first : first + ROWS_A_PAGE], language=turn.language)
    await turn.show(html, keyboards.paging(Name.CHANNELS, page=first // ROWS_A_PAGE, more=more))


async def privacy(turn: Turn) -> None:
    """Say what is stored and why."""
    await turn.say(turn.services.pages.privacy(language=turn.language))


async def my_data(turn: Turn) -> None:
    """Show all that is stored of the chat."""
    stored = await turn.services.subscribing.my_data(turn.chat.id)
    await turn.say(turn.services.pages.my_data(stored, language=turn.language))


async def forget_me(turn: Turn) -> None:
    """Ask before deleting what is stored of the chat."""
    keyboard = keyboards.forget(language=turn.language)
    await turn.say(turn.services.pages.forget_confirm(language=turn.language), keyboard)


async def forget(turn: Turn, sure: int) -> None:
    """Delete it, or keep it."""
    pages = turn.services.pages
    if sure:
        count = await turn.services.subscribing.forget(turn.chat.id)
        await turn.show(pages.forgotten(count, language=turn.language))
    else:
        await turn.show(pages.note(Note.KEPT, language=turn.language))


async def _revive(turn: Turn) -> Subscription | None:
    """Take up again what ended against the wish of the chat; returns the subscription of this place if it did."""
    revived = await turn.services.subscribing.revive(turn.chat.id, now=turn.now)
    return next((one for one in revived if one.place == turn.place), None)
