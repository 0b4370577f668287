"""A `Composer` whose messages are as plain as can be, and which counts how often it composed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.model import Part

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from digests.model import Article, EditionKind


class FakeComposer:
    """Puts `per_part` articles into a message; a part reads like ``uk UTC: 3 2``."""

    def __init__(self, per_part: int = 10) -> None:
        self.per_part = per_part
        self.composed = 0

    def compose(
        self, articles: Sequence[Article], *, kind: EditionKind, language: str, zone: str, now: datetime
    ) -> tuple[Part, ...]:
        """Name the articles."""
        self.composed += 1
        chunks = [articles[start : start + self.per_part] for start in range(0, len(articles), self.per_part)]
        return tuple(
            self._part(f"{language} {zone}: {' '.join(str(article.id) for article in chunk)}", chunk)
            for chunk in chunks
        )

    def nothing_new(self, *, language: str, zone: str, now: datetime) -> tuple[Part, ...]:
        """Say so."""
        self.composed += 1
        return (self._part(f"{language} {zone}: nothing new", ()),)

    def _part(self, text: str, articles: Sequence[Article]) -> Part:
        return Part(html=text, text=text, articles=tuple(article.id for article in articles))
