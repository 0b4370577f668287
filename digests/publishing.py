"""From an editor's message to a published article: what the editors' handlers call.

Each use-case is one transaction and leaves one line in the audit.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from digests import intake, reading
from digests.delivery import plan_urgent
from digests.errors import Conflict, NotFound
from digests.model import Article, ArticleState, AuditEntry, Reading, Revision
from digests.selection import MAX_CHOSEN, chosen_indices, removable_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from digests.data import Registry
    from digests.model import Link, Span
    from digests.ports import Composer, Read, Store, Tx

_PIECES = "pieces"  # the note about what arrived last
_POSTED = (ArticleState.PUBLISHED, ArticleState.CORRECTED, ArticleState.RETRACTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What became of an editor's message. `known`: the very same text was a draft already, which `article` is."""

    article: Article
    known: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published article. `fresh` is false if it was published before; then nothing was done and nobody is sent to."""

    article: Article
    fresh: bool
    subscriptions: int = 0  # to which it goes at once


class Publishing:
    """The editors' use-cases over a store. `registry` is the channel registry that articles are read with."""

    def __init__(self, store: Store, *, registry: Registry | None = None, read: Read = reading.read) -> None:
        self._store = store
        self._registry = registry
        self._read = read

    async def submit(self, editor: int, sent: str, *, now: datetime, links: Collection[Link] = ()) -> Draft:
        """Make a draft of what `editor` sent, or add it to the draft whose next piece it is (`intake.continues`).

        `links` are the hyperlinked words of the message, by spans of `sent` in code points.

        Raises IntakeError (see `intake.accept`); the draft it would have continued stays as it is. Raises
        Conflict("already_posted", article=id, state=…) if that text was published before, by anyone.
        """
        async with self._store.begin() as tx:
            previous = await self._continued(tx, editor, sent, now)
            marked = intake.linked(sent, links)
            whole = intake.join(previous.revision.text, marked) if previous else marked
            submission = intake.accept(whole)
            twin = await tx.articles.same_text(submission.sha256)
            if previous and twin and twin.id != previous.id:  # its first piece had become a draft of its own
                await tx.articles.move(previous.id, ArticleState.DISCARDED, expected=(ArticleState.DRAFT,), now=now)
            article = twin or await self._store_draft(tx, editor, submission, previous, now)
            await _remember_piece(tx, article, sent, now)
        if article.state is not ArticleState.DRAFT:
            raise Conflict("already_posted", article=article.id, state=article.state.value)
        return Draft(article=article, known=twin is not None)

    async def article(self, article_id: int) -> Article:
        """Return an article in any state. Raises NotFound("article")."""
        async with self._store.read() as tx:
            return await tx.articles.get(article_id)

    async def draft(self, article_id: int) -> Article:
        """Return a draft. Raises NotFound("article"), Conflict("not_a_draft", article=id, state=…)."""
        article = await self.article(article_id)
        if article.state is not ArticleState.DRAFT:
            raise _not_a_draft(article)
        return article

    async def drafts(self, *, limit: int = 10, offset: int = 0) -> Sequence[Article]:
        """Return drafts of all editors, the one touched last first."""
        async with self._store.read() as tx:
            return await tx.articles.list((ArticleState.DRAFT,), limit=limit, offset=offset)

    async def articles(self, *, limit: int = 10, offset: int = 0) -> Sequence[Article]:
        """Return what was published, corrected or retracted, the newest change first."""
        async with self._store.read() as tx:
            return await tx.articles.list(_POSTED, limit=limit, offset=offset)

    async def choose(self, article_id: int, index: int, *, editor: int, now: datetime) -> Article:
        """Show a draft's quote number `index` (0-based, of its reading) if it was hidden, hide it if it was shown.

        A quote newly shown stands last. Raises NotFound("article" or "quote"), Conflict("not_a_draft", …),
        Conflict("too_many_quotes", limit=…).
        """
        async with self._store.begin() as tx:
            article = await tx.articles.get(article_id)
            if article.state is not ArticleState.DRAFT:
                raise _not_a_draft(article)
            quotes = article.revision.reading.quotes
            if not 0 <= index < len(quotes):
                raise NotFound("quote")
            shown = chosen_indices(article.revision)
            chosen = tuple(one for one in shown if one != index) if index in shown else (*shown, index)
            if len(chosen) > MAX_CHOSEN:
                raise Conflict("too_many_quotes", limit=MAX_CHOSEN)
            article = await tx.articles.choose(article_id, chosen, now=now)
            await _audit(tx, editor, "choose quotes", article_id, now, chosen=",".join(map(str, chosen)))
            return article

    async def choose_for_me(self, article_id: int, *, editor: int, now: datetime) -> Article:
        """Let the reading decide again which quotes of a draft are shown; undoes `choose`.

        Raises NotFound("article"), Conflict("not_a_draft", …).
        """
        async with self._store.begin() as tx:
            article = await tx.articles.choose(article_id, None, now=now)
            await _audit(tx, editor, "choose for me", article_id, now)
            return article

    async def restore(self, article_id: int, start: int, *, on: bool, editor: int, now: datetime) -> Article:
        """Keep the line of a draft that begins at `start` although a rule removes it, or let it be removed again.

        The article is read anew, so lead, quotes and the rest follow; quotes an editor chose stay chosen. Raises
        NotFound("article" or "line"), Conflict("not_a_draft", …).
        """
        async with self._store.begin() as tx:
            article = await tx.articles.get(article_id)
            if article.state is not ArticleState.DRAFT:
                raise _not_a_draft(article)
            old = article.revision
            line = next((line for line in removable_lines(old) if line.span.start == start), None)
            if line is None:
                raise NotFound("line")
            restored = {one.span for one in old.reading.restored}
            if on is (line.span in restored):
                return article
            keep = restored | {line.span} if on else restored - {line.span}
            found = await self._read_anew(old.text, keep, old.reading.links)
            article = await tx.articles.rewrite(article_id, _reread(old, found), now=now)
            await _audit(tx, editor, "restore line" if on else "remove line", article_id, now, start=str(start))
            return article

    async def discard(self, article_id: int, *, editor: int, now: datetime) -> bool:
        """Discard a draft; False if it was discarded before.

        Raises NotFound("article"), Conflict("not_a_draft", …) for what was published.
        """
        async with self._store.begin() as tx:
            moved = await tx.articles.move(article_id, ArticleState.DISCARDED, expected=(ArticleState.DRAFT,), now=now)
            if moved:
                await _audit(tx, editor, "discard", article_id, now)
                return True
            article = await tx.articles.get(article_id)
        if article.state is not ArticleState.DISCARDED:
            raise _not_a_draft(article)
        return False

    async def publish(self, article_id: int, *, editor: int, now: datetime) -> Published:
        """Publish a draft: readers get it at their next digest. Pressing twice does nothing twice.

        Raises NotFound("article"), Conflict("not_a_draft", …) for what was discarded or retracted.
        """
        async with self._store.begin() as tx:
            return await _publish(tx, article_id, editor, now)

    async def publish_and_send(self, article_id: int, *, editor: int, now: datetime, composer: Composer) -> Published:
        """Publish a draft and put it in the ledger for every active subscription at once, as urgent.

        Like subscriptions (language, zone) share an edition. Errors as `publish`; if the article was published
        before, nothing is sent.
        """
        async with self._store.begin() as tx:
            published = await _publish(tx, article_id, editor, now)
            if not published.fresh:
                return published
            count = await plan_urgent(tx, composer, published.article, now=now)
            await _audit(tx, editor, "send now", article_id, now, subscriptions=str(count))
            return replace(published, subscriptions=count)

    async def _continued(self, tx: Tx, editor: int, sent: str, now: datetime) -> Article | None:
        draft = await tx.articles.latest_draft(editor)
        if draft is None:
            return None
        units, at = (await _pieces(tx)).get(str(draft.id), (0, now.isoformat()))
        return draft if intake.continues(units, datetime.fromisoformat(at), sent, now) else None

    async def _store_draft(
        self, tx: Tx, editor: int, submission: intake.Submission, previous: Article | None, now: datetime
    ) -> Article:
        goes_on = previous is not None and submission.text.startswith(previous.revision.text)
        before = previous.revision.reading if previous and goes_on else None
        keep = [line.span for line in before.restored] if before else []
        links = (*(before.links if before else ()), *submission.links)
        found = await self._read_anew(submission.text, keep, links)
        revision = Revision(
            number=previous.revision.number if previous else 1,
            text=submission.text,
            sha256=submission.sha256,
            reading=found,
            url=submission.url or (previous.revision.url if previous else None),
            outlet=found.outlet.of(submission.text) if found.outlet else None,
            published=found.published,
        )
        if previous:
            article = await tx.articles.rewrite(previous.id, revision, now=now)
        else:
            article = await tx.articles.add(revision, created_by=editor, now=now)
        await _audit(tx, editor, "continue draft" if previous else "draft", article.id, now)
        return article

    async def _read_anew(self, text: str, keep: Collection[Span], links: Collection[Link]) -> Reading:
        """Read a text off the event loop, with the lines an editor wants kept."""
        return await asyncio.to_thread(self._read, text, registry=self._registry, keep=keep, links=links)


def _reread(old: Revision, found: Reading) -> Revision:
    """Return a revision with another reading of the same text; chosen quotes are found again by where they stand."""
    chosen = old.chosen
    if chosen is not None:
        places = {quote.span: index for index, quote in enumerate(found.quotes)}
        spans = [old.reading.quotes[index].span for index in chosen if index < len(old.reading.quotes)]
        chosen = tuple(places[span] for span in spans if span in places)
    outlet = found.outlet.of(old.text) if found.outlet else None
    return replace(old, reading=found, chosen=chosen, outlet=outlet, published=found.published)


def _not_a_draft(article: Article) -> Conflict:
    return Conflict("not_a_draft", article=article.id, state=article.state.value)


async def _publish(tx: Tx, article_id: int, editor: int, now: datetime) -> Published:
    fresh = await tx.articles.move(article_id, ArticleState.PUBLISHED, expected=(ArticleState.DRAFT,), now=now)
    article = await tx.articles.get(article_id)
    if not article.state.public:
        raise _not_a_draft(article)
    if fresh:
        await _audit(tx, editor, "publish", article_id, now)
    return Published(article=article, fresh=fresh)


async def _pieces(tx: Tx) -> dict[str, tuple[int, str]]:
    """Return the last piece of recent drafts: by article id, its UTF-16 units and its time.

    It is kept in the database so that a restart between two pieces of a paste parts nothing.
    """
    pieces: dict[str, tuple[int, str]] = json.loads(await tx.runtime.get_note(_PIECES) or "{}")
    return pieces


async def _remember_piece(tx: Tx, article: Article, sent: str, now: datetime) -> None:
    recent = {
        key: (units, at)
        for key, (units, at) in (await _pieces(tx)).items()
        if now - datetime.fromisoformat(at) <= intake.CONTINUES_WITHIN
    }
    recent[str(article.id)] = (intake.units(sent), now.isoformat())
    await tx.runtime.set_note(_PIECES, json.dumps(recent))


async def _audit(tx: Tx, editor: int, action: str, article: int, now: datetime, **details: str) -> None:
    entry = AuditEntry(at=now, actor=editor, action=action, subject=f"article {article}", details=details)
    await tx.audit.add(entry)
