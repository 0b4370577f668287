"""Who may post besides the owners: what the owners' handlers call.

Each change is one transaction and leaves two lines in the audit: who decided, and whom it was about. Both stand
there as the actor, which is sealed; no line names a person in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.model import AuditEntry

if TYPE_CHECKING:
    from datetime import datetime

    from digests.ports import Store, Tx

_EDITORS = "editors"


class Staff:
    """The owners' use-cases over a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def editors(self) -> frozenset[int]:
        """Return the editors' Telegram user ids; owners are not among them unless somebody added them."""
        async with self._store.read() as tx:
            return await tx.editors.all()

    async def add(self, user_id: int, *, owner: int, now: datetime) -> bool:
        """Let a person post; False if they could already."""
        async with self._store.begin() as tx:
            changed = await tx.editors.add(user_id, by=owner, now=now)
            if changed:
                await _audit(tx, owner, "add editor", now)
                await _audit(tx, user_id, "became editor", now)
            return changed

    async def remove(self, user_id: int, *, owner: int, now: datetime) -> bool:
        """Take the right to post away; False if they had none."""
        async with self._store.begin() as tx:
            changed = await tx.editors.remove(user_id)
            if changed:
                await _audit(tx, owner, "remove editor", now)
                await _audit(tx, user_id, "is editor no longer", now)
            return changed


async def _audit(tx: Tx, actor: int, action: str, now: datetime) -> None:
    await tx.audit.add(AuditEntry(at=now, actor=actor, action=action, subject=_EDITORS))
