"""The queue of corrections: at most one row a delivery, which always heads for the present text of its part.

    pending ──sending()──▶ sending ──record()──▶ sent      (the chat has that version; if it is no longer the present
       ▲                      │                             one, the row is pending again at once)
       │                      ├──────────────────▶ refused  (unreachable, with the reason)
       ├──RETRY, UNKNOWN──────┤                             an edit may be repeated as often as need be
       └──GONE────────────────┘                             no message to edit any more: a short one is to be sent
    sending ──UNKNOWN──▶ unknown   only for that short message: sent once more, marked; a second time it rests
    anything but sending ──another correction──▶ pending

So two corrections in a row end at the last one, whatever was under way. `version` is the text the chat is known to
have; rows never hold the text itself, it is read when they are claimed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, exists, func, literal, literal_column, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from digests.model import ChatKind, Delivery, DeliveryState, Place, Priority, Purpose, SubscriptionState, Verdict
from digests.storage.prepared import Prepared, given_ids
from digests.storage.tables import AT_ONCE, deliveries, edition_parts, editions, edits, subscriptions

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Insert, Row, Select

    from digests.model import Outcome
    from digests.ports import PartKey
    from digests.storage.session import Session

_PENDING, _SENDING, _SENT = DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.SENT
_REFUSED, _UNKNOWN = DeliveryState.REFUSED, DeliveryState.UNKNOWN
_WAITING = (_PENDING, _UNKNOWN)
_FREE = {"leased_by": None, "lease_until": None}
_OF_PART = and_(edition_parts.c.edition_id == deliveries.c.edition_id, edition_parts.c.number == deliveries.c.part)

_ids = bindparam("ids", type_=edits.c.id.type, expanding=True)
_now = bindparam("now", type_=edits.c.ready_at.type)
_at_once = literal(AT_ONCE, edits.c.ready_at.type)
_ready = bindparam("ready", type_=edits.c.ready_at.type)
_version = bindparam("version", type_=edits.c.version.type)
_reason = bindparam("reason", type_=edits.c.last_error.type)
_ERROR = {"last_error": _reason, "first_error": func.coalesce(edits.c.first_error, _reason)}
_AGAIN: dict[str, Any] = {"state": _PENDING, "settled_at": None, **_FREE}

_FREE_NOW = edits.c.lease_until.is_(None) | (edits.c.lease_until <= _now)
_QUEUE = (
    select(edits.c.id)
    .where(edits.c.ready_at <= _now, _FREE_NOW)
    .order_by(edits.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(edits)
    .where(edits.c.id.in_(_ids), edits.c.ready_at.is_not(None), _FREE_NOW)
    .values(leased_by=bindparam("worker"), lease_until=bindparam("until"))
)
_BEGIN = (
    update(edits)
    .where(
        edits.c.id.in_(_ids),
        edits.c.state.in_(_WAITING),
        edits.c.leased_by == bindparam("worker"),
        edits.c.lease_until > _now,
        edits.c.ready_at.is_not(None),
    )
    .values(state=_SENDING, ready_at=None, attempts=edits.c.attempts + 1)
    .returning(edits.c.id)
)
_DELIVERY = (
    select(
        *(edits.c[name] for name in ("id", "attempts", "unknowns", "notice", "message_id")),
        *(deliveries.c[name] for name in ("edition_id", "subscription_id", "part")),
        deliveries.c.unknowns.label("repeats"),
        editions.c.parts,
        editions.c.language,
        *(subscriptions.c[name] for name in ("chat", "topic", "kind")),
        subscriptions.c.state.label("standing"),
    )
    .join_from(edits, deliveries, deliveries.c.id == edits.c.delivery_id)
    .join(editions, editions.c.id == deliveries.c.edition_id)
    .join(subscriptions, subscriptions.c.id == deliveries.c.subscription_id)
    .where(edits.c.id.in_(_ids))
    .order_by(edits.c.id)
)
_PARTS = select(
    *(edition_parts.c[name] for name in ("edition_id", "number", "version", "html", "text")),
    *(edition_parts.c[name] for name in ("notice_html", "notice_text")),
).where(edition_parts.c.edition_id.in_(_ids))

_here = edits.c.id == bindparam("row")
# A call that outlived its lease says nothing sure about the call that another worker makes now.
_MINE = and_(edits.c.state == _SENDING, edits.c.leased_by == bindparam("worker"))
_AT_WORK = or_(edits.c.state == _SENDING, edits.c.state == _UNKNOWN)  # IN cannot be run for many rows at once
# An answer that comes after the lease was over counts as well: only it knows the message's id.
_RECORD_SENT = (
    update(edits)
    .where(_here, _AT_WORK)
    .values(
        state=_SENT,
        version=_version,
        message_id=func.coalesce(bindparam("message", type_=edits.c.message_id.type), edits.c.message_id),
        ready_at=None,
        settled_at=_now,
        **_FREE,
    )
)
# An older text that arrived after a newer one was recorded has overwritten it.
_RECORD_OVERTAKEN = (
    update(edits)
    .where(_here, edits.c.state == _SENT, edits.c.version > _version)
    .values(version=_version, ready_at=_at_once, **_AGAIN)
)
_RECORD_REFUSED = (
    update(edits)
    .where(_here, or_(edits.c.state == _UNKNOWN, _MINE))
    .values(state=_REFUSED, ready_at=None, settled_at=_now, **_ERROR, **_FREE)
)
_RECORD_AGAIN = update(edits).where(_here, _MINE).values(state=_PENDING, ready_at=_ready, **_ERROR, **_FREE)
_RECORD_GONE = (
    update(edits)
    .where(_here, _MINE)
    .values(message_id=None, notice=True, attempts=0, ready_at=_at_once, **_ERROR, **_AGAIN)
)
_FIRST = edits.c.unknowns == 0
_BECOMES_UNKNOWN: dict[str, Any] = {
    "state": _UNKNOWN,
    "unknowns": edits.c.unknowns + 1,
    "ready_at": case((_FIRST, _ready), else_=None),
    "settled_at": case((_FIRST, None), else_=_now),
    **_ERROR,
    **_FREE,
}
_RECORD_UNKNOWN = update(edits).where(_here, _MINE).values(_BECOMES_UNKNOWN)
_RECORD = {
    Verdict.SENT: _RECORD_SENT,
    Verdict.REFUSE: _RECORD_REFUSED,
    Verdict.STOP: _RECORD_REFUSED,
    Verdict.PAUSE: _RECORD_REFUSED,
    Verdict.GONE: _RECORD_GONE,
    Verdict.UNKNOWN: _RECORD_UNKNOWN,
    Verdict.RETRY: _RECORD_AGAIN,
    Verdict.MIGRATED: _RECORD_AGAIN,
    Verdict.HALT: _RECORD_AGAIN,
}
_STALE = (
    update(edits)
    .where(
        edits.c.id.in_(_ids),
        edits.c.state == _SENT,
        edits.c.version
        < select(edition_parts.c.version)
        .join_from(deliveries, edition_parts, _OF_PART)
        .where(deliveries.c.id == edits.c.delivery_id)
        .scalar_subquery(),
    )
    .values(ready_at=_at_once, attempts=0, **_AGAIN)
)
# A short message cannot be sent where the subscription has ended.
_CLOSE = (
    update(edits)
    .where(edits.c.id.in_(_ids), edits.c.state.in_(_WAITING))
    .values(
        state=_REFUSED,
        last_error=func.coalesce(edits.c.last_error, "suspended"),
        first_error=func.coalesce(edits.c.first_error, edits.c.last_error, "suspended"),
        ready_at=None,
        settled_at=_now,
        **_FREE,
    )
)


def _owed(rows: Select[Any], *, postgres: bool) -> Insert:
    """Write an edit for each of the sent `rows` whose text is not its part's present one; renew it if there is one."""
    table = postgresql.insert(edits) if postgres else sqlite.insert(edits)
    names = (
        "delivery_id", "message_id", "version", "state", "notice", "ready_at", "attempts", "unknowns", "created_at",
    )  # fmt: skip
    insert = table.from_select(names, rows)
    again = {"ready_at": insert.excluded.ready_at, "attempts": 0, "unknowns": 0, "last_error": None}
    return insert.on_conflict_do_update(
        index_elements=["delivery_id"], set_=_AGAIN | again, where=edits.c.state != _SENDING
    )


_BEHIND = (
    select(
        deliveries.c.id,
        deliveries.c.message_id,
        deliveries.c.version,
        literal(str(_PENDING)),
        deliveries.c.message_id.is_(None),
        _at_once,
        literal(0),
        literal(0),
        _now,
    )
    .join_from(deliveries, edition_parts, _OF_PART)
    .where(deliveries.c.state == _SENT, deliveries.c.version < edition_parts.c.version)
)
_OWED_BY_PART = _BEHIND.where(deliveries.c.edition_id == bindparam("edition"), deliveries.c.part == bindparam("number"))
_OWE_BY_PART = {postgres: _owed(_OWED_BY_PART, postgres=postgres) for postgres in (False, True)}


@Prepared
def owe_sent(postgres: bool) -> Insert:
    """Gives an edit to those of the given rows, just recorded as sent, whose text was corrected meanwhile."""
    part = edition_parts.alias()
    corrected = exists().where(part.c.version > literal_column("0"))  # mostly there is none, and no row is looked at
    rows = given_ids(postgres=postgres, only_if=corrected)
    return _owed(_BEHIND.where(deliveries.c.id.in_(rows)), postgres=postgres)


class Edits:
    """See `digests.ports.Edits`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def owe(self, parts: Collection[PartKey], *, now: datetime) -> None:
        """After parts were rewritten: every chat that has another text of one gets an edit; older edits are renewed."""
        rows = [{"edition": edition, "number": number, "now": now} for edition, number in parts]
        if rows:
            await self._session.execute(_OWE_BY_PART[self._session.postgres], rows)

    async def claim(self, *, worker: str, now: datetime, lease_until: datetime, limit: int) -> Sequence[Delivery]:
        """Lease edits that may be made now, oldest first, with the present text of their parts.

        A short message for a chat whose subscription has ended meanwhile is refused here.
        """
        ids = [row.id for row in await self._session.all(_QUEUE, {"now": now, "most": limit})]
        if not ids:
            return []
        await self._session.execute(_LEASE, {"ids": ids, "now": now, "worker": worker, "until": lease_until})
        rows = await self._session.all(_DELIVERY, {"ids": ids})
        texts = await self._session.all(_PARTS, {"ids": sorted({row.edition_id for row in rows})})
        parts = {(part.edition_id, part.number): part for part in texts}
        closed = [row.id for row in rows if row.message_id is None and row.standing != SubscriptionState.ACTIVE]
        if closed:
            await self._session.execute(_CLOSE, {"ids": closed, "now": now})
        return [_delivery(row, parts[row.edition_id, row.part]) for row in rows if row.id not in closed]

    async def sending(
        self, ids: Sequence[int], *, worker: str, now: datetime, sent: Sequence[tuple[Delivery, Outcome]] = ()
    ) -> frozenset[int]:
        """Record what was `sent`, then turn rows into `sending`; returns those still held by this worker."""
        if sent:
            await self.record([(edit.id, outcome) for edit, outcome in sent], worker=worker, now=now)
        rows = await self._session.all(_BEGIN, {"ids": list(ids), "worker": worker, "now": now})
        return frozenset(row.id for row in rows)

    async def record(self, outcomes: Sequence[tuple[int, Outcome]], *, worker: str, now: datetime) -> None:
        """Write what became of rows. What is no longer the present text, or was overwritten, is to be done again."""
        rows: dict[Verdict, list[dict[str, Any]]] = {}
        for id_, outcome in sorted(outcomes, key=lambda pair: pair[0]):
            rows.setdefault(outcome.verdict, []).append(_parameters(id_, outcome, worker, now))
        if sent := rows.get(Verdict.SENT):
            late = [{name: row[name] for name in ("row", "version")} for row in sent]
            await self._session.execute(_RECORD_OVERTAKEN, late)
        for verdict, some in rows.items():
            await self._session.execute(_RECORD[verdict], some)
        if sent:
            await self._session.execute(_STALE, {"ids": [row["row"] for row in sent]})

    async def release(self, worker: str) -> int:
        """Give back rows leased but not begun, at a clean stop."""
        leased = (edits.c.leased_by == worker) & edits.c.state.in_(_WAITING)
        return await self._session.changed(update(edits).where(leased).values(_FREE))

    async def recover(self, *, now: datetime, everything: bool, living: Collection[int] = ()) -> int:
        """Take up what was `sending` when its lease ended: edits again, a short message as of unknown outcome.

        Not what is `living`.
        """
        held: ColumnElement[bool] = edits.c.leased_by.is_not(None)
        if everything:
            await self._session.execute(update(edits).where(held, edits.c.state.in_(_WAITING)).values(_FREE))
        else:
            held &= (edits.c.lease_until <= now) & edits.c.id.not_in(living)
        lost = held & (edits.c.state == _SENDING)
        unknown = update(edits).where(lost, edits.c.message_id.is_(None)).values(_BECOMES_UNKNOWN)
        again = update(edits).where(lost).values(ready_at=_ready, **_ERROR, **_AGAIN)
        values = {"ready": AT_ONCE, "reason": "interrupted"}
        found = await self._session.all(unknown.returning(edits.c.id), {"now": now, **values})
        return len(found) + len(await self._session.all(again.returning(edits.c.id), values))


def _parameters(id_: int, outcome: Outcome, worker: str, now: datetime) -> dict[str, Any]:
    if outcome.verdict is Verdict.SENT:
        return {"row": id_, "now": now, "message": outcome.message_id, "version": outcome.version}
    row: dict[str, Any] = {"row": id_, "worker": worker, "reason": outcome.reason or outcome.verdict.value}
    statement = _RECORD[outcome.verdict]
    if statement in (_RECORD_REFUSED, _RECORD_UNKNOWN):
        row["now"] = now
    if statement in (_RECORD_AGAIN, _RECORD_UNKNOWN):
        row["ready"] = now + timedelta(seconds=outcome.wait) if outcome.wait else AT_ONCE
    return row


def _delivery(row: Row[Any], part: Row[Any]) -> Delivery:
    notice = row.notice
    return Delivery(
        id=row.id,
        edition_id=row.edition_id,
        subscription_id=row.subscription_id,
        part=row.part,
        parts=row.parts,
        place=Place(row.chat, row.topic),
        kind=ChatKind(row.kind),
        language=row.language,
        priority=Priority.EDIT,
        html=part.notice_html if notice else part.html,
        text=part.notice_text if notice else part.text,
        attempts=row.attempts,
        unknowns=row.unknowns if notice else min(row.repeats, 1),  # an edited message keeps its mark
        purpose=Purpose.NOTICE if row.message_id is None else Purpose.EDIT,
        message_id=row.message_id,
        version=part.version,
    )
