"""Turns what an editor sent into the text of an article, or says why it cannot be one. Pure.

The text is stored as a person reads it: tags and entities of a pasted page, soft hyphens, odd spaces, control
characters and garbled letters are seen through (`digests.reading.view`), and the blank space around it goes. A text
without any of these stays as it was sent, character by character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from digests.errors import IntakeError
from digests.model import Link, Span
from digests.reading.channels.links import links_in
from digests.reading.document import trim
from digests.reading.view import view

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

MIN_LENGTH = 80  # code points: shorter is a headline or a remark
MAX_LENGTH = 200_000  # code points
NEAR_LIMIT = 3_500  # UTF-16 units: Telegram cuts at 4,096, and its apps go back to a line or word end
CONTINUES_WITHIN = timedelta(seconds=10)

_SENTENCE_END = re.compile(r"[.!?…。！？؟।]")
_CLOSED = re.compile(r"[.!?…。！？؟।:][\"'”’»)\]]*$")
_LINK = re.compile(r"https?://[^\s<>\"]{4,2040}", re.IGNORECASE)
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|yclid|ysclid|msclkid|twclid|igshid|igsh|mc_cid|mc_eid|_openstat"
    r"|ga_\w+|__twitter_impression|cmpid|at_(?:medium|campaign|custom\d|link_\w+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """The text of an article as it reads, its SHA-256 (hex, of the UTF-8 bytes), and the link that came with it.

    `links` are the hyperlinks of a pasted page, by spans of `text`.
    """

    text: str
    sha256: str
    url: str | None = None
    links: tuple[Link, ...] = ()


def accept(sent: str) -> Submission:
    """Make an article's text of what was sent.

    A web address standing alone on the first or the last line becomes the link and is no part of the text.

    Raises IntakeError: ``empty``; ``only_link`` (url): there is no text to read; ``too_short`` (length, minimum);
    ``no_sentence``: words, but not one finished sentence; ``too_long`` (length, limit). Lengths are code points.
    """
    seen = view(sent)
    kept, url = _take_link(seen.text)
    text = kept.of(seen.text)
    if not text:
        raise IntakeError("empty") if url is None else IntakeError("only_link", url=url)
    if len(text) > MAX_LENGTH:
        raise IntakeError("too_long", length=len(text), limit=MAX_LENGTH)
    if len(text) < MIN_LENGTH:
        raise IntakeError("too_short", length=len(text), minimum=MIN_LENGTH)
    if not _SENTENCE_END.search(text):
        raise IntakeError("no_sentence")
    links = tuple(
        Link(Span(link.span.start - kept.start, link.span.end - kept.start), link.url)
        for link in seen.links
        if kept.start <= link.span.start and link.span.end <= kept.end
    )
    return Submission(text=text, sha256=sha256(text.encode()).hexdigest(), url=url, links=links)


def linked(sent: str, links: Iterable[Link]) -> str:
    """Return `sent` with its links to Telegram channels in markup, as `accept` reads them.

    `links` are the hyperlinked words of a message, by spans of `sent` in code points that do not overlap; links to
    anything else say nothing of an article's channels and are left out.
    """
    parts, at = [], 0
    for link in sorted(links):
        if link.span.start >= at and any(links_in(link.url)):
            words = link.span.of(sent)
            parts += [sent[at : link.span.start], f'<a href="{escape(link.url)}">{words}</a>']
            at = link.span.end
    return "".join([*parts, sent[at:]])


def tidy_url(url: str) -> str:
    """Return a web address without tracking parameters; everything else stays as it is."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in query if not _TRACKING.fullmatch(name)]
    fragment = parts.fragment.partition(":~:")[0]  # directives to the browser, such as text to highlight
    if len(kept) < len(query):  # encoding anew may change spelling: only when something goes
        parts = parts._replace(query=urlencode(kept))
    return urlunsplit(parts._replace(fragment=fragment))


def units(text: str) -> int:
    """Return the length of `text` in UTF-16 units, in which Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def continues(previous_units: int, previous_at: datetime, sent: str, now: datetime) -> bool:
    """Tell whether `sent` is the next piece of a paste that Telegram cut into messages of 4,096 UTF-16 units.

    It is when the same editor's message before it was near the limit (`previous_units`) and came seconds before.
    A command never continues anything.
    """
    near = previous_units >= NEAR_LIMIT
    return near and timedelta(0) <= now - previous_at <= CONTINUES_WITHIN and not sent.startswith("/")


def join(previous: str, sent: str) -> str:
    """Put two pieces of a cut paste together.

    Telegram drops the blank space at the cut. Its apps cut at a line end if they can, else between words; so after a
    finished sentence a paragraph begins unless the next piece goes on in lower case, and elsewhere a space was lost.
    """
    previous, sent = previous.rstrip(), sent.strip()
    paragraph = _CLOSED.search(previous[-8:]) and not sent[:1].islower()
    return f"{previous}\n\n{sent}" if paragraph else f"{previous} {sent}"


def _take_link(text: str) -> tuple[Span, str | None]:
    """Return what of `text` is the article, and the address that stands alone on its first or last line."""
    whole = trim(text, Span(0, len(text)))
    first, last = text.find("\n", *whole), text.rfind("\n", *whole)
    first, last = (first, last) if first >= 0 else (whole.end, whole.start)
    for line, rest in (
        (Span(whole.start, first), Span(first, whole.end)),
        (Span(last, whole.end), Span(whole.start, last)),
    ):
        if _is_link(shown := line.of(text).strip()):
            return trim(text, rest), tidy_url(shown)
    return whole, None


def _is_link(line: str) -> bool:
    if not _LINK.fullmatch(line):
        return False
    try:
        parts = urlsplit(line)
        return bool(parts.hostname) and "." in str(parts.hostname) and parts.username is None
    except ValueError:  # a bracket that is no IPv6 address
        return False
