"""Sets news apart from what surrounds it on a page: share bars, captions, credits, related headlines.

Nothing is rewritten: lines are kept as paragraphs or marked as removed, each with the rule that removed it.
The patterns are data, in the ``[junk]`` section of every language file; all languages' patterns apply to every
text, as pages mix them. The rules beside the patterns are few:

- a line of nothing but dates and times is a *time stamp*;
- a heading like "You May Also Like" begins a *tail*: it goes with all that follows up to the next prose;
- a short line that was there before is a *duplicate*, also without the site's name behind a bar;
- a sentence in which somebody says something is news, whatever it begins with ("Help us, the mayor asked the army.").
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from digests.model import Removed, Span
from digests.reading.document import small, trim
from digests.reading.junk import Junk
from digests.reading.languages import LANGUAGES, language

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_WORD = re.compile(r"[^\W\d_]+|\d+")
_PROSE_END = re.compile(r"[.!?…][\"'”’»)\]]*$")
_LONGEST = 400  # junk lines are short; longer ones are looked at no further than this
_PROSE_WORDS = 16
_ASKING = frozenset(["promotion", "navigation", "see also", "byline"])  # rules for what speaks to the reader


class Cleaned(NamedTuple):
    """The kept paragraphs, what was removed, what was kept against a rule, in order; and the text in small letters."""

    paragraphs: tuple[Span, ...]
    removed: tuple[Removed, ...]
    restored: tuple[Removed, ...]
    low: str


def clean(text: str, keep: Collection[Span] = ()) -> Cleaned:
    """Cut `text` into paragraphs and set aside the lines that are not news.

    A line that begins where one of `keep` does is kept whatever a rule says of it; the other lines are judged as if
    it had been removed, so that bringing one line back never changes what becomes of another.
    """
    wanted = {span.start for span in keep}
    kept: list[Span] = []
    removed: list[Removed] = []
    restored: list[Removed] = []
    low = small(text)
    junk = Junk(low)
    seen: set[str] = set()
    tail = False
    for line in _paragraphs(text):
        tail = tail and not _is_prose(line.of(text))
        rule = "related" if tail else _rule(line, junk, seen)
        if rule is None or line.start in wanted:
            kept.append(line)
        if rule is not None:
            (restored if line.start in wanted else removed).append(Removed(span=line, rule=rule))
            tail = tail or (rule == "related" and line.end - line.start < 80)
    return Cleaned(tuple(kept), tuple(removed), tuple(restored), low)


def _paragraphs(text: str) -> Iterator[Span]:
    """Yield the lines that are not blank; lines broken in the middle of sentences are joined."""
    begin = past = -1  # of the line that waits for what follows
    end = -1
    for line in text.split("\n"):
        start = end + 1
        end = start + len(line)
        if not line or line.isspace():
            continue
        first, last = trim(text, Span(start, end)) if line[0].isspace() or line[-1].isspace() else (start, end)
        if begin >= 0 and not (text[first].islower() and _goes_on(text, begin, past, first)):
            yield Span(begin, past)
            begin = first
        elif begin < 0:
            begin = first
        past = last
    if begin >= 0:
        yield Span(begin, past)


def _goes_on(text: str, begin: int, past: int, after: int) -> bool:
    """Tell whether a line break only wraps ``text[begin:past]``: no blank line, no end of sentence, a full line."""
    return (
        text.count("\n", past, after) == 1
        and 45 <= past - max(begin, text.rfind("\n", 0, past) + 1) <= 110
        and text[past - 1] not in '.!?…:;”»"'
    )


def _is_prose(line: str) -> bool:
    return (
        _PROSE_END.search(line[-8:]) is not None
        and not line.endswith(("…", "..."))
        and line.count(" ") + 1 >= _PROSE_WORDS
    )


def _rule(line: Span, junk: Junk, seen: set[str]) -> str | None:
    start, end = line
    low, end = junk.low, min(end, start + _LONGEST)
    if not low[start].isalnum() and not any(map(str.isalnum, low[start:end])):
        return "ornament"
    if end - start < 60 and _is_stamp(low[start:end]):
        return "time stamp"
    found = junk.rule_of(start, end)
    if found is not None:
        rule, past = found
        if rule in _ASKING:
            return None if _is_sentence(low, end) and _reports(low[start:end]) else rule
        if rule != "related" or end - start < 80 or past < end:
            return rule
    if end - start < 120 and not _is_sentence(low, end):
        headline = low[start:end].partition(" | ")[0]
        if headline in seen:
            return "duplicate"
        seen.add(headline)
    return None


def _reports(low: str) -> bool:
    return not _verbs().isdisjoint(_WORD.findall(low))


def _is_sentence(text: str, end: int) -> bool:
    return _PROSE_END.search(text[end - 8 : end]) is not None


def _is_stamp(low: str) -> bool:
    if not any(map(str.isdigit, low)):
        return False
    return all(word.isdigit() or word in _stamp_words() for word in _WORD.findall(low))


@cache
def _verbs() -> frozenset[str]:
    """Return the verbs of saying of all languages, without those that are other words as well."""
    return frozenset().union(
        *(language(code).words("cues", "verbs") - language(code).words("cues", "weak") for code in LANGUAGES)
    )


@cache
def _stamp_words() -> frozenset[str]:
    return frozenset().union(*(language(code).words(section, key) for code in LANGUAGES for section, key in _STAMPS))


_STAMPS = (("times", "weekdays"), ("times", "months"), ("times", "stamps"))
