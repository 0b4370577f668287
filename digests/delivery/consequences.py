"""What the outcome of a delivery means for its subscription."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from digests.delivery.retry import GAVE_UP
from digests.errors import NotFound
from digests.model import SubscriptionState, Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from digests.model import Delivery, Outcome
    from digests.ports import Tx


async def draw(tx: Tx, delivery: Delivery, outcome: Outcome, *, now: datetime) -> None:
    """Stop, pause or migrate the subscription of a delivery, in the transaction that records its outcome.

    A stop ends the whole chat, a pause the one topic. What was refused counts as not seen: it is in the digest that
    the subscription gets next, or when it is revived.
    """
    chat_id, topic = delivery.place
    match outcome.verdict:
        case Verdict.STOP:
            await _unsee(tx, delivery)
            if outcome.reason != GAVE_UP:
                await tx.subscriptions.suspend(chat_id, SubscriptionState.STOPPED, outcome.reason, topic=None, now=now)
        case Verdict.PAUSE:
            await _unsee(tx, delivery)
            await tx.subscriptions.suspend(chat_id, SubscriptionState.PAUSED, outcome.reason, topic=topic, now=now)
        case Verdict.MIGRATED if outcome.new_chat_id is not None:
            await tx.subscriptions.migrate(chat_id, outcome.new_chat_id)


async def _unsee(tx: Tx, delivery: Delivery) -> None:
    """Move the subscription's `seen_until` back before the articles of this part and the parts after it."""
    try:
        subscription = await tx.subscriptions.get(delivery.subscription_id)
        edition = await tx.editions.get(delivery.edition_id)
    except NotFound:  # forgotten meanwhile
        return
    missed = {article for part in edition.parts[delivery.part - 1 :] for article in part.articles}
    articles = [await tx.articles.get(article) for article in missed]
    times = [article.published_at - timedelta(microseconds=1) for article in articles if article.published_at]
    if times and min(times) < subscription.seen_until:
        await tx.subscriptions.save(replace(subscription, seen_until=min(times)))
