"""Runs of words within one unit: capitalised ones that may be names, and what "of" adds to a noun."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digests.reading.speakers.tokens import Tokens

_PARTICLES = 3  # "van der", "de la"


def capitalised(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Yield the runs of capitalised words, particles within them included; a possessive ends its run."""
    count, past = len(tokens), 0
    for start in [index for index, token in enumerate(tokens) if token.capital]:
        if start < past:
            continue
        past = start + 1
        while past < count and not tokens[past - 1].possessive:
            token = tokens[past]
            if not token.capital:
                name = past
                while name < count and tokens[name].particle and name < past + _PARTICLES:
                    name += 1
                if name == past or name >= count or not tokens[name].capital:
                    break
                past = name
            past += 1
        yield start, past


def complement(tokens: Tokens, past: int) -> int:
    """Return where what "of" or "for" adds to a noun ends: "the minister of defense"."""
    end = past
    if past < len(tokens) and tokens[past].low in ("of", "for", "from", "at"):
        end = past + 1
        while end < len(tokens) and not (tokens[end].stops or tokens[end].preposition or tokens[end].clausal):
            if tokens[end].verb and not tokens[end].capital:
                break
            end += 1
    return end
