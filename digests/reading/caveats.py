"""Finds the article's own sentences on what was not verified or confirmed."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from typing import TYPE_CHECKING

from digests.reading.languages import language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.model import Span
    from digests.reading.document import Document
    from digests.reading.quotes import Passage


def caveats(document: Document, passages: Sequence[Passage]) -> tuple[Span, ...]:
    """Return the whole sentences that say something could not be verified, outside quotations, in order.

    "Declined to comment" is no caveat: it says nothing about the facts.
    """
    rules = _rules(document.language.code)
    if rules is None:
        return ()
    telling, pattern = rules
    low = document.text.lower().replace("’", "'")
    if len(low) != len(document.text):  # a letter whose small form is longer would shift every span
        low = document.text
    found: list[Span] = []
    past = 0
    for hint in telling.finditer(low):
        sentence = document.sentence_at(hint.start()) if hint.start() >= past else None
        if sentence is None:
            continue
        past = sentence.end
        if any(_is_own(match.start(), passages) for match in pattern.finditer(low, sentence.start, sentence.end)):
            found.append(sentence)
    return tuple(found)


def _is_own(position: int, passages: Sequence[Passage]) -> bool:
    """Tell whether `position` is outside every passage: said by the article itself."""
    index = bisect_right(passages, position, key=lambda passage: passage.outer.start) - 1
    return index < 0 or position >= passages[index].outer.end


@cache
def _rules(code: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """Return what a caveat's sentence must hold at least, and the patterns of which one must match."""
    rules = language(code).rules.get("caveats")
    if not rules:
        return None
    stems = "|".join(map(re.escape, rules["stems"].split()))
    return re.compile(stems), re.compile("|".join(rules["patterns"]))
