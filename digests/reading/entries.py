"""Finds the entries of a live blog: stretches of a page, each under the clock time at which it was posted.

An entry begins with a line that is nothing but a time stamp, or with a paragraph that opens with one ("14:32 The
bridge …"). Three of them make a live blog; a stamp that only says when an entry was changed ("Updated at 17.50")
begins none. Which end of the page is the newest is told by the clock times, most steps deciding.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from digests.model import Span
from digests.reading.times import is_change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.model import Removed

_CLOCK = (
    r"(?P<hour>[01]?\d|2[0-3])[:.h](?P<minute>[0-5]\d)(?!\d)(?:\s?(?P<half>[apAP])\.?[mM]\b\.?)?(?:\s[A-Z]{3,4}\b)?"
)
_OPENING = re.compile(
    rf"(?:[•·▪●*–—-]\s)?[\[(]?(?:From\s)?(?:\d{{1,2}}\s[^\W\d_]{{3,9}}\s\d{{4}},?\s)?{_CLOCK}[\])]?\s*[—–|:-]?\s*"
    r"(?=[^\W_]|[\"“«‘„])"
)
_OPENS = re.compile(r"[\d\[(•·▪●*–—-]|From ")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»“)\]]*$")
_STAMP = re.compile(rf"(?:[^\n]{{0,40}}\s)?{_CLOCK}")
_FEWEST = 3


class Blog(NamedTuple):
    """The entries of a live blog, the newest first, and where the words of each begin behind its stamp."""

    entries: tuple[Span, ...]
    words: tuple[int, ...]


def entries(text: str, paragraphs: Sequence[Span], removed: Sequence[Removed]) -> Blog | None:
    """Return the entries of a live blog; None if the text is none."""
    # where an entry begins, where its words begin, minutes after midnight
    stamps = (item.span for item in removed if item.rule == "time stamp" and not is_change(item.span.of(text)))
    starts = [(*span, _minutes(match)) for span in stamps if (match := _STAMP.match(text, *span))]
    for paragraph in paragraphs:
        if _OPENS.match(text, paragraph.start):
            match = _OPENING.match(text, paragraph.start, min(paragraph.end, paragraph.start + 60))
            if match is not None and match.end() < paragraph.end:
                starts.append((paragraph.start, match.end(), _minutes(match)))
    if len(starts) < _FEWEST:
        return None
    starts.sort()
    ends = [start for start, _, _ in starts[1:]] + [paragraphs[-1].end if paragraphs else len(text)]
    found = [
        (Span(start, last), words, minutes)
        for (start, words, minutes), end in zip(starts, ends, strict=True)
        if (last := _last(text, paragraphs, words, end)) is not None
    ]
    if len(found) < _FEWEST:
        return None
    steps = sum((after > before) - (after < before) for (_, _, before), (_, _, after) in pairwise(found))
    if steps > 0:
        found.reverse()
    return Blog(tuple(span for span, _, _ in found), tuple(words for _, words, _ in found))


def _last(text: str, paragraphs: Sequence[Span], start: int, end: int) -> int | None:
    """Return the end of the last kept paragraph between `start` and `end`, None if none there ends as a sentence does.

    A page's own time stamp, with nothing but headlines below it, begins no entry.
    """
    index = last = bisect_right(paragraphs, end, key=lambda paragraph: paragraph.end) - 1
    while index >= 0 and paragraphs[index].end > start:
        if _SENTENCE_END.search(text, max(start, paragraphs[index].end - 8), paragraphs[index].end):
            return paragraphs[last].end
        index -= 1
    return None


def _minutes(match: re.Match[str]) -> int:
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + 12 * (match["half"] in "pP")
    return hour * 60 + int(match["minute"])
