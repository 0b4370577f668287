"""What the process must remember over a restart: processed updates, halts, small notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, delete, select

from digests.storage.tables import halts, notes, updates

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from digests.storage.session import Session

_KEPT = 4096  # updates remembered; Telegram offers an unconfirmed one again for at most a day
_SWEEP = 256  # every so many updates the older ones, and halts long over, are deleted
_EVERYONE = 0  # no chat has this id


class Runtime:
    """See `digests.ports.Runtime`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def seen_update(self, update_id: int) -> bool:
        """Tell whether this update was processed already."""
        found = select(updates.c.update_id).where(updates.c.update_id == update_id)
        return await self._session.first(found) is not None

    async def mark_update(self, update_id: int, *, now: datetime) -> None:
        """Remember a processed update; only the newest few thousand are kept."""
        insert = self._session.insert(updates).values(update_id=update_id, at=now)
        await self._session.execute(insert.on_conflict_do_nothing(index_elements=["update_id"]))
        if update_id % _SWEEP == 0:
            oldest_kept = select(updates.c.at).order_by(updates.c.at.desc()).offset(_KEPT - 1).limit(1)
            await self._session.execute(delete(updates).where(updates.c.at < oldest_kept.scalar_subquery()))
            await self._session.execute(delete(halts).where(halts.c.until <= now))

    async def set_halt(self, chat_id: int | None, until: datetime) -> None:
        """Remember that nothing may be sent to a chat (None: to anyone) before `until`; a later halt stays."""
        insert = self._session.insert(halts).values(chat=chat_id or _EVERYONE, until=until)
        later = case((insert.excluded.until > halts.c.until, insert.excluded.until), else_=halts.c.until)
        await self._session.execute(insert.on_conflict_do_update(index_elements=["chat"], set_={"until": later}))

    async def halts(self, *, now: datetime) -> Mapping[int | None, datetime]:
        """Return halts still in force."""
        return {
            row.chat or None: row.until for row in await self._session.all(select(halts).where(halts.c.until > now))
        }

    async def get_note(self, key: str) -> str | None:
        """Return a small operational value (never a reader's data)."""
        value: str | None = await self._session.scalar(select(notes.c.value).where(notes.c.key == key))
        return value

    async def set_note(self, key: str, value: str) -> None:
        """Keep a small operational value."""
        insert = self._session.insert(notes).values(key=key, value=value)
        await self._session.execute(
            insert.on_conflict_do_update(index_elements=["key"], set_={"value": insert.excluded.value})
        )
