"""Editors, the audit and what the process remembers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from digests.model import AuditEntry


class Editors(Protocol):
    """Who may post besides the owners."""

    async def all(self) -> frozenset[int]:
        """Return the editors' user ids."""

    async def add(self, user_id: int, *, by: int, now: datetime) -> bool:
        """Add an editor; False if there already."""

    async def remove(self, user_id: int) -> bool:
        """Remove an editor; False if there was none."""


class Audit(Protocol):
    """Who changed what."""

    async def add(self, entry: AuditEntry) -> None:
        """Append one entry."""

    async def latest(self, limit: int) -> Sequence[AuditEntry]:
        """Return the newest entries, newest first."""


class Runtime(Protocol):
    """What the process must remember over a restart."""

    async def seen_update(self, update_id: int) -> bool:
        """Tell whether this update was processed already."""

    async def mark_update(self, update_id: int, *, now: datetime) -> None:
        """Remember a processed update; only the newest few thousand are kept."""

    async def set_halt(self, chat_id: int | None, until: datetime) -> None:
        """Remember that nothing may be sent to a chat (None: to anyone) before `until`."""

    async def halts(self, *, now: datetime) -> Mapping[int | None, datetime]:
        """Return halts still in force."""

    async def get_note(self, key: str) -> str | None:
        """Return a small operational value (never a reader's data)."""

    async def set_note(self, key: str, value: str) -> None:
        """Keep a small operational value."""
