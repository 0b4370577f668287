"""What ``conflict-digest read`` prints."""

from __future__ import annotations

import hashlib
import json
from datetime import date

from rich.console import Console

from bot.reading_view import as_json, as_rich
from digests.data import Registry, load
from digests.model import Mention, Proof, Quote, Reading, Removed, Span

REGISTRY = load(
    "dated = 2026-01-02\n"
    + "".join(
        f'[[channel]]\nhandle = "{handle}"\nowner = "{owner}"\naffiliation = "{label}"\ncountry = "UA"\n'
        f'kind = "official"\nparty = true\nsource = "seen"\n{more}\n'
        for handle, owner, label, more in (
            ("lunna_council", "Lunna Council", "Town of Lunna", ""),
            ("heron_wing", "Heron Wing", "Heron movement", 'designation = "designated: Lunna"'),
            ("recalled_one", "Ada Ternova", "Town of Lunna", "confirmed = false"),
        )
    )
)
TEXT = (
    "Lunna keeps its bridge\nThe bridge stands. “We stay,” the Lunna Council said on Telegram. “All of us,” it said\n"
    "in a Telegram post. The Heron Wing and Ada Ternova wrote on Telegram, and so did Ivo Terek.\n"
    "This could not be verified.\nShare"
)


def span(words: str, after: str = "") -> Span:
    start = TEXT.index(words, TEXT.index(after))
    return Span(start, start + len(words))


def mention(words: str, owner: str, key: str | None, proof: Proof = Proof.KNOWN, after: str = "") -> Mention:
    return Mention(span=span(words, after), sentence=span(words, after), proof=proof, channel=key, owner=span(owner))


READING = Reading(
    language="en",
    title=span("Lunna keeps its bridge"),
    published=date(2026, 3, 4),
    lead=span("The bridge stands."),
    quotes=(
        Quote(
            span=span("We stay,"),
            sentence=span("“We stay,” the Lunna Council said on Telegram."),
            whole=True,
            speaker=span("Lunna Council"),
            cue=span("said"),
            mention=0,
            key=True,
        ),
        Quote(span=span("All of us,"), sentence=span("“All of us,” it said"), whole=False),
    ),
    mentions=(
        mention("on Telegram", "Lunna Council", "lunna_council"),
        mention("in a Telegram post", "Lunna Council", "lunna_council", Proof.LINKED),
        mention("on Telegram", "Heron Wing", "heron_wing", after="Ternova wrote"),
        mention("on Telegram", "Ada Ternova", "recalled_one", after="Ternova wrote"),
        mention("on Telegram", "Ivo Terek", None, Proof.NOT_LISTED, after="Ternova wrote"),
    ),
    other_platforms=("X",),
    caveats=(span("This could not be verified."),),
    places=(span("Lunna"),),
    removed=(Removed(span=span("Share"), rule="share bar"),),
)


def test_the_json_has_the_agreed_keys_and_only_words_of_the_text() -> None:
    found = as_json("a1", TEXT, READING, REGISTRY, "<b>x</b>", "x")
    assert json.loads(json.dumps(found)) == found
    assert list(found) == [
        "id", "sha256", "language", "title", "outlet", "published", "lead", "quotes", "channels", "other_platforms",
        "caveats", "places", "removed", "digest_html", "digest_text",
    ]  # fmt: skip
    assert found["sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()
    assert found["published"] == "2026-03-04"
    assert found["outlet"] is None
    assert found["removed"] == ["Share"]
    first, second = found["quotes"]
    assert first == {
        "text": "We stay,",
        "start": READING.quotes[0].span.start,
        "end": READING.quotes[0].span.end,
        "speaker": "Lunna Council",
        "cue": "said",
        "channel": "Lunna Council",
        "key": True,
    }
    assert second["speaker"] is None
    assert second["channel"] is None


def test_channels_are_one_row_an_owner_with_the_best_proof() -> None:
    rows = as_json("a1", TEXT, READING, REGISTRY, "", "")["channels"]
    assert [row["owner"] for row in rows] == ["Lunna Council", "Heron Wing", "Ada Ternova", "Ivo Terek"]
    assert rows[0] == {
        "owner": "Lunna Council",
        "handle": "@lunna_council",
        "affiliation": "Town of Lunna",
        "proof": "linked",
        "mention": "in a Telegram post",
    }


def test_no_handle_is_given_for_designated_unconfirmed_and_unlisted_owners() -> None:
    rows = as_json("a1", TEXT, READING, REGISTRY, "", "")["channels"]
    assert [row["handle"] for row in rows] == ["@lunna_council", None, None, None]
    allowed = as_json("a1", TEXT, READING, REGISTRY, "", "", link_designated=True)["channels"]
    assert [row["handle"] for row in allowed] == ["@lunna_council", "@heron_wing", None, None]


def printed(reading: Reading, registry: Registry = REGISTRY) -> str:
    console = Console(width=120, color_system=None, force_terminal=False)
    with console.capture() as captured:
        console.print(as_rich(TEXT, reading, registry))
    return captured.get()


def test_the_printed_reading_shows_quotes_with_speaker_channel_and_label() -> None:
    shown = printed(READING)
    for words in (
        "Lunna keeps its bridge",
        "“We stay,”",
        "Lunna Council · said · on Telegram: Lunna Council (channel known)",
        "speaker not sure",
        "Lunna Council @lunna_council · Town of Lunna · linked",
        "Heron Wing · Heron movement · designated: Lunna",
        "handle not confirmed",
        "Other platforms: X",
        "This could not be verified.",
        "share bar: Share",
    ):
        assert words in shown
    assert "@heron_wing" not in shown
    assert "@recalled_one" not in shown


def test_words_that_look_like_console_markup_are_printed_as_they_are() -> None:
    text = "[bold]x[/bold] said"
    console = Console(width=80, color_system=None)
    with console.capture() as captured:
        console.print(as_rich(text, Reading(language="en", lead=Span(0, len(text))), REGISTRY))
    assert "[bold]x[/bold] said" in captured.get()


def test_an_empty_reading_prints_without_headings() -> None:
    shown = printed(Reading(language="und"))
    assert shown.split("\n")[0].rstrip() == "language not recognised: lead, quotes and links only"
