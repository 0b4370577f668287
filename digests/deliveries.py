"""What the owners see of deliveries, and what they can do about them. Each change is one transaction, and audited."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from digests.delivery.gate import open_gate, paused
from digests.model import AuditEntry, EditionKind, SubscriptionState
from digests.subscribing import revived

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.delivery.storm import Pause
    from digests.model import Edition, Subscription
    from digests.ports import LedgerCounts, Store, Tx

#: Editions that go to many; what single readers asked for is not listed.
FAN_OUTS = (EditionKind.SCHEDULED, EditionKind.URGENT)
RATE_OVER = timedelta(seconds=30)  # what the rate is measured over


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """An edition and its ledger rows by state and by reason."""

    edition: Edition
    counts: LedgerCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Overview):
    """An edition in full. `refused` and `resting` count the subscriptions that `Deliveries.retry` would try again."""

    refused: int
    resting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the fan-outs under way are. `rate` is rows settled a second of late."""

    rows: int
    done: int
    rate: float
    now: datetime

    @property
    def remaining(self) -> int:
        """Rows that are not settled."""
        return self.rows - self.done

    @property
    def ends_at(self) -> datetime | None:
        """When it will be over at this rate; None while nothing moves."""
        return self.now + timedelta(seconds=self.remaining / self.rate) if self.rate > 0 else None


class Deliveries:
    """The owners' use-cases over the ledger."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def latest(self, *, limit: int, offset: int = 0) -> Sequence[Overview]:
        """Return the editions that went to many, newest first."""
        async with self._store.read() as tx:
            editions = await tx.editions.latest(FAN_OUTS, limit=limit, offset=offset)
            return [Overview(edition=each, counts=await tx.ledger.counts(each.id)) for each in editions]

    async def report(self, edition_id: int) -> Report:
        """Return all about one edition. Raises NotFound("edition")."""
        async with self._store.read() as tx:
            return Report(
                edition=await tx.editions.get(edition_id),
                counts=await tx.ledger.counts(edition_id),
                refused=len(await tx.ledger.retryable(edition_id, resting=False)),
                resting=len(await tx.ledger.retryable(edition_id, resting=True)),
            )

    async def progress(self, *, now: datetime) -> Progress | None:
        """Return how far the fan-outs under way are together, None if there is none."""
        async with self._store.read() as tx:
            fan_outs = await tx.ledger.fan_outs(FAN_OUTS)
            if not fan_outs:
                return None
            since = max(now - RATE_OVER, min(each.began_at for each in fan_outs))
            settled = await tx.ledger.settled_since(since)
        seconds = max((now - since).total_seconds(), 1.0)
        return Progress(
            rows=sum(each.rows for each in fan_outs),
            done=sum(each.settled for each in fan_outs),
            rate=settled / seconds,
            now=now,
        )

    async def retry(self, edition_id: int, *, resting: bool, owner: int, now: datetime) -> int:
        """Try again what of an edition can be; returns to how many subscriptions.

        `resting`: those whose outcome stayed unknown, who get it marked as a possible repeat. Else those whose row was
        refused: who waited for an administrator goes on, and the next digest leaves out what this one brings. Raises
        NotFound("edition").
        """
        async with self._store.begin() as tx:
            edition = await tx.editions.get(edition_id)
            ids = await tx.ledger.retryable(edition_id, resting=resting)
            if not resting:
                for id_ in ids:
                    await tx.subscriptions.save(_again(await tx.subscriptions.get(id_), edition, now))
            await tx.ledger.retry(edition_id, ids, resting=resting, now=now)
            what = "send again" if resting else "try again"
            await _audit(tx, owner, what, f"edition {edition_id}", now, subscriptions=str(len(ids)))
        return len(ids)

    async def paused(self) -> Pause | None:
        """Return why nothing is delivered, None while all goes its way."""
        async with self._store.read() as tx:
            return await paused(tx)

    async def resume(self, *, owner: int, now: datetime) -> bool:
        """Let deliveries go on in spite of what paused them; False if they did anyway. Poke the worker afterwards."""
        async with self._store.begin() as tx:
            opened = await open_gate(tx, excuse=True)
            if opened:
                await _audit(tx, owner, "resume delivery", "deliveries", now)
            return opened


def _again(subscription: Subscription, edition: Edition, now: datetime) -> Subscription:
    """Return the subscription as it stands when it gets the edition after all."""
    if subscription.state is not SubscriptionState.ACTIVE:
        subscription = revived(subscription, now)
    if edition.kind is EditionKind.URGENT:  # an urgent row tells by itself what was got
        return subscription
    return replace(subscription, seen_until=max(subscription.seen_until, edition.created_at))


async def _audit(tx: Tx, owner: int, action: str, subject: str, now: datetime, **details: str) -> None:
    await tx.audit.add(AuditEntry(at=now, actor=owner, action=action, subject=subject, details=details))
