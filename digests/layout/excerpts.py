"""Stretches of stored texts, to be shown word for word, and where they may be cut. Spans are code points."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, takewhile

from digests.layout.sizes import units
from digests.model import Revision, Span
from digests.reading.document import OPENING, trim

_MARKED = re.compile(r"“[^“”]*”|«[^«»]*»|„[^„“”]*[“”]|\"[^\"\n]*\"")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of a stored text, to be shown word for word. `cut`: its end is missing, which must be shown.

    Raises ValueError for a span that is not inside the text.
    """

    revision: Revision = field(repr=False)
    span: Span
    cut: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.span.start <= self.span.end <= len(self.revision.text):
            raise ValueError(f"{self.span} is outside a text of {len(self.revision.text)} characters")

    @property
    def words(self) -> str:
        """The exact words."""
        return self.span.of(self.revision.text)

    def shortened(self, most: int) -> Excerpt:
        """Return at most `most` units of it, ending at a word and outside any quote; itself if it is short enough."""
        if len(self.words) <= most and units(self.words) <= most:
            return self
        text, start = self.revision.text, self.span.start
        beginning = self.words[: most + 1]  # no character is shorter than a unit
        length = bisect_left(range(len(beginning)), most + 1, key=lambda count: units(beginning[:count])) - 1
        stop = _word_end(text, start, start + max(0, length))
        stop = outside(stop, start, quoted(self.revision, self.span, stop))
        return Excerpt(self.revision, trim(text, Span(start, stop)), cut=True)


def excerpt(revision: Revision, span: Span | None) -> Excerpt | None:
    """Return what a span covers without the white space at its ends; None if nothing is left."""
    if span is None:
        return None
    trimmed = trim(revision.text, span)
    return Excerpt(revision, trimmed) if trimmed.start < trimmed.end else None


def outside(stop: int, start: int, stretches: Sequence[Span]) -> int:
    """Return the nearest place at or before `stop` that is inside none of those stretches."""
    for span in reversed(stretches):
        if span.start < stop < span.end:
            stop = max(start, span.start)
    return stop


def quoted(revision: Revision, within: Span, until: int) -> list[Span]:
    """Return the stretches in quotation marks that begin before `until`, and the reading's quotes, in order."""
    text = revision.text
    marked = takewhile(lambda match: match.start() < until, _MARKED.finditer(text, within.start, within.end))
    found = [Span(match.start(), match.end()) for match in marked]
    for quote in revision.reading.quotes:
        start, end = quote.span
        while start > 0 and text[start - 1] in OPENING:
            start -= 1
        found.append(Span(_unjoined(text, within.start, start), min(end + 1, len(text))))
    return list(accumulate(sorted(found), _joined))


def _word_end(text: str, start: int, stop: int) -> int:
    """Return the last end of a word in ``text[start:stop]``; in a text without spaces, of a character."""
    if stop >= len(text) or text[stop].isspace():
        return stop
    end = stop
    while end > start and not text[end - 1].isspace():
        end -= 1
    return end if end > start else _unjoined(text, start, stop)


def _unjoined(text: str, start: int, stop: int) -> int:
    """Return the nearest place at or before `stop` that parts no letter from its accents, and no joined emoji."""
    while start < stop < len(text) and (
        unicodedata.category(text[stop])[0] == "M" or "\u200d" in text[stop - 1 : stop + 1]
    ):
        stop -= 1
    return stop


def _joined(before: Span, after: Span) -> Span:
    """Return `after`, or both as one where they overlap."""
    return Span(before.start, max(before.end, after.end)) if after.start < before.end else after
