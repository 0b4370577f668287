"""Articles and their revisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from digests.model.corrections import Correction
from digests.model.readings import Reading


class ArticleState(StrEnum):
    """Where an article stands. Drafts may be discarded; what was published is never deleted."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    DISCARDED = "discarded"

    @property
    def public(self) -> bool:
        """True if readers may be shown the article in new digests."""
        return self in (ArticleState.PUBLISHED, ArticleState.CORRECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One immutable text of an article, with its reading. A correction is a new revision.

    `url`, `published` and `outlet` are what the editor gave or the reading found. `chosen` are the indices of
    `reading.quotes` an editor chose, in order; None lets the reading's rank decide.
    """

    number: int
    text: str
    sha256: str
    reading: Reading
    url: str | None = None
    outlet: str | None = None
    published: date | None = None
    chosen: tuple[int, ...] | None = None
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article with its current revision, and its last correction."""

    id: int
    state: ArticleState
    revision: Revision
    created_by: int  # the editor's Telegram user id
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None = None
    correction: Correction | None = None
