"""What must hold of the reading of any text, and of the messages made of it. Used by the fuzzer and by the tests."""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING

from digests.layout import MESSAGE, measure, units

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from digests.model import Part, Reading, Span

_TAGS = frozenset(["b", "i", "u", "s", "a", "code", "blockquote", "tg-time"])  # of Telegram's, those in use here


def faults(text: str, reading: Reading) -> list[str]:
    """Return what is wrong with a reading of `text`, in words; nothing if all of it is valid."""
    return [*_spans(text, reading), *_order(reading), *_quotes(text, reading), *_mentions(reading), *_kept(reading)]


def message_faults(parts: Iterable[Part]) -> list[str]:
    """Return what Telegram would refuse of a digest's messages."""
    found: list[str] = []
    for part in parts:
        if not measure(part.html).within(MESSAGE) or units(part.text) > MESSAGE.units:
            found.append(f"a message of {measure(part.html)}")
        found += _Markup(part.html).faults
    return found


def named_spans(reading: Reading) -> Iterator[tuple[str, Span]]:
    """Yield every span of a reading with what it is."""
    for name in ("title", "outlet", "author", "lead"):
        if (span := getattr(reading, name)) is not None:
            yield name, span
    for quote in reading.quotes:
        yield from (("quote", quote.span), ("sentence", quote.sentence))
        yield from ((name, span) for name, span in (("speaker", quote.speaker), ("cue", quote.cue)) if span is not None)
    for mention in reading.mentions:
        yield from (("mention", mention.span), ("mention's sentence", mention.sentence))
        if mention.owner is not None:
            yield "owner", mention.owner
    for name in ("entries", "caveats", "soft_caveats", "places"):
        yield from ((name, span) for span in getattr(reading, name))
    for name in ("days", "removed", "restored", "links"):
        yield from ((name, item.span) for item in getattr(reading, name))


def _spans(text: str, reading: Reading) -> Iterator[str]:
    for name, span in named_spans(reading):
        if not 0 <= span.start < span.end <= len(text) and name != "links":  # a link may have no words
            yield f"{name} at {tuple(span)} of {len(text)}"


def _order(reading: Reading) -> Iterator[str]:
    removed = [line for line in reading.removed if line.rule != "markup"]
    in_order: dict[str, Sequence[Span]] = {
        "quotes": [quote.span for quote in reading.quotes],
        "caveats": reading.caveats,
        "soft caveats": reading.soft_caveats,
        "places": reading.places,
        "days": [day.span for day in reading.days],
        "removed lines": [line.span for line in removed],
        "entries": sorted(reading.entries),
    }
    for name, spans in in_order.items():
        if any(one.end > other.start for one, other in pairwise(spans)):
            yield f"{name} overlap or stand in no order"
    starts = [mention.span.start for mention in reading.mentions]
    if starts != sorted(starts):
        yield "mentions stand in no order"
    if len(reading.countries) != len(reading.places) or len(reading.claims) != len(reading.caveats):
        yield "countries or claims do not stand beside places and caveats"
    for claim in reading.claims:
        if claim.quote not in (None, *range(len(reading.quotes))):
            yield "a claim about no quote"
        if claim.mention not in (None, *range(len(reading.mentions))):
            yield "a claim about no mention"
    if not set(reading.caveats).isdisjoint(reading.soft_caveats):
        yield "a caveat both hard and soft"


def _quotes(text: str, reading: Reading) -> Iterator[str]:
    if sorted(quote.rank for quote in reading.quotes) != list(range(len(reading.quotes))):
        yield "ranks are no order"
    for quote in reading.quotes:
        if not _holds(quote.sentence, quote.span):
            yield f"the quote at {tuple(quote.span)} is not in its sentence at {tuple(quote.sentence)}"
        if not quote.span.of(text).strip():
            yield "a quote without words"
        if quote.mention not in (None, *range(len(reading.mentions))):
            yield "a quote said on no mention"


def _mentions(reading: Reading) -> Iterator[str]:
    for mention in reading.mentions:
        footnote = mention.handle is not None and not _overlap(mention.sentence, mention.span)
        if not footnote and not _holds(mention.sentence, mention.span):
            yield f"the mention at {tuple(mention.span)} is not in its sentence"
        if mention.post is not None and mention.handle is None:
            yield "a post of no channel"


def _kept(reading: Reading) -> Iterator[str]:
    """Yield what is shown though it was removed as no news."""
    shown = [("lead", reading.lead), ("title", reading.title)]
    shown += [("quote", quote.span) for quote in reading.quotes] + [("caveat", span) for span in reading.caveats]
    for line in reading.removed:
        for name, span in shown:
            if span is not None and line.rule != "markup" and _overlap(span, line.span):
                yield f"the {name} at {tuple(span)} is in the removed line at {tuple(line.span)}"


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


class _Markup(HTMLParser):
    """Reads a message as Telegram does: known tags alone, closed in order, nothing left open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.open.append(tag)
        if tag not in _TAGS:
            self.faults.append(f"<{tag}> in a message")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")
