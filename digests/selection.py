"""What of a reading readers are shown: the rules' choice, until an editor makes another. Pure."""

from __future__ import annotations

from rapidfuzz import fuzz

from digests.model import Quote, Removed, Revision

SHOWN = 3  # quotes of an article that its reading chooses by itself
MAX_CHOSEN = 5  # quotes of an article that an editor may choose
QUOTE_ALIKE = 85.0  # rapidfuzz's ratio: a quote that an editor chose, and the same one in a corrected text


def chosen_quotes(revision: Revision, limit: int = SHOWN) -> tuple[Quote, ...]:
    """Return the quotes a digest shows, in order of showing: those of `chosen_indices`."""
    return tuple(revision.reading.quotes[index] for index in chosen_indices(revision, limit))


def chosen_indices(revision: Revision, limit: int = SHOWN) -> tuple[int, ...]:
    """Return which of a reading's quotes a digest shows: what the editor chose, else the best `limit`, best first.

    The reading's rank already puts whole sentences, sure speakers, channels and different speakers first. Only key
    quotes are taken if there are any, and no sentence is shown twice.
    """
    quotes = revision.reading.quotes
    if revision.chosen is not None:
        return tuple(index for index in revision.chosen if index < len(quotes))
    candidates = [index for index, quote in enumerate(quotes) if quote.key] or list(range(len(quotes)))
    shown: list[int] = []
    for index in sorted(candidates, key=lambda index: quotes[index].rank):
        if len(shown) < limit and not any(_overlap(quotes[index], quotes[other]) for other in shown):
            shown.append(index)
    return tuple(shown)


def _overlap(one: Quote, other: Quote) -> bool:
    return one.sentence.start < other.sentence.end and other.sentence.start < one.sentence.end


def chosen_again(old: Revision, new: Revision) -> tuple[int, ...] | None:
    """Return the indices, in the new reading, of the quotes that an editor chose in the old one."""
    if old.chosen is None:
        return None
    words = [quote.span.of(new.text) for quote in new.reading.quotes]
    chosen: list[int] = []
    for index in old.chosen:
        wanted = old.reading.quotes[index].span.of(old.text) if index < len(old.reading.quotes) else ""
        likeness, best = max(((fuzz.ratio(wanted, each), -place) for place, each in enumerate(words)), default=(0.0, 0))
        if likeness >= QUOTE_ALIKE and -best not in chosen:
            chosen.append(-best)
    return tuple(chosen)


def removable_lines(revision: Revision) -> tuple[Removed, ...]:
    """Return the lines that the rules remove from an article, those an editor restored among them, in order."""
    return tuple(sorted([*revision.reading.removed, *revision.reading.restored], key=lambda line: line.span))
