"""A text cut into paragraphs and sentences, and look-ups from a position to its sentence and paragraph."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from digests.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from digests.model import Link
    from digests.reading.languages import Language

CLOSING = "\"'”’»“)]"
OPENING = "\"'“‘«„(["
_MARKS = OPENING + CLOSING
_QUOTATION = "\"”’»“'"  # of the closing marks, those of quotations
_GOES_ON = ",;:)—–―-…"

# The first mark stands alone for speed: the engine skips to a plain class, not to a repeated one.
# A footnote's number may follow: "… was dismissed.[5] The institute …".
_END = re.compile(rf"[.!?…][.!?…]*+[{re.escape(CLOSING)}]*+(?:\[\d{{1,3}}\])*+(?=\s)")
_TOKEN = re.compile(r"[^\s\"'“”‘’«»„()\[\]—–]+")
_NICKNAME = re.compile(r"[“\"][^\W\d_]{1,15}[”\"] (?=[^\W\d_])")  # within a name: ``P. “Duke” Colvin``
_LONGEST = 12  # letters of an abbreviation with its marks
_CAPITAL = re.compile(r"[A-ZА-ЯЇІЄҐ]\w*")
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")


@dataclass(frozen=True)
class Document:
    """Text with its kept paragraphs and their sentences; everything removed as not news is in neither.

    All spans are spans of `text`. Sentences are trimmed of outer white space, never cross a paragraph and come
    in order, as paragraphs do. Look-ups cost O(log n).
    """

    text: str
    language: Language
    paragraphs: tuple[Span, ...]
    sentences: tuple[Span, ...]
    low: str = field(repr=False)  # the text in small letters, as `small` has it
    links: tuple[Link, ...] = ()
    _paragraph_starts: tuple[int, ...] = field(default=(), repr=False)
    _sentence_starts: tuple[int, ...] = field(default=(), repr=False)

    @classmethod
    def of(
        cls,
        text: str,
        language: Language,
        paragraphs: Iterable[Span],
        links: Iterable[Link] = (),
        *,
        low: str | None = None,
    ) -> Document:
        """Cut the `paragraphs` of `text` (in order, not overlapping) into sentences; `low` is its `small`, if known."""
        kept = tuple([trimmed for span in paragraphs if (trimmed := trim(text, span))[0] < trimmed[1]])
        words = _words(language)
        sentences = tuple([sentence for start, end in kept for sentence in _cut(text, start, end, words)])
        return cls(
            text=text,
            language=language,
            paragraphs=kept,
            sentences=sentences,
            low=small(text) if low is None else low,
            links=tuple(links),
            _paragraph_starts=tuple([start for start, _ in kept]),
            _sentence_starts=tuple([start for start, _ in sentences]),
        )

    @cached_property
    def capitals(self) -> dict[str, list[int]]:
        """Where each word with a capital stands in the text; behind small letters the word begins with the capital."""
        found: dict[str, list[int]] = {}
        for match in _CAPITAL.finditer(self.text):
            found.setdefault(match[0], []).append(match.start())
        return found

    def paragraph_index(self, position: int) -> int | None:
        """Return the index of the paragraph that holds `position`, None between paragraphs."""
        return _at(self.paragraphs, self._paragraph_starts, position)

    def sentence_index(self, position: int) -> int | None:
        """Return the index of the sentence that holds `position`, None between sentences."""
        return _at(self.sentences, self._sentence_starts, position)

    def sentence_at(self, position: int) -> Span | None:
        """Return the sentence that holds `position`, None between sentences."""
        index = self.sentence_index(position)
        return None if index is None else self.sentences[index]

    def sentences_over(self, span: Span) -> Span:
        """Return the smallest run of whole sentences that covers `span`; `span` itself if none touches it."""
        touched = self.sentences_touching(span)
        if not touched:
            return span
        return Span(
            min(span.start, self.sentences[touched.start].start),
            max(span.end, self.sentences[touched.stop - 1].end),
        )

    def sentences_touching(self, span: Span) -> range:
        """Return the indices of the sentences that share at least one character with `span`."""
        first = max(0, bisect_right(self._sentence_starts, span.start) - 1)
        if first < len(self.sentences) and self.sentences[first].end <= span.start:
            first += 1
        last = bisect_right(self._sentence_starts, max(span.start, span.end - 1))
        return range(first, max(first, last))

    def sentences_with(self, words: Iterable[str], *, low: bool = False) -> list[int]:
        """Return the indices of the sentences that hold one of `words`, in small letters if `low`; in order."""
        # plain searches for each word are many times faster than one for a pattern
        text = self.low if low else self.text
        found: set[int] = set()
        for word in words:
            at = text.find(word)
            while at >= 0:
                index = bisect_right(self._sentence_starts, at) - 1
                end = self.sentences[index].end if index >= 0 else 0
                if at < end:
                    found.add(index)
                at = text.find(word, max(end, at + 1))
        return sorted(found)

    def sentences_in(self, paragraph: Span) -> range:
        """Return the indices of the sentences of one of `paragraphs`."""
        return self.sentences_touching(paragraph)


def _at(spans: Sequence[Span], starts: Sequence[int], position: int) -> int | None:
    index = bisect_right(starts, position) - 1
    return index if index >= 0 and position < spans[index].end else None


def small(text: str) -> str:
    """Return `text` in small letters, apostrophes straight, as long as it is: longer small forms are not taken."""
    text = text.replace("’", "'").replace("ʼ", "'")
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(letter if len(letter := char.lower()) == 1 else char for char in text)


def trim(text: str, span: Span) -> Span:
    """Return `span` without white space at its ends."""
    start, end = span
    if start < end and not (text[start].isspace() or text[end - 1].isspace()):
        return span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def split(text: str, paragraph: Span, language: Language) -> Iterator[Span]:
    """Return the sentences of one paragraph, in order.

    A sentence ends with ``. ! ? …`` and the marks that close after it, before white space, unless the mark
    belongs to an abbreviation, an initial or a number, or the sentence plainly goes on (a small letter, a dash,
    an attribution after a quoted question: ``“Why?” Ada Lind asked.``).
    """
    return iter(_cut(text, *paragraph, _words(language)))


def _cut(text: str, start: int, limit: int, words: _Words) -> list[Span]:
    found: list[Span] = []
    for match in _END.finditer(text, start, limit):
        stop, end = match.span()
        following = end + 1
        while following < limit and text[following].isspace():
            following += 1
        if following >= limit:
            break
        after = text[following]
        if after.islower() or after in _GOES_ON:
            continue
        if end - stop == 1:
            if text[stop] == "." and _is_abbreviation(text, start, stop, following, words):
                continue
        elif text[stop] in "!?…" and text[end - 1] in _QUOTATION and _is_attribution(text, following, limit, words):
            continue
        found.append(Span(start, end))
        start = following
    if start < limit:
        found.append(Span(start, limit))
    return found


class _Words(NamedTuple):
    """The lists of a language that tell where its sentences end."""

    abbreviations: frozenset[str]
    maybe: frozenset[str]  # abbreviations that may end a sentence
    starters: frozenset[str]
    verbs: frozenset[str]


@cache
def _words(language: Language) -> _Words:
    return _Words(
        abbreviations=language.words("sentences", "abbreviations"),
        maybe=language.words("sentences", "maybe_abbreviations"),
        starters=language.words("sentences", "starters"),
        verbs=language.words("cues", "verbs"),
    )


def _is_abbreviation(text: str, start: int, stop: int, following: int, words: _Words) -> bool:
    """Tell whether the full stop at `stop` only shortens the word before it."""
    written = text[max(start, text.rfind(" ", start, stop) + 1) : stop]
    if len(written) > 2 and written.isalpha():  # as most words are that end sentences
        word = written.lower()
        if word not in words.maybe:
            return word in words.abbreviations
    if not written or written[-1].isspace():
        return False
    written = text[max(start, stop - _LONGEST) : stop].rsplit(None, 1)[-1]
    word = written.strip(_MARKS).lower()
    if word in words.abbreviations:
        return True
    if word in words.maybe or ("." in word and len(word) <= 6 and word[0].isalpha()):
        if text[following] in OPENING:
            return False
        after = _WORD.match(text, following)
        return after is None or after.group().lower() not in words.starters
    if len(word) == 1 and word.isalpha() and word != "i":
        return _WORD.match(text, following) is not None or _NICKNAME.match(text, following) is not None
    return len(word) <= 2 and word.isdigit() and stop - len(written) == start


def _is_attribution(text: str, position: int, limit: int, words: _Words) -> bool:
    """Tell whether ``Name … said`` stands at `position`: up to four capitalised words, then a verb of saying.

    Words in small letters may stand among them where the verb stands right behind a name and ends the clause:
    ``Harbour Council head Ada Lind asked.``
    """
    named = titled = False
    for count, match in enumerate(_TOKEN.finditer(text, position, min(limit, position + 80))):
        word = match.group()
        if word.rstrip(",.").lower() in words.verbs:
            return count > 0 and (not titled or (named and word[-1] in ",."))
        named = word[0].isupper()
        titled = titled or not named or count >= 4
        if word[-1] in "!?;:" or (titled and word[-1] in ",."):
            return False
    return False
