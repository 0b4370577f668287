"""Texts as nobody wrote them: articles broken in the ways in which copying, scraping and malice break them."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

_LONGEST = 3_000  # code points of a text before it is mutated
_MARKS = list("“”\"«»„‟‘’'`.,:;!?…-–—()[]{}<>&/@#*_|~^%$\\ ")
_PIECES = [
    "''", "``", "--", "...", " — ", "\n", "\n\n", "\r\n", "\r", "\t", "\x00", "\x0b", "\x1c", "\x7f", "\x85",
    "\u2028", "\u2029", "\u00a0", "\u202f", "\u3000", "\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff",
    "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069", "\u061c", "\ufffd", "\ue000", "\u0301", "\u0489",
    "😀", "👩‍👩‍👧", "🇺🇦", "𝕏", "\U000e0041", "İ", "ﬁ", "ß", "ŉ", "Ǆ", "ʼ", "٣", "१२", "²", "Ⅷ", "שלום", "مرحبا",
    "ÃÂ€", "â€œ", "â€", "Ð°Ð±", "РџСЂРё", "вЂ", "<p>", "</p>", "<b>", "<br/>", "<div class='x'>", "<script>",
    "</script>", "<!--", "-->", "<![CDATA[", "<a href=\"https://t.me/example_post/12\">", "</a>", "<odd>", "<Ada Lind>",
    "&amp;", "&amp;amp;lt;b&gt;", "&#0;", "&#x110000;", "&rdquo;", "&nbsp;", "&#8212;", "&bogus;", "&ampquot",
    " said ", " he said ", "- said ", ", she added, ", " according to ", " сказав ", " сказал ", " за словами ",
    " по словам ", "'s ", " Dr. ", " U.S. ", " Ada Lind ", " Іван Гук ", " the governor of ", " Telegram ",
    " on Telegram ", " Telegram channel ", " телеграм-каналі ", " https://t.me/example_post/7?single ", " @handle_x ",
    " @a ", "t.me/+AbCdEf", " tg://resolve?domain=example&post=3 ", "\n12:10\n", "\n12 June 2024, 14:32\n",
    "\nBy Ada Lind\n", "\nRead also:\n", "\nYou May Also Like\n", "\n• ", "KYIV, June 2 (Wire) — ", " on Sunday ",
    " could not be independently verified", " declined to comment.", " 30.02.2024 ", " 99999999999999999999 ",
]  # fmt: skip


def mutated(rng: random.Random, texts: Sequence[str]) -> str:
    """Return a stretch of one of `texts` after a few random mutations; the same state of `rng` gives the same text."""
    text = _stretch(rng, texts)
    for _ in range(rng.randrange(1, 25)):
        text = _small(rng, text)
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        text = rng.choice(_LARGE)(rng, text, texts)
    return text


def _stretch(rng: random.Random, texts: Sequence[str]) -> str:
    text = rng.choice(texts)
    if len(text) <= _LONGEST or rng.random() < 0.05:
        return text
    start = rng.randrange(len(text)) if rng.random() < 0.7 else 0  # the top of a page is judged in ways of its own
    return text[start : start + rng.randrange(50, _LONGEST)]


def _small(rng: random.Random, text: str) -> str:
    at, kind = rng.randrange(len(text) + 1), rng.random()
    if kind < 0.25:
        return text[:at] + rng.choice(_MARKS) * rng.choice((1, 1, 1, 2, 5)) + text[at:]
    if kind < 0.5:
        return text[:at] + rng.choice(_PIECES) + text[at:]
    if kind < 0.75:
        return text[:at] + text[at + rng.randrange(1, 12) :]
    other = rng.randrange(len(text) + 1)
    return text[:at] + text[other : other + rng.randrange(1, 60)] + text[at:]


def _glued(rng: random.Random, text: str, texts: Sequence[str]) -> str:
    """Two articles, perhaps in two languages, one after the other or one inside the other."""
    at = rng.choice((len(text), rng.randrange(len(text) + 1)))
    return text[:at] + rng.choice(("", " ", "\n", "\n\n")) + _stretch(rng, texts) + text[at:]


def _swapped(rng: random.Random, text: str, _: Sequence[str]) -> str:
    lines = text.split("\n")
    rng.shuffle(lines)
    return rng.choice(("\n", "\n\n", " ")).join(lines)


def _mojibake(rng: random.Random, text: str, _: Sequence[str]) -> str:
    """UTF-8 read as one byte a letter, all of it or a part, as far as that encoding has letters."""
    start = rng.choice((0, rng.randrange(len(text) + 1)))
    end = rng.choice((len(text), start + rng.randrange(200)))
    encoding = rng.choice(("cp1252", "cp1251", "latin-1", "cp1252"))
    return text[:start] + text[start:end].encode().decode(encoding, rng.choice(("ignore", "replace"))) + text[end:]


def _marked_up(rng: random.Random, text: str, _: Sequence[str]) -> str:
    lines = "".join(f"<p class=x>{escape(line)}</p>" for line in text.split("\n") if line.strip())
    return rng.choice((lines, escape(lines), f"<html><head><title>x</title></head><body>{lines}", text.upper()))


def _all_of_one(rng: random.Random, text: str, _: Sequence[str]) -> str:
    old, new = rng.choice((("\n", "\r\n"), ("\n", " "), (" ", "\u00a0"), (" ", ""), ("“", '"'), ("”", ""), (" ", "\n"),
                           (".", ""), (". ", ".\n"), ("\n", "\u2028"), ("e", "\u00ade"), ("“", "„"), ("”", "“"),
                           ("“", "''"), ("’", "'")))  # fmt: skip
    return text.replace(old, new)


def _long(rng: random.Random, text: str, _: Sequence[str]) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice((*_MARKS, *_PIECES, "a", "Я", "Lind", "0")) * rng.randrange(100, 1_000) + text[at:]


_LARGE: list[Callable[[random.Random, str, Sequence[str]], str]] = [
    _glued,
    _swapped,
    _mojibake,
    _marked_up,
    _all_of_one,
    _long,
]
