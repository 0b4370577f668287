"""Who is timed: the reader, the plainest thing that finds quotes, and textacy where it is installed."""

from __future__ import annotations

import importlib
import importlib.util
import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from digests.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PAIRS = re.compile(r"“([^”]{1,2000})”|\"([^\"]{1,2000})\"|«([^»]{1,2000})»")
_MODEL = "en_core_web_sm"


class Contestant(NamedTuple):
    """What it is called, what it does with one text, and whether one text takes it a good part of a second."""

    name: str
    read: Callable[[str], object]
    slow: bool = False


def contestants() -> Iterator[Contestant]:
    """Yield the contestants; textacy needs a spaCy model beside it."""
    yield Contestant("reading", read)
    yield Contestant("plain pairing", _pair)
    if importlib.util.find_spec("textacy") and importlib.util.find_spec(_MODEL):
        parse = importlib.import_module("spacy").load(_MODEL)
        quotations = importlib.import_module("textacy.extract").direct_quotations

        def textacy(text: str) -> None:
            with suppress(ValueError):  # it gives up on a text with an odd number of marks
                list(quotations(parse(text)))

        yield Contestant(f"textacy, {_MODEL}", textacy, slow=True)


def _pair(text: str) -> list[str]:
    return [next(filter(None, match.groups())) for match in _PAIRS.finditer(text)]
