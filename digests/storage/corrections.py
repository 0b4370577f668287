"""Corrections and retractions: what an editor proposes, what it came to, how many copies show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, func, select, update

from digests.errors import NotFound
from digests.model import CorrectionKind, DeliveryState, Proposal, ProposalState
from digests.ports import Copies
from digests.storage.tables import correction_parts, corrections, deliveries, edition_parts, edits

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Row

    from digests.ports import PartKey
    from digests.storage.session import Session

_OPEN = (ProposalState.ASKED, ProposalState.READY)
_FIELDS = ("base", "revision_id", "kind", "reason", "state", "sent", "piece", "at", "message_id")
_SHOW = correction_parts.insert().from_select(
    ["correction_id", "edition_id", "part", "version"],
    select(
        bindparam("correction", type_=correction_parts.c.correction_id.type),
        edition_parts.c.edition_id,
        edition_parts.c.number,
        edition_parts.c.version,
    ).where(edition_parts.c.edition_id == bindparam("edition"), edition_parts.c.number == bindparam("part")),
)


class Corrections:
    """See `digests.ports.Corrections`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(
        self, article_id: int, *, base: int, kind: CorrectionKind | None, editor: int, language: str, now: datetime
    ) -> Proposal:
        """Store a new proposal whose words are waited for."""
        row = {
            "article_id": article_id,
            "base": base,
            "kind": kind,
            "reason": "",
            "state": ProposalState.ASKED,
            "editor": editor,
            "language": language,
            "sent": "",
            "piece": 0,
            "at": now,
        }
        return await self.get(await self._session.scalar(corrections.insert().values(row).returning(corrections.c.id)))

    async def get(self, proposal_id: int) -> Proposal:
        """Return a proposal, locked in a unit of work. Raises NotFound("correction")."""
        found = select(corrections).where(corrections.c.id == proposal_id)
        row = await self._session.first(self._session.locking(found))
        if row is None:
            raise NotFound("correction")
        return _proposal(row)

    async def open_of(self, editor: int) -> Sequence[Proposal]:
        """Return the proposals of an editor that are neither published nor discarded, the newest first."""
        theirs = (corrections.c.editor == editor) & corrections.c.state.in_(_OPEN)
        rows = await self._session.all(select(corrections).where(theirs).order_by(corrections.c.id.desc()))
        return [_proposal(row) for row in rows]

    async def save(self, proposal: Proposal) -> None:
        """Write back every field but id, article, editor and language."""
        values = {name: getattr(proposal, name) for name in _FIELDS}
        await self._session.execute(update(corrections).where(corrections.c.id == proposal.id).values(values))

    async def show(self, proposal_id: int, parts: Collection[PartKey]) -> None:
        """Note that parts show the correction from their present versions on."""
        rows = [{"correction": proposal_id, "edition": edition, "part": number} for edition, number in parts]
        if rows:
            await self._session.execute(_SHOW, rows)

    async def unfinished(self) -> Sequence[Proposal]:
        """Return what is published and not finished, oldest first."""
        under_way = (corrections.c.state == ProposalState.PUBLISHED) & corrections.c.finished_at.is_(None)
        return [
            _proposal(row)
            for row in await self._session.all(select(corrections).where(under_way).order_by(corrections.c.id))
        ]

    async def finish(self, proposal_id: int, *, now: datetime) -> None:
        """Note that nothing is left to do for a correction."""
        change = update(corrections).where(corrections.c.id == proposal_id)
        await self._session.execute(change.values(finished_at=now))

    async def copies(self, proposal_id: int) -> Copies:
        """Count the delivered copies that a correction is for, by what became of them."""
        shown = correction_parts.c
        with_new_text = func.coalesce(edits.c.version, -1) >= shown.version
        sent = deliveries.c.state == DeliveryState.SENT
        resting = (deliveries.c.state == DeliveryState.UNKNOWN) & deliveries.c.settled_at.is_not(None)
        ended = edits.c.settled_at.is_not(None) & (edits.c.state != DeliveryState.SENT)
        fate = case(
            (deliveries.c.state == DeliveryState.SENDING, "waiting"),
            (resting, "unsure"),
            (with_new_text & edits.c.notice, "told"),
            (with_new_text, "corrected"),
            (ended, "unreachable"),
            else_="waiting",
        ).label("fate")
        concerned = deliveries.c.state.in_((DeliveryState.SENDING, DeliveryState.SENT)) | resting
        reason = func.coalesce(edits.c.last_error, "").label("reason")
        rows = await self._session.all(
            select(fate, sent.label("sent"), reason, func.count().label("number"))
            .join_from(
                correction_parts,
                deliveries,
                and_(deliveries.c.edition_id == shown.edition_id, deliveries.c.part == shown.part),
            )
            .outerjoin(edits, edits.c.delivery_id == deliveries.c.id)
            .where(shown.correction_id == proposal_id, concerned, deliveries.c.version < shown.version)
            .group_by(fate, sent, reason)
        )
        return _copies(rows)


def _copies(rows: Sequence[Row[Any]]) -> Copies:
    numbers: dict[str, int] = {}
    reasons: dict[str, int] = {}
    under_way = 0
    for row in rows:
        if not row.sent and row.fate == "waiting":  # a call with the old text may be on its way
            under_way += row.number
            continue
        numbers[row.fate] = numbers.get(row.fate, 0) + row.number
        if row.fate in ("unsure", "unreachable", "told"):
            reason = "unsure" if row.fate == "unsure" else row.reason
            reasons[reason] = reasons.get(reason, 0) + row.number
    return Copies(
        total=sum(numbers.values()),
        corrected=numbers.get("corrected", 0),
        told=numbers.get("told", 0),
        waiting=numbers.get("waiting", 0),
        under_way=under_way,
        reasons=reasons,
    )


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        id=row.id,
        article_id=row.article_id,
        base=row.base,
        editor=row.editor,
        language=row.language,
        state=ProposalState(row.state),
        kind=None if row.kind is None else CorrectionKind(row.kind),
        reason=row.reason,
        revision_id=row.revision_id,
        sent=row.sent,
        piece=row.piece,
        at=row.at,
        message_id=row.message_id,
    )
