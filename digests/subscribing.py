"""Who receives what, when: what the readers' handlers call. A place is a chat or a forum topic.

Each use-case is one transaction. None of them is in the audit, which holds no reader's data.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from digests.errors import NotFound
from digests.model import Place, Schedule, Subscription, SubscriptionState
from digests.schedule import next_due

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from digests.model import ChatKind
    from digests.ports import Store, Tx

UNSUBSCRIBED = "unsubscribed"  # the reason of those who left by themselves
NO_RIGHTS = "no_rights"
TOPIC_CLOSED = "topic_closed"
ABOUT_TOPICS = frozenset((TOPIC_CLOSED, "topic_deleted"))  # reasons that no change in the chat as a whole takes away
CATCH_UP = timedelta(days=7)  # what a revived subscription gets at most, so that nobody is flooded


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What a new subscription starts with, and how long ended ones are kept."""

    schedule: Schedule
    retention: timedelta = timedelta(days=30)


class Joined(StrEnum):
    """What `subscribe` found."""

    FRESH = "fresh"
    REVIVED = "revived"
    ALREADY = "already"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """A subscription that is active now, and how it came to be."""

    subscription: Subscription
    joined: Joined


class Subscribing:
    """The readers' use-cases over a store."""

    def __init__(self, store: Store, defaults: Defaults) -> None:
        self._store = store
        self._defaults = defaults

    @property
    def retention(self) -> timedelta:
        """How long what has ended is kept."""
        return self._defaults.retention

    async def subscribe(self, place: Place, kind: ChatKind, *, language: str, now: datetime) -> Subscribed:
        """Subscribe a place, or revive it with the settings it had.

        A new subscriber has seen everything until now, and so has one who had left by themselves. One whose
        subscription had ended otherwise (blocked, no rights, …) gets what they missed, of the last `CATCH_UP` at most.
        """
        async with self._store.begin() as tx:
            subscription = await tx.subscriptions.find(place)
            if subscription is None:
                schedule = self._defaults.schedule
                due = next_due(schedule, now)
                subscription = await tx.subscriptions.add(
                    place, kind, language=language, schedule=schedule, next_due_at=due, now=now
                )
                return Subscribed(subscription=subscription, joined=Joined.FRESH)
            if subscription.state is SubscriptionState.ACTIVE:
                return Subscribed(subscription=subscription, joined=Joined.ALREADY)
            return Subscribed(subscription=await _revive(tx, subscription, now), joined=Joined.REVIVED)

    async def unsubscribe(self, place: Place, *, now: datetime) -> bool:
        """End a place's subscription at its own wish; False if there is none or it has ended already."""
        async with self._store.begin() as tx:
            subscription = await tx.subscriptions.find(place)
            if subscription is None or subscription.state is SubscriptionState.STOPPED:
                return False
            stopped = SubscriptionState.STOPPED
            await tx.subscriptions.suspend(place.chat_id, stopped, UNSUBSCRIBED, topic=place.topic, now=now)
            return True

    async def reschedule(self, place: Place, schedule: Schedule, *, now: datetime) -> Subscription:
        """Give a subscription another schedule, from now on. Raises NotFound("subscription")."""
        due = next_due(schedule, now)
        async with self._store.begin() as tx:
            subscription = await _found(tx, place)
            active = subscription.state is SubscriptionState.ACTIVE
            return await _saved(tx, replace(subscription, schedule=schedule, next_due_at=due if active else None))

    async def toggle_empty(self, place: Place) -> Subscription:
        """Turn on or off that the reader is told when there is nothing new. Raises NotFound("subscription")."""
        async with self._store.begin() as tx:
            subscription = await _found(tx, place)
            return await _saved(tx, replace(subscription, tell_empty=not subscription.tell_empty))

    async def speak(self, place: Place, language: str) -> Subscription:
        """Set the language of a place's digests and answers. Raises NotFound("subscription")."""
        async with self._store.begin() as tx:
            return await _saved(tx, replace(await _found(tx, place), language=language))

    async def settings(self, place: Place) -> Subscription | None:
        """Return a place's subscription in whatever state, None if there was never one."""
        async with self._store.read() as tx:
            return await tx.subscriptions.find(place)

    async def my_data(self, chat_id: int) -> Sequence[Subscription]:
        """Return all that is stored of a chat: its subscriptions, topics included."""
        async with self._store.read() as tx:
            return await tx.subscriptions.of_chat(chat_id)

    async def forget(self, chat_id: int) -> int:
        """Delete everything stored of a chat; returns how many subscriptions there were."""
        async with self._store.begin() as tx:
            return await tx.subscriptions.forget(chat_id)

    async def stopped_by(self, chat_id: int, reason: str, *, now: datetime) -> int:
        """End all subscriptions of a chat that blocked or removed the bot; returns how many.

        `reason` is a key of the ledger's reasons ("blocked", "kicked", …).
        """
        return await self._suspend(chat_id, SubscriptionState.STOPPED, reason, None, now)

    async def paused_by(self, chat_id: int, reason: str, *, now: datetime, topic: int | None = None) -> int:
        """Let a chat's subscriptions wait for an administrator (`topic` None: all); returns how many."""
        return await self._suspend(chat_id, SubscriptionState.PAUSED, reason, topic, now)

    async def revive(
        self,
        chat_id: int,
        *,
        now: datetime,
        only: frozenset[str] | None = None,
        but: frozenset[str] = frozenset(),
    ) -> Sequence[Subscription]:
        """Take up again what ended against the reader's wish for a reason in `only` (None: any) and not in `but`.

        On /start that is everything; when the bot gets its rights back, what waited for them; when it is back in the
        chat, all but closed topics. Each gets what it missed (see `subscribe`). Those who had unsubscribed stay so.
        Returns the revived.
        """
        async with self._store.begin() as tx:
            ended = [
                subscription
                for subscription in await tx.subscriptions.of_chat(chat_id)
                if subscription.state is not SubscriptionState.ACTIVE
                and subscription.reason not in {UNSUBSCRIBED, *but}
                and (only is None or subscription.reason in only)
            ]
            return [await _revive(tx, subscription, now) for subscription in ended]

    async def migrate(self, old_chat_id: int, new_chat_id: int) -> int:
        """Follow a group that became a supergroup; returns how many rows changed. Safe to repeat."""
        async with self._store.begin() as tx:
            return await tx.subscriptions.migrate(old_chat_id, new_chat_id)

    async def purge(self, *, now: datetime, limit: int = 500) -> int:
        """Delete up to `limit` subscriptions that ended longer ago than the retention; returns how many."""
        async with self._store.begin() as tx:
            return await tx.subscriptions.purge(now - self._defaults.retention, limit=limit)

    async def _suspend(
        self, chat_id: int, state: SubscriptionState, reason: str, topic: int | None, now: datetime
    ) -> int:
        async with self._store.begin() as tx:
            return await tx.subscriptions.suspend(chat_id, state, reason, topic=topic, now=now)


async def _found(tx: Tx, place: Place) -> Subscription:
    subscription = await tx.subscriptions.find(place)
    if subscription is None:
        raise NotFound("subscription")
    return subscription


async def _saved(tx: Tx, subscription: Subscription) -> Subscription:
    await tx.subscriptions.save(subscription)
    return subscription


async def _revive(tx: Tx, subscription: Subscription, now: datetime) -> Subscription:
    return await _saved(tx, revived(subscription, now))


def revived(subscription: Subscription, now: datetime) -> Subscription:
    """Return a subscription as it goes on: with what it missed, unless it had left by itself."""
    left = subscription.reason == UNSUBSCRIBED
    return replace(
        subscription,
        state=SubscriptionState.ACTIVE,
        reason="",
        state_at=now,
        seen_until=now if left else max(subscription.seen_until, now - CATCH_UP),
        next_due_at=next_due(subscription.schedule, now),
    )
