"""The delivery ledger: every change of a row's state is one conditional UPDATE.

The states a row may be in for a step, and the one it comes to, are taken from `digests.ledger.TRANSITIONS`.

A lease (`leased_by`, `lease_until`) says who is about to send a row and changes no state. `ready_at` says from when
a row may be claimed; NULL while an earlier part comes first, and for ever once the row is settled.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, delete, exists, func, literal, or_, select, tuple_, update

from digests.ledger import STEP_OF, Step, sources
from digests.model import (
    ChatKind,
    Delivery,
    DeliveryState,
    Edition,
    Outcome,
    Place,
    Priority,
    SubscriptionState,
    Verdict,
)
from digests.ports import LedgerCounts
from digests.storage.tables import deliveries, edition_parts, editions, subscriptions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select, Update

    from digests.storage.session import Session

_PENDING, _SENDING, _SENT = DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.SENT
_REFUSED, _UNKNOWN, _WITHDRAWN = DeliveryState.REFUSED, DeliveryState.UNKNOWN, DeliveryState.WITHDRAWN
_WAITING = sources(Step.BEGIN)  # what may be claimed, when `ready_at` is set
_NOT_SENT = (_REFUSED, _UNKNOWN, _WITHDRAWN)
_PRIORITIES = tuple(Priority)
_FREE = {"leased_by": None, "lease_until": None}

_reason = bindparam("reason", type_=deliveries.c.last_error.type)
_ERROR = {"last_error": _reason, "first_error": func.coalesce(deliveries.c.first_error, _reason)}


def _take(step: Step, to: DeliveryState) -> Update:
    """Begin the update that takes a row a step further, from wherever that leads `to`; it is to set more."""
    states = sources(step, to)
    if not states:
        raise ValueError(f"{step} never leads to {to}")
    in_state = or_(*(deliveries.c.state == state for state in states))  # IN cannot be run for many rows at once
    return update(deliveries).where(in_state).values(state=to)


def _record(step: Step, to: DeliveryState) -> Update:
    return _take(step, to).where(deliveries.c.id == bindparam("row"))


# An answer that comes after the lease was over finds its row `unknown`: what it says for sure is still taken.
_RECORD_SENT = _record(Step.ARRIVED, _SENT).values(
    ready_at=None,
    sent_at=bindparam("now"),
    settled_at=bindparam("now"),
    message_id=bindparam("message"),
    **_FREE,
)
_RECORD_REFUSED = _record(Step.REFUSED, _REFUSED).values(ready_at=None, settled_at=bindparam("now"), **_ERROR, **_FREE)
_RECORD_AGAIN = _record(Step.NOT_ARRIVED, _PENDING).values(ready_at=bindparam("ready"), **_ERROR, **_FREE)
_FIRST = deliveries.c.unknowns == 0
_BECOMES_UNKNOWN: dict[str, Any] = {
    "unknowns": deliveries.c.unknowns + 1,
    "ready_at": case((_FIRST, bindparam("ready", type_=deliveries.c.ready_at.type)), else_=None),
    "settled_at": case((_FIRST, None), else_=bindparam("now", type_=deliveries.c.settled_at.type)),
    **_ERROR,
    **_FREE,
}
_RECORD_UNKNOWN = _record(Step.LOST, _UNKNOWN).values(_BECOMES_UNKNOWN)

_BY_STEP = {
    Step.ARRIVED: _RECORD_SENT,
    Step.REFUSED: _RECORD_REFUSED,
    Step.LOST: _RECORD_UNKNOWN,
    Step.NOT_ARRIVED: _RECORD_AGAIN,
}
_RECORD = {verdict: _BY_STEP[step] for verdict, step in STEP_OF.items()}

_DELIVERY = (
    select(
        *(deliveries.c[name] for name in ("id", "edition_id", "subscription_id", "part", "priority")),
        *(deliveries.c[name] for name in ("attempts", "unknowns")),
        editions.c.parts,
        editions.c.language,
        *(subscriptions.c[name] for name in ("chat", "topic", "kind")),
        edition_parts.c.html,
        edition_parts.c.text,
    )
    .join_from(deliveries, editions, editions.c.id == deliveries.c.edition_id)
    .join(subscriptions, subscriptions.c.id == deliveries.c.subscription_id)
    .join(
        edition_parts,
        (edition_parts.c.edition_id == deliveries.c.edition_id) & (edition_parts.c.number == deliveries.c.part),
    )
    .order_by(deliveries.c.priority, deliveries.c.id)
)


class Ledger:
    """See `digests.ports.Ledger`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, edition: Edition, subscription_ids: Sequence[int], *, priority: Priority, now: datetime) -> int:
        """Write a pending row a subscription and part; existing rows are left alone. Returns rows written."""
        ready = case((edition_parts.c.number == 1, literal(now, deliveries.c.ready_at.type)), else_=None)
        values: dict[str, ColumnElement[Any]] = {
            "edition_id": edition_parts.c.edition_id,
            "subscription_id": subscriptions.c.id,
            "part": edition_parts.c.number,
            "priority": literal(priority.order),
            "state": literal(str(_PENDING)),
            "ready_at": ready,
            "attempts": literal(0),
            "unknowns": literal(0),
            "created_at": literal(now, deliveries.c.created_at.type),
        }
        rows = (
            select(*values.values())
            .join_from(edition_parts, subscriptions, subscriptions.c.id.in_(subscription_ids))
            .where(edition_parts.c.edition_id == edition.id)
            .order_by(subscriptions.c.id, edition_parts.c.number)
        )
        unique = ["edition_id", "subscription_id", "part"]
        insert = self._session.insert(deliveries).from_select([*values], rows)
        return await self._session.changed(insert.on_conflict_do_nothing(index_elements=unique))

    async def claim(self, *, worker: str, now: datetime, lease_until: datetime, limit: int) -> Sequence[Delivery]:
        """Lease rows that may be sent now: pending (or unknown once), not leased to a living worker, their time come.

        By priority, then oldest first. A part becomes ready when the part before it was sent (see `record`).
        Rows another process is claiming at this moment are passed over.
        """
        ids = [row.id for row in await self._session.all(_queue(now, limit))]
        if not ids:
            return []
        mine = deliveries.c.id.in_(ids)
        lease = update(deliveries).where(mine, deliveries.c.ready_at.is_not(None), _free(now))
        await self._session.execute(lease.values(leased_by=worker, lease_until=lease_until))
        return [_delivery(row) for row in await self._session.all(_DELIVERY.where(mine))]

    async def sending(self, ids: Sequence[int], *, worker: str, now: datetime) -> frozenset[int]:
        """Commit rows as `sending` right before their calls leave; returns those still held by this worker.

        Counts the attempt. A row whose lease is over, or that was withdrawn meanwhile, is no longer held.
        """
        held = (deliveries.c.leased_by == worker) & (deliveries.c.lease_until > now)
        begin = (
            _take(Step.BEGIN, _SENDING)
            .where(deliveries.c.id.in_(ids), held, deliveries.c.ready_at.is_not(None))
            .values(ready_at=None, attempts=deliveries.c.attempts + 1)
            .returning(deliveries.c.id)
        )
        return frozenset(row.id for row in await self._session.all(begin))

    async def record(self, outcomes: Sequence[tuple[int, Outcome]], *, now: datetime) -> None:
        """Write what became of rows: sent; pending again after its wait (RETRY, MIGRATED); unknown; refused.

        Then the part after a sent one becomes ready, and the parts after one that ended otherwise are withdrawn.
        What would be sent again is withdrawn instead if its subscription was suspended meanwhile.
        """
        rows: dict[Verdict, list[dict[str, Any]]] = {}
        for id_, outcome in sorted(outcomes, key=lambda pair: pair[0]):
            rows.setdefault(outcome.verdict, []).append(_parameters(id_, outcome, now))
        for verdict, some in rows.items():
            await self._session.execute(_RECORD[verdict], some)
        await self._follow([id_ for id_, _ in outcomes], now)

    async def release(self, worker: str) -> int:
        """Give back rows leased but not begun, at a clean stop."""
        leased = (deliveries.c.leased_by == worker) & deliveries.c.state.in_(_WAITING)
        return await self._session.changed(update(deliveries).where(leased).values(_FREE))

    async def recover(self, *, now: datetime, everything: bool) -> int:
        """Turn `sending` rows whose lease is over into `unknown`; all of them when `everything` (only process).

        With `everything`, leases on rows that were not begun end as well: whoever held them is gone.
        """
        held: ColumnElement[bool] = deliveries.c.leased_by.is_not(None)
        if everything:
            await self._session.execute(update(deliveries).where(held, deliveries.c.state.in_(_WAITING)).values(_FREE))
        else:
            held &= deliveries.c.lease_until <= now
        lost = _take(Step.LOST, _UNKNOWN).where(held).values(_BECOMES_UNKNOWN)
        found = await self._session.execute(
            lost.returning(deliveries.c.id), {"ready": now, "now": now, "reason": "interrupted"}
        )
        ids = [row.id for row in found]
        await self._follow(ids, now)
        return len(ids)

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

    async def purge(self, before: datetime, *, limit: int) -> int:
        """Delete up to `limit` finished rows older than that, and editions left without rows.

        Returns the number of rows; up to `limit` editions go as well.
        """
        old = select(deliveries.c.id).where(deliveries.c.settled_at < before)
        some = old.order_by(deliveries.c.settled_at).limit(limit)
        number = await self._session.changed(delete(deliveries).where(deliveries.c.id.in_(some)))
        has_rows = exists().where(deliveries.c.edition_id == editions.c.id)
        bare = select(editions.c.id).where(editions.c.created_at < before, ~has_rows).limit(limit)
        await self._session.execute(delete(editions).where(editions.c.id.in_(bare)))
        return number

    async def _follow(self, ids: Sequence[int], now: datetime) -> None:
        """After rows changed: wake or withdraw the parts behind them; end what nobody waits for any more."""
        if not ids:
            return
        changed = deliveries.alias()
        these = changed.c.id.in_(ids)
        idle = subscriptions.c.id.in_(select(deliveries.c.subscription_id).where(deliveries.c.id.in_(ids)))
        suspended = select(subscriptions.c.id).where(idle, subscriptions.c.state != SubscriptionState.ACTIVE)
        stale = deliveries.c.id.in_(ids) & deliveries.c.subscription_id.in_(suspended)
        await withdraw(self._session, stale, reason="suspended", now=now)

        await self._session.execute(_after_sent(ids, now))

        set_ = tuple_(deliveries.c.edition_id, deliveries.c.subscription_id)
        ended = or_(changed.c.state.in_((_REFUSED, _WITHDRAWN)), changed.c.unknowns > 1)
        behind_ended = select(changed.c.edition_id, changed.c.subscription_id).where(
            these, ended, changed.c.settled_at.is_not(None), changed.c.state != _SENT
        )
        rest = set_.in_(behind_ended) & deliveries.c.ready_at.is_(None)
        await withdraw(self._session, rest, reason="earlier_part", now=now)


def _free(now: datetime) -> ColumnElement[bool]:
    return deliveries.c.lease_until.is_(None) | (deliveries.c.lease_until <= now)


def _queue(now: datetime, limit: int) -> Select[Any]:
    """Choose what may be claimed. Walks ``ix_deliveries_queue`` in its order and stops at `limit`."""
    return (
        select(deliveries.c.id)
        .where(deliveries.c.ready_at <= now, _free(now))
        .order_by(deliveries.c.priority, deliveries.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def _after_sent(ids: Sequence[int], now: datetime) -> Update:
    """Make the parts ready that come right after those rows among `ids` that were sent."""
    sent = deliveries.alias()
    behind = select(sent.c.edition_id, sent.c.subscription_id, sent.c.part + 1).where(
        sent.c.id.in_(ids), sent.c.state == _SENT
    )
    here = tuple_(deliveries.c.edition_id, deliveries.c.subscription_id, deliveries.c.part)
    wake = update(deliveries).where(here.in_(behind), deliveries.c.state == _PENDING)
    return wake.values(ready_at=func.coalesce(deliveries.c.ready_at, now))


async def withdraw(session: Session, which: ColumnElement[bool], *, reason: str, now: datetime) -> None:
    """Take waiting rows out of the queue: pending ones are withdrawn, an unknown one rests as it is."""
    end = {"ready_at": None, "settled_at": now, **_FREE}
    error = {"last_error": reason, "first_error": func.coalesce(deliveries.c.first_error, reason)}
    pending = _take(Step.WITHDRAW, _WITHDRAWN).where(which)
    await session.execute(pending.values(**end, **error))
    unknown = _take(Step.WITHDRAW, _UNKNOWN).where(which, deliveries.c.ready_at.is_not(None))
    await session.execute(unknown.values(end))


def _parameters(id_: int, outcome: Outcome, now: datetime) -> dict[str, Any]:
    """Return what the statement for this verdict needs; a wait counts for what is certain to be sent again."""
    statement = _RECORD[outcome.verdict]
    if statement is _RECORD_SENT:
        return {"row": id_, "now": now, "message": outcome.message_id}
    row: dict[str, Any] = {"row": id_, "reason": outcome.reason or outcome.verdict.value}
    if statement is not _RECORD_AGAIN:
        row["now"] = now
    if statement is not _RECORD_REFUSED:
        row["ready"] = now + timedelta(seconds=outcome.wait)
    return row


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        edition_id=row.edition_id,
        subscription_id=row.subscription_id,
        part=row.part,
        parts=row.parts,
        place=Place(row.chat, row.topic),
        kind=ChatKind(row.kind),
        language=row.language,
        priority=_PRIORITIES[row.priority],
        html=row.html,
        text=row.text,
        attempts=row.attempts,
        unknowns=row.unknowns,
    )
