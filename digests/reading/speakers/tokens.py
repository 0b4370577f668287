"""A document's words with its quoted passages masked, cut into units that no passage crosses."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from digests.model import Span
from digests.reading.speakers.lexicon import MASK, QUOTE, Lexicon, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.reading.document import Document
    from digests.reading.quotes import Passage

# A masked passage, a word, a number, a dash, a mark. Keeping what was matched, `split` gives every second part to it.
_TOKEN = re.compile(
    r"(\ue000++"
    r"|[^\W\d_]\w*+(?:(?:['’ʼ&-](?=\w)|\.(?=\w|['’]s\b))\w*+)*+"
    r"|\d++(?:[.,:/]\d++)*+(?:-?\w++)*+"
    r"|--++"
    r"|[^\w\s.])"
)
_ASIDE = 12  # an aside in brackets up to this many tokens is passed over: "(D-Wis.)", "(right)"


class Tokens(list[Word]):
    """The words of one unit, in order; `starts` are the positions where they begin, `ends` where they end."""

    __slots__ = ("ends", "starts")

    starts: list[int]
    ends: list[int]

    @classmethod
    def of(cls, text: str, start: int, end: int, lexicon: Lexicon) -> Tokens:
        """Return the tokens of ``text[start:end]``; asides in brackets are passed over."""
        parts = _TOKEN.split(text[start:end])
        tokens = cls(map(lexicon.__getitem__, parts[1::2]))
        edges = list(accumulate(map(len, parts), initial=start))
        tokens.starts, tokens.ends = edges[1:-1:2], edges[2::2]
        if "(" in parts or "[" in parts:
            tokens._pass_over_asides()
        return tokens

    def span(self, first: int, past: int) -> Span:
        """Return the stretch of the text that ``self[first:past]`` covers."""
        return Span(self.starts[first], self.ends[past - 1])

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
        self[:] = [self[at] for at in kept]
        self.starts = [self.starts[at] for at in kept]
        self.ends = [self.ends[at] for at in kept]


class Unit:
    """One or more sentences of one paragraph with their tokens and the indices of the passages in them."""

    __slots__ = ("headline", "paragraph", "passages", "span", "tokens")

    def __init__(self, span: Span, paragraph: int, tokens: Tokens, passages: list[int]) -> None:
        self.span = span
        self.paragraph = paragraph
        self.tokens = tokens
        self.passages = passages
        self.headline = _is_headline(tokens)


def units(document: Document, passages: Sequence[Passage], lexicon: Lexicon) -> list[Unit]:
    """Return the units of the document in order: its sentences, joined where a passage runs over several."""
    masked = _mask(document.text, passages)
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
            result.append(Unit(Span(start, end), index, Tokens.of(masked, start, end, lexicon), inside))
    return result


def _mask(text: str, passages: Sequence[Passage]) -> str:
    parts: list[str] = []
    done = 0
    for passage in passages:
        start, end = passage.outer
        parts.append(text[done:start])
        parts.append(MASK * (end - start))
        done = end
    parts.append(text[done:])
    return "".join(parts)


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
