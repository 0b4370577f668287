"""Articles, their revisions, quotes and mentions."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, update

from digests.errors import Conflict, NotFound
from digests.model import Article, ArticleState, Channel, Correction, CorrectionKind, Revision
from digests.storage import readings
from digests.storage.channels import channel_of
from digests.storage.tables import articles, channels, corrections, mentions, quotes, revisions, subscriptions

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select, UnaryExpression

    from digests.storage.session import Session

_PUBLIC = [state for state in ArticleState if state.public]
_CURRENT = (revisions.c.article_id == articles.c.id) & (revisions.c.number == articles.c.revision_number)
_COLUMNS = (
    articles.c.id.label("article_id"),
    *(articles.c[name] for name in ("state", "created_by", "created_at", "updated_at", "published_at")),
    *(revisions.c[name] for name in ("id", "number", "text", "sha256", "url", "outlet", "published", "chosen")),
    *(revisions.c[name] for name in ("language", "reading")),
    corrections.c.kind,
    corrections.c.reason,
    corrections.c.at,
)


def _with(revision: ColumnElement[bool]) -> Select[Any]:
    """Select articles, each with its revision that fits, and its last correction."""
    rows = select(*_COLUMNS).join_from(articles, revisions, revision)
    return rows.outerjoin(corrections, corrections.c.id == articles.c.correction_id)


_ARTICLE = _with(_CURRENT)

_PUBLISHING = 0x636F6E66  # names the lock that keeps publishing and planning apart on PostgreSQL
# How far ahead of a publisher's clock a planner's may have been: another machine's, or this one's before it was set
# right. What is published then is new to everybody only after the window that was planned by that clock.
_AHEAD = timedelta(days=1)


class Articles:
    """See `digests.ports.Articles`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, revision: Revision, *, created_by: int, now: datetime) -> Article:
        """Store a new draft with `revision` as its first; ids and number are assigned."""
        row = {
            "state": ArticleState.DRAFT,
            "revision_number": 1,
            "created_by": created_by,
            "created_at": now,
            "updated_at": now,
        }
        article_id = await self._session.scalar(articles.insert().values(row).returning(articles.c.id))
        await self._add_revision(article_id, 1, revision)
        return await self.get(article_id)

    async def get(self, article_id: int, *, revision_id: int | None = None) -> Article:
        """Return the article with its current revision, or with that one. Raises NotFound("article")."""
        of_article = revisions.c.article_id == articles.c.id
        rows = _ARTICLE if revision_id is None else _with(of_article & (revisions.c.id == revision_id))
        found = await self._load(rows.where(articles.c.id == article_id))
        if not found:
            raise NotFound("article")
        return found[0]

    async def rewrite(self, article_id: int, revision: Revision, *, now: datetime) -> Article:
        """Replace a draft's text and reading. Raises NotFound, or Conflict("not_a_draft")."""
        number = await self._touch_draft(article_id, now)
        await self._session.execute(delete(revisions).where(revisions.c.article_id == article_id))
        await self._add_revision(article_id, number, revision)
        return await self.get(article_id)

    async def choose(self, article_id: int, chosen: tuple[int, ...] | None, *, now: datetime) -> Article:
        """Set which quotes are shown, in order. Raises NotFound, or Conflict("not_a_draft")."""
        number = await self._touch_draft(article_id, now)
        current = (revisions.c.article_id == article_id) & (revisions.c.number == number)
        await self._session.execute(update(revisions).where(current).values(chosen=chosen))
        return await self.get(article_id)

    async def move(
        self, article_id: int, to: ArticleState, *, expected: Collection[ArticleState], now: datetime
    ) -> bool:
        """Change the state in one conditional update; False if the article was not in an `expected` state.

        Moving to PUBLISHED sets `published_at` to `now`, or to the moment after the last window that was planned
        already when that reached past `now`: else those subscriptions would never see the article.
        """
        values: dict[str, Any] = {"state": to, "updated_at": now}
        if to is ArticleState.PUBLISHED:
            values["published_at"] = await self._after_planned(now)
        change = update(articles).where(articles.c.id == article_id, articles.c.state.in_(expected)).values(values)
        return await self._session.changed(change) == 1

    async def propose(self, article_id: int, revision: Revision) -> int:
        """Store a revision that is not the current one yet; returns its id. Number and id are assigned."""
        last = select(func.max(revisions.c.number)).where(revisions.c.article_id == article_id)
        return await self._add_revision(article_id, 1 + (await self._session.scalar(last) or 0), revision)

    async def drop(self, revision_id: int) -> None:
        """Delete a proposed revision that no article shows."""
        shown = select(articles.c.id).where(_CURRENT, revisions.c.id == revision_id)
        await self._session.execute(delete(revisions).where(revisions.c.id == revision_id, ~shown.exists()))

    async def amend(
        self, article_id: int, to: ArticleState, *, base: int, number: int, correction_id: int, now: datetime
    ) -> bool:
        """Make revision `number` of a public article its current one, with the correction that readers are told of.

        False if the article is not public, or its current revision is not number `base` any more. Until this unit of
        work ends nothing is planned.
        """
        await self._keep_planning_apart()
        public = articles.c.state.in_(_PUBLIC) & (articles.c.revision_number == base)
        change = update(articles).where(articles.c.id == article_id, public)
        values = {"state": to, "revision_number": number, "correction_id": correction_id, "updated_at": now}
        return await self._session.changed(change.values(values)) == 1

    async def latest_draft(self, editor: int) -> Article | None:
        """Return the draft this editor touched last, if any."""
        found = await self.list([ArticleState.DRAFT], limit=1, created_by=editor)
        return found[0] if found else None

    async def same_text(self, sha256: str) -> Article | None:
        """Return an article that is not discarded and whose current text has this hash, the newest if several."""
        same = _ARTICLE.where(revisions.c.sha256 == sha256, articles.c.state != ArticleState.DISCARDED)
        found = await self._load(same.order_by(articles.c.id.desc()).limit(1))
        return found[0] if found else None

    async def public_between(self, after: datetime, until: datetime) -> Sequence[Article]:
        """Return public articles with after < published_at <= until, oldest first.

        Inside ``begin()`` no article can be published into that window until the unit of work ends, so that a
        planner may advance its subscriptions to `until` without skipping one.
        """
        if self._session.writing and self._session.postgres:
            await self._session.execute(select(func.pg_advisory_xact_lock_shared(_PUBLISHING)))
        window = (articles.c.published_at > after) & (articles.c.published_at <= until)
        return await self._public(window, articles.c.published_at.asc(), articles.c.id.asc())

    async def latest_public(self, limit: int) -> Sequence[Article]:
        """Return the newest public articles, newest first."""
        order = articles.c.published_at.desc(), articles.c.id.desc()
        return await self._public(articles.c.published_at.is_not(None), *order, limit=limit)

    async def counts(self) -> Mapping[ArticleState, int]:
        """Count articles by state."""
        rows = await self._session.all(select(articles.c.state, func.count()).group_by(articles.c.state))
        return {ArticleState(state): count for state, count in rows}

    async def echoed(self, *, since: datetime) -> Sequence[tuple[Channel, int]]:
        """Return channels mentioned by public articles since then, with the number of articles, most first."""
        number = func.count(articles.c.id.distinct())
        mentioned = (
            select(mentions.c.channel, number.label("number"))
            .join_from(articles, revisions, _CURRENT)
            .join(mentions, mentions.c.revision_id == revisions.c.id)
            .where(articles.c.state.in_(_PUBLIC), articles.c.published_at >= since)
            .group_by(mentions.c.channel)
            .subquery()
        )
        rows = await self._session.all(
            select(channels, mentioned.c.number)
            .join(mentioned, mentioned.c.channel == channels.c.key)
            .order_by(mentioned.c.number.desc(), channels.c.key)
        )
        return [(channel_of(row), row.number) for row in rows]

    async def list(
        self, states: Collection[ArticleState], *, limit: int, offset: int = 0, created_by: int | None = None
    ) -> Sequence[Article]:
        """Return articles in `states`, the newest change first."""
        wanted = _ARTICLE.where(articles.c.state.in_(states))
        if created_by is not None:
            wanted = wanted.where(articles.c.created_by == created_by)
        newest = articles.c.updated_at.desc(), articles.c.id.desc()
        return await self._load(wanted.order_by(*newest).limit(limit).offset(offset))

    async def _public(
        self, which: ColumnElement[bool], *order: UnaryExpression[Any], limit: int | None = None
    ) -> Sequence[Article]:
        return await self._load(_ARTICLE.where(articles.c.state.in_(_PUBLIC), which).order_by(*order).limit(limit))

    async def _load(self, statement: Select[Any]) -> Sequence[Article]:
        """Run a selection of `_ARTICLE` rows and add quotes and mentions, all in three statements."""
        rows = await self._session.all(statement)
        ids = [row.id for row in rows]
        parts: list[dict[int, Sequence[Row[Any]]]] = []
        for table in (quotes, mentions):
            some = select(table).where(table.c.revision_id.in_(ids)).order_by(table.c.revision_id, table.c.ordinal)
            found = await self._session.all(some) if ids else ()
            parts.append({key: tuple(group) for key, group in groupby(found, key=lambda row: row.revision_id)})
        return [_article(row, parts[0].get(row.id, ()), parts[1].get(row.id, ())) for row in rows]

    async def _touch_draft(self, article_id: int, now: datetime) -> int:
        """Mark a draft as changed and return the number of its current revision."""
        draft = (articles.c.id == article_id) & (articles.c.state == ArticleState.DRAFT)
        touch = update(articles).where(draft).values(updated_at=now).returning(articles.c.revision_number)
        number: int | None = await self._session.scalar(touch)
        if number is None:
            if await self._session.first(select(articles.c.id).where(articles.c.id == article_id)) is None:
                raise NotFound("article")
            raise Conflict("not_a_draft")
        return number

    async def _add_revision(self, article_id: int, number: int, revision: Revision) -> int:
        row = {
            "article_id": article_id,
            "number": number,
            "text": revision.text,
            "sha256": revision.sha256,
            "url": revision.url,
            "outlet": revision.outlet,
            "published": revision.published,
            "chosen": revision.chosen,
            "language": revision.reading.language,
            "reading": readings.dump(revision.reading),
        }
        revision_id: int = await self._session.scalar(revisions.insert().values(row).returning(revisions.c.id))
        for table, rows in (
            (quotes, readings.quote_rows(revision_id, revision.reading)),
            (mentions, readings.mention_rows(revision_id, revision.reading)),
        ):
            if rows:
                await self._session.execute(table.insert(), rows)
        return revision_id

    async def _keep_planning_apart(self) -> None:
        """Let nothing be planned until this unit of work ends; on SQLite it is the only one anyway."""
        if self._session.postgres:
            await self._session.execute(select(func.pg_advisory_xact_lock(_PUBLISHING)))

    async def _after_planned(self, now: datetime) -> datetime:
        """Return `now`, or the first moment no planned window covers. Looks ahead a day at most."""
        await self._keep_planning_apart()
        seen = subscriptions.c.seen_until
        last = await self._session.scalar(select(func.max(seen)).where(seen >= now, seen < now + _AHEAD))
        return now if last is None else last + timedelta(microseconds=1)


def _article(row: Row[Any], quote_rows: Sequence[Row[Any]], mention_rows: Sequence[Row[Any]]) -> Article:
    revision = Revision(
        id=row.id,
        number=row.number,
        text=row.text,
        sha256=row.sha256,
        url=row.url,
        outlet=row.outlet,
        published=row.published,
        chosen=None if row.chosen is None else tuple(row.chosen),
        reading=readings.load(row.language, row.reading, quote_rows, mention_rows),
    )
    return Article(
        id=row.article_id,
        state=ArticleState(row.state),
        revision=revision,
        created_by=row.created_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
        published_at=row.published_at,
        correction=row.kind and Correction(kind=CorrectionKind(row.kind), at=row.at, reason=row.reason),
    )
