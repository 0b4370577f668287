"""The delivery ledger: every change of a row's state is one conditional UPDATE.

The states a row may be in for a step, and the one it comes to, are taken from `digests.ledger.TRANSITIONS`.

A lease (`leased_by`, `lease_until`) says who is about to send a row and changes no state. `ready_at` says from when
a row may be claimed; NULL while an earlier part comes first, and for ever once the row is settled.

What is run for every few messages is prepared: SQLAlchemy's handling of a statement costs more than running it.
"""

from __future__ import annotations

from datetime import timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, case, delete, exists, func, literal, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

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
from digests.storage import ledger_statements as hot
from digests.storage.edits import owe_sent
from digests.storage.ledger_reports import LedgerReports
from digests.storage.ledger_statements import FREE, take
from digests.storage.prepared import given_ids, listed, paired
from digests.storage.tables import AT_ONCE, deliveries, edition_parts, editions, subscriptions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Insert, Update

    from digests.ports import PartKey
    from digests.storage.prepared import Prepared
    from digests.storage.session import Session

_PENDING, _SENDING, _SENT = DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.SENT
_REFUSED, _UNKNOWN, _WITHDRAWN = DeliveryState.REFUSED, DeliveryState.UNKNOWN, DeliveryState.WITHDRAWN
_WAITING = sources(Step.BEGIN)  # what may be claimed, when `ready_at` is set
EARLIER_PART = "earlier_part"  # why a part was withdrawn whose edition broke off before it
_PRIORITIES = tuple(Priority)
_KINDS = {kind.value: kind for kind in ChatKind}

_reason = bindparam("reason", type_=deliveries.c.last_error.type)
_now = bindparam("now", type_=deliveries.c.ready_at.type)
_ids = bindparam("ids", type_=deliveries.c.id.type, expanding=True)
_ERROR = {"last_error": _reason, "first_error": func.coalesce(deliveries.c.first_error, _reason)}


# also what nobody holds: on PostgreSQL this keeps others from claiming the old text until the new one is there
_REREAD = (
    update(deliveries)
    .where(
        deliveries.c.edition_id == bindparam("edition"),
        deliveries.c.part == bindparam("number"),
        or_(*(deliveries.c.state == state for state in _WAITING)),
    )
    .values(FREE)
)


def _record(step: Step, to: DeliveryState) -> Update:
    # a call that outlived its lease says nothing sure about the call that another worker makes now
    ours = or_(deliveries.c.state != _SENDING, deliveries.c.leased_by == bindparam("worker"))
    return take(step, to).where(deliveries.c.id == bindparam("row"), ours)


_RECORD_REFUSED = _record(Step.REFUSED, _REFUSED).values(ready_at=None, settled_at=bindparam("now"), **_ERROR, **FREE)
_RECORD_AGAIN = _record(Step.NOT_ARRIVED, _PENDING).values(ready_at=bindparam("ready"), **_ERROR, **FREE)
_FIRST = deliveries.c.unknowns == 0
_BECOMES_UNKNOWN: dict[str, Any] = {
    "unknowns": deliveries.c.unknowns + 1,
    "ready_at": case((_FIRST, bindparam("ready", type_=deliveries.c.ready_at.type)), else_=None),
    "settled_at": case((_FIRST, None), else_=bindparam("now", type_=deliveries.c.settled_at.type)),
    **_ERROR,
    **FREE,
}
_RECORD_UNKNOWN = _record(Step.LOST, _UNKNOWN).values(_BECOMES_UNKNOWN | {"version": bindparam("version")})

_BY_STEP = {
    Step.REFUSED: _RECORD_REFUSED,
    Step.LOST: _RECORD_UNKNOWN,
    Step.NOT_ARRIVED: _RECORD_AGAIN,
}
_RECORD = {verdict: _BY_STEP[step] for verdict, step in STEP_OF.items() if step in _BY_STEP}


class _Withdrawal(NamedTuple):
    """Takes waiting rows out of the queue: pending ones are withdrawn, an unknown one rests as it is."""

    pending: Update
    unknown: Update


def _withdrawal(which: ColumnElement[bool]) -> _Withdrawal:
    end = {"ready_at": None, "settled_at": _now, **FREE}
    pending = take(Step.WITHDRAW, _WITHDRAWN).where(which).values(**end, **_ERROR)
    unknown = take(Step.WITHDRAW, _UNKNOWN).where(which, deliveries.c.ready_at.is_not(None)).values(end)
    return _Withdrawal(pending, unknown)


def _suspended() -> ColumnElement[bool]:
    """Those of the given rows whose subscription is no longer active."""
    given = deliveries.alias()
    theirs = subscriptions.c.id.in_(select(given.c.subscription_id).where(given.c.id.in_(_ids)))
    suspended = select(subscriptions.c.id).where(theirs, subscriptions.c.state != SubscriptionState.ACTIVE)
    return deliveries.c.id.in_(_ids) & deliveries.c.subscription_id.in_(suspended)


def _behind_ended() -> ColumnElement[bool]:
    """The parts behind those of the given rows that ended without being sent."""
    given = deliveries.alias()
    ended = or_(given.c.state.in_((_REFUSED, _WITHDRAWN)), given.c.unknowns > 1)
    ends = select(given.c.edition_id, given.c.subscription_id).where(
        given.c.id.in_(_ids), ended, given.c.settled_at.is_not(None), given.c.state != _SENT
    )
    same = tuple_(deliveries.c.edition_id, deliveries.c.subscription_id)
    return same.in_(ends) & deliveries.c.ready_at.is_(None)


_WITHDRAW_SUSPENDED = _withdrawal(_suspended())
_WITHDRAW_BEHIND_ENDED = _withdrawal(_behind_ended())


def _add(*, postgres: bool) -> Insert:
    values: dict[str, ColumnElement[Any]] = {
        "edition_id": edition_parts.c.edition_id,
        "subscription_id": subscriptions.c.id,
        "part": edition_parts.c.number,
        "priority": bindparam("priority", type_=deliveries.c.priority.type),
        "state": literal(str(_PENDING)),
        "ready_at": case((edition_parts.c.number == 1, literal(AT_ONCE, deliveries.c.ready_at.type)), else_=None),
        "attempts": literal(0),
        "unknowns": literal(0),
        "created_at": _now,
    }
    told = given_ids(postgres=postgres)
    new = (
        select(*values.values())
        .join_from(edition_parts, subscriptions, subscriptions.c.id.in_(told))
        .where(edition_parts.c.edition_id == bindparam("edition"))
        .order_by(subscriptions.c.id, edition_parts.c.number)
    )
    insert = postgresql.insert(deliveries) if postgres else sqlite.insert(deliveries)
    unique = ["edition_id", "subscription_id", "part"]
    return insert.from_select([*values], new).on_conflict_do_nothing(index_elements=unique)


_ADD = {postgres: _add(postgres=postgres) for postgres in (False, True)}


class Ledger(LedgerReports):
    """See `digests.ports.Ledger`."""

    async def add(self, edition: Edition, subscription_ids: Sequence[int], *, priority: Priority, now: datetime) -> int:
        """Write a pending row a subscription and part; existing rows are left alone. Returns rows written."""
        values = {"edition": edition.id, "priority": priority.order, "now": now}
        values["ids"] = listed(subscription_ids)
        return await self._session.changed(_ADD[self._session.postgres], values)

    async def claim(self, *, worker: str, now: datetime, lease_until: datetime, limit: int) -> Sequence[Delivery]:
        """Lease rows that may be sent now: pending (or unknown once), not leased to a living worker, their time come.

        By priority, then oldest first. A part becomes ready when the part before it was sent (see `record`).
        Rows another process is claiming at this moment are passed over.
        """
        _, rows = await self._session.run((hot.free, {"now": now}), (hot.queue, {"now": now, "most": limit}))
        if not rows:
            return []
        _, texts = await self._session.run(
            (hot.lease, {"ids": listed([row[0] for row in rows]), "worker": worker, "until": lease_until}),
            (hot.parts, {"ids": listed({row[1] for row in rows})}),
        )
        parts = {(edition, number): words for edition, number, *words in texts}
        open_ = self._session.sealer.open
        return [_delivery(row, parts[row[1], row[2]], open_) for row in rows]

    async def sending(
        self, ids: Sequence[int], *, worker: str, now: datetime, sent: Sequence[tuple[Delivery, Outcome]] = ()
    ) -> frozenset[int]:
        """Record what was `sent`, then turn rows into `sending`; returns those still held by this worker, and commits.

        Counts the attempt. A row whose lease is over, or that was withdrawn meanwhile, is no longer held.
        """
        told = [(delivery.id, outcome) for delivery, outcome in sent]
        followed = [delivery.id for delivery, _ in sent if delivery.part < delivery.parts]
        begin = (hot.begin, {"ids": listed(ids), "worker": worker, "now": now})
        *_, begun = await self._session.run(*_sent(told, followed, now), begin, last=True)
        return frozenset([id_ for (id_,) in begun])

    async def record(self, outcomes: Sequence[tuple[int, Outcome]], *, worker: str, now: datetime) -> None:
        """Write what became of rows: sent; pending again after its wait (RETRY, MIGRATED); unknown; refused.

        Then the part after a sent one becomes ready, and the parts after one that ended otherwise are withdrawn.
        What would be sent again is withdrawn instead if its subscription was suspended meanwhile. What was sent with a
        text that has been corrected meanwhile gets an edit.
        """
        if sent := [each for each in outcomes if each[1].verdict is Verdict.SENT]:
            await self._session.run(*_sent(sent, [id_ for id_, _ in sent], now))
        alike: dict[Verdict, list[dict[str, Any]]] = {}
        for id_, outcome in sorted(outcomes, key=itemgetter(0)):
            if outcome.verdict is not Verdict.SENT:
                alike.setdefault(outcome.verdict, []).append(_parameters(id_, outcome, worker, now))
        for verdict, some in alike.items():
            await self._session.execute(_RECORD[verdict], some)
        await self._end([row["row"] for some in alike.values() for row in some], now)

    async def reread(self, parts: Collection[PartKey]) -> None:
        """After parts were rewritten: what is claimed with its old text, and not begun, is to be claimed again."""
        if parts:
            await self._session.execute(_REREAD, [{"edition": edition, "number": number} for edition, number in parts])

    async def withdraw(self, edition_id: int, *, reason: str, now: datetime) -> None:
        """Withdraw what of an edition surely did not arrive yet."""
        pending = _withdrawal(deliveries.c.edition_id == edition_id).pending
        await self._session.execute(pending, {"now": now, "reason": reason})

    async def release(self, worker: str) -> int:
        """Give back rows leased but not begun, at a clean stop."""
        leased = (deliveries.c.leased_by == worker) & deliveries.c.state.in_(_WAITING)
        return await self._session.changed(update(deliveries).where(leased).values(FREE))

    async def recover(self, *, now: datetime, everything: bool, living: Collection[int] = ()) -> int:
        """Turn `sending` rows whose lease is over into `unknown`; all of them when `everything` (only process).

        Not those `living`. With `everything`, leases on rows not begun end as well: whoever held them is gone.
        """
        held: ColumnElement[bool] = deliveries.c.leased_by.is_not(None)
        if everything:
            await self._session.execute(update(deliveries).where(held, deliveries.c.state.in_(_WAITING)).values(FREE))
        else:
            held &= (deliveries.c.lease_until <= now) & deliveries.c.id.not_in(living)
        lost = take(Step.LOST, _UNKNOWN).where(held).values(_BECOMES_UNKNOWN)
        found = await self._session.execute(
            lost.returning(deliveries.c.id), {"ready": AT_ONCE, "now": now, "reason": "interrupted"}
        )
        ids = [row.id for row in found]
        await self._end(ids, now)
        return len(ids)

    async def retry(self, edition_id: int, subscription_ids: Sequence[int], *, resting: bool, now: datetime) -> int:
        """Let rows of an edition be sent again: those at rest, or else those refused; and the parts behind them.

        Rows at rest stay `unknown`, so they go out marked as a possible repeat; refused ones begin anew, with no
        attempts counted. Returns how many rows may be sent now or when the part before them was.
        """
        theirs = (deliveries.c.edition_id == edition_id) & deliveries.c.subscription_id.in_(subscription_ids)
        at_rest = deliveries.c.settled_at.is_not(None)
        again = {"ready_at": AT_ONCE, "settled_at": None, "attempts": 0}
        first = take(Step.RETRY, _UNKNOWN if resting else _PENDING)
        if not resting:
            first = first.where(deliveries.c.state == _REFUSED)
        number = await self._session.changed(first.where(theirs, at_rest).values(again))
        behind = take(Step.RETRY, _PENDING).where(deliveries.c.state == _WITHDRAWN)
        behind = behind.where(theirs, deliveries.c.last_error == EARLIER_PART)
        return number + await self._session.changed(behind.values(again | {"ready_at": None}))

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

    async def _end(self, ids: Sequence[int], now: datetime) -> None:
        """After rows were not sent: end those that nobody waits for any more, and the parts behind what ended."""
        if ids:
            for withdrawal, reason in ((_WITHDRAW_SUSPENDED, "suspended"), (_WITHDRAW_BEHIND_ENDED, EARLIER_PART)):
                await self._session.execute(withdrawal.pending, {"ids": list(ids), "now": now, "reason": reason})
                await self._session.execute(withdrawal.unknown, {"ids": list(ids), "now": now})


async def withdraw(session: Session, which: ColumnElement[bool], *, reason: str, now: datetime) -> None:
    """Take waiting rows out of the queue: pending ones are withdrawn, an unknown one rests as it is."""
    withdrawal = _withdrawal(which)
    await session.execute(withdrawal.pending, {"now": now, "reason": reason})
    await session.execute(withdrawal.unknown, {"now": now})


def _sent(
    outcomes: Sequence[tuple[int, Outcome]], followed: Sequence[int], now: datetime
) -> list[tuple[Prepared, dict[str, Any]]]:
    """Return the statements that record rows as sent, and what follows from it; `followed` may have a part behind."""
    if not outcomes:
        return []
    by_version: dict[int, dict[int, int | None]] = {}
    for id_, outcome in sorted(outcomes, key=itemgetter(0)):
        by_version.setdefault(outcome.version, {})[id_] = outcome.message_id
    statements: list[tuple[Prepared, dict[str, Any]]] = [
        (hot.record_sent, {"pairs": paired(messages), "version": version, "now": now})
        for version, messages in by_version.items()
    ]
    if followed:
        statements.append((hot.wake, {"ids": listed(followed)}))
    statements.append((owe_sent, {"ids": listed(id_ for id_, _ in outcomes), "now": now}))
    return statements


def _parameters(id_: int, outcome: Outcome, worker: str, now: datetime) -> dict[str, Any]:
    """Return what the statement for this verdict needs; a wait counts for what is certain to be sent again."""
    statement = _RECORD[outcome.verdict]
    row: dict[str, Any] = {"row": id_, "worker": worker, "reason": outcome.reason or outcome.verdict.value}
    if statement is not _RECORD_AGAIN:
        row["now"] = now
    if statement is not _RECORD_REFUSED:
        row["ready"] = now + timedelta(seconds=outcome.wait) if outcome.wait else AT_ONCE
    if statement is _RECORD_UNKNOWN:
        row["version"] = outcome.version
    return row


def _delivery(row: Sequence[Any], words: Sequence[Any], open_: Callable[[bytes], int]) -> Delivery:
    id_, edition_id, part, priority, attempts, unknowns, subscription_id, chat, topic, kind = row
    version, html, text, parts, language = words
    return Delivery(
        id=id_,
        edition_id=edition_id,
        subscription_id=subscription_id,
        part=part,
        parts=parts,
        place=Place(open_(chat), topic),
        kind=_KINDS[kind],
        language=language,
        priority=_PRIORITIES[priority],
        html=html,
        text=text,
        attempts=attempts,
        unknowns=unknowns,
        version=version,
    )
