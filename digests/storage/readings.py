"""A reading as rows: quotes and mentions each in their table, the small rest as JSON with its revision."""

from __future__ import annotations

from datetime import date
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from digests.model import Claim, Day, Link, Mention, Proof, Quote, Reading, Removed, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Row


def dump(reading: Reading) -> dict[str, Any]:
    """Return what of a reading is kept as JSON: all but language, quotes and mentions; of these their rules."""
    return {
        "title": reading.title,
        "outlet": reading.outlet,
        "published": reading.published and reading.published.isoformat(),
        "author": reading.author,
        "lead": reading.lead,
        "lead_rule": reading.lead_rule,
        "entries": reading.entries,
        "other_platforms": reading.other_platforms,
        "caveats": reading.caveats,
        "claims": reading.claims,
        "soft_caveats": reading.soft_caveats,
        "days": [[*day.span, day.date.isoformat()] for day in reading.days],
        "places": reading.places,
        "countries": reading.countries,
        "removed": [[*removed.span, removed.rule] for removed in reading.removed],
        "restored": [[*restored.span, restored.rule] for restored in reading.restored],
        "mention_rules": [mention.rule for mention in reading.mentions],
        "links": [[*link.span, link.url] for link in reading.links],
    }


def load(language: str, kept: dict[str, Any], quotes: Iterable[Row[Any]], mentions: Iterable[Row[Any]]) -> Reading:
    """Return the reading that `dump`, `quote_rows` and `mention_rows` were made of; rows in order of ordinal.

    What a reading stored by an earlier version does not hold is empty.
    """
    return Reading(
        language=language,
        title=_opt(kept["title"]),
        outlet=_opt(kept["outlet"]),
        published=date.fromisoformat(kept["published"]) if kept["published"] else None,
        author=_opt(kept.get("author")),
        lead=_opt(kept["lead"]),
        lead_rule=kept.get("lead_rule", ""),
        entries=tuple(Span(*span) for span in kept.get("entries", ())),
        quotes=tuple(_quote(row) for row in quotes),
        mentions=tuple(
            _mention(row, rule)
            for row, rule in zip(mentions, chain(kept.get("mention_rules", ()), repeat("")), strict=False)
        ),
        other_platforms=tuple(kept["other_platforms"]),
        caveats=tuple(Span(*span) for span in kept["caveats"]),
        claims=tuple(Claim(*claim) for claim in kept.get("claims", ())),
        soft_caveats=tuple(Span(*span) for span in kept.get("soft_caveats", ())),
        days=tuple(Day(Span(start, end), date.fromisoformat(day)) for start, end, day in kept.get("days", ())),
        countries=tuple(kept.get("countries", ())),
        places=tuple(Span(*span) for span in kept["places"]),
        removed=_lines(kept["removed"]),
        restored=_lines(kept.get("restored", ())),
        links=tuple(Link(Span(start, end), url) for start, end, url in kept.get("links", ())),
    )


def quote_rows(revision_id: int, reading: Reading) -> list[dict[str, Any]]:
    """Return the rows of table ``quotes``."""
    return [
        {
            "revision_id": revision_id,
            "ordinal": ordinal,
            **_columns("span", quote.span),
            **_columns("sentence", quote.sentence),
            **_columns("speaker", quote.speaker),
            **_columns("cue", quote.cue),
            "whole": quote.whole,
            "sieve": quote.sieve,
            "mention": quote.mention,
            "key": quote.key,
            "rank": quote.rank,
            "group": quote.group,
        }
        for ordinal, quote in enumerate(reading.quotes)
    ]


def mention_rows(revision_id: int, reading: Reading) -> list[dict[str, Any]]:
    """Return the rows of table ``mentions``."""
    return [
        {
            "revision_id": revision_id,
            "ordinal": ordinal,
            **_columns("span", mention.span),
            **_columns("sentence", mention.sentence),
            **_columns("owner", mention.owner),
            "proof": mention.proof.value,
            "channel": mention.channel,
            "handle": mention.handle,
            "post": mention.post,
        }
        for ordinal, mention in enumerate(reading.mentions)
    ]


def _quote(row: Row[Any]) -> Quote:
    return Quote(
        span=Span(row.span_start, row.span_end),
        sentence=Span(row.sentence_start, row.sentence_end),
        whole=row.whole,
        speaker=_opt((row.speaker_start, row.speaker_end)),
        cue=_opt((row.cue_start, row.cue_end)),
        sieve=row.sieve,
        mention=row.mention,
        key=row.key,
        rank=row.rank,
        group=row.group,
    )


def _mention(row: Row[Any], rule: str) -> Mention:
    return Mention(
        span=Span(row.span_start, row.span_end),
        sentence=Span(row.sentence_start, row.sentence_end),
        proof=Proof(row.proof),
        channel=row.channel,
        owner=_opt((row.owner_start, row.owner_end)),
        handle=row.handle,
        post=row.post,
        rule=rule,
    )


def _lines(rows: Iterable[tuple[int, int, str]]) -> tuple[Removed, ...]:
    return tuple(Removed(span=Span(start, end), rule=rule) for start, end, rule in rows)


def _columns(name: str, span: Span | None) -> dict[str, int | None]:
    start, end = span or (None, None)
    return {f"{name}_start": start, f"{name}_end": end}


def _opt(pair: Any) -> Span | None:
    return None if pair is None or pair[0] is None else Span(*pair)
