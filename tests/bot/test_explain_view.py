"""What ``conflict-digest read --explain`` prints."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.explain_view import as_rich
from digests import data
from digests.reading import read
from tests.bot.test_reading_view import READING, REGISTRY, TEXT

ARTICLE = """Bridge at Tolm reopens

By Ada Lind

TOLM, June 2, 2024 (Harbour Wire) — The bridge at Tolm reopened on Saturday, six weeks after shelling broke its span.

“We built it twice as wide,” mayor Marta Holm wrote on Telegram. “It will hold.” She thanked the crews.

The claim could not be independently verified. The ministry declined to comment.

Sign up to our newsletter
"""


def explained(text: str, *, colour: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, width=200, force_terminal=colour, color_system="truecolor" if colour else None)
    console.print(as_rich(text, read(text), data.registry()))
    return out.getvalue()


def test_every_part_is_marked_in_its_place_and_explained_below() -> None:
    shown = explained(ARTICLE)
    assert "“[We built it twice as wide,]Q1” mayor [[Marta Holm]O1]S1 wrote [on Telegram]T1." in shown
    assert (
        'Q1  key quote, rank 0 · S1 "Marta Holm", named in full in paragraph 4 · sieve: after · cue: "wrote"' in shown
    )
    assert 'T1  "on Telegram" → owner: "Marta Holm" → rule: subject → not in the registry → proof: not listed' in shown
    assert "lead  first paragraph of news, dateline cut off" in shown
    assert "[The claim could not be independently verified.]C1 [The ministry declined to comment.]N1" in shown
    assert "C1  not verified; about Q2" in shown
    assert "[Saturday]D1" in shown
    assert "D1  Saturday, 2024-06-01" in shown


def test_what_was_removed_stays_in_its_place_with_the_rule() -> None:
    shown = explained(ARTICLE)
    assert "- Sign up to our newsletter   removed: promotion" in shown
    assert "- By [Ada Lind]author   removed: byline" in shown


def test_what_an_editor_kept_is_told() -> None:
    out = io.StringIO()
    line = next(line for line in read(ARTICLE).removed if line.rule == "promotion")
    kept = read(ARTICLE, keep=[line.span])
    Console(file=out, width=200).print(as_rich(ARTICLE, kept, data.registry()))
    assert "+ Sign up to our newsletter   kept by an editor, rule: promotion" in out.getvalue()


def test_registry_entries_tell_their_source_and_what_keeps_them_from_being_linked() -> None:
    out = io.StringIO()
    Console(file=out, width=300).print(as_rich(TEXT, READING, REGISTRY))
    assert (
        "registry: @heron_wing, Heron Wing, Heron movement, seen, 2026-01-02, designated: Lunna, not linked"
        in out.getvalue()
    )
    assert "handle not confirmed, not linked" in out.getvalue()


def test_colours_only_add_to_what_is_there_without_them() -> None:
    coloured = explained(ARTICLE, colour=True)
    assert "\x1b[" in coloured
    assert "\x1b[" not in explained(ARTICLE)


@given(st.text(alphabet="Ab. “”\n—said Telegram", max_size=200))
def test_no_word_of_any_text_is_lost(text: str) -> None:
    out = io.StringIO()
    Console(file=out, width=10_000).print(as_rich(text, read(text), data.registry()))
    letters = iter(out.getvalue())
    assert all(letter in letters for letter in text if not letter.isspace())
