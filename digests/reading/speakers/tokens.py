"""A document's words with its quoted passages masked, cut into units that no passage crosses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from digests.model import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.reading.document import Document
    from digests.reading.quotes import Passage

MASK = "\ue000"  # private use: stands for every character of a masked passage
QUOTE, WORD, NUMBER, MARK = "quote", "word", "number", "mark"

_TOKEN = re.compile(
    r"(?P<quote>\ue000+)"
    r"|(?P<word>[^\W\d_](?:\w|['’ʼ&-](?=\w)|\.(?=\w|['’]s\b))*+)"
    r"|(?P<number>\d++(?:[.,:/]\d++)*+\w*+)"
    r"|(?P<dash>--+)"
    r"|(?P<mark>[^\w\s.])"
)
_ASIDE = 12  # an aside in brackets up to this many tokens is passed over: "(D-Wis.)", "(right)"
_POSSESSIVE = re.compile(r"['’]s$")


class Token(NamedTuple):
    """A word, number, punctuation mark or masked passage at ``[start, end)``; full stops are left out."""

    start: int
    end: int
    text: str
    low: str
    kind: str

    @property
    def capital(self) -> bool:
        """True for a word that begins with a capital letter."""
        return self.kind == WORD and self.text[0].isupper()

    @property
    def possessive(self) -> bool:
        """True for an English possessive: ``Kyiv’s``."""
        return self.low.endswith(("'s", "’s"))

    @property
    def bare(self) -> str:
        """The word in small letters without the English possessive ending."""
        return _POSSESSIVE.sub("", self.low)


class Unit(NamedTuple):
    """One or more sentences of one paragraph with their tokens and the indices of the passages in them."""

    span: Span
    paragraph: int
    tokens: list[Token]
    passages: list[int]


def units(document: Document, passages: Sequence[Passage]) -> list[Unit]:
    """Return the units of the document in order: its sentences, joined where a passage runs over several."""
    masked = _mask(document.text, passages)
    result: list[Unit] = []
    following = 0
    for index, paragraph in enumerate(document.paragraphs):
        sentences = document.sentences_in(paragraph)
        position = sentences.start
        while position < sentences.stop:
            start, end = document.sentences[position]
            inside: list[int] = []
            while following < len(passages) and passages[following].outer.start < end:
                inside.append(following)
                outer = passages[following].outer
                while outer.end > end and position + 1 < sentences.stop:
                    position += 1
                    end = document.sentences[position].end
                following += 1
            result.append(Unit(Span(start, end), index, _tokens(masked, start, end), inside))
            position += 1
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


def _tokens(masked: str, start: int, end: int) -> list[Token]:
    tokens: list[Token] = []
    brackets: list[int] = []
    for match in _TOKEN.finditer(masked, start, end):
        kind, word = match.lastgroup or MARK, match.group()
        if kind == "dash":
            kind, word = MARK, "—"
        tokens.append(Token(match.start(), match.end(), word, word.lower(), kind))
        if word in "([":
            brackets.append(len(tokens) - 1)
        elif word in ")]" and brackets:
            opening = brackets.pop()
            if len(tokens) - opening <= _ASIDE and all(token.kind != QUOTE for token in tokens[opening:]):
                del tokens[opening:]
    return tokens
