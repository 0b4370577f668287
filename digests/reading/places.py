"""Finds the places an article names, by the small gazetteer ``digests/data/places.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from digests.model import Span

if TYPE_CHECKING:
    from digests.reading.document import Document

_CAPITAL = re.compile(r"[A-ZА-ЯЇІЄҐ][\w'’ʼ-]*")
_POSSESSIVE = re.compile(r"['’]s$")
_LONGEST = 3  # words in a name


def places(document: Document) -> tuple[Span, ...]:
    """Return the first mention of each known place in the kept paragraphs, in order."""
    gazetteer = _gazetteer()
    text = document.text
    found: list[Span] = []
    seen: set[str] = set()
    for paragraph in document.paragraphs:
        past = paragraph.start
        for match in _CAPITAL.finditer(text, paragraph.start, paragraph.end):
            if match.start() < past:
                continue
            first = _POSSESSIVE.sub("", match.group()).lower()
            for words, name in gazetteer.get(first, ()):
                end = _match(text, match, words, paragraph.end)
                if end is not None:
                    past = end
                    if name not in seen:
                        seen.add(name)
                        found.append(Span(match.start(), end))
                    break
    return tuple(found)


def _match(text: str, first: re.Match[str], words: tuple[str, ...], limit: int) -> int | None:
    end = first.start() + len(words[0])
    for word in words[1:]:
        if text[end : end + 1] not in (" ", "-") or text[end + 1 : end + 1 + len(word)].lower() != word:
            return None
        end += 1 + len(word)
    return None if end > limit or text[end : end + 1].isalnum() else end


@cache
def _gazetteer() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Return the names by their first word, the longest first."""
    source = resources.files("digests.data").joinpath("places.toml")
    rules = tomllib.loads(source.read_text(encoding="utf-8"))
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for line in rules["names"].splitlines():
        spellings = [spelling.strip() for spelling in line.split("|") if spelling.strip()]
        for spelling in spellings:
            words = tuple(re.split(r"[ -]", spelling.lower()))
            table.setdefault(words[0], []).append((words, spellings[0]))
    for entries in table.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return table
