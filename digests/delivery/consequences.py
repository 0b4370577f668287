"""What the outcome of a delivery means for its subscription."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from digests.delivery.retry import BAD_REQUEST, GAVE_UP
from digests.errors import NotFound
from digests.model import Purpose, SubscriptionState, Verdict

if TYPE_CHECKING:
    from digests.model import Delivery, Outcome
    from digests.ports import Tx

_REMEMBERED = 1000  # editions and parts


class Consequences:
    """Stops, pauses and migrates subscriptions, in the transaction that records the outcomes.

    A stop ends the whole chat, a pause the one topic. What was refused counts as not seen: it is in the digest that
    the subscription gets next, or when it is revived. (If earlier parts had arrived, their articles come again.) Not so
    a message that Telegram takes for wrong: its articles would spoil every later digest. What a correction meets says
    that a chat is closed or moved, but no more: its articles were seen, and where nothing may be edited, sending may
    still be allowed.
    """

    def __init__(self) -> None:
        self._earliest: dict[tuple[int, int], datetime | None] = {}

    async def draw(self, tx: Tx, delivery: Delivery, outcome: Outcome, *, now: datetime) -> bool:
        """Do to the delivery's subscription what `outcome` calls for. Nothing, for most.

        Returns whether it was paused by this, and not before.
        """
        chat_id, topic = delivery.place
        corrects = delivery.purpose is not Purpose.SEND
        if outcome.verdict in (Verdict.STOP, Verdict.PAUSE) and outcome.reason != BAD_REQUEST and not corrects:
            await self._unsee(tx, delivery)
        match outcome.verdict:
            case Verdict.STOP if outcome.reason not in (GAVE_UP, BAD_REQUEST):
                await tx.subscriptions.suspend(chat_id, SubscriptionState.STOPPED, outcome.reason, topic=None, now=now)
            case Verdict.PAUSE if not corrects:
                paused = SubscriptionState.PAUSED
                return await tx.subscriptions.suspend(chat_id, paused, outcome.reason, topic=topic, now=now) > 0
            case Verdict.MIGRATED if outcome.new_chat_id is not None:
                await tx.subscriptions.migrate(chat_id, outcome.new_chat_id)
        return False

    async def _unsee(self, tx: Tx, delivery: Delivery) -> None:
        """Move the subscription's `seen_until` back before the articles of this part and the parts after it."""
        try:
            subscription = await tx.subscriptions.get(delivery.subscription_id)
            first = await self._first(tx, delivery.edition_id, delivery.part)
        except NotFound:  # forgotten meanwhile
            return
        if first is not None and first <= subscription.seen_until:
            await tx.subscriptions.save(replace(subscription, seen_until=first - timedelta(microseconds=1)))

    async def _first(self, tx: Tx, edition_id: int, part: int) -> datetime | None:
        """Return when the earliest article from that part on was published. Asked often, and never changing."""
        key = (edition_id, part)
        if key not in self._earliest:
            edition = await tx.editions.get(edition_id)
            ids = {article for each in edition.parts[part - 1 :] for article in each.articles}
            times = [(await tx.articles.get(each)).published_at for each in sorted(ids)]
            if len(self._earliest) >= _REMEMBERED:
                self._earliest.clear()
            self._earliest[key] = min((at for at in times if at is not None), default=None)
        return self._earliest[key]
