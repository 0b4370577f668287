"""A document's words with its quoted passages masked, cut into units that no passage crosses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.model import Span
from digests.reading.speakers.lexicon import QUOTE, TOKEN, Lexicon, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.reading.document import Document
    from digests.reading.quotes import Passage

_ASIDE = 12  # an aside in brackets up to this many tokens is passed over: "(D-Wis.)", "(right)"


class Tokens(list[Word]):
    """The words of one unit, in order, each of its passages masked as one; asides in brackets are passed over.

    `order` counts the tokens of the document before it, so that ``order + index`` tells which of two words comes
    first. Where a word stands in the text is worked out when that is asked for: it seldom is.
    """

    __slots__ = ("_edges", "_kept", "order", "quoted", "span", "text")

    def __init__(self, text: str, span: Span, quoted: Sequence[Span], lexicon: Lexicon, order: int) -> None:
        if quoted:
            super().__init__()
            at = span.start
            for start, end in quoted:
                self += lexicon.words(text[at:start])
                self.append(lexicon.passage)
                at = end
            self += lexicon.words(text[at : span.end])
        else:
            super().__init__(lexicon.words(text[span.start : span.end]))
        self.text = text
        self.span = span
        self.quoted = quoted
        self.order = order
        self._edges: list[tuple[int, int]] = []
        self._kept: list[int] = []
        if text.find("(", *span) >= 0 or text.find("[", *span) >= 0:
            self._pass_over_asides()

    def over(self, first: int, past: int) -> Span:
        """Return the stretch of the text that ``self[first:past]`` covers."""
        edges = self._edges = self._edges or self._located()
        return Span(edges[first][0], edges[past - 1][1])

    def _located(self) -> list[tuple[int, int]]:
        edges: list[tuple[int, int]] = []
        at = self.span.start
        for start, end in self.quoted:
            edges += [match.span() for match in TOKEN.finditer(self.text, at, start)]
            edges.append((start, end))
            at = end
        edges += [match.span() for match in TOKEN.finditer(self.text, at, self.span.end)]
        return [edges[index] for index in self._kept] if self._kept else edges

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
        self._kept = kept
        self[:] = [self[at] for at in kept]


class Unit:
    """One or more sentences of one paragraph with their tokens and the indices of the passages in them."""

    __slots__ = ("headline", "number", "paragraph", "passages", "span", "tokens")

    def __init__(self, number: int, span: Span, paragraph: int, tokens: Tokens, passages: list[int]) -> None:
        self.number = number
        self.span = span
        self.paragraph = paragraph
        self.tokens = tokens
        self.passages = passages
        self.headline = _is_headline(tokens)


def units(document: Document, passages: Sequence[Passage], lexicon: Lexicon) -> list[Unit]:
    """Return the units of the document in order: its sentences, joined where a passage runs over several."""
    text, order = document.text, 0
    sentences = document.sentences
    result: list[Unit] = []
    following = position = 0
    for index, paragraph in enumerate(document.paragraphs):
        while position < len(sentences) and sentences[position].start < paragraph.end:
            start, end = sentences[position]
            position += 1
            inside: list[int] = []
            while following < len(passages) and passages[following].outer.start < end:
                inside.append(following)
                stop = passages[following].outer.end
                while stop > end and position < len(sentences) and sentences[position].start < paragraph.end:
                    end = sentences[position].end
                    position += 1
                following += 1
            span = Span(start, end)
            tokens = Tokens(text, span, [passages[number].outer for number in inside], lexicon, order)
            order += len(tokens)
            result.append(Unit(len(result), span, index, tokens, inside))
    return result


_HEADLINE_WORDS = 4


def _is_headline(tokens: Sequence[Word]) -> bool:
    """Tell whether all longer words are capitalised, as in a headline: there capitals tell nothing of names."""
    count = 0
    for token in tokens:
        if token.long:
            if not token.capital:
                return False
            count += 1
    return count > _HEADLINE_WORDS
