"""Stretches of a text, and what hangs on them."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """A stretch ``[start, end)`` of a revision's text, in code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the exact words of `text` that the span covers."""
        return text[self.start : self.end]

    def __contains__(self, other: object) -> bool:
        """Tell whether another span lies wholly inside this one."""
        return isinstance(other, Span) and self.start <= other.start and other.end <= self.end


class Link(NamedTuple):
    """A hyperlink of the page a text was taken from: the words that carried it and where it leads."""

    span: Span
    url: str
