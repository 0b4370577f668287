"""A reading as a person or another program sees it at the terminal: what ``conflict-digest read`` prints."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from digests.data import linkable
from digests.model import Proof
from digests.reading.names import fold
from digests.reading.view import view

if TYPE_CHECKING:
    from rich.console import RenderableType

    from digests.data import Registry
    from digests.model import Channel, Mention, Quote, Reading, Span

_SURE = tuple(Proof)  # from sure to unsure


def as_json(
    id: str,  # noqa: A002 - the name of the key it fills
    text: str,
    reading: Reading,
    registry: Registry,
    digest_html: str,
    digest_text: str,
    *,
    given: str | None = None,
    link_designated: bool = False,
) -> dict[str, Any]:
    """Return a reading of `text` as plain values for one JSON object; all parts are the words of the text itself.

    `given` is the text as it came, if `text` is the view of it without markup. `start` and `end` count code points
    of what was given, and `sha256` is its hash. A channel's `handle` ("@name") is None where none is to be
    linked: the owner is designated (unless `link_designated`), the handle unconfirmed, or the owner not listed.
    A quote's `channel` is the `owner` of its row in `channels`, which has one row an owner, best proof first.
    """
    rows = _channels(text, reading, registry)
    given = text if given is None else given
    seen = view(given)

    def words(span: Span | None) -> str | None:
        return None if span is None else span.of(text)

    def owner_of(quote: Quote) -> str | None:
        return None if quote.mention is None else _owner(text, reading.mentions[quote.mention], registry)

    return {
        "id": id,
        "sha256": hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest(),
        "language": reading.language,
        "title": words(reading.title),
        "outlet": words(reading.outlet),
        "published": reading.published.isoformat() if reading.published else None,
        "lead": words(reading.lead),
        "quotes": [
            {
                "text": quote.span.of(text),
                "start": seen.original(quote.span).start,
                "end": seen.original(quote.span).end,
                "speaker": words(quote.speaker),
                "cue": words(quote.cue),
                "channel": owner_of(quote),
                "key": quote.key,
            }
            for quote in reading.quotes
        ],
        "channels": [
            {
                "owner": owner,
                "handle": f"@{channel.handle}"
                if channel and linkable(channel, link_designated=link_designated)
                else None,
                "affiliation": channel.affiliation if channel else None,
                "proof": mention.proof.value,
                "mention": mention.span.of(text),
            }
            for owner, channel, mention in rows
        ],
        "other_platforms": list(reading.other_platforms),
        "caveats": [span.of(text) for span in reading.caveats],
        "places": [span.of(text) for span in reading.places],
        "removed": [item.span.of(text) for item in reading.removed],
        "digest_html": digest_html,
        "digest_text": digest_text,
    }


def as_rich(text: str, reading: Reading, registry: Registry) -> RenderableType:
    """Return a reading of `text` to be printed by rich: the parts in a digest's order, what was removed dimmed."""
    parts: list[RenderableType] = []
    if reading.title:
        parts.append(Text(_flat(text, reading.title), style="bold"))
    about = [
        _flat(text, reading.outlet) if reading.outlet else "",
        _flat(text, reading.author) if reading.author else "",
        str(reading.published or ""),
        language(reading),
    ]
    parts.append(Text(" · ".join(filter(None, about)), style="dim"))
    if reading.lead:
        parts += [Text(), Text(_flat(text, reading.lead))]
    for quote in sorted(reading.quotes, key=lambda quote: (quote.rank, quote.span)):
        parts += [Text(), Padding(_quote(text, quote, reading, registry), (0, 0, 0, 2))]
    rows = _channels(text, reading, registry)
    if rows:
        parts += [Text(), Text("Telegram channels", style="bold")]
        parts += [Padding(_channel(*row, text), (0, 0, 0, 2)) for row in rows]
    if reading.other_platforms:
        parts += [Text(), Text("Other platforms: " + ", ".join(reading.other_platforms))]
    if reading.caveats:
        parts += [Text(), Text("Caveats", style="bold")]
        parts += [Padding(Text(_flat(text, span), style="yellow"), (0, 0, 0, 2)) for span in reading.caveats]
    if reading.removed:
        parts += [Text(), Rule("removed", style="dim")]
        parts += [Text(f"{item.rule}: {_flat(text, item.span)}", style="dim") for item in reading.removed]
    return Group(*parts)


def language(reading: Reading) -> str:
    """Return the language's code, or what its not being recognised means."""
    return reading.language if reading.language != "und" else "language not recognised: lead, quotes and links only"


def _quote(text: str, quote: Quote, reading: Reading, registry: Registry) -> Text:
    shown = Text("* " if quote.key else "  ", style="green")
    shown.append(f"“{_flat(text, quote.span)}”", style="none")
    said = [_flat(text, quote.speaker) if quote.speaker else "speaker not sure"]
    if quote.cue:
        said.append(_flat(text, quote.cue))
    if quote.mention is not None:
        mention = reading.mentions[quote.mention]
        said.append(f"on Telegram: {_owner(text, mention, registry)} ({mention.proof.value})")
    shown.append("\n  — " + " · ".join(said), style="cyan")
    return shown


def _channel(owner: str, channel: Channel | None, mention: Mention, text: str) -> Text:
    shown = Text(owner, style="cyan")
    if channel and linkable(channel):
        shown.append(f" @{channel.handle}", style="none")
    label = [channel.affiliation] if channel else []
    if channel and channel.designation:
        label.append(channel.designation)
    if channel and not channel.confirmed:
        label.append("handle not confirmed")
    shown.append(" · ".join(["", *label, mention.proof.value]), style="none")
    shown.append(f" — {_flat(text, mention.span)}", style="dim")
    return shown


def _channels(text: str, reading: Reading, registry: Registry) -> list[tuple[str, Channel | None, Mention]]:
    """Return one row an owner, in order of first mention, each with its best proved mention."""
    rows: dict[str, tuple[str, Channel | None, Mention]] = {}
    for mention in reading.mentions:
        channel = registry.by_key(mention.channel) if mention.channel else None
        owner = _owner(text, mention, registry)
        key = f"@{channel.key}" if channel else fold(owner) or owner
        if key not in rows or _SURE.index(mention.proof) < _SURE.index(rows[key][2].proof):
            rows[key] = (rows[key][0] if key in rows else owner, channel, mention)
    return list(rows.values())


def _owner(text: str, mention: Mention, registry: Registry) -> str:
    """Return the owner's name: the registry's, else the article's, else the handle or words of the mention."""
    channel = registry.by_key(mention.channel) if mention.channel else None
    if channel:
        return channel.owner
    if mention.owner:
        return mention.owner.of(text)
    return f"@{mention.handle}" if mention.handle else mention.span.of(text)


def _flat(text: str, span: Span) -> str:
    """Return the words of a span on one line."""
    return " ".join(span.of(text).split())
