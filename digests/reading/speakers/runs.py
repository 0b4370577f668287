"""Runs of words within one unit: capitalised ones that may be names, and what "of" adds to a noun."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digests.reading.speakers.tokens import Tokens

_PARTICLES = 3  # "van der", "de la"


def capitalised(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Yield the runs of capitalised words, particles within them included; a possessive ends its run."""
    past = 0
    for start in [index for index, token in enumerate(tokens) if token.capital]:
        if start >= past:
            past = _end(tokens, start)
            yield start, past


def around(tokens: Tokens, index: int) -> tuple[int, int]:
    """Return the run of capitalised words that the one at `index` belongs to."""
    first = index
    while first:
        before = first - 1
        while before and first - before <= _PARTICLES and tokens[before].particle and not tokens[before].capital:
            before -= 1
        token = tokens[before]
        if not token.capital or token.possessive or _is_apart(tokens, before):
            break
        first = before
    return first, _end(tokens, index)


def _end(tokens: Tokens, start: int) -> int:
    """Return where the run ends that the capitalised word at `start` belongs to."""
    length, past = len(tokens), start + 1
    while past < length and not tokens[past - 1].possessive:
        if not tokens[past].capital:
            name = past
            while name < length and tokens[name].particle and name < past + _PARTICLES:
                name += 1
            if name == past or name >= length or not tokens[name].capital:
                break
            past = name
        elif _is_apart(tokens, past - 1):
            break
        past += 1
    return past


def _is_apart(tokens: Tokens, index: int) -> bool:
    """Tell whether two capitalised words are of two names: "цитує Лінд УНН", "в интервью Harbour Post Лосев"."""
    one, other = tokens[index], tokens[index + 1]
    if one.text.isascii() and other.text.isascii():
        return False
    if (one.low[0] >= "а") != (other.low[0] >= "а"):
        return True
    if one.text.isascii() or not (one.lone_organisation or other.lone_organisation) or one.first_name:
        return False
    return one.text.isupper() != other.text.isupper() and (one if one.text.isupper() else other).lone_organisation


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
