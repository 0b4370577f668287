"""The other of two owners who said it together: "The Free Legion and the Coast Front said on their channels"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.model import Span
from digests.reading.channels.names import AND, RUN
from digests.reading.channels.nounphrases import BREAK

if TYPE_CHECKING:
    from digests.reading.channels.owners import Owners
    from digests.reading.channels.referents import Owner


def joined_before(owners: Owners, owner: Owner, sentence: Span) -> Owner | None:
    """Return the other owner in "The Free Legion and the Coast Front claimed on their Telegram channels"."""
    left = owners.words(sentence.start, owner.span.start)
    while left and left[-1].low in owners.rules.articles:
        left.pop()
    if not left or left[-1].low not in AND or owner.rule != "subject":
        return None
    run = owners.capital_run(left[:-1])
    if len(left) > len(run) + 1 and run and left[-len(run) - 2].low in owners.rules.listing:
        return owners.called(Span(run[0].start, run[-1].end))  # "several, including Rybar and Two Majors"
    phrase = next(owners.phrases_before(sentence.start, left[-1].start), None)
    if phrase is None or not owners.is_name(phrase) or phrase.end < left[-1].start - 1:
        return None
    other = owners.resolve(phrase, sentence)
    return other._replace(rule=owner.rule) if other else None


def joined_behind(owners: Owners, owner: Owner, sentence: Span) -> Owner | None:
    """Return the other owner in "про це в Telegram повідомили мер Іво Терек та заступниця голови Ада Лінд"."""
    stop = BREAK.search(owners.document.text, owner.span.end, sentence.end)
    right = owners.words(owner.span.end, stop.start() if stop else sentence.end)[: 2 * RUN]
    if not owners.rules.cyrillic or owner.rule != "subject after" or not right or right[0].low not in AND:
        return None
    run = owners.capital_run(right[1:])
    if any(word.low in owners.rules.verbs for word in right[1:]) or not owners.personal(run):
        return None
    if len(run) < 2 or run[-1] is not right[-1]:  # first name and surname
        return None
    other = owners.resolve(Span(run[0].start, run[-1].end), sentence)
    return other._replace(rule=owner.rule) if other else None
