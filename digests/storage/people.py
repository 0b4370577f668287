"""Editors, and the audit of who changed what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from digests.model import AuditEntry
from digests.storage.tables import audit, editors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from digests.storage.session import Session


class Editors:
    """See `digests.ports.Editors`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def all(self) -> frozenset[int]:
        """Return the editors' user ids."""
        return frozenset(row.user_id for row in await self._session.all(select(editors.c.user_id)))

    async def add(self, user_id: int, *, by: int, now: datetime) -> bool:
        """Add an editor; False if there already."""
        row = {"user_id": user_id, "added_by": by, "added_at": now}
        insert = self._session.insert(editors).values(row).on_conflict_do_nothing(index_elements=["user_id"])
        return await self._session.changed(insert) == 1

    async def remove(self, user_id: int) -> bool:
        """Remove an editor; False if there was none."""
        return await self._session.changed(delete(editors).where(editors.c.user_id == user_id)) == 1


class Audit:
    """See `digests.ports.Audit`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, entry: AuditEntry) -> None:
        """Append one entry."""
        row = {name: getattr(entry, name) for name in ("at", "actor", "action", "subject", "details")}
        await self._session.execute(audit.insert().values(row))

    async def latest(self, limit: int) -> Sequence[AuditEntry]:
        """Return the newest entries, newest first."""
        newest = select(audit).order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit)
        return [
            AuditEntry(at=row.at, actor=row.actor, action=row.action, subject=row.subject, details=row.details)
            for row in await self._session.all(newest)
        ]
