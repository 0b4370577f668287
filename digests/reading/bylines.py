"""Finds who wrote an article: the names in a line like "By Ada Lind and Tom Ruiz"."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from digests.model import Span
from digests.reading.languages import LANGUAGES, language

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digests.model import Removed

_RULES = frozenset(["byline", "credits"])
_NAME = r"[^\W\d_a-zа-яїієґё][^\W\d_]*[.'’ʼ-]?(?:[^\W\d_]+)?"
_PERSON = rf"{_NAME}(?:[ -](?:{_NAME}|(?:de[nr]?|van|von|al|bin|la)\b)){{1,4}}"


def author(text: str, removed: Iterable[Removed]) -> Span | None:
    """Return the name or names of the first line set aside as a byline; None if it names nobody ("By News Desk").

    After a comma stands whom the author writes for, unless the names are a list that ends with "and".
    """
    for item in removed:
        if item.rule not in _RULES:
            continue
        match = _line().match(text, item.span.start, min(item.span.end, item.span.start + 200))
        if match is None:
            continue
        span = Span(*match.span("names"))
        if _nobody().isdisjoint(re.findall(r"\w+", span.of(text).casefold())):
            return span
    return None


@cache
def _line() -> re.Pattern[str]:
    rules = [language(code).rules.get("byline", {}) for code in LANGUAGES]
    starts = "|".join(re.escape(start) for rule in rules for start in rule.get("starts", ()))
    joiners = "|".join(re.escape(word) for rule in rules for word in rule.get("joiners", "").split())
    return re.compile(
        rf"(?i:{starts}):?\s+(?P<names>{_PERSON}(?:(?:,\s+{_PERSON}){{0,4}},?\s+(?:{joiners}|&)\s+{_PERSON})?)"
    )


@cache
def _nobody() -> frozenset[str]:
    return frozenset().union(*(language(code).words("byline", "nobody") for code in LANGUAGES))
