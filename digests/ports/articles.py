"""Articles and the channel registry as the use-cases need them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from digests.model import Article, ArticleState, Channel, Revision


class Articles(Protocol):
    """Articles, their revisions, quotes and mentions."""

    async def add(self, revision: Revision, *, created_by: int, now: datetime) -> Article:
        """Store a new draft with `revision` as its first; ids and number are assigned."""

    async def get(self, article_id: int, *, revision_id: int | None = None) -> Article:
        """Return the article with its current revision, or with that one. Raises NotFound("article")."""

    async def rewrite(self, article_id: int, revision: Revision, *, now: datetime) -> Article:
        """Replace a draft's text and reading. Raises Conflict("not_a_draft") once it is published or discarded."""

    async def choose(self, article_id: int, chosen: tuple[int, ...] | None, *, now: datetime) -> Article:
        """Set which quotes are shown, in order (None: the reading decides). Drafts only, as `rewrite`."""

    async def move(
        self, article_id: int, to: ArticleState, *, expected: Collection[ArticleState], now: datetime
    ) -> bool:
        """Change the state in one conditional update; False if the article was not in an `expected` state.

        Moving to PUBLISHED sets `published_at` to `now`.
        """

    async def propose(self, article_id: int, revision: Revision) -> int:
        """Store a revision that is not the current one yet; returns its id. Number and id are assigned."""

    async def drop(self, revision_id: int) -> None:
        """Delete a proposed revision that no article shows."""

    async def amend(
        self, article_id: int, to: ArticleState, *, base: int, number: int, correction_id: int, now: datetime
    ) -> bool:
        """Make revision `number` of a public article its current one, with the correction that readers are told of.

        False if the article is not public, or its current revision is not number `base` any more. Until this unit of
        work ends nothing is planned.
        """

    async def latest_draft(self, editor: int) -> Article | None:
        """Return the draft this editor touched last, if any."""

    async def list(
        self, states: Collection[ArticleState], *, limit: int, offset: int = 0, created_by: int | None = None
    ) -> Sequence[Article]:
        """Return articles in `states`, the newest change first."""

    async def public_between(self, after: datetime, until: datetime) -> Sequence[Article]:
        """Return public articles with after < published_at <= until, oldest first."""

    async def latest_public(self, limit: int) -> Sequence[Article]:
        """Return the newest public articles, newest first."""

    async def same_text(self, sha256: str) -> Article | None:
        """Return an article that is not discarded and whose current text has this hash, the newest if several."""

    async def counts(self) -> Mapping[ArticleState, int]:
        """Count articles by state."""

    async def echoed(self, *, since: datetime) -> Sequence[tuple[Channel, int]]:
        """Return channels mentioned by public articles since then, with the number of articles, most first."""


class Channels(Protocol):
    """The registry as the database knows it; every change of a label leaves a line in the audit."""

    async def sync(self, channels: Sequence[Channel], *, now: datetime) -> int:
        """Bring the table in line with the registry file, auditing each change; returns how many changed."""
