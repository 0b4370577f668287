"""Reads an article: text in, `Reading` out. Pure: no network, no clock, no storage; the same text reads the same.

clean → document → title, outlet, lead → passages → speakers → quotes → channels → rank → caveats → places
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from digests import data
from digests.model import Day, Link, Mention, Quote, Reading, Removed, Span
from digests.reading import channels
from digests.reading.bylines import author
from digests.reading.caveats import caveats, claims
from digests.reading.channels.links import links_in
from digests.reading.clean import clean
from digests.reading.document import Document
from digests.reading.entries import entries
from digests.reading.languages import detect, language
from digests.reading.lead import opening
from digests.reading.places import places
from digests.reading.quotes import passages
from digests.reading.ranking import quotes, rank
from digests.reading.speakers import Speakers
from digests.reading.times import days, is_dated
from digests.reading.times import published as published_on
from digests.reading.view import View, view

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

    from digests.data import Registry

__all__ = ["read"]


def read(
    text: str,
    *,
    registry: Registry | None = None,
    published: date | None = None,
    keep: Collection[Span] = (),
    links: Collection[Link] = (),
) -> Reading:
    """Read one article. Every span of the answer is a span of `text`, in code points.

    `registry` are the known channels (default: the packaged ones). `published` is the day of publication where
    the editor gave it; it decides offices with dates, and is the answer's `published` if the text has none.
    `keep` are lines that an editor wants kept whatever they look like (`Reading.restored`). `links` are hyperlinks
    of the page the text was taken from, where the text itself no longer holds them.
    """
    seen = view(text)
    cleaned = clean(seen.text, [seen.shown(span) for span in keep])
    given = [Link(seen.shown(link.span), link.url) for link in links]
    kept = "\n".join([seen.text[start:end] for start, end in cleaned.paragraphs[:40]])
    code = detect(kept)
    document = Document.of(seen.text, language(code), cleaned.paragraphs, (*given, *seen.links), low=cleaned.low)
    blog = entries(seen.text, document.paragraphs, cleaned.removed)
    top = opening(document, cleaned.removed, blog)
    writer = author(document.text, cleaned.removed)
    day = published_on(_dated(document, cleaned.removed, top.dateline, writer)) or published
    marked = passages(document)
    spoken = quotes(document, marked, Speakers(document, marked).assign())
    mentions, platforms, spoken = channels.find(document, spoken, registry or data.registry(), on=day)
    ranked = rank(spoken)
    found = caveats(document, marked)
    named = places(document)
    reading = Reading(
        language=document.language.code,
        title=top.title,
        outlet=top.outlet,
        author=writer,
        published=day,
        lead=top.lead,
        lead_rule=top.rule,
        entries=blog.entries if blog else (),
        quotes=ranked,
        mentions=mentions,
        other_platforms=platforms,
        caveats=found.hard,
        claims=claims(document, found.hard, ranked, mentions),
        soft_caveats=found.soft,
        days=days(document, marked, day),
        places=named.places,
        countries=named.countries,
        removed=cleaned.removed,
        restored=cleaned.restored,
        links=tuple(link for link in document.links if any(links_in(link.url))),
    )
    return _original(reading, seen)


def _dated(
    document: Document, removed: Collection[Removed], dateline: Span | None, writer: Span | None
) -> Iterator[str]:
    """Yield the stretches that may hold the article's own date, the surest first."""
    yield from (item.span.of(document.text) for item in removed if is_dated(item.rule))
    if writer is not None:
        yield from (item.span.of(document.text) for item in removed if item.span.start <= writer.start < item.span.end)
    if dateline is not None:
        yield dateline.of(document.text)


def _original(reading: Reading, seen: View) -> Reading:
    """Lead every span of a reading of the view back to the text that was given."""
    if not seen.edits:
        return reading

    def back(span: Span | None) -> Span | None:
        return None if span is None else seen.original(span)

    def quote(item: Quote) -> Quote:
        return replace(
            item,
            span=seen.original(item.span),
            sentence=seen.original(item.sentence),
            speaker=back(item.speaker),
            cue=back(item.cue),
        )

    def mention(item: Mention) -> Mention:
        return replace(
            item, span=seen.original(item.span), sentence=seen.original(item.sentence), owner=back(item.owner)
        )

    def line(item: Removed) -> Removed:
        return Removed(span=seen.original(item.span), rule=item.rule)

    removed = [*map(line, reading.removed), *(Removed(span=span, rule="markup") for span in seen.markup)]
    return replace(
        reading,
        title=back(reading.title),
        outlet=back(reading.outlet),
        author=back(reading.author),
        lead=back(reading.lead),
        entries=tuple(map(seen.original, reading.entries)),
        quotes=tuple(map(quote, reading.quotes)),
        mentions=tuple(map(mention, reading.mentions)),
        caveats=tuple(map(seen.original, reading.caveats)),
        soft_caveats=tuple(map(seen.original, reading.soft_caveats)),
        days=tuple(Day(seen.original(day.span), day.date) for day in reading.days),
        places=tuple(map(seen.original, reading.places)),
        removed=tuple(sorted(removed, key=lambda item: item.span)),
        restored=tuple(map(line, reading.restored)),
        links=tuple(Link(seen.original(link.span), link.url) for link in reading.links),
    )
