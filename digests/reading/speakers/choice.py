"""Chooses, among the attributions of a sentence, the one a passage belongs to, and names the sieve."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from digests.reading.speakers.attributions import ACCORDING, PARTICIPLE, Attribution
from digests.reading.speakers.lexicon import MARK, QUOTE
from digests.reading.speakers.sources import PAPER, PERSON, PRONOUN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.reading.speakers.tokens import Tokens

_CONTRARY = ("but", "although", "though", "whereas")
_THAT = ("that", "що", "что")
_NEAR = 6  # attributions looked at on either side of a passage
_FOR_REACH = 14  # … where it blames or praises somebody "for" what is quoted
_WEAK_REACH = 8  # tokens between a weak verb and its passage


def choose(
    tokens: Tokens,
    place: int,
    last: str,
    found: Sequence[Attribution],
    previous: tuple[Attribution, int] | None,
    outlets: frozenset[str],
) -> tuple[Attribution, str] | None:
    """Return the attribution of the passage at token `place`, and the sieve's name.

    `last` is the passage's last character; `found` are the sentence's attributions in order of their cues;
    `previous` is what the passage before it in the sentence was given, with that passage's place. `outlets` are words
    for those who pass on what others said.
    """
    number = bisect_left(found, place, key=lambda attribution: attribution.cue)
    if place + 1 < len(tokens) and tokens[place + 1].low in _CONTRARY:
        found = found[:number]  # "tried to “reach it,” but the police said …"
    after = _after(tokens, place, found[max(0, number - 1) : number + _NEAR])
    before = _before(tokens, place, found[max(0, number - _NEAR) : number])
    beyond = tokens[place + 1].text if place + 1 < len(tokens) else ""
    if after is not None and before is not None and _passes_on(after, outlets):
        after = None  # "she said it was “…”, according to an agency report", "…, Harbour News reported"
    if after is not None and (before is None or last in ",!?—–-" or beyond in (",", "—", "–")):
        return after, "according" if after.kind == ACCORDING else "after"
    if before is not None:
        between = previous is not None and previous[0] is before and previous[1] < before.first
        return before, "between" if between else "before"
    if previous is not None:
        return previous[0], "clause"
    if _is_led_up_to(tokens, place):
        return None  # "a guard tells the camera that “…”": who that is could not be told
    nearest = [*reversed(found[max(0, number - _NEAR) : number]), *found[number : number + _NEAR]]
    strong = next((attribution for attribution in nearest if not attribution.weak), None)
    return None if strong is None else (strong, "according" if strong.kind == ACCORDING else "clause")


def _is_led_up_to(tokens: Tokens, place: int) -> bool:
    """Tell whether a verb of saying with a colon or "that" stands right before the passage at `place`."""
    at = place - 1
    if at < 1 or (tokens[at].text != ":" and tokens[at].low not in _THAT):
        return False
    before = tokens[at - 1]
    return before.verb or (before.text == "," and at > 1 and tokens[at - 2].verb)


def _after(tokens: Tokens, place: int, near: Sequence[Attribution]) -> Attribution | None:
    """The attribution that follows with nothing but punctuation between."""
    start = place + 1
    while start < len(tokens) and tokens[start].kind == MARK and tokens[start].text not in ":;(":
        start += 1
    if start < len(tokens) and tokens[start].low == "as":  # "as one resident put it"
        start += 1
    for attribution in near:
        if attribution.kind != PARTICIPLE and (
            attribution.first == start or (attribution.first > place and attribution.cue <= start)
        ):
            return attribution
    return None


def _passes_on(attribution: Attribution, outlets: frozenset[str]) -> bool:
    """Tell whether an attribution is to whoever carried the words rather than said them."""
    if attribution.source.kind == PAPER:
        return attribution.kind == ACCORDING
    return attribution.source.kind not in (PERSON, PRONOUN) and not outlets.isdisjoint(attribution.source.words)


def _before(tokens: Tokens, place: int, near: Sequence[Attribution]) -> Attribution | None:
    """The last attribution before the passage that may lead up to it."""
    for attribution in reversed(near):
        if attribution.kind == ACCORDING:
            continue
        if attribution.weak and not _leads_to(tokens, attribution.past, place):
            continue
        return attribution
    return None


def _leads_to(tokens: Tokens, past: int, place: int) -> bool:
    """Tell whether the passage at `place` stands near a weak verb that ends at `past`, or in what "for" adds to it."""
    between = tokens[past : min(place, past + _FOR_REACH + 1)]
    if any(token.kind == QUOTE for token in between):
        return False
    reason = any(token.low in ("for", "of") for token in between[:_WEAK_REACH]) and not any(
        token.boundary for token in between
    )
    return len(between) <= (_FOR_REACH if reason else _WEAK_REACH)
