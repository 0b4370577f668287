"""Articles with their expected reading beside them: ``cases/NAME.txt`` and ``cases/NAME.json``.

The JSON file holds any of `language`, `title`, `outlet`, `published`, `lead` (strings or null), `quotes` (all of
them in order, each with `text` and any of `speaker`, `sieve`, `whole`, `key`, `said_on`: the owner of the channel it
was said on), `mentions` (all in order, each with any of `words`, `owner`, `channel`,
`handle`, `post`, `proof`), `platforms`, `caveats`, `soft_caveats`, `entries`
(all, in order), `author`, `lead_rule`, `days` (pairs of words and date), `places` (pairs of words and country),
`removed` (pairs of rule and text, all but markup) and `kept` (lines that must not be removed). A case is added by
adding a pair of files; a registry for it alone may stand beside them, ``cases/NAME.toml``.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from digests.data.registry import load
from digests.model import Span
from digests.reading import read

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_article_reads_as_expected(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        text = file.read()
    expected: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    own = path.with_suffix(".toml")
    reading = read(text, registry=load(own.read_text(encoding="utf-8")) if own.exists() else None)

    def of(span: Span | None) -> str | None:
        return None if span is None else span.of(text)

    found: dict[str, Any] = {
        "language": reading.language,
        "title": of(reading.title),
        "outlet": of(reading.outlet),
        "published": reading.published and reading.published.isoformat(),
        "lead": of(reading.lead),
        "lead_rule": reading.lead_rule,
        "author": of(reading.author),
        "entries": [of(span) for span in reading.entries],
        "platforms": list(reading.other_platforms),
        "caveats": [of(span) for span in reading.caveats],
        "soft_caveats": [of(span) for span in reading.soft_caveats],
        "days": [[of(day.span), day.date.isoformat()] for day in reading.days],
        "places": [[of(span), country] for span, country in zip(reading.places, reading.countries, strict=True)],
        "removed": [[item.rule, of(item.span)] for item in reading.removed if item.rule != "markup"],
    }
    quotes = [
        {
            "text": of(q.span),
            "speaker": of(q.speaker),
            "sieve": q.sieve,
            "whole": q.whole,
            "key": q.key,
            "said_on": of(reading.mentions[q.mention].owner) if q.mention is not None else None,
        }
        for q in reading.quotes
    ]
    mentions = [
        {
            "words": of(m.span),
            "owner": of(m.owner),
            "channel": m.channel,
            "handle": m.handle,
            "post": m.post,
            "proof": m.proof.value,
        }
        for m in reading.mentions
    ]
    if "mentions" in expected:
        assert [mention["owner"] for mention in mentions] == [mention.get("owner") for mention in expected["mentions"]]
        for mention, wanted in zip(mentions, expected["mentions"], strict=True):
            assert {key: mention[key] for key in wanted} == wanted
    if "quotes" in expected:
        assert [quote["text"] for quote in quotes] == [quote["text"] for quote in expected["quotes"]]
        for quote, wanted in zip(quotes, expected["quotes"], strict=True):
            assert {key: quote[key] for key in wanted} == wanted
    for line in expected.get("kept", ()):
        assert line in text
        assert not any(line in removed for _, removed in found["removed"])
    assert {key: found[key] for key in expected if key in found} == {
        key: value for key, value in expected.items() if key in found
    }
