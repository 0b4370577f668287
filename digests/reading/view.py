"""Text as it reads, with a way back: markup, entities and odd spaces are seen through, never rewritten.

Every part of a reading is a span of the text that was given. To read a page pasted with its tags, soft hyphens or
``&rdquo;``, the reader works on a view of it; spans of the view lead back to spans of the original.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from digests.model import Span
from digests.reading.document import Link

_INLINE = (
    "a abbr b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup tt u "
    "var wbr"
)
_BLOCK = (
    "address article aside blockquote body br button caption center dd details div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 head header hr html iframe img input label legend li link main menu meta nav ol "
    "option p picture pre script section select source style summary svg table tbody td tfoot th thead time title "
    "tr ul video"
)
_DROPPED = frozenset(["script", "style", "svg", "head"])
_KNOWN = frozenset((_INLINE + " " + _BLOCK).split())
_BLOCKS = frozenset(_BLOCK.split())
# UTF-8 read as Windows-1252, as it often happens to punctuation on its way through a page.
_MOJIBAKE = {
    "â€œ": "“",
    "â€\x9d": "”",
    "â€˜": "‘",
    "â€™": "’",
    "â€“": "–",
    "â€”": "—",
    "â€¦": "…",
    "Â ": " ",
    "Â«": "«",
    "Â»": "»",
}
_ODD = re.compile(
    r"<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9]*)(?P<attributes>(?:\s[^<>]*)?)/?>"
    r"|<!--[^<>]*-->"
    r"|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,9});"
    r"|(?P<nothing>[\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff]+)"
    r"|(?P<space>[\u00a0\u2000-\u200a\u202f\u205f\u3000])"
    r"|(?P<line>\r\n?|[\u2028\u2029\u0085\u000b\u000c])"
    r"|(?P<mojibake>" + "|".join(map(re.escape, _MOJIBAKE)) + ")"
)
_HREF = re.compile(r"""href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)


class _Edit(NamedTuple):
    view_start: int
    view_end: int
    start: int
    end: int


@dataclass(frozen=True)
class View:
    """What `text` looks like once markup is seen through; `markup` are the stretches of the original left out."""

    text: str
    links: tuple[Link, ...] = ()
    markup: tuple[Span, ...] = ()
    edits: tuple[_Edit, ...] = ()
    starts: tuple[int, ...] = ()

    def original(self, span: Span) -> Span:
        """Return the stretch of the original text that `span` of the view shows."""
        if not self.edits:
            return span
        start = self._start(span.start)
        return Span(start, max(start, self._end(span.end)))

    def _start(self, position: int) -> int:
        index = bisect_right(self.starts, position) - 1
        if index < 0:
            return position
        edit = self.edits[index]
        return edit.start if position < edit.view_end else edit.end + position - edit.view_end

    def _end(self, position: int) -> int:
        if position <= 0:
            return 0
        index = bisect_right(self.starts, position - 1) - 1
        if index < 0:
            return position
        edit = self.edits[index]
        return edit.end if position <= edit.view_end else edit.end + position - edit.view_end


def view(text: str) -> View:
    """Return the view of `text`; most texts are their own."""
    if _ODD.search(text) is None:
        return View(text)
    parts: list[str] = []
    edits: list[_Edit] = []
    markup: list[Span] = []
    links: list[Link] = []
    opened: tuple[int, str] | None = None
    done = length = 0
    for match in _ODD.finditer(text):
        start, end = match.span()
        if start < done:
            continue
        tag = (match["tag"] or "").lower()
        if tag and tag not in _KNOWN:
            continue
        shown = _shown(match, tag)
        if tag in _DROPPED and not match["close"]:
            stop = text.find(f"</{tag}", end, end + 100_000)
            end = stop if stop >= 0 else end
        length += start - done
        parts.append(text[done:start])
        if tag == "a":
            if not match["close"] and (href := _HREF.search(match["attributes"])):
                opened = (length, html.unescape(href[1]))
            elif match["close"] and opened is not None:
                links.append(Link(Span(opened[0], length), opened[1]))
                opened = None
        if tag or match.group().startswith("<!"):
            markup.append(Span(start, end))
        edits.append(_Edit(length, length + len(shown), start, end))
        parts.append(shown)
        length += len(shown)
        done = end
    parts.append(text[done:])
    return View("".join(parts), tuple(links), tuple(markup), tuple(edits), tuple(e.view_start for e in edits))


def _shown(match: re.Match[str], tag: str) -> str:
    if match["nothing"] or (tag and tag not in _BLOCKS) or match.group().startswith("<!"):
        return ""
    if tag or match["line"]:
        return "\n"
    if match["space"]:
        return " "
    if match["mojibake"]:
        return _MOJIBAKE[match["mojibake"]]
    found = html.unescape(match.group())
    return " " if found.isspace() else "" if found in "\u00ad\u200b" else found
