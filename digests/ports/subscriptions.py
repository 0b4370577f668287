"""Subscriptions as the use-cases need them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from digests.model import ChatKind, Place, Recipient, Schedule, Subscription, SubscriptionState


class Subscriptions(Protocol):
    """Who receives what, when. Chat ids are encrypted at rest; equality still finds them."""

    async def find(self, place: Place) -> Subscription | None:
        """Return the subscription of a chat or topic in whatever state, None if there was never one."""

    async def get(self, subscription_id: int) -> Subscription:
        """Return one subscription. Raises NotFound("subscription")."""

    async def of_chat(self, chat_id: int) -> Sequence[Subscription]:
        """Return all subscriptions of a chat, its topics included."""

    async def add(
        self,
        place: Place,
        kind: ChatKind,
        *,
        language: str,
        schedule: Schedule,
        next_due_at: datetime | None,
        now: datetime,
    ) -> Subscription:
        """Store a new active subscription that has seen everything published until `now`."""

    async def save(self, subscription: Subscription) -> None:
        """Write back every field but id and created_at."""

    async def due(self, now: datetime, *, limit: int) -> Sequence[Recipient]:
        """Return active subscriptions with next_due_at <= now, longest waiting first, locked for this transaction."""

    async def active(self, *, after_id: int = 0, limit: int) -> Sequence[Recipient]:
        """Return active subscriptions with id > after_id in order of id, for walking through all of them."""

    async def advance(self, steps: Sequence[tuple[int, datetime | None, datetime]]) -> None:
        """Set (next_due_at, seen_until) of many subscriptions at once: rows of (id, next_due_at, seen_until)."""

    async def suspend(
        self, chat_id: int, state: SubscriptionState, reason: str, *, topic: int | None, now: datetime
    ) -> int:
        """Pause or stop a chat's subscriptions (`topic` None: all); withdraw their waiting rows. Returns how many."""

    async def migrate(self, old_chat_id: int, new_chat_id: int) -> int:
        """Rewrite a chat's id everywhere (group became supergroup). Safe to repeat. Returns how many rows changed."""

    async def forget(self, chat_id: int) -> int:
        """Delete everything stored of a chat, ledger rows included. Returns how many subscriptions there were."""

    async def purge(self, before: datetime, *, limit: int) -> int:
        """Delete up to `limit` subscriptions stopped before that time, with their ledger rows."""

    async def counts(self) -> Mapping[tuple[ChatKind, SubscriptionState], int]:
        """Count subscriptions by kind and state."""
