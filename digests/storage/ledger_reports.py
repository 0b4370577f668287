"""What the ledger can tell, changing nothing: counts, reasons, how far a fan-out is, what may be tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from digests.delivery.retry import BAD_REQUEST
from digests.model import DeliveryState, EditionKind, SubscriptionState
from digests.ports import FanOut, LedgerCounts
from digests.storage.tables import deliveries, editions, subscriptions

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Select

    from digests.storage.session import Session

_NOT_SENT = (DeliveryState.REFUSED, DeliveryState.UNKNOWN, DeliveryState.WITHDRAWN)


class LedgerReports:
    """The reading half of `digests.ports.Ledger`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def counts(self, edition_id: int | None = None) -> LedgerCounts:
        """Count rows by state, of one edition or of all."""
        which = [] if edition_id is None else [deliveries.c.edition_id == edition_id]
        by = deliveries.c.state, deliveries.c.last_error
        states: dict[DeliveryState, int] = {}
        reasons: dict[str, int] = {}
        for state, reason, count in await self._session.all(select(*by, func.count()).where(*which).group_by(*by)):
            states[DeliveryState(state)] = states.get(DeliveryState(state), 0) + count
            if reason and state in _NOT_SENT:
                reasons[reason] = reasons.get(reason, 0) + count
        return LedgerCounts(states, reasons)

    async def fan_outs(self, kinds: Collection[EditionKind]) -> Sequence[FanOut]:
        """Return how far those editions are that have rows which are not settled, oldest first."""
        # found by the two small indexes, which SQLite would not use for an OR: whatever is not settled is ready, or
        # held, or stands behind such a part
        row = deliveries.alias()
        ready = select(row.c.edition_id).where(row.c.ready_at.is_not(None), row.c.leased_by.is_(None))
        at_work = ready.union(select(row.c.edition_id).where(row.c.leased_by.is_not(None)))
        rows = await self._session.all(
            select(editions.c.id, editions.c.created_at, func.count(), func.count(deliveries.c.settled_at))
            .join_from(editions, deliveries, deliveries.c.edition_id == editions.c.id)
            .where(editions.c.id.in_(at_work), editions.c.kind.in_(kinds))
            .group_by(editions.c.id, editions.c.created_at)
            .order_by(editions.c.id)
        )
        return [FanOut(*row) for row in rows]

    async def settled_since(self, since: datetime) -> int:
        """Count the rows that were settled after that time."""
        lately = select(func.count()).select_from(deliveries).where(deliveries.c.settled_at > since)
        count: int = await self._session.scalar(lately)
        return count

    async def retryable(self, edition_id: int, *, resting: bool) -> Sequence[int]:
        """Return the subscriptions whose row of an edition an owner may have tried again.

        `resting`: those whose outcome stays unknown; only active ones. Else those whose row was refused, who are active
        or wait for an administrator, and who have not been given the articles by a later digest.
        """
        of = _resting(edition_id) if resting else _refused(edition_id)
        return [row.subscription_id for row in await self._session.all(of.order_by(deliveries.c.subscription_id))]


def _resting(edition_id: int) -> Select[tuple[int]]:
    """Choose the subscriptions with a row at rest, its outcome unknown."""
    return (
        select(deliveries.c.subscription_id)
        .join_from(deliveries, subscriptions, subscriptions.c.id == deliveries.c.subscription_id)
        .where(
            deliveries.c.edition_id == edition_id,
            deliveries.c.state == DeliveryState.UNKNOWN,
            deliveries.c.settled_at.is_not(None),
            subscriptions.c.state == SubscriptionState.ACTIVE,
        )
        .distinct()
    )


def _refused(edition_id: int) -> Select[tuple[int]]:
    # what was refused counts as not seen, so a digest that came later held it: `seen_until` tells
    return (
        select(deliveries.c.subscription_id)
        .join_from(deliveries, subscriptions, subscriptions.c.id == deliveries.c.subscription_id)
        .join(editions, editions.c.id == deliveries.c.edition_id)
        .where(
            deliveries.c.edition_id == edition_id,
            deliveries.c.state == DeliveryState.REFUSED,
            deliveries.c.last_error != BAD_REQUEST,
            subscriptions.c.state.in_((SubscriptionState.ACTIVE, SubscriptionState.PAUSED)),
            subscriptions.c.seen_until < editions.c.created_at,
        )
        .distinct()
    )
