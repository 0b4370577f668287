"""Items that give way until they fit, in the order that the package states."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import takewhile

from digests.layout.excerpts import outside, quoted
from digests.layout.items import Item
from digests.layout.sizes import MESSAGE_UNITS
from digests.model import Span
from digests.reading.document import split
from digests.reading.languages import language

ECHOES_WHEN_TIGHT = 3
CAVEATS_WHEN_TIGHT = 10


def fitted(whole: Item, fits: Callable[[Item], bool]) -> Item:
    """Return the largest version of an item that `fits`, giving way in the order the package's docstring states.

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
        stretches = quoted(lead.revision, lead.span, reach)
        for stop in reversed(ends):
            if stop < end and outside(stop, start, stretches) == stop:
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
