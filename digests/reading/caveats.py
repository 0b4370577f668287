"""Finds the article's own sentences on what was not verified or confirmed."""

from __future__ import annotations

import re
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
    pattern = _pattern(document.language.code)
    if pattern is None:
        return ()
    low = document.text.lower()
    if len(low) != len(document.text):  # a letter whose small form is longer would shift every span
        low = document.text
    low = low.replace("’", "'")
    found: list[Span] = []
    position = 0
    while (match := pattern.search(low, position)) is not None:
        position = match.end()
        if any(passage.outer.start <= match.start() < passage.outer.end for passage in passages):
            continue
        sentence = document.sentence_at(match.start())
        if sentence is None or match.end() > sentence.end:
            continue
        whole = document.sentences_over(sentence)
        if not found or found[-1] != whole:
            found.append(whole)
        position = max(position, sentence.end)
    return tuple(found)


@cache
def _pattern(code: str) -> re.Pattern[str] | None:
    patterns = language(code).rules.get("caveats", {}).get("patterns", ())
    return re.compile("|".join(patterns)) if patterns else None
