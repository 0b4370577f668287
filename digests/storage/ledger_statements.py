"""The statements that every message pays for: claim, begin, record as sent, and let the next part go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, bindparam, func, literal, or_, select, update

from digests.ledger import Step, sources
from digests.model import DeliveryState
from digests.storage.prepared import Prepared, given_ids, given_pairs
from digests.storage.tables import AT_ONCE, deliveries, edition_parts, editions, subscriptions

if TYPE_CHECKING:
    from sqlalchemy import Select, Update
    from sqlalchemy.sql.dml import ReturningUpdate

FREE = {"leased_by": None, "lease_until": None}

_now = bindparam("now", type_=deliveries.c.ready_at.type)


def take(step: Step, to: DeliveryState) -> Update:
    """Begin the update that takes a row a step further, from wherever that leads `to`; it is to set more."""
    states = sources(step, to)
    if not states:
        raise ValueError(f"{step} never leads to {to}")
    in_state = or_(*(deliveries.c.state == state for state in states))  # IN cannot be run for many rows at once
    return update(deliveries).where(in_state).values(state=to)


@Prepared
def free(_postgres: bool) -> Update:
    """Ends the leases that ran out on rows that were not begun."""
    over = (
        select(deliveries.c.id)
        .where(
            deliveries.c.leased_by.is_not(None), deliveries.c.lease_until <= _now, deliveries.c.ready_at.is_not(None)
        )
        .with_for_update(skip_locked=True)
    )
    return update(deliveries).where(deliveries.c.id.in_(over)).values(FREE)


@Prepared
def queue(_postgres: bool) -> Select[Any]:
    """Reads what may be claimed, walking ``ix_deliveries_queue``, and where it is to go; chats are sealed.

    Locks the rows, passing over what another process has locked.
    """
    names = ("id", "edition_id", "part", "priority", "attempts", "unknowns", "subscription_id")
    return (
        select(
            *(deliveries.c[name] for name in names),
            *(subscriptions.c[name] for name in ("chat", "topic", "kind")),
        )
        .join_from(deliveries, subscriptions, subscriptions.c.id == deliveries.c.subscription_id)
        .where(deliveries.c.ready_at <= _now, deliveries.c.leased_by.is_(None))
        .order_by(deliveries.c.priority, deliveries.c.id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True, of=deliveries)
    )


@Prepared
def lease(postgres: bool) -> Update:
    """Leases to a worker what it read from the queue."""
    return (
        update(deliveries)
        .where(deliveries.c.id.in_(given_ids(postgres=postgres)))
        .values(leased_by=bindparam("worker"), lease_until=bindparam("until"))
    )


@Prepared
def parts(postgres: bool) -> Select[Any]:
    """Reads the parts of the given editions: apart from the rows, so that all rows of a part share one text."""
    names = ("edition_id", "number", "version", "html", "text")
    return (
        select(*(edition_parts.c[name] for name in names), editions.c.parts, editions.c.language)
        .join_from(edition_parts, editions, editions.c.id == edition_parts.c.edition_id)
        .where(edition_parts.c.edition_id.in_(given_ids(postgres=postgres)))
    )


@Prepared
def begin(postgres: bool) -> ReturningUpdate[tuple[int]]:
    """Turns the given rows that a worker still holds into `sending`, counting the attempt; returns their ids."""
    return (
        take(Step.BEGIN, DeliveryState.SENDING)
        .where(
            deliveries.c.id.in_(given_ids(postgres=postgres)),
            deliveries.c.leased_by == bindparam("worker"),
            deliveries.c.lease_until > _now,
            deliveries.c.ready_at.is_not(None),
        )
        .values(ready_at=None, attempts=deliveries.c.attempts + 1)
        .returning(deliveries.c.id)
    )


@Prepared
def record_sent(postgres: bool) -> Update:
    """Records rows as sent with one version of their texts, given as pairs of id and message id.

    An answer that comes after the lease was over finds its row `unknown`: what it says for sure is still taken.
    """
    told = given_pairs(deliveries.c.message_id, postgres=postgres)
    return (
        take(Step.ARRIVED, DeliveryState.SENT)
        .where(deliveries.c.id == told.c.id)
        .values(
            ready_at=None,
            sent_at=_now,
            settled_at=_now,
            message_id=told.c.message_id,
            version=bindparam("version"),
            **FREE,
        )
    )


@Prepared
def wake(postgres: bool) -> Update:
    """Lets the parts right behind those of the given rows go that were sent."""
    sent = deliveries.alias()
    behind = (
        select(sent.c.edition_id, sent.c.subscription_id, (sent.c.part + 1).label("part"))
        .where(sent.c.id.in_(given_ids(postgres=postgres)), sent.c.state == DeliveryState.SENT)
        .subquery("behind")
    )
    same = (deliveries.c[name] == behind.c[name] for name in ("edition_id", "subscription_id", "part"))
    return (
        update(deliveries)
        .where(*same, deliveries.c.state == DeliveryState.PENDING)
        .values(ready_at=func.coalesce(deliveries.c.ready_at, literal(AT_ONCE, deliveries.c.ready_at.type)))
    )
