"""Who is timed: the reader, the plainest thing that finds quotes, and textacy where it is installed."""

from __future__ import annotations

import importlib
import importlib.util
import re
from typing import TYPE_CHECKING

from digests.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PAIRS = re.compile(r"“([^”]{1,2000})”|\"([^\"]{1,2000})\"|«([^»]{1,2000})»")
_MODEL = "en_core_web_sm"

Contestant = tuple[str, "Callable[[str], object]"]


def contestants() -> Iterator[Contestant]:
    """Yield each contestant's name and what it does with one text; textacy needs a spaCy model beside it."""
    yield "reading", read
    yield "plain pairing", _pair
    if importlib.util.find_spec("textacy") and importlib.util.find_spec(_MODEL):
        parse = importlib.import_module("spacy").load(_MODEL)
        quotations = importlib.import_module("textacy.extract").direct_quotations
        yield f"textacy, {_MODEL}", lambda text: list(quotations(parse(text)))


def _pair(text: str) -> list[str]:
    return [next(filter(None, match.groups())) for match in _PAIRS.finditer(text)]
