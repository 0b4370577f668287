"""A document's words with its quoted passages masked, cut into units that no passage crosses."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from digests.model import Span
from digests.reading.speakers.lexicon import PASSAGE, QUOTE, Lexicon, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.reading.document import Document
    from digests.reading.quotes import Passage

_LONG = 30_000  # letters; a longer text is indexed as a whole
_SHORT = 1_000  # letters
_ASIDE = 12  # an aside in brackets up to this many tokens is passed over: "(D-Wis.)", "(right)"


class Tokens(list[Word]):
    """The words of one unit, in order, each of its passages masked as one; asides and nicknames are passed over.

    ``order + index`` tells which of two words of the document comes first; no unit has more words than letters, so
    `order` may be where the unit begins. `number` is the unit's. Where a word stands in the text is worked out when
    that is asked for: it seldom is.
    """

    __slots__ = ("_all", "_edges", "_kept", "_quoted", "number", "order", "span", "text")

    def __init__(self, text: str, span: Span, quoted: Sequence[Span], lexicon: Lexicon, number: int) -> None:
        at = span.start
        chunks: list[str] = []
        for start, end in quoted:
            chunks += _chunks(text[at:start])
            chunks.append(PASSAGE)
            at = end
        chunks += _chunks(text[at : span.end])
        words, asides = lexicon.words(chunks)
        super().__init__(words)
        self.text = text
        self.span = span
        self._quoted = iter(quoted)
        self.order = span.start
        self.number = number
        self._edges: list[tuple[int, int]] = []
        self._kept: Sequence[int] = ()  # where words were passed over: the places of the others among all
        self._all: Sequence[Word] = self  # … and all, then
        if asides:
            self._pass_over_asides()

    def over(self, first: int, past: int) -> Span:
        """Return the stretch of the text that ``self[first:past]`` covers."""
        if self._kept:
            first, past = self._kept[first], self._kept[past - 1] + 1
        start, end = self._edge(first)
        return Span(start, end if past - first == 1 else self._edge(past - 1)[1])

    def _edge(self, index: int) -> tuple[int, int]:
        """Return where a word begins and ends; what a short unit holds once is found the fastest."""
        if len(self._edges) <= index:
            word, (start, end) = (self._all or self)[index], self.span
            if end - start < _SHORT and word.kind != QUOTE:
                at = self.text.find(word.form, start, end)
                if self.text.find(word.form, at + 1, end) < 0:
                    return at, at + len(word.form)
            self._locate(index + 1)
        return self._edges[index]

    def _locate(self, past: int) -> None:
        """Find where the first words stand, each behind the one before: between them are only spaces and full stops."""
        edges, words = self._edges, self._all or self
        find = self.text.find
        at = edges[-1][1] if edges else self.span.start
        for word in words[len(edges) : past]:
            if word.kind == QUOTE:
                start, at = next(self._quoted)
            else:
                start = find(word.form, at)
                at = start + len(word.form)
            edges.append((start, at))

    def _pass_over_asides(self) -> None:
        kept: list[int] = []
        brackets: list[int] = []
        for index, token in enumerate(self):
            kept.append(index)
            if token.text in ("(", "["):
                brackets.append(len(kept) - 1)
            elif token.text in (")", "]") and brackets:
                opening = brackets.pop()
                if len(kept) - opening <= _ASIDE and all(self[at].kind != QUOTE for at in kept[opening:]):
                    del kept[opening:]
        kept = self._without_nicknames(kept)
        if len(kept) < len(self):
            self._kept, self._all = kept, list(self)
            self[:] = [self[at] for at in kept]

    def _without_nicknames(self, kept: list[int]) -> list[int]:
        """Pass over the middle of ``Marta “Kit” Holm``: no passage, so its marks are words here."""
        names = [self[at].text for at in kept]
        dropped: set[int] = set()
        for at in range(1, len(kept) - 3):
            within = names[at] in '“"' and names[at + 2] in '”"'
            if within and all(self[kept[beside]].capital for beside in (at - 1, at + 1, at + 3)):
                dropped |= {at, at + 1, at + 2}
        return [index for at, index in enumerate(kept) if at not in dropped] if dropped else kept


def _chunks(text: str) -> list[str]:
    """Return what stands between white space; the marks that mostly stand behind a word stand alone."""
    return text.replace(", ", " , ").replace(": ", " : ").split()


class _Masked(NamedTuple):
    """What the units of a document share: its text, where its passages stand, and the lexicon."""

    text: str
    outer: Sequence[Span]
    lexicon: Lexicon


class Unit:
    """One or more sentences of one paragraph with the indices of the passages in them; tokens are made when needed."""

    __slots__ = ("_headline", "_masked", "_tokens", "number", "paragraph", "passages", "span")

    def __init__(self, number: int, span: Span, paragraph: int, passages: Sequence[int], masked: _Masked) -> None:
        self.number = number
        self.span = span
        self.paragraph = paragraph
        self.passages = passages
        self._masked = masked
        self._tokens: Tokens | None = None
        self._headline: bool | None = None

    @property
    def tokens(self) -> Tokens:
        """The unit's tokens."""
        if self._tokens is None:
            text, outer, lexicon = self._masked
            self._tokens = Tokens(text, self.span, [outer[at] for at in self.passages], lexicon, self.number)
        return self._tokens

    @property
    def headline(self) -> bool:
        """True if all longer words are capitalised, as in a headline: there capitals tell nothing of names."""
        if self._headline is None:
            self._headline = _is_headline(self.tokens)
        return self._headline


class Units(list[Unit]):
    """The units of a document in order: its sentences, joined where a passage runs over several."""

    def __init__(self, document: Document, passages: Sequence[Passage], lexicon: Lexicon) -> None:
        super().__init__()
        self.text = document.text
        self.low = document.low
        sentences = document.sentences
        outer = [passage.outer for passage in passages]
        masked = _Masked(self.text, outer, lexicon)
        count, following, position = len(sentences), 0, 0
        opening = outer[0][0] if outer else len(self.text) + 1  # of the next passage
        for index, (_, limit) in enumerate(document.paragraphs):
            while position < count and sentences[position][0] < limit:
                span = sentences[position]
                start, end = span
                position += 1
                if opening >= end:
                    self.append(Unit(len(self), span, index, (), masked))
                    continue
                first = following
                while opening < end:
                    stop = outer[following][1]
                    while stop > end and position < count and sentences[position][0] < limit:
                        end = sentences[position][1]
                        position += 1
                    following += 1
                    opening = outer[following][0] if following < len(outer) else len(self.text) + 1
                inside = range(first, following)
                self.append(Unit(len(self), Span(start, end), index, inside, masked))

    def hold(self, word: str) -> bool:
        """Tell whether a word stands in the text as it is written here, with no mark beside it."""
        text = self.text
        if len(text) > _LONG:
            return word in self._written
        at = text.find(word)
        while at >= 0:
            past = at + len(word)
            if not (text[max(0, at - 1) : at].strip() or text[past : past + 1].strip()):
                return True
            at = text.find(word, at + 1)
        return False

    @cached_property
    def _written(self) -> frozenset[str]:
        """The words of the text as they are written, with the marks beside them; of a long text."""
        return frozenset(self.text.split())

    def holding(self, word: str) -> Sequence[Unit]:
        """Return the units that hold a word (in small letters, or its stem) in any case, and perhaps others."""
        if len(self.text) > _LONG:
            return self._by_word.get(word, ())
        low, starts = self.low, self._starts
        if not word:
            return self
        found: list[Unit] = []
        at = low.find(word)
        while at >= 0:
            unit = self[max(0, bisect_right(starts, at) - 1)]
            if at < unit.span.end:
                found.append(unit)
            at = low.find(word, max(at + 1, unit.span.end))
        return found

    @cached_property
    def _starts(self) -> list[int]:
        """Where each unit begins."""
        return [unit.span.start for unit in self]

    @cached_property
    def _by_word(self) -> dict[str, list[Unit]]:
        """The units by their words and the words' stems; of a long text, which would be searched too often."""
        found: dict[str, list[Unit]] = {}
        for unit in self:
            for word in {form for token in unit.tokens for form in (token.bare, token.stem)}:
                found.setdefault(word, []).append(unit)
        return found


_HEADLINE_WORDS = 4


def _is_headline(tokens: Sequence[Word]) -> bool:
    count = 0
    for token in tokens:
        if token.long:
            if not token.capital:
                return False
            count += 1
    return count > _HEADLINE_WORDS
