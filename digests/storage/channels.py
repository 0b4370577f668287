"""The registry as the database knows it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from digests.model import Channel, Office
from digests.storage.tables import audit, channels

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Row

    from digests.storage.session import Session


class Channels:
    """See `digests.ports.Channels`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def sync(self, registry: Sequence[Channel], *, now: datetime) -> int:
        """Bring the table in line with the registry file, auditing each change; returns how many changed."""
        before = {row.key: channel_of(row) for row in await self._session.all(select(channels))}
        after = {channel.key: channel for channel in registry}
        changed = [channel for key, channel in after.items() if before.get(key) != channel]
        gone = before.keys() - after.keys()
        lines = [_line(channel.key, before.get(channel.key), channel, now) for channel in changed]
        lines += [_line(key, before[key], None, now) for key in sorted(gone)]
        if changed:
            insert = self._session.insert(channels)
            fresh = {column.name: column for column in insert.excluded if not column.primary_key}
            upsert = insert.on_conflict_do_update(index_elements=[channels.c.key], set_=fresh)
            await self._session.execute(upsert, [_row(channel) for channel in changed])
        if gone:
            await self._session.execute(delete(channels).where(channels.c.key.in_(gone)))
        if lines:
            await self._session.execute(audit.insert(), lines)
        return len(lines)


def channel_of(row: Row[Any]) -> Channel:
    """Return the channel a row of ``channels`` holds."""
    values = {column.name: getattr(row, column.name) for column in channels.c}
    offices = tuple(Office(title=title, since=_date(since), until=_date(until)) for title, since, until in row.offices)
    return Channel(**{**values, "aliases": tuple(row.aliases), "offices": offices})


def _row(channel: Channel) -> dict[str, Any]:
    row = {column.name: getattr(channel, column.name) for column in channels.c}
    row["offices"] = [
        (office.title, office.since and office.since.isoformat(), office.until and office.until.isoformat())
        for office in channel.offices
    ]
    return row


def _date(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _line(key: str, before: Channel | None, after: Channel | None, now: datetime) -> dict[str, Any]:
    """Return the audit row of one change: each field that differs as "old → new"."""
    old = {} if before is None else _row(before)
    new = {} if after is None else _row(after)
    differ = [name for name in {**old, **new} if name != "key" and old.get(name) != new.get(name)]
    action = "channel.added" if before is None else "channel.removed" if after is None else "channel.changed"
    details = {name: f"{old.get(name, '')} → {new.get(name, '')}" for name in differ} if old and new else {}
    return {"at": now, "actor": None, "action": action, "subject": f"channel {key}", "details": details}
