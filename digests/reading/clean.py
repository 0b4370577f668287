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
from digests.reading.document import trim
from digests.reading.junk import Junk
from digests.reading.languages import LANGUAGES, language

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_LINE = re.compile(r"[^\n]+")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_PROSE_END = re.compile(r"[.!?…][\"'”’»)\]]*$")
_LONGEST = 400  # junk lines are short; longer ones are looked at no further than this
_PROSE_WORDS = 16
_ASKING = frozenset(["promotion", "navigation", "see also", "byline"])  # rules for what speaks to the reader


class Cleaned(NamedTuple):
    """The kept paragraphs, what was removed, and what was kept against a rule, all in order."""

    paragraphs: tuple[Span, ...]
    removed: tuple[Removed, ...]
    restored: tuple[Removed, ...] = ()


def clean(text: str, keep: Collection[Span] = ()) -> Cleaned:
    """Cut `text` into paragraphs and set aside the lines that are not news.

    A line that begins where one of `keep` does is kept whatever a rule says of it; the other lines are judged as if
    it had been removed, so that bringing one line back never changes what becomes of another.
    """
    wanted = {span.start for span in keep}
    kept: list[Span] = []
    removed: list[Removed] = []
    restored: list[Removed] = []
    junk = Junk(text)
    seen: set[str] = set()
    tail = False
    for line in _paragraphs(text):
        shown = line.of(text)
        tail = tail and not _is_prose(shown)
        rule = "related" if tail else _rule(shown, junk, seen)
        if rule is None or line.start in wanted:
            kept.append(line)
        if rule is not None:
            (restored if line.start in wanted else removed).append(Removed(span=line, rule=rule))
            tail = tail or (rule == "related" and len(shown) < 80)
    return Cleaned(tuple(kept), tuple(removed), tuple(restored))


def _paragraphs(text: str) -> Iterator[Span]:
    """Yield the lines that are not blank; lines broken in the middle of sentences are joined."""
    begin = past = -1  # of the line that waits for what follows
    for match in _LINE.finditer(text):
        start, end = match.span()
        if text[start].isspace() or text[end - 1].isspace():
            start, end = trim(text, Span(start, end))
            if start == end:
                continue
        if begin >= 0 and not (text[start].islower() and _goes_on(text, begin, past, start)):
            yield Span(begin, past)
            begin = start
        elif begin < 0:
            begin = start
        past = end
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


def _rule(line: str, junk: Junk, seen: set[str]) -> str | None:
    low = line[:_LONGEST].casefold().replace("’", "'").replace("ʼ", "'")
    if not any(map(str.isalnum, low)):
        return "ornament"
    if len(low) < 60 and _is_stamp(low):
        return "time stamp"
    found = junk.rule_of(low)
    if found is not None:
        rule, end = found
        if rule in _ASKING:
            return None if _is_sentence(low) and _reports(low) else rule
        if rule != "related" or len(low) < 80 or end < len(low):
            return rule
    if len(low) < 120 and not _is_sentence(low):
        headline = low.partition(" | ")[0]
        if headline in seen:
            return "duplicate"
        seen.add(headline)
    return None


def _reports(low: str) -> bool:
    return not _verbs().isdisjoint(_WORD.findall(low))


def _is_sentence(low: str) -> bool:
    return _PROSE_END.search(low[-8:]) is not None


def _is_stamp(low: str) -> bool:
    words = _WORD.findall(low)
    return any(word.isdigit() for word in words) and all(word.isdigit() or word in _stamp_words() for word in words)


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
