"""Finds the article's own sentences on what was not verified or confirmed, and what each of them is about."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from digests.model import Claim
from digests.reading.languages import language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.model import Mention, Quote, Span
    from digests.reading.document import Document
    from digests.reading.quotes import Passage

_EDGE = r"\b"


class Caveats(NamedTuple):
    """Whole sentences, in order: what was not verified, and who did not comment."""

    hard: tuple[Span, ...]
    soft: tuple[Span, ...]


def caveats(document: Document, passages: Sequence[Passage]) -> Caveats:
    """Return the sentences that say something could not be verified, and apart from them who did not comment.

    Sentences inside quotations are neither. "Declined to comment" is soft: it says nothing about the facts.
    """
    hard = _found(document, passages, "stems", "patterns")
    soft = _found(document, passages, "soft_stems", "soft")
    return Caveats(tuple(hard), tuple(span for span in soft if span not in hard))


def claims(
    document: Document, found: Sequence[Span], quotes: Sequence[Quote], mentions: Sequence[Mention]
) -> tuple[Claim, ...]:
    """Return what each caveat in `found` is about: the last quote or mention before it.

    It must stand in the caveat's paragraph or the one before, else nothing is sure. `quotes` and `mentions` must be in
    the order of the text.
    """
    answer: list[Claim] = []
    for caveat in found:
        paragraph = document.paragraph_index(caveat.start)
        since = document.paragraphs[max(0, paragraph - 1)].start if paragraph is not None else caveat.start
        quote = bisect_left(quotes, caveat.start, key=lambda item: item.span.start) - 1
        mention = bisect_left(mentions, caveat.start, key=lambda item: item.span.start) - 1
        at_quote = quotes[quote].span.start if quote >= 0 else -1
        at_mention = mentions[mention].span.start if mention >= 0 else -1
        if max(at_quote, at_mention) < since:
            answer.append(Claim())
        elif at_quote > at_mention or (mention >= 0 and quote >= 0 and quotes[quote].mention == mention):
            answer.append(Claim(quote=quote))
        else:
            answer.append(Claim(mention=mention))
    return tuple(answer)


def _found(document: Document, passages: Sequence[Passage], stems: str, patterns: str) -> list[Span]:
    pattern = _pattern(document.language.code, patterns)
    if pattern is None:
        return []
    told = (document.sentences[at] for at in document.sentences_with(_stems(document.language.code, stems), low=True))
    needed = _needed(document.language.code)
    return [
        sentence
        for sentence in told
        if any(word in document.low[sentence.start : sentence.end] for word in needed)
        if any(_is_own(match.start(), passages) for match in pattern.finditer(document.low, *sentence))
    ]


def _is_own(position: int, passages: Sequence[Passage]) -> bool:
    """Tell whether `position` is outside every passage: said by the article itself."""
    index = bisect_right(passages, position, key=lambda passage: passage.outer.start) - 1
    return index < 0 or position >= passages[index].outer.end


@cache
def _stems(code: str, key: str) -> tuple[str, ...]:
    """Return of what a caveat's sentence must hold one at least."""
    return tuple(language(code).rules.get("caveats", {}).get(key, "").split())


@cache
def _needed(code: str) -> tuple[str, ...]:
    """Return of what any caveat holds one at least ("" if nothing is said): to look for that is cheap."""
    return tuple(language(code).rules.get("caveats", {}).get("needed", ("",)))


@cache
def _pattern(code: str, key: str) -> re.Pattern[str] | None:
    """Return the patterns of which one must match a caveat's sentence, each from the edge of a word on."""
    patterns = language(code).rules.get("caveats", {}).get(key)
    # one edge for all: else each of them looks for its own at every letter
    return re.compile(rf"\b(?:{'|'.join(pattern.removeprefix(_EDGE) for pattern in patterns)})") if patterns else None
