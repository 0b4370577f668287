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
    r"|(?P<number>\d++(?:[.,:/]\d++)*+(?:-?\w++)*+)"
    r"|(?P<dash>--+)"
    r"|(?P<mark>[^\w\s.])"
)
_ASIDE = 12  # an aside in brackets up to this many tokens is passed over: "(D-Wis.)", "(right)"


class Token(NamedTuple):
    """A word, number, punctuation mark or masked passage at ``[start, end)``; full stops are left out.

    `low` is `text` in small letters, `bare` the same without the English possessive ending (``Kyiv’s``), which
    `possessive` tells of; `capital` is true of a word that begins with a capital letter.
    """

    start: int
    end: int
    text: str
    low: str
    kind: str
    capital: bool = False
    possessive: bool = False
    bare: str = ""


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
        if kind == WORD:
            low = word.lower()
            possessive = low.endswith(("'s", "’s"))
            bare = low[:-2] if possessive else low
            capital = word[0].isupper() or (word[2:3] == "-" and word[3:4].isupper())  # "al-Rashid"
            tokens.append(Token(*match.span(), word, low, WORD, capital, possessive, bare))
            continue
        if kind == "dash":
            kind, word = MARK, "—"
        tokens.append(Token(*match.span(), word, word, kind, bare=word))
        if word in "([":
            brackets.append(len(tokens) - 1)
        elif word in ")]" and brackets:
            opening = brackets.pop()
            if len(tokens) - opening <= _ASIDE and all(token.kind != QUOTE for token in tokens[opening:]):
                del tokens[opening:]
    return tokens
