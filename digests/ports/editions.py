"""Composed digests as the use-cases need them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from digests.model import Edition, EditionKind, Part

PartKey = tuple[int, int]
"""A part of an edition: the edition's id, and the part's number (1-based)."""


class Editions(Protocol):
    """Composed digests. Like subscriptions share one."""

    async def find(self, key: str) -> Edition | None:
        """Return the edition with this key, if it was composed already."""

    async def add(
        self,
        *,
        kind: EditionKind,
        key: str,
        language: str,
        zone: str,
        articles: Sequence[tuple[int, int]],
        parts: Sequence[Part],
        now: datetime,
    ) -> Edition:
        """Store a new edition with its rendered parts."""

    async def get(self, edition_id: int) -> Edition:
        """Return one edition. Raises NotFound("edition")."""

    async def latest(self, kinds: Collection[EditionKind], *, limit: int, offset: int = 0) -> Sequence[Edition]:
        """Return editions of those kinds, newest first."""

    async def got(self, subscription_id: int, after: datetime) -> frozenset[int]:
        """Return the articles that a subscription got, or is getting, by editions made after that time."""

    async def showing(self, article_id: int) -> Sequence[Edition]:
        """Return the editions that show an article, oldest first."""

    async def rewrite(self, parts: Mapping[PartKey, Part]) -> None:
        """Replace the words of parts, and their notices; each gets a new version."""

    async def urgent_seen(self, subscription_ids: Collection[int], after: datetime) -> Mapping[int, frozenset[int]]:
        """Return, by subscription, the articles it got (or is getting) in urgent editions made after `after`."""
