"""A reading told where it stands: the text with every part marked, and under each paragraph why it was marked.

What ``conflict-digest read --explain`` prints. All of it comes from the reading; nothing is worked out a second time.
A part stands between square brackets with its number behind, so that it can be found without colours too::

    [“We stay,”]Q1 [Ada Lind]S1 wrote [on Telegram]T1.
        Q1  key quote, rank 0 · S1 "Ada Lind", named in full in paragraph 2 · sieve: after · cue: "wrote" · said on T1
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from rich.console import Group
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from bot.reading_view import language
from digests.data import linkable

if TYPE_CHECKING:
    from rich.console import RenderableType

    from digests.data import Registry
    from digests.model import Channel, Mention, Quote, Reading, Span

_LINE = re.compile(r"[^\n]*[^\s][^\n]*")
_STYLES = {
    "title": "bold",
    "outlet": "bold",
    "author": "bold",
    "lead": "bold green",
    "Q": "cyan",
    "S": "magenta",
    "T": "blue",
    "O": "magenta",
    "C": "yellow",
    "N": "dim yellow",
    "P": "green",
    "D": "green",
    "E": "bold blue",
}
_LEGEND = (
    "Q quote · S its speaker's fullest name · T mention of Telegram · O the channel's owner · C caveat · "
    "N no comment · P place · D day · E entry of a live blog · - removed · + kept by an editor"
)
_INDENT = (0, 0, 0, 4)


class _Mark(NamedTuple):
    """A part of the text, how it is called there, and what is to be said of it (nothing: it was said elsewhere)."""

    span: Span
    label: str
    why: str = ""

    @property
    def style(self) -> str:
        return _STYLES[self.label.rstrip("0123456789")]


def as_rich(text: str, reading: Reading, registry: Registry) -> RenderableType:
    """Return `text`, line by line as it stands, with the parts of its `reading` marked and explained."""
    marks = sorted(_marks(text, reading, registry), key=lambda mark: (mark.span.start, -mark.span.end))
    set_aside = {line.span.start: ("-", line.rule) for line in reading.removed if line.rule != "markup"}
    set_aside |= {line.span.start: ("+", line.rule) for line in reading.restored}
    parts: list[RenderableType] = [Text(_about(reading), style="dim"), Text(_LEGEND, style="dim"), Rule(style="dim")]
    sign = rule = ""
    until = 0
    for match in _LINE.finditer(text):
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        if start in set_aside:
            sign, rule = set_aside[start]
            until = next(line.span.end for line in (*reading.removed, *reading.restored) if line.span.start == start)
        elif start >= until:
            sign = rule = ""
        here = [mark for mark in marks if mark.span.start < match.end() and match.start() < mark.span.end]
        shown = _marked(text, match.start(), match.end(), here)
        if sign == "-":
            shown = Text.assemble(("- ", "red"), shown, (f"   removed: {rule}", "red"))
        elif sign == "+":
            shown = Text.assemble(("+ ", "green"), shown, (f"   kept by an editor, rule: {rule}", "green"))
        parts += [shown] if sign == "-" else [Text(), shown]
        parts += [
            Padding(Text.assemble((mark.label, mark.style), f"  {mark.why}"), _INDENT)
            for mark in here
            if mark.why and mark.span.start >= match.start()
        ]
    return Group(*parts)


def _about(reading: Reading) -> str:
    about = [f"language: {language(reading)}", f"published: {reading.published or 'not told'}"]
    if reading.other_platforms:
        about.append("other platforms: " + ", ".join(reading.other_platforms))
    return " · ".join(about)


def _marked(text: str, start: int, end: int, marks: list[_Mark]) -> Text:
    """Return a line with brackets around its parts; a part that goes on from another line is bracketed on each."""
    inside: list[tuple[int, int, int, str, str]] = []  # position, closings first and inner before outer, shown, style
    for mark in marks:
        first, last = max(start, mark.span.start), min(end, mark.span.end)
        inside.append((first, 1, -last, "[", mark.style))
        inside.append((last, 0, -first, f"]{mark.label}", mark.style))
    shown = Text()
    at = start
    for position, _, _, bracket, style in sorted(inside):
        shown.append(text[at:position])
        shown.append(bracket, style=style)
        at = position
    shown.append(text[at:end])
    return shown


def _marks(text: str, reading: Reading, registry: Registry) -> Iterator[_Mark]:
    yield from _heading_marks(reading)
    yield from _quote_marks(text, reading)
    for number, mention in enumerate(reading.mentions, 1):
        yield _Mark(mention.span, f"T{number}", _mention(text, mention, registry))
        if mention.owner:
            yield _Mark(mention.owner, f"O{number}")
    yield from _caveat_marks(reading)
    for number, day in enumerate(reading.days, 1):
        yield _Mark(day.span, f"D{number}", f"{day.date:%A}, {day.date}, told from the day of publication")
    countries = dict(enumerate(reading.countries))
    for number, span in enumerate(reading.places):
        yield _Mark(span, f"P{number + 1}", f"in the gazetteer: {countries.get(number) or 'no one country'}")


def _heading_marks(reading: Reading) -> Iterator[_Mark]:
    if reading.title:
        yield _Mark(reading.title, "title", "short first line that ends no sentence, before the news")
    if reading.outlet:
        yield _Mark(reading.outlet, "outlet", "named by the dateline or a line of credits")
    if reading.author:
        yield _Mark(reading.author, "author", "named by a byline")
    if reading.lead:
        yield _Mark(reading.lead, "lead", reading.lead_rule)
    for number, entry in enumerate(reading.entries, 1):
        yield _Mark(entry, f"E{number}", "newest entry" if number == 1 else "entry")


def _caveat_marks(reading: Reading) -> Iterator[_Mark]:
    claims = dict(enumerate(reading.claims))
    for number, span in enumerate(reading.caveats):
        claim = claims.get(number)
        about = "what it is about is not sure"
        if claim and claim.quote is not None:
            about = f"about Q{claim.quote + 1}"
        elif claim and claim.mention is not None:
            about = f"about T{claim.mention + 1}"
        yield _Mark(span, f"C{number + 1}", f"not verified; {about}")
    for number, span in enumerate(reading.soft_caveats, 1):
        yield _Mark(span, f"N{number}", "did not comment: says nothing about the facts")


def _quote_marks(text: str, reading: Reading) -> Iterator[_Mark]:
    """Yield the quotes; a name that speaks for several is marked once."""
    names: dict[Span, str] = {}
    for number, quote in enumerate(reading.quotes, 1):
        if quote.speaker and quote.speaker not in names:
            names[quote.speaker] = f"S{len(names) + 1}"
            yield _Mark(quote.speaker, names[quote.speaker])
        yield _Mark(quote.span, f"Q{number}", _quote(text, quote, names))


def _quote(text: str, quote: Quote, names: dict[Span, str]) -> str:
    kind = ("key quote" if quote.key else "quote") + ("" if quote.whole else ", a fragment")
    parts = [f"{kind}, rank {quote.rank}"]
    if quote.speaker:
        line = sum(1 for _ in _LINE.finditer(text, 0, quote.speaker.end))
        parts.append(f'{names[quote.speaker]} "{_flat(text, quote.speaker)}", named in full in paragraph {line}')
    else:
        parts.append("speaker not sure")
    if quote.sieve:
        parts.append(f"sieve: {quote.sieve}")
    if quote.cue:
        parts.append(f'cue: "{_flat(text, quote.cue)}"')
    if quote.mention is not None:
        parts.append(f"said on T{quote.mention + 1}")
    return " · ".join(parts)


def _mention(text: str, mention: Mention, registry: Registry) -> str:
    channel = registry.by_key(mention.channel) if mention.channel else None
    parts = [f'"{_flat(text, mention.span)}"']
    if mention.owner:
        parts.append(f'owner: "{_flat(text, mention.owner)}"')
    if mention.rule:
        parts.append(f"rule: {mention.rule}")
    if mention.handle:
        parts.append(f"the article gives @{mention.handle}" + (f", post {mention.post}" if mention.post else ""))
    parts.append(f"registry: {_entry(channel)}" if channel else "not in the registry")
    return " → ".join([*parts, f"proof: {mention.proof.value}"])


def _entry(channel: Channel) -> str:
    about = [f"@{channel.handle}", channel.owner, channel.affiliation, f"{channel.source}, {channel.dated}"]
    if channel.designation:
        about.append(channel.designation)
    if not channel.confirmed:
        about.append("handle not confirmed")
    if not linkable(channel):
        about.append("not linked")
    return ", ".join(about)


def _flat(text: str, span: Span) -> str:
    return " ".join(span.of(text).split())
