"""Finds the places an article names, by the gazetteer ``digests/data/places.toml``, and the countries they lie in.

Ukrainian and Russian names are known in all their cases, made from the nominative by the endings in the language
files. A surname that is also a village ("Ada Lyman") is no place, nor, where a Ukrainian or Russian sentence begins,
a small place's name that may be a common word. Where places of several countries share a name, a city is meant rather
than a village if the article names its country's other places; else the one whose country the nearest other place of
the paragraph lies in, else the one whose country the article names most. If nothing tells, the country is left open.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections import Counter
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from digests.model import Span
from digests.reading.languages import LANGUAGES, Language, language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from digests.reading.document import Document

_FIRST = re.compile(r"\w+")
_CYRILLIC = re.compile(r"[А-Яа-яЇїІіЄєҐґЁё]")
_NONE = "none"
_ALIKE = {"'": "'’ʼ"}  # marks written for one in a name


class Found(NamedTuple):
    """The first mention of each place, and beside it the ISO 3166-1 code of its country, empty if that is open."""

    places: tuple[Span, ...]
    countries: tuple[str, ...]


class _Entry(NamedTuple):
    spelled: str  # in small letters, its words parted by spaces
    name: str
    country: str
    small: bool


class _Gazetteer(NamedTuple):
    """The places by the words their names begin with, the longest first."""

    # the fields of an `_Entry` each, as plain tuples: those the garbage collector forgets, 50,000 entries it would not
    entries: dict[str, tuple[tuple[str, str, str, bool], ...]]
    # Where no name is that word alone, what the next two letters must be one of: "As" stands everywhere, "As Salt"
    # does not. Kept for those few words only, as every further object makes the garbage collector slower.
    beyond: dict[str, frozenset[str]]


class _Mention(NamedTuple):
    span: Span
    paragraph: int
    entries: tuple[_Entry, ...]  # one a country


def places(document: Document) -> Found:
    """Return the places named in the kept paragraphs, in order of first mention."""
    mentions = list(_mentions(document))
    sure = [mention for mention in mentions if len(mention.entries) == 1 and mention.entries[0].country]
    counted = Counter(mention.entries[0].country for mention in sure)
    seen: set[tuple[str, str]] = set()
    spans: list[Span] = []
    countries: list[str] = []
    for mention in mentions:
        entry = _meant(mention, sure, counted)
        key = (entry.name, entry.country) if entry else (mention.entries[0].name, "")
        if key not in seen:
            seen.add(key)
            spans.append(mention.span)
            countries.append(key[1])
    return Found(tuple(spans), tuple(countries))


def is_place(name: str, code: str = "en") -> bool:
    """Tell whether the gazetteer knows a name, written with a capital or in capitals, in any case of a language."""
    first, spelled = _FIRST.match(name), name.lower().replace("-", " ")
    return first is not None and any(fields[0] == spelled for fields in _gazetteer(code).entries.get(first[0], ()))


def _meant(mention: _Mention, sure: Sequence[_Mention], counted: Mapping[str, int]) -> _Entry | None:
    """Settle which of several places of the same name is meant; None if nothing tells."""
    if len(mention.entries) == 1:
        return mention.entries[0]
    by_country = {entry.country: entry for entry in mention.entries}
    large = [entry for entry in mention.entries if not entry.small]
    if len(large) == 1 and counted.get(large[0].country):
        return large[0]
    at = bisect_left(sure, mention.span, key=lambda other: other.span)
    beside = [other for other in sure[max(0, at - 1) : at + 1] if other.paragraph == mention.paragraph]
    for other in sorted(beside, key=lambda other: abs(other.span.start - mention.span.start)):
        if other.entries[0].country in by_country:
            return by_country[other.entries[0].country]
    most = sorted(by_country, key=lambda country: -counted.get(country, 0))
    if counted.get(most[0], 0) > counted.get(most[1], 0):
        return by_country[most[0]]
    return large[0] if len(large) == 1 else None


def _mentions(document: Document) -> Iterator[_Mention]:
    gazetteer = _gazetteer(document.language.code)
    low = document.low
    past = 0
    for start, word in sorted(_begun(document, gazetteer)):
        if start < past or (paragraph := document.paragraph_index(start)) is None:
            continue
        limit = document.paragraphs[paragraph].end
        longest: list[_Entry] = []
        for fields in gazetteer.entries[word]:
            spelled = fields[0]
            end = start + len(spelled)
            if low[start:end].replace("-", " ") != spelled or end > limit or low[end : end + 1].isalnum():
                continue
            if longest and spelled.count(" ") < longest[0].spelled.count(" "):
                break
            entry = _Entry(*fields)
            if all(entry.country != other.country for other in longest):
                longest.append(entry)
                past = end
        if longest and not _is_something_else(document, start, longest):
            yield _Mention(Span(start, past), paragraph, tuple(longest))


def _begun(document: Document, gazetteer: _Gazetteer) -> Iterator[tuple[int, str]]:
    """Yield where names may begin, with the word they begin with."""
    text = document.text
    for word in gazetteer.entries.keys() & document.capitals.keys():
        beyond = gazetteer.beyond.get(word)
        for start in document.capitals[word]:
            end = start + len(word)
            if beyond is None or text[end : end + 2].lower() in beyond:
                yield start, word


def _is_something_else(document: Document, start: int, entries: Sequence[_Entry]) -> bool:
    """Tell whether a name of one word is a surname after a first name, or a small place's at a sentence's beginning."""
    if " " in entries[0].spelled:
        return False
    text = document.text
    if _is_first_name(text[text.rfind(" ", 0, max(0, start - 1)) + 1 : start - 1].lower()):
        return text[start - 1] == " "
    if not _endings(document.language) or not all(entry.small for entry in entries):
        return False
    sentence = document.sentence_at(start)
    return sentence is not None and not any(map(str.isalpha, text[sentence.start : start]))


def _is_first_name(word: str) -> bool:
    return word in _first_names()


@cache
def _first_names() -> frozenset[str]:
    names = (language(code).words("first_names", key) for code in LANGUAGES for key in ("male", "female"))
    return frozenset().union(*names)


@cache
def _gazetteer(code: str) -> _Gazetteer:
    """Return the places as a text in the language `code` may spell them.

    They are found by their first letters up to a hyphen or apostrophe, written with a capital or in capitals.
    """
    source = resources.files("digests.data").joinpath("places.toml")
    rules = tomllib.loads(source.read_text(encoding="utf-8"))
    table: dict[str, list[_Entry]] = {}
    for size in ("large", "small"):
        for country, lines in rules[size].items():
            for line in lines.splitlines():
                spellings = line.split(" | ")
                forms = dict.fromkeys(form for one in spellings for form in _forms(one.lower(), code))
                for form in forms:
                    first = _FIRST.match(form)
                    if first is None:
                        continue
                    entry = _Entry(form, spellings[0], "" if country == _NONE else country, size == "small")
                    table.setdefault(first[0], []).append(entry)
    gazetteer = _Gazetteer({}, {})
    for word, entries in table.items():
        entries.sort(key=lambda entry: -entry.spelled.count(" "))
        longest_first = tuple((entry.spelled, entry.name, entry.country, entry.small) for entry in entries)
        spelled = {form for entry in entries for form in (entry.spelled, entry.spelled.replace(" ", "-"))}
        rests = {form[len(word) :] for form in spelled}
        for written in (word[0].upper() + word[1:], word.upper()):
            gazetteer.entries[written] = longest_first
            if "" not in rests:
                begun = (mark + rest[1:2] for rest in rests for mark in _ALIKE.get(rest[0], rest[0]))
                gazetteer.beyond[written] = frozenset(begun)
    return gazetteer


def _forms(spelling: str, code: str) -> Iterator[str]:
    """Yield a spelling with spaces for hyphens: as it is, and in a language with cases in each of them."""
    spelled = spelling.replace("-", " ")
    rules = language(code)
    if not _CYRILLIC.search(spelling) or not _endings(rules):
        yield spelled
    elif set(spelling).isdisjoint(rules.rules["places"].get("foreign", "")):
        yield spelled
        yield from map(" ".join, zip(*(_cases(word, rules) for word in spelled.split(" ")), strict=False))


def _cases(word: str, rules: Language) -> tuple[str, ...]:
    """Return a name's other cases: genitive, dative, accusative, instrumental, locative; itself if none is known."""
    for ending, forms in _endings(rules):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            stem = word.removesuffix(ending)
            return tuple(stem + form for form in forms)
    return (word,) * 5


@cache
def _endings(rules: Language) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the endings of the nominative, the longest first, each with those of the other cases ("-" is none)."""
    lines = (line.split() for line in rules.rules.get("places", {}).get("cases", ()))
    table = [(line[0].strip("-"), tuple(form.strip("-") for form in line[1:])) for line in lines]
    return tuple(sorted(table, key=lambda row: -len(row[0])))
