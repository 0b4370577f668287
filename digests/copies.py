"""The copies of an article that readers have, or wait for: what a published correction does to them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from digests.model import ArticleState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from digests.model import Article, Edition, Part, Proposal
    from digests.ports import PartKey, Reviser, Tx

_RETRACTED = "retracted"  # why a copy was withdrawn


async def renew(tx: Tx, proposal: Proposal, article: Article, reviser: Reviser, *, now: datetime) -> None:
    """Render every message anew that shows the article, and owe edits to the chats that have it.

    Copies of editions of which nothing but retracted articles is left are no longer sent to those who wait for them.
    """
    editions = await tx.editions.showing(article.id)
    shown = {id_ for edition in editions for id_, _ in edition.articles}
    articles = {id_: article if id_ == article.id else await tx.articles.get(id_) for id_ in shown}
    parts = await asyncio.to_thread(_rendered, editions, articles, article.id, reviser)
    await tx.editions.rewrite(parts)
    await tx.corrections.show(proposal.id, parts)
    await tx.ledger.reread(parts)
    await tx.edits.owe(parts, now=now)
    for edition in editions:
        if all(articles[id_].state is ArticleState.RETRACTED for id_, _ in edition.articles):
            await tx.ledger.withdraw(edition.id, reason=_RETRACTED, now=now)


def _rendered(
    editions: Iterable[Edition], articles: Mapping[int, Article], changed: int, reviser: Reviser
) -> dict[PartKey, Part]:
    """Render the parts of editions that show the article `changed`, those of like editions once."""
    known: dict[object, Mapping[int, Part]] = {}
    parts: dict[PartKey, Part] = {}
    for edition in editions:
        day = edition.created_at.astimezone(ZoneInfo(edition.zone)).date()
        held = tuple(part.articles for part in edition.parts)
        like = (edition.language, edition.zone, day, edition.articles, held)
        if like not in known:
            theirs = {id_: articles[id_] for id_, _ in edition.articles}
            known[like] = reviser.revise(edition, theirs, changed=changed)
        parts |= {(edition.id, number): part for number, part in sorted(known[like].items())}
    return parts
