"""Reads the day an article gives as its own: from time stamps, datelines and bylines."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from digests.reading.languages import LANGUAGES, language

if TYPE_CHECKING:
    from collections.abc import Iterable

_DAY_FIRST = re.compile(r"\b(\d{1,2})\.?\s+([^\W\d_]{3,12})\.?,?\s+((?:19|20)\d\d)")
_MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)")
_NUMBERS = re.compile(r"\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b|\b(\d\d)\.(\d\d)\.((?:19|20)\d\d)")


def published(lines: Iterable[str]) -> date | None:
    """Return the first date with day, month and year in `lines`, None if there is none."""
    for line in lines:
        found = _date(line[:200])
        if found is not None:
            return found
    return None


def _date(line: str) -> date | None:
    for match in _NUMBERS.finditer(line):
        year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
        if (found := _valid(int(year), int(month), int(day))) is not None:
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


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@cache
def _months() -> dict[str, int]:
    """Month names of all languages with their numbers; each list in the files is in order, a cycle of twelve."""
    numbers: dict[str, int] = {}
    for code in LANGUAGES:
        names = language(code).rules.get("times", {}).get("months", "").split()
        numbers.update({name: place % 12 + 1 for place, name in enumerate(names)})
    return numbers
