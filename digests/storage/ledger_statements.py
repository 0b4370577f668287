"""The statements that every message pays for: claim, begin, record as sent, and let the next part go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, bindparam, func, literal, or_, select, update

from digests.ledger import Step, sources
from digests.model import DeliveryState
from digests.storage.prepared import Prepared, given
from digests.storage.tables import AT_ONCE, deliveries, edition_parts, editions, subscriptions

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select, Update
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


def _among_given(column: ColumnElement[int], postgres: bool) -> ColumnElement[bool]:
    return column.in_(select(given(deliveries.c.id, postgres=postgres).c.id))


_FREE_NOW = deliveries.c.lease_until.is_(None) | (deliveries.c.lease_until <= _now)


@Prepared
def lease(_postgres: bool) -> ReturningUpdate[tuple[int]]:
    """Leases to a worker what may be claimed, walking ``ix_deliveries_queue`` in its order; returns the ids."""
    queue = (
        select(deliveries.c.id)
        .where(deliveries.c.ready_at <= _now, _FREE_NOW)
        .order_by(deliveries.c.priority, deliveries.c.id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
        .cte("queue")
    )
    return (
        update(deliveries)
        .where(deliveries.c.id.in_(select(queue.c.id)))
        .values(leased_by=bindparam("worker"), lease_until=bindparam("until"))
        .returning(deliveries.c.id)
    )


@Prepared
def claimed(postgres: bool) -> Select[Any]:
    """Reads all that sending needs but the texts; chats are sealed."""
    return (
        select(
            *(deliveries.c[name] for name in ("id", "edition_id", "subscription_id", "part", "priority")),
            *(deliveries.c[name] for name in ("attempts", "unknowns")),
            editions.c.parts,
            editions.c.language,
            *(subscriptions.c[name] for name in ("chat", "topic", "kind")),
        )
        .join_from(deliveries, editions, editions.c.id == deliveries.c.edition_id)
        .join(subscriptions, subscriptions.c.id == deliveries.c.subscription_id)
        .where(_among_given(deliveries.c.id, postgres))
        .order_by(deliveries.c.priority, deliveries.c.id)
    )


@Prepared
def parts(postgres: bool) -> Select[Any]:
    """Reads the parts of the given rows' editions: apart from them, so that all rows of a part share one text."""
    names = ("edition_id", "number", "version", "html", "text")
    columns = (edition_parts.c[name] for name in names)
    wanted = select(deliveries.c.edition_id).where(_among_given(deliveries.c.id, postgres))
    return select(*columns).where(edition_parts.c.edition_id.in_(wanted))


@Prepared
def begin(postgres: bool) -> ReturningUpdate[tuple[int]]:
    """Turns the given rows that a worker still holds into `sending`, counting the attempt; returns their ids."""
    return (
        take(Step.BEGIN, DeliveryState.SENDING)
        .where(
            _among_given(deliveries.c.id, postgres),
            deliveries.c.leased_by == bindparam("worker"),
            deliveries.c.lease_until > _now,
            deliveries.c.ready_at.is_not(None),
        )
        .values(ready_at=None, attempts=deliveries.c.attempts + 1)
        .returning(deliveries.c.id)
    )


@Prepared
def record_sent(postgres: bool) -> Update:
    """Records rows as sent, given as (id, message id, version).

    An answer that comes after the lease was over finds its row `unknown`: what it says for sure is still taken.
    """
    told = given(deliveries.c.id, deliveries.c.message_id, deliveries.c.version, postgres=postgres)
    return (
        take(Step.ARRIVED, DeliveryState.SENT)
        .where(deliveries.c.id == told.c.id)
        .values(
            ready_at=None,
            sent_at=_now,
            settled_at=_now,
            message_id=told.c.message_id,
            version=told.c.version,
            **FREE,
        )
    )


@Prepared
def wake(postgres: bool) -> Update:
    """Lets the parts right behind those of the given rows go that were sent."""
    sent, rows = deliveries.alias(), given(deliveries.c.id, postgres=postgres)
    behind = (
        select(sent.c.edition_id, sent.c.subscription_id, (sent.c.part + 1).label("part"))
        .join_from(rows, sent, sent.c.id == rows.c.id)
        .join(editions, (editions.c.id == sent.c.edition_id) & (editions.c.parts > sent.c.part))
        .where(sent.c.state == DeliveryState.SENT)
        .subquery("behind")
    )
    same = (deliveries.c[name] == behind.c[name] for name in ("edition_id", "subscription_id", "part"))
    return (
        update(deliveries)
        .where(*same, deliveries.c.state == DeliveryState.PENDING)
        .values(ready_at=func.coalesce(deliveries.c.ready_at, literal(AT_ONCE, deliveries.c.ready_at.type)))
    )
