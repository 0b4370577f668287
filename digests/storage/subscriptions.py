"""Who receives what, when."""

from __future__ import annotations

from datetime import time
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Integer, bindparam, delete, exists, func, select, update

from digests.errors import NotFound
from digests.model import ChatKind, Place, Recipient, Schedule, Subscription, SubscriptionState
from digests.storage.ledger import withdraw
from digests.storage.prepared import Prepared, given_ids, listed
from digests.storage.tables import deliveries, edits, halts, subscriptions
from digests.storage.types import moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select, Update

    from digests.storage.session import Session

_ACTIVE, _PAUSED, _STOPPED = SubscriptionState.ACTIVE, SubscriptionState.PAUSED, SubscriptionState.STOPPED


_RECIPIENT = [
    subscriptions.c[name]
    for name in ("id", "language", "times", "weekdays", "zone", "tell_empty", "seen_until", "next_due_at")
]


@Prepared
def _due(_postgres: bool) -> Select[Any]:
    """Walks ``ix_subscriptions_state_next_due_at``."""
    return (
        select(*_RECIPIENT)
        .where(subscriptions.c.state == _ACTIVE, subscriptions.c.next_due_at <= bindparam("now"))
        .order_by(subscriptions.c.next_due_at, subscriptions.c.id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
    )


@Prepared
def _walk(_postgres: bool) -> Select[Any]:
    return (
        select(*_RECIPIENT)
        .where(subscriptions.c.state == _ACTIVE, subscriptions.c.id > bindparam("after"))
        .order_by(subscriptions.c.id)
        .limit(bindparam("most", type_=Integer))
    )


@Prepared
def _advance(postgres: bool) -> Update:
    return (
        update(subscriptions)
        .where(subscriptions.c.id.in_(given_ids(postgres=postgres)))
        .values(next_due_at=bindparam("due"), seen_until=bindparam("seen"))
    )


class Subscriptions:
    """See `digests.ports.Subscriptions`. What a unit of work reads here is locked until its end, to be saved safely."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def find(self, place: Place) -> Subscription | None:
        """Return the subscription of a chat or topic in whatever state, None if there was never one."""
        here = (subscriptions.c.chat == place.chat_id) & (subscriptions.c.topic == place.topic)
        row = await self._session.first(self._session.locking(select(subscriptions).where(here)))
        return None if row is None else _subscription(row)

    async def get(self, subscription_id: int) -> Subscription:
        """Return one subscription. Raises NotFound("subscription")."""
        this = select(subscriptions).where(subscriptions.c.id == subscription_id)
        row = await self._session.first(self._session.locking(this))
        if row is None:
            raise NotFound("subscription")
        return _subscription(row)

    async def of_chat(self, chat_id: int) -> Sequence[Subscription]:
        """Return all subscriptions of a chat, its topics included."""
        all_ = select(subscriptions).where(subscriptions.c.chat == chat_id).order_by(subscriptions.c.topic)
        return [_subscription(row) for row in await self._session.all(self._session.locking(all_))]

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
        """Store a new active subscription that has seen everything published until `now`.

        If the place subscribed a moment ago by another process, that subscription is returned.
        """
        subscription = Subscription(
            id=0,
            place=place,
            kind=kind,
            language=language,
            schedule=schedule,
            state_at=now,
            seen_until=now,
            next_due_at=next_due_at,
            created_at=now,
        )
        row = _row(subscription) | {"created_at": now}
        insert = self._session.insert(subscriptions).values(row)
        await self._session.execute(insert.on_conflict_do_nothing(index_elements=["chat", "topic"]))
        stored = await self.find(place)
        if stored is None:
            raise NotFound("subscription")
        return stored

    async def save(self, subscription: Subscription) -> None:
        """Write back every field but id and created_at. Raises NotFound("subscription")."""
        change = update(subscriptions).where(subscriptions.c.id == subscription.id).values(_row(subscription))
        if not await self._session.changed(change):
            raise NotFound("subscription")

    async def due(self, now: datetime, *, limit: int) -> Sequence[Recipient]:
        """Return active subscriptions with next_due_at <= now, longest waiting first, locked for this transaction.

        What another process has locked is passed over, so that several may plan at the same time.
        """
        return await self._recipients(_due, {"now": now, "most": limit})

    async def active(self, *, after_id: int = 0, limit: int) -> Sequence[Recipient]:
        """Return active subscriptions with id > after_id in order of id, for walking through all of them."""
        return await self._recipients(_walk, {"after": after_id, "most": limit})

    async def advance(self, steps: Sequence[tuple[int, datetime | None, datetime]]) -> None:
        """Set (next_due_at, seen_until) of many subscriptions at once: rows of (id, next_due_at, seen_until)."""
        alike: dict[tuple[datetime | None, datetime], list[int]] = {}  # most share a few due times
        for id_, due, seen in sorted(steps, key=itemgetter(0)):
            alike.setdefault((due, seen), []).append(id_)
        if alike:
            values = [{"ids": listed(ids), "due": due, "seen": seen} for (due, seen), ids in alike.items()]
            await self._session.run(*((_advance, each) for each in values))

    async def suspend(
        self, chat_id: int, state: SubscriptionState, reason: str, *, topic: int | None, now: datetime
    ) -> int:
        """Pause or stop a chat's subscriptions (`topic` None: all); withdraw their waiting rows. Returns how many.

        A subscription that was stopped already stays as it is, its time included; a paused one may be stopped.
        """
        here = subscriptions.c.chat == chat_id
        if topic is not None:
            here &= subscriptions.c.topic == topic
        from_ = [_ACTIVE, _PAUSED] if state is _STOPPED else [_ACTIVE]
        change = update(subscriptions).where(here, subscriptions.c.state.in_(from_))
        number = await self._session.changed(change.values(state=state, reason=reason, state_at=now))
        theirs = deliveries.c.subscription_id.in_(select(subscriptions.c.id).where(here))
        await withdraw(self._session, theirs, reason=reason, now=now)
        return number

    async def migrate(self, old_chat_id: int, new_chat_id: int) -> int:
        """Rewrite a chat's id everywhere (group became supergroup). Safe to repeat. Returns how many rows changed.

        Where the new chat has subscribed by itself meanwhile, one subscription stays (an active one before
        another, else the old one) and takes over what the other had waiting.
        """
        old = await self.of_chat(old_chat_id)
        new = {subscription.place.topic: subscription for subscription in await self.of_chat(new_chat_id)}
        for subscription in old:
            await self._lose_messages(subscription.id)
            keep, twin = subscription, new.get(subscription.place.topic)
            if twin is not None:
                if twin.state is _ACTIVE and subscription.state is not _ACTIVE:
                    keep, twin = twin, subscription
                await self._merge(keep.id, twin.id)
            change = update(subscriptions).where(subscriptions.c.id == keep.id)
            await self._session.execute(change.values(chat=new_chat_id, kind=ChatKind.SUPERGROUP))
        await self._session.execute(delete(halts).where(halts.c.chat == old_chat_id))
        return len(old)

    async def forget(self, chat_id: int) -> int:
        """Delete everything stored of a chat, ledger rows included. Returns how many subscriptions there were."""
        await self._session.execute(delete(halts).where(halts.c.chat == chat_id))
        return await self._session.changed(delete(subscriptions).where(subscriptions.c.chat == chat_id))

    async def purge(self, before: datetime, *, limit: int) -> int:
        """Delete up to `limit` subscriptions stopped before that time, with their ledger rows."""
        stopped = (subscriptions.c.state == _STOPPED) & (subscriptions.c.state_at < before)
        some = select(subscriptions.c.id).where(stopped).order_by(subscriptions.c.state_at).limit(limit)
        return await self._session.changed(delete(subscriptions).where(subscriptions.c.id.in_(some)))

    async def counts(self) -> Mapping[tuple[ChatKind, SubscriptionState], int]:
        """Count subscriptions by kind and state."""
        by = subscriptions.c.kind, subscriptions.c.state
        rows = await self._session.all(select(*by, func.count()).group_by(*by))
        return {(ChatKind(kind), SubscriptionState(state)): count for kind, state, count in rows}

    async def _recipients(self, statement: Prepared, values: Mapping[str, Any]) -> list[Recipient]:
        """Read many: each costs much less than by `_subscription`."""
        [found] = await self._session.run((statement, values))
        return [
            Recipient(
                id_,
                language,
                _schedule(times, weekdays, zone),
                bool(tell),
                moment(seen),
                None if due is None else moment(due),
            )
            for id_, language, times, weekdays, zone, tell, seen, due in found
        ]

    async def _lose_messages(self, subscription_id: int) -> None:
        """Forget which messages a chat has: those of a group cannot be reached from the supergroup it became.

        There the same numbers are other messages, so editing by them would destroy those.
        """
        theirs = deliveries.c.subscription_id == subscription_id
        await self._session.execute(update(deliveries).where(theirs).values(message_id=None))
        of_theirs = edits.c.delivery_id.in_(select(deliveries.c.id).where(theirs))
        await self._session.execute(update(edits).where(of_theirs).values(message_id=None, notice=True))

    async def _merge(self, keep: int, drop: int) -> None:
        """Give one subscription the ledger rows of editions it has not got from another, and delete the other."""
        own = deliveries.alias()
        has: ColumnElement[bool] = exists().where(
            own.c.edition_id == deliveries.c.edition_id, own.c.subscription_id == keep
        )
        move = update(deliveries).where(deliveries.c.subscription_id == drop, ~has)
        await self._session.execute(move.values(subscription_id=keep))
        await self._session.execute(delete(subscriptions).where(subscriptions.c.id == drop))


def _schedule(times: Sequence[str] | str, weekdays: Sequence[int] | str, zone: str) -> Schedule:
    """Make it of lists, or of their JSON as SQLite has it."""
    if isinstance(times, str):
        return _schedule_of_json(times, str(weekdays), zone)
    return _schedule_of(tuple(times), tuple(map(int, weekdays)), zone)


@lru_cache(maxsize=1024)  # most chats share a few schedules
def _schedule_of_json(times: str, weekdays: str, zone: str) -> Schedule:
    return _schedule_of(tuple(orjson.loads(times)), tuple(orjson.loads(weekdays)), zone)


@lru_cache(maxsize=1024)
def _schedule_of(times: tuple[str, ...], weekdays: tuple[int, ...], zone: str) -> Schedule:
    return Schedule(times=tuple(time.fromisoformat(clock) for clock in times), weekdays=frozenset(weekdays), zone=zone)


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(
        id=row.id,
        place=Place(row.chat, row.topic),
        kind=ChatKind(row.kind),
        language=row.language,
        schedule=_schedule(row.times, row.weekdays, row.zone),
        tell_empty=row.tell_empty,
        state=SubscriptionState(row.state),
        reason=row.reason,
        state_at=row.state_at,
        seen_until=row.seen_until,
        next_due_at=row.next_due_at,
        created_at=row.created_at,
    )


def _row(subscription: Subscription) -> dict[str, Any]:
    """Return every column but id and created_at."""
    return {
        "chat": subscription.place.chat_id,
        "topic": subscription.place.topic,
        "kind": subscription.kind,
        "language": subscription.language,
        "times": [clock.isoformat("minutes") for clock in subscription.schedule.times],
        "weekdays": sorted(subscription.schedule.weekdays),
        "zone": subscription.schedule.zone,
        "tell_empty": subscription.tell_empty,
        "state": subscription.state,
        "reason": subscription.reason,
        "state_at": subscription.state_at,
        "seen_until": subscription.seen_until,
        "next_due_at": subscription.next_due_at,
    }
