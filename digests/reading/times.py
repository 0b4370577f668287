"""Reads the day an article gives as its own, and which days "on Sunday" and "yesterday" are. No word is rewritten.

The article's own day comes from time stamps, bylines and the dateline, with day, month and year; a date that can be
read in two ways ("02/03/2024") is none. Words like "Sunday" mean the last such day up to then, the day itself
included, as news agencies use them. They are left alone inside quotations, which have a day of their own, and in a
sentence that speaks of what is to come, or after a word that makes a stretch of time of them ("since Sunday").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from digests.model import Day, Span
from digests.reading.languages import LANGUAGES, language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from digests.reading.document import Document
    from digests.reading.quotes import Passage

_DAY_FIRST = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|\.)?\s+([^\W\d_]{3,12})\.?,?\s+((?:19|20)\d\d)")
_MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)")
_NUMBERS = re.compile(
    r"\b((?:19|20)\d\d)[-/.](\d\d)[-/.](\d\d)(?!\d)|\b(\d\d?)\.(\d\d?)\.((?:19|20)\d\d)"
    r"|\b(\d\d?)/(\d\d?)/((?:19|20)\d\d)"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_DATED = frozenset(["time stamp", "byline"])  # a credit's or a related headline's date is not the article's


def published(lines: Iterable[str]) -> date | None:
    """Return the first date with day, month and year in `lines`, None if there is none.

    A line that says when the page was changed counts only where no other line has a date.
    """
    changed = None
    for line in lines:
        found = _date(line[:200])
        if found is None:
            continue
        if not is_change(line):
            return found
        changed = changed or found
    return changed


def is_change(line: str) -> bool:
    """Tell whether a time stamp says when a page was changed rather than published."""
    return line.casefold().startswith(_changed())


def is_dated(rule: str) -> bool:
    """Tell whether a line removed by `rule` may hold the article's own date."""
    return rule in _DATED


def days(document: Document, passages: Sequence[Passage], on: date | None) -> tuple[Day, ...]:
    """Return the words of the kept text that tell a day by where the article stands, with their days.

    `on` is the day of publication; without it nothing can be told.
    """
    words = _relative(document.language.code)
    if on is None or words is None:
        return ()
    pattern, meanings = words
    future, open_ = (document.language.words("times", key) for key in ("future", "open"))
    found: list[Day] = []
    read: Span | None = None  # the sentence whose words are known: each is read once, however many days it names
    said: list[tuple[int, str]] = []
    low = document.low
    # plain searches for each word are many times faster than one for the pattern
    for at in sorted({at for word in meanings if word in low for at in _places(word, low)}):
        match = pattern.match(document.text, at)
        if match is None or document.text[at - 1 : at].isalnum():
            continue
        sentence = document.sentence_at(match.start())
        if sentence is None or _is_quoted(match.start(), passages):
            continue
        if sentence != read:
            read = sentence
            said = [(word.end(), word.group().casefold()) for word in _WORD.finditer(document.text, *sentence)]
            to_come = not future.isdisjoint([word for _, word in said])
        number = bisect_right(said, at, key=lambda item: item[0])
        if to_come or (number and said[number - 1][1] in open_):
            continue
        meaning = meanings[match.group().casefold().replace("’", "'").replace("ʼ", "'")]
        back = (on.weekday() - meaning) % 7 if meaning >= 0 else -1 - meaning
        found.append(Day(Span(*match.span()), on - timedelta(days=back)))
    return tuple(found)


def _places(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _is_quoted(position: int, passages: Sequence[Passage]) -> bool:
    index = bisect_right(passages, position, key=lambda passage: passage.outer.start) - 1
    return index >= 0 and position < passages[index].outer.end


@cache
def _relative(code: str) -> tuple[re.Pattern[str], dict[str, int]] | None:
    """Return the words for days and what they mean: 0 to 6 a weekday (Monday 0), -1 today, -2 yesterday."""
    rules = language(code).rules.get("times", {})
    meanings = {form: number for number, forms in enumerate(rules.get("days", ())) for form in forms.split()}
    meanings |= dict.fromkeys(rules.get("today", "").split(), -1)
    meanings |= dict.fromkeys(rules.get("yesterday", "").split(), -2)
    if not meanings:
        return None
    spelled = {form for word in meanings for form in (word, word.capitalize(), word.upper())}
    choice = "|".join(re.escape(word).replace("'", "['’ʼ]") for word in sorted(spelled, key=len, reverse=True))
    return re.compile(rf"(?:{choice})(?!\w)"), meanings


def _date(line: str) -> date | None:
    for match in _NUMBERS.finditer(line):
        if (found := _numeric(match)) is not None:
            return found
    for match in _DAY_FIRST.finditer(line):
        month_number = _months().get(match[2].lower())
        if month_number and (found := _valid(int(match[3]), month_number, int(match[1]))) is not None:
            return found
    for match in _MONTH_FIRST.finditer(line):
        month_number = _months().get(match[1].lower())
        if month_number and (found := _valid(int(match[3]), month_number, int(match[2]))) is not None:
            return found
    return None


def _numeric(match: re.Match[str]) -> date | None:
    """Read a date in figures: year first, or day first with dots; with slashes only where the order is plain."""
    if match[1]:
        return _valid(int(match[1]), int(match[2]), int(match[3]))
    if match[4]:
        return _valid(int(match[6]), int(match[5]), int(match[4]))
    day, month, year = int(match[7]), int(match[8]), int(match[9])
    if day <= 12 and month <= 12 and day != month:
        return None
    return _valid(year, min(day, month), max(day, month))


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@cache
def _changed() -> tuple[str, ...]:
    return tuple(words for code in LANGUAGES for words in language(code).rules.get("times", {}).get("changed", ()))


@cache
def _months() -> dict[str, int]:
    """Month names of all languages with their numbers; each list in the files is in order, a cycle of twelve."""
    numbers: dict[str, int] = {}
    for code in LANGUAGES:
        names = language(code).rules.get("times", {}).get("months", "").split()
        numbers.update({name: place % 12 + 1 for place, name in enumerate(names)})
    return numbers
