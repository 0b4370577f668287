"""What fits in a message: Telegram's limits, and items cut down to them without ever cutting a quote.

The renderer takes spans, not strings: an `Item` holds `Excerpt`s, each a stretch of one stored revision, so nothing
can be shown that is not in the text. An item that is too long for one message gives way in this order, and stops as
soon as it fits: quotes go, the last first; the lead ends at an earlier sentence; echoes beyond the third are only
counted. What follows is for absurd texts alone: the lead, then the title, then the caveats are cut at a word, marked
by `Excerpt.cut`, never inside a quote; and caveats beyond the tenth are only counted.

Lengths are UTF-16 units, spans code points.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, takewhile
from typing import NamedTuple

from digests.model import Article, ArticleState, Mention, Quote, Revision, Span
from digests.reading.document import OPENING, split, trim
from digests.reading.languages import language

MESSAGE_UNITS = 4096  # Bot API, sendMessage: "1-4096 characters after entities parsing"; in UTF-16 units to be safe
MESSAGE_ENTITIES = 100  # TDLib, MAX_USER_ENTITY_COUNT; the server ignores further ones
ECHOES_WHEN_TIGHT = 3
CAVEATS_WHEN_TIGHT = 10
SPEAKER_UNITS = 120
OPENING_UNITS = 250  # shown of a retracted article that has neither title nor lead

_TAG = re.compile(r"<(/?)[^>]*>")
_REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#[0-9]+|#x[0-9a-fA-F]+);")
_MARKED = re.compile(r"“[^“”]*”|«[^«»]*»|„[^„“”]*[“”]|\"[^\"\n]*\"")


class Size(NamedTuple):
    """How much of a message something takes: UTF-16 units that are seen, and entities."""

    units: int
    entities: int

    def plus(self, other: Size) -> Size:
        """Return the size of both together."""
        return Size(self.units + other.units, self.entities + other.entities)

    def within(self, room: Size) -> bool:
        """Tell whether this fits into `room`."""
        return self.units <= room.units and self.entities <= room.entities


MESSAGE = Size(MESSAGE_UNITS, MESSAGE_ENTITIES)


def units(text: str) -> int:
    """Return the length of plain text in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def measure(html: str) -> Size:
    """Return what Telegram will count of well-formed Telegram HTML: visible UTF-16 units, and one entity a tag."""
    entities = sum(not tag.group(1) for tag in _TAG.finditer(html))
    return Size(units(_REFERENCE.sub(_one_character, _TAG.sub("", html))), entities)


def _one_character(reference: re.Match[str]) -> str:
    code = reference.group()[2:-1]
    if reference.group()[1] != "#":
        return "&"
    return chr(int(code[1:], 16) if code[0] in "xX" else int(code))


def pages(sizes: Sequence[Size], room: Size, between: Size) -> list[range]:
    """Group consecutive items into messages, as many a message as fit, without parting any.

    `between` is what stands between two items. An item larger than `room` stands alone.
    """
    groups: list[range] = []
    start, used = 0, Size(0, 0)
    for index, size in enumerate(sizes):
        grown = used.plus(between).plus(size)
        if index > start and not grown.within(room):
            groups.append(range(start, index))
            start, used = index, size
        else:
            used = grown if index > start else size
    return [*groups, range(start, len(sizes))] if sizes else []


# ------------------------------------------------------------------------------------------------- views


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
        stop = _outside(stop, start, _quoted(self.revision, self.span, stop))
        return Excerpt(self.revision, trim(text, Span(start, stop)), cut=True)


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quote as it is shown: a whole one by its words, a fragment inside its whole sentence.

    `marked`: these are the words alone, so the renderer sets quotation marks around them.
    """

    excerpt: Excerpt
    marked: bool
    speaker: Excerpt | None = None
    mention: int | None = None  # index of the mention it was said with

    @property
    def around(self) -> tuple[str, str] | None:
        """The words before and after the speaker's name where the excerpt itself holds it, else None."""
        if self.marked or self.speaker is None or self.speaker.cut or not _holds(self.excerpt.span, self.speaker.span):
            return None
        text, span, name = self.excerpt.revision.text, self.excerpt.span, self.speaker.span
        return text[span.start : name.start], text[name.end : span.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One article as a digest shows it. `more_…` count what there was no room for."""

    article: Article
    title: Excerpt | None
    lead: Excerpt | None
    quotes: tuple[Quotation, ...]
    caveats: tuple[Excerpt, ...]
    echoes: tuple[tuple[Mention, ...], ...]  # mentions of one channel together
    more_caveats: int = 0
    more_echoes: int = 0

    @property
    def struck(self) -> bool:
        """True if the article was retracted: its words are struck through."""
        return self.article.state is ArticleState.RETRACTED


def item(article: Article, quotes: Iterable[Quote]) -> Item:
    """Return the view of an article with these quotes of its reading, less those that are shown elsewhere in it.

    Of a retracted article only what opens it is shown, and its caveats.
    """
    revision = article.revision
    reading = revision.reading
    if article.state is ArticleState.RETRACTED:
        return _retracted(article)
    caveats = tuple(dict.fromkeys(found for span in reading.caveats if (found := _excerpt(revision, span))))
    lead = _excerpt(revision, reading.lead)
    around = [part.span for part in (lead, *caveats) if part]
    quotations: list[Quotation] = []
    for view in filter(None, (quotation(revision, quote) for quote in quotes)):
        span = view.excerpt.span
        repeats = any(_holds(other, span) for other in around)
        if not repeats and not any(_overlap(span, other.excerpt.span) for other in quotations):
            quotations.append(view)
    return Item(
        article=article,
        title=_excerpt(revision, reading.title),
        lead=lead,
        quotes=tuple(quotations),
        caveats=caveats,
        echoes=_echoes(revision),
    )


def _retracted(article: Article) -> Item:
    revision = article.revision
    title, lead = _excerpt(revision, revision.reading.title), _excerpt(revision, revision.reading.lead)
    if title is None and lead is None:
        lead = Excerpt(revision, Span(0, len(revision.text))).shortened(OPENING_UNITS)
    caveats = tuple(dict.fromkeys(found for span in revision.reading.caveats if (found := _excerpt(revision, span))))
    return Item(article=article, title=title, lead=lead, quotes=(), caveats=caveats, echoes=())


def quotation(revision: Revision, quote: Quote) -> Quotation | None:
    """Return one quote as readers would see it; None if it has no words.

    Without a speaker even a whole quote stands in its sentence: what the article says of its source stays with it.
    """
    marked = quote.whole and quote.speaker is not None
    excerpt = _excerpt(revision, _bare(revision.text, quote.span) if marked else quote.sentence)
    speaker = _excerpt(revision, quote.speaker)
    if excerpt is None:
        return None
    mention = quote.mention if quote.mention in range(len(revision.reading.mentions)) else None
    return Quotation(excerpt, marked, speaker and speaker.shortened(SPEAKER_UNITS), mention)


def _bare(text: str, span: Span) -> Span:
    """Return a quote without the comma that only led on to the attribution."""
    start, end = trim(text, span)
    while end > start and text[end - 1] in ",; ":
        end -= 1
    return Span(start, end)


def _excerpt(revision: Revision, span: Span | None) -> Excerpt | None:
    if span is None:
        return None
    trimmed = trim(revision.text, span)
    return Excerpt(revision, trimmed) if trimmed.start < trimmed.end else None


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _echoes(revision: Revision) -> tuple[tuple[Mention, ...], ...]:
    """Group the mentions by whose channel they mean, in order of appearance; a mention of nobody is no echo."""
    groups: dict[str, list[Mention]] = {}
    for mention in revision.reading.mentions:
        owner = mention.owner.of(revision.text) if mention.owner else ""
        whose = mention.channel or (mention.handle or "").lower() or " ".join(owner.casefold().split())
        if whose:
            groups.setdefault(whose, []).append(mention)
    return tuple(map(tuple, groups.values()))


# --------------------------------------------------------------------------------------------- giving way


def fitted(whole: Item, fits: Callable[[Item], bool]) -> Item:
    """Return the largest version of an item that `fits`, giving way in the order this module's docstring states.

    `fits` must be monotone: what is smaller than something that fits, fits. If nothing does, the smallest comes back.
    """
    if fits(whole):
        return whole
    current = whole
    for step in (_fewer_quotes, _earlier_ends, _fewer_echoes, _cut_leads, _cut_titles, _cut_caveats):
        versions = list(step(current))
        if versions:
            index = bisect_left(versions, True, key=fits)
            if index < len(versions):
                return versions[index]
            current = versions[-1]
    return current


def _fewer_quotes(larger: Item) -> Iterator[Item]:
    for count in reversed(range(len(larger.quotes))):
        yield replace(larger, quotes=larger.quotes[:count])


def _earlier_ends(larger: Item) -> Iterator[Item]:
    lead = larger.lead
    if lead is not None:
        start, end = lead.span
        sentences = split(lead.revision.text, lead.span, language(lead.revision.reading.language))
        reach = min(end, start + MESSAGE_UNITS)  # what ends later fits no message
        ends = [sentence.end for sentence in takewhile(lambda sentence: sentence.end <= reach, sentences)]
        quoted = _quoted(lead.revision, lead.span, reach)
        for stop in reversed(ends):
            if stop < end and _outside(stop, start, quoted) == stop:
                yield replace(larger, lead=replace(lead, span=Span(start, stop)))


def _fewer_echoes(larger: Item) -> Iterator[Item]:
    if len(larger.echoes) > ECHOES_WHEN_TIGHT:
        left = len(larger.echoes) - ECHOES_WHEN_TIGHT
        yield replace(larger, echoes=larger.echoes[:ECHOES_WHEN_TIGHT], more_echoes=larger.more_echoes + left)


def _cut_leads(larger: Item) -> Iterator[Item]:
    if larger.lead is not None:
        for most in (3000, 2500, 2000, 1500, 1000, 500, 250):
            yield replace(larger, lead=larger.lead.shortened(most))


def _cut_titles(larger: Item) -> Iterator[Item]:
    if larger.title is not None:
        yield replace(larger, title=larger.title.shortened(200))


def _cut_caveats(larger: Item) -> Iterator[Item]:
    kept = larger.caveats[:CAVEATS_WHEN_TIGHT]
    if kept:
        left = len(larger.caveats) - len(kept)
        for total in (2500, 2000, 1500, 1000, 600):
            cut = tuple(caveat.shortened(total // len(kept)) for caveat in kept)
            yield replace(larger, caveats=cut, more_caveats=larger.more_caveats + left)


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


def _outside(stop: int, start: int, quoted: Sequence[Span]) -> int:
    """Return the nearest place at or before `stop` that is inside none of the `quoted` stretches."""
    for span in reversed(quoted):
        if span.start < stop < span.end:
            stop = max(start, span.start)
    return stop


def _quoted(revision: Revision, within: Span, until: int) -> list[Span]:
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


def _joined(before: Span, after: Span) -> Span:
    """Return `after`, or both as one where they overlap."""
    return Span(before.start, max(before.end, after.end)) if after.start < before.end else after
