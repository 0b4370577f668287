"""Composed digests. Like subscriptions share one."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from digests.errors import NotFound
from digests.model import DeliveryState, Edition, EditionKind, Part
from digests.storage.prepared import given_ids, listed
from digests.storage.tables import deliveries, edition_articles, edition_parts, editions

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row

    from digests.ports import PartKey
    from digests.storage.session import Session

_GOT = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNKNOWN)
_WORDS = ("html", "text", "notice_html", "notice_text")
_REWRITE = (
    update(edition_parts)
    .where(edition_parts.c.edition_id == bindparam("edition"), edition_parts.c.number == bindparam("part"))
    .values(version=edition_parts.c.version + 1, **{name: bindparam(f"new_{name}") for name in _WORDS})
)


class Editions:
    """See `digests.ports.Editions`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def find(self, key: str) -> Edition | None:
        """Return the edition with this key, if it was composed already."""
        return await self._one(editions.c.key == key)

    async def get(self, edition_id: int) -> Edition:
        """Return one edition. Raises NotFound("edition")."""
        edition = await self._one(editions.c.id == edition_id)
        if edition is None:
            raise NotFound("edition")
        return edition

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
        """Store a new edition with its rendered parts; if another process was first, return that one."""
        row = {"kind": kind, "key": key, "language": language, "zone": zone, "parts": len(parts), "created_at": now}
        insert = self._session.insert(editions).values(row).on_conflict_do_nothing(index_elements=["key"])
        edition_id = await self._session.scalar(insert.returning(editions.c.id))
        if edition_id is not None and articles:
            await self._session.execute(
                edition_articles.insert(),
                [
                    {"edition_id": edition_id, "position": position, "article_id": article, "revision_id": revision}
                    for position, (article, revision) in enumerate(articles)
                ],
            )
        if edition_id is not None and parts:
            await self._session.execute(
                edition_parts.insert(),
                [
                    {"edition_id": edition_id, "number": number, "html": p.html, "text": p.text, "articles": p.articles}
                    for number, p in enumerate(parts, start=1)
                ],
            )
        edition = await self.find(key)
        if edition is None:  # purged by another process between two statements
            raise NotFound("edition")
        return edition

    async def latest(self, kinds: Collection[EditionKind], *, limit: int, offset: int = 0) -> Sequence[Edition]:
        """Return editions of those kinds, newest first."""
        newest = select(editions.c.id).where(editions.c.kind.in_(kinds)).order_by(editions.c.id.desc())
        return [await self.get(row.id) for row in await self._session.all(newest.limit(limit).offset(offset))]

    async def got(self, subscription_id: int, after: datetime) -> frozenset[int]:
        """Return the articles that a subscription got, or is getting, by editions made after that time.

        What rests with an unknown outcome is not among them: it may or may not have arrived.
        """
        sure = deliveries.c.settled_at.is_(None) | (deliveries.c.state == DeliveryState.SENT)
        rows = await self._session.all(
            select(edition_parts.c.articles)
            .join_from(deliveries, editions, editions.c.id == deliveries.c.edition_id)
            .join(
                edition_parts,
                (edition_parts.c.edition_id == editions.c.id) & (edition_parts.c.number == deliveries.c.part),
            )
            .where(deliveries.c.subscription_id == subscription_id, editions.c.created_at > after, sure)
        )
        return frozenset(article for row in rows for article in row.articles)

    async def showing(self, article_id: int) -> Sequence[Edition]:
        """Return the editions that show an article, oldest first."""
        shown = select(edition_articles.c.edition_id).where(edition_articles.c.article_id == article_id)
        rows = await self._session.all(shown.distinct().order_by(edition_articles.c.edition_id))
        return await self._all(editions.c.id.in_([row.edition_id for row in rows]))

    async def rewrite(self, parts: Mapping[PartKey, Part]) -> None:
        """Replace the words of parts, and their notices; each gets a new version."""
        rows = [{"edition": edition, "part": number, **_words(part)} for (edition, number), part in parts.items()]
        if rows:
            await self._session.execute(_REWRITE, rows)

    async def urgent_seen(self, subscription_ids: Collection[int], after: datetime) -> Mapping[int, frozenset[int]]:
        """Return, by subscription, the articles it got (or is getting) in urgent editions made after `after`."""
        urgent = (editions.c.kind == EditionKind.URGENT) & (editions.c.created_at > after)
        theirs = given_ids(postgres=self._session.postgres)
        found = await self._session.all(
            select(deliveries.c.subscription_id, edition_articles.c.article_id)
            .join_from(editions, deliveries, deliveries.c.edition_id == editions.c.id)
            .join(edition_articles, edition_articles.c.edition_id == editions.c.id)
            .where(urgent, deliveries.c.subscription_id.in_(theirs), deliveries.c.state.in_(_GOT))
            .distinct(),
            {"ids": listed(subscription_ids)},
        )
        seen: defaultdict[int, set[int]] = defaultdict(set)
        for subscription_id, article_id in found:
            seen[subscription_id].add(article_id)
        return {subscription_id: frozenset(articles) for subscription_id, articles in seen.items()}

    async def _one(self, which: ColumnElement[bool]) -> Edition | None:
        return next(iter(await self._all(which)), None)

    async def _all(self, which: ColumnElement[bool]) -> Sequence[Edition]:
        """Return editions, oldest first."""
        these = select(editions.c.id).where(which)
        held: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for row in await self._session.all(
            select(edition_articles)
            .where(edition_articles.c.edition_id.in_(these))
            .order_by(edition_articles.c.edition_id, edition_articles.c.position)
        ):
            held[row.edition_id].append((row.article_id, row.revision_id))
        parts: defaultdict[int, list[Part]] = defaultdict(list)
        for row in await self._session.all(
            select(edition_parts)
            .where(edition_parts.c.edition_id.in_(these))
            .order_by(edition_parts.c.edition_id, edition_parts.c.number)
        ):
            parts[row.edition_id].append(_part(row))
        return [
            Edition(
                id=row.id,
                kind=EditionKind(row.kind),
                key=row.key,
                language=row.language,
                created_at=row.created_at,
                articles=tuple(held[row.id]),
                parts=tuple(parts[row.id]),
                zone=row.zone,
            )
            for row in await self._session.all(select(editions).where(which).order_by(editions.c.id))
        ]


def _words(part: Part) -> dict[str, str]:
    return {f"new_{name}": getattr(part, name) for name in _WORDS}


def _part(row: Row[Any]) -> Part:
    return Part(
        html=row.html,
        text=row.text,
        articles=tuple(row.articles),
        notice_html=row.notice_html,
        notice_text=row.notice_text,
    )
