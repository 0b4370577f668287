"""Text as it reads, with a way back: markup, entities, odd spaces and garbled letters are seen through.

An article is stored as it reads (`digests.intake`), so that no tag ever reaches a digest. Where a text is read as
it came, as on the command line, the reader works on a view of it, and spans of the view lead back to the original.
"""

from __future__ import annotations

import html.entities
import re
from bisect import bisect_right
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from digests.model import Link, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_INLINE = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd map mark meter output progress q rp rt ruby "
    "s samp small span strike strong sub sup tt u var wbr"
)
_BLOCK = (
    "address area article aside audio base blockquote body br button canvas caption center col colgroup datalist dd "
    "details dialog dir div dl dt embed fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr "
    "html iframe img input label legend li link main menu meta nav noscript object ol optgroup option p param picture "
    "pre script section select source style summary svg table tbody td template textarea tfoot th thead time title tr "
    "track ul video"
)
_DROPPED = frozenset(["script", "style", "svg", "head", "template"])
_BLOCKS = frozenset(_BLOCK.split())
_KNOWN = _BLOCKS | frozenset(_INLINE.split())
_FAR = 100_000  # code points within which what is dropped must close
_NEAR = 2_000  # code points within which a tag nobody knows must have its partner
_LONG = 300  # code points: nobody's own tag is longer
_PASSES = 6  # how often markup in markup is seen through: "&amp;lt;b&amp;gt;" takes one, "&lt;b&gt;" two


def _garbled(encoding: str) -> dict[str, int]:
    """Return what the bytes of UTF-8 above 7F look like when each is read as a letter of a one-byte `encoding`.

    What that encoding leaves open, and in Western texts all of 80 to 9F (ISO 8859-1), shows as control characters.
    """
    controls = range(0x80, 0xA0) if encoding == "cp1252" else ()
    shown = {byte: bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in range(0x80, 0x100)}
    return {letter: byte for byte, letter in shown.items()} | {chr(byte): byte for byte in controls}


def _continuing(table: dict[str, int]) -> str:
    return re.escape("".join(letter for letter, byte in table.items() if byte < 0xC0))


_WESTERN, _CYRILLIC = _garbled("cp1252"), _garbled("cp1251")
_WEST, _EAST = _continuing(_WESTERN), _continuing(_CYRILLIC)
_SMALL = "а-бг-яёіїєґ"
_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"

_ODD_START = (
    "<&\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u2000-\u200c\u200e\u200f\u2028-\u2029\u202f\u205f\u2060\u3000\ufeff\ud800-\udfff"
)
_ODD = (
    r"<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9:-]*)(?P<attributes>(?:\s[^<>]*)?)/?>"
    r"|(?P<comment><!--)|<![a-zA-Z]+\b[^<>]*>|<\?xml\b[^<>]*>|<!\[CDATA\["
    r"|&(?:(?:amp|AMP|#38|#[xX]26);)*(?P<entity>#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
    r"|(?P<line>\r\n?|[\u2028\u2029\u0085\u000b\u000c])"
    r"|(?P<nothing>[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ud800-\udfff]+"
    # marks of direction and non-joiners belong to Arabic, Persian and Hebrew words
    r"|(?<![\u0590-\u08ff])[\u200c\u200e\u200f]+(?![\u0590-\u08ff]))"
    rf"|(?P<space>[{_SPACES}])"
)


class _Oddities(NamedTuple):
    """What to look for in a text: where something odd may begin, and what it is."""

    start: re.Pattern[str]
    whole: re.Pattern[str]
    table: dict[str, int]  # the bytes of garbled letters


def _oddities(starts: str, garbled: str, table: dict[str, int]) -> _Oddities:
    return _Oddities(re.compile(f"[{_ODD_START}{starts}]"), re.compile(f"{_ODD}|(?P<garbled>{garbled})"), table)


# UTF-8 read as Windows-1252 ("â€œ", "Ð²") or Windows-1251 ("вЂњ", "РІ"): signs that no language writes tell of it.
# A pair of Cyrillic letters may be meant in the same text's other words ("Він"): only whole words of pairs are not.
_PLAIN = _oddities("", "(?!)", {})
_GARBLED = (
    (
        ("â€", "â\x80", "Ã", "Â", "Ð°", "Ð¾"),
        _oddities(
            "âðÂÃÄÅÆËÐÑÒ",
            rf"â[{_WEST}]{{2}}|ð[{_WEST}]{{3}}|(?<![A-ZÀ-Ý])(?:Â[\x80-\xbf]|Ã[{_WEST}])|(?:[ÄÅÆËÐÑÒ][{_WEST}])+",
            _WESTERN,
        ),
    ),
    (
        ("вЂ", "Р°", "Рѕ", "СЃ"),
        _oddities(
            "врВГДЕРСТ",
            rf"в[{_EAST}]{{2}}|рџ[{_EAST}]{{2}}"
            rf"|(?<![А-Я{_SMALL}])(?:[ВГДЕРСТ][{_EAST}])+(?![А-Я{_SMALL}]|в(?![{_EAST}]))",
            _CYRILLIC,
        ),
    ),
)
_HREF = re.compile(r"""href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)


class _Edit(NamedTuple):
    view_start: int
    view_end: int
    start: int
    end: int


@dataclass(frozen=True)
class View:
    """What a text looks like once markup is seen through.

    `links` are its hyperlinks, by spans of the view; `markup` the stretches of the original left out. `below` is
    the view this one is of, where markup stood inside markup.
    """

    text: str
    links: tuple[Link, ...] = ()
    markup: tuple[Span, ...] = ()
    edits: tuple[_Edit, ...] = ()
    below: View | None = None

    def original(self, span: Span) -> Span:
        """Return the stretch of the original text that `span` of the view shows."""
        if self.edits:
            start = self._back(span.start, last=False)
            span = Span(start, max(start, self._back(span.end, last=True)))
        return self.below.original(span) if self.below else span

    def shown(self, span: Span) -> Span:
        """Return the stretch of the view that shows `span` of the original text."""
        if self.below:
            span = self.below.shown(span)
        if not self.edits:
            return span
        start, end = (self._forth(position) for position in span)
        return Span(start, max(start, end))

    def _back(self, position: int, *, last: bool) -> int:
        """Return where a position of the view stands below: as the first or the `last` of a stretch."""
        index = bisect_right(self.edits, position - last, key=lambda edit: edit.view_start) - 1
        if index < 0:
            return position
        edit = self.edits[index]
        if last:
            return edit.end if position <= edit.view_end else edit.end + position - edit.view_end
        return edit.start if position < edit.view_end else edit.end + position - edit.view_end

    def _forth(self, position: int) -> int:
        index = bisect_right(self.edits, position, key=lambda edit: edit.start) - 1
        if index < 0:
            return position
        edit = self.edits[index]
        return edit.view_start if position < edit.end else edit.view_end + position - edit.end


def view(text: str) -> View:
    """Return the view of `text`; most texts are their own.

    The view of a view's text is that text, but for markup nested more deeply than anybody nests it by accident.
    """
    seen = _once(text)
    for _ in range(_PASSES):
        if not seen.edits:
            break
        further = _once(seen.text)
        if not further.edits:
            break
        links = tuple(Link(further.shown(link.span), link.url) for link in seen.links)
        markup = tuple(map(seen.original, further.markup))
        seen = View(further.text, links + further.links, seen.markup + markup, further.edits, below=seen)
    return seen


def _once(text: str) -> View:
    odd = _PLAIN
    if not text.isascii():  # one letter is found the fastest
        odd = next((odd for signs, odd in _GARBLED if any(sign[0] in text and sign in text for sign in signs)), _PLAIN)
    if odd is _PLAIN:
        for space in filter(text.__contains__, _SPACES):
            text = text.replace(space, " ")  # as long as it was: nothing moves
        # what is odd and no mark of markup cannot be printed; most texts are nothing but what can
        if "<" not in text and "&" not in text and text.replace("\n", "").isprintable():
            return View(text)
    return _seen(text, odd) if odd.start.search(text) is not None else View(text)


def _seen(text: str, odd: _Oddities) -> View:
    parts: list[str] = []
    edits: list[_Edit] = []
    markup: list[Span] = []
    links: list[Link] = []
    opened: tuple[int, str] | None = None
    looked: dict[str, int] = {}  # how far the end of something was looked for in vain
    done = length = 0
    for candidate in odd.start.finditer(text):
        match = odd.whole.match(text, candidate.start()) if candidate.start() >= done else None
        if match is None:
            continue
        begin, end = match.span()
        tag = (match["tag"] or "").lower()
        shown = _shown(match, tag, odd.table)
        if shown is None:
            continue
        if match["comment"] or (tag in _DROPPED and not match["close"]):
            closing = "-->" if match["comment"] else f"</{tag}"
            stop = text.find(closing, max(end, looked.get(closing, 0)), end + _FAR)
            if stop < 0:
                looked[closing] = end + _FAR - len(closing)
            else:
                end = stop + 3 * bool(match["comment"])
        length += begin - done
        parts.append(text[done:begin])
        if tag == "a":
            if not match["close"] and (href := _HREF.search(match["attributes"])):
                opened = (length, unescape(href[1]))
            elif match["close"] and opened is not None:
                links.append(Link(Span(opened[0], length), opened[1]))
                opened = None
        if match.group().startswith("<"):
            markup.append(Span(begin, end))
        if match["garbled"]:
            edits += _letters(shown, length, begin)
        else:
            edits.append(_Edit(length, length + len(shown), begin, end))
        parts.append(shown)
        length += len(shown)
        done = end
    parts.append(text[done:])
    return View("".join(parts), tuple(links), tuple(markup), tuple(edits))


def _letters(shown: str, at: int, begin: int) -> Iterator[_Edit]:
    """Yield an edit a letter of what was garbled: each was as many letters as it has bytes of UTF-8."""
    for number, letter in enumerate(shown, at):
        end = begin + len(letter.encode())
        yield _Edit(number, number + 1, begin, end)
        begin = end


def _shown(match: re.Match[str], tag: str, table: dict[str, int]) -> str | None:
    """Return what a person sees of something odd; None if it is no markup but meant as it stands."""
    if tag:
        return "\n" if tag in _BLOCKS else "" if tag in _KNOWN or _is_tag(match) else None
    if match["entity"]:
        return _character(match["entity"])
    if match["garbled"]:
        try:
            return bytes(table[letter] for letter in match.group()).decode()
        except (KeyError, UnicodeDecodeError):
            return None
    return "\n" if match["line"] else " " if match["space"] else ""


def _is_tag(match: re.Match[str]) -> bool:
    """Tell a tag of some page's own from words between angle brackets: it closes, has attributes, or a partner."""
    name, end = match["tag"], match.end()
    if len(match.group()) > _LONG:
        return False
    if match["close"] or "=" in match["attributes"] or ":" in name or match.group().endswith("/>"):
        return True
    return match.string.find(f"</{name}>", end, end + _NEAR) >= 0


def _character(entity: str) -> str | None:
    if entity[0] == "#":
        found = unescape(f"&{entity};")
    elif (known := html.entities.html5.get(f"{entity};")) is not None:
        found = known
    else:
        return None
    return " " if found.isspace() else found
