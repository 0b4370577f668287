"""What an organisation's name comes to, whatever its word order, spelling or case: telling words and countries.

"Russia's Defense Ministry" and "the Russian Ministry of Defence" tell the same. The words that do not matter, the
synonyms and the names of countries are data: ``digests/data/organisations.toml``.
"""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from importlib import resources
from typing import Any, NamedTuple

from digests.reading.names import fold_word, plain


class Telling(NamedTuple):
    """What a name comes to: its telling words and the countries it names."""

    words: frozenset[str]
    countries: frozenset[str]


@lru_cache(maxsize=16_384)
def telling(name: str) -> Telling:
    """Return the telling words of a name: folded, synonyms levelled, stop words and countries apart."""
    known, synonyms, stop = country_words(), _synonyms(), _stop_words()
    words: set[str] = set()
    countries: set[str] = set()
    for word in _without_phrases(plain(name)):
        for part in synonyms.get(fold_word(word), (fold_word(word),)):
            if part in known:
                countries.add(known[part])
            elif part and part not in stop:
                words.add(part)
    return Telling(frozenset(words), frozenset(countries))


@lru_cache(maxsize=16_384)
def ending(name: str) -> frozenset[str]:
    """Return what the last word of a name tells, which is part of what all of it tells; nothing if that cannot be."""
    words = plain(name)
    if not words or words[-1] in _phrase_ends():
        return frozenset()
    return telling(words[-1]).words


def _without_phrases(words: tuple[str, ...]) -> list[str]:
    """Return `words` without pairs like "press service", which say who types and not whose channel it is."""
    kept: list[str] = []
    for word in words:
        if kept and f"{kept[-1]} {word}" in _data()["phrases"]:
            kept.pop()
        else:
            kept.append(word)
    return kept


def countries_in(text: str) -> frozenset[str]:
    """Return the countries (ISO 3166) that `text` names, of those the registry's owners belong to."""
    known, initials = country_words(), _initials()
    return frozenset(
        known[folded]
        for word in set(plain(text))
        if (folded := fold_word(word)) in known and (word[0] in initials[folded] or word.isascii())
    )


@cache
def _data() -> dict[str, Any]:
    source = resources.files("digests.data").joinpath("organisations.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def _phrase_ends() -> frozenset[str]:
    return frozenset(phrase.split()[-1] for phrase in _data()["phrases"])


@cache
def country_words() -> dict[str, str]:
    """Return the folded words that name a country, with its ISO 3166 code."""
    return {fold_word(word): code for code, line in _data()["countries"].items() for word in plain(line)} | {
        code: code for code in _data()["countries"]
    }


@cache
def _initials() -> dict[str, frozenset[str]]:
    """Return the letters that the words for a country begin with, by their key: "Хазем" is no Газа."""
    found: dict[str, set[str]] = {code: {code[0]} for code in _data()["countries"]}
    for line in _data()["countries"].values():
        for word in plain(line):
            found.setdefault(fold_word(word), set()).add(word[0])
    return {folded: frozenset(letters) for folded, letters in found.items()}


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(fold_word(word) for word in plain(_data()["stop"]))


@cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    codes = _data()["countries"]
    return {
        fold_word(word): tuple(part if part in codes else fold_word(part) for part in same.split())
        for word, same in _data()["synonyms"].items()
    }
