"""How well a corpus with labels is read: a few main figures, each a share of what the labels ask for.

Two kinds of labels are understood. `gold` as a list holds quotes, each with `text`, `kind` ("full" is asked for) and
`speaker` or, resolved by hand, `surname`. `gold` as an object holds `lead`, `quotes` (each with `text`, `speaker`,
`key`), `channels` (each with `name`) and `caveats`. Scorers that come with a corpus are stricter; see ``--scorer``.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from digests.reading.names import fold, same_person

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_WORD = re.compile(r"\w+")
_SAME = 0.8  # of the words of two texts that are taken for one
_HELD = 0.7  # of a quote's words that must be found
_PRONOUNS = frozenset(["he", "she", "they", "it", "i", "we", "you", "who"])


def quality(rows: Sequence[dict[str, Any]], predictions: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Return the figures for rows with labels (all of one kind) and what was read of each, in the same order."""
    counts: Counter[str] = Counter()
    for row, prediction in zip(rows, predictions, strict=True):
        if isinstance(row["gold"], list):
            _quotes(row["gold"], prediction["quotes"], counts)
        else:
            _whole(row["gold"], prediction, counts)
    return _shares(counts)


def _quotes(gold: list[dict[str, Any]], read: list[dict[str, Any]], counts: Counter[str]) -> None:
    free = list(read)
    for item in sorted(gold, key=lambda item: item["kind"] != "full"):
        found = max(free, key=lambda quote: _alike(item["text"], quote["text"]), default=None)
        hit = found is not None and _alike(item["text"], found["text"]) >= _SAME
        if hit and found is not None:
            free.remove(found)
        if item["kind"] != "full":
            continue
        counts["quote"] += 1
        counts["quote+"] += hit
        who = item.get("surname") or item["speaker"]
        if not who or who.lower() in _PRONOUNS:
            continue
        shown = found["speaker"] if hit and found is not None else None
        counts["quote and person"] += 1
        counts["quote and person+"] += _same(shown, who)
        if hit:
            counts["person"] += 1
            counts["person+"] += _same(shown, who)
        if shown:
            counts["wrong among shown"] += 1
            counts["wrong among shown+"] += not _same(shown, who)
    counts["extra"] += sum(not any(_held(quote["text"], item["text"]) >= _SAME for item in gold) for quote in free)


def _whole(gold: dict[str, Any], read: dict[str, Any], counts: Counter[str]) -> None:
    leads = [lead for lead in [gold["lead"], *gold.get("lead_alt", ())] if lead]
    counts["lead"] += 1
    counts["lead+"] += max((_alike(lead, read["lead"] or "") for lead in leads), default=0) >= _SAME
    for item in gold["quotes"]:
        found = max(read["quotes"], key=lambda quote: _held(item["text"], quote["text"]), default=None)
        hit = found is not None and _held(item["text"], found["text"]) >= _HELD
        if item["key"]:
            counts["key quote"] += 1
            counts["key quote+"] += hit
        if hit and found is not None:
            counts["speaker"] += 1
            counts["speaker+"] += any(_same(found["speaker"], who) for who in _names(item, "speaker", "speaker_alt"))
    wanted = [_names(channel, "name", "aliases") for channel in gold["channels"]]
    shown = [channel["owner"] for channel in read["channels"]]
    counts["channel precision"] += len(shown)
    counts["channel precision+"] += sum(any(_same(one, who) for names in wanted for who in names) for one in shown)
    counts["channel recall"] += len(wanted)
    counts["channel recall+"] += sum(any(_same(one, who) for one in shown for who in names) for names in wanted)
    counts["caveat"] += len(gold["caveats"])
    counts["caveat+"] += sum(any(_held(one, other) >= _HELD for other in read["caveats"]) for one in gold["caveats"])


def _shares(counts: Counter[str]) -> dict[str, float]:
    shares = {name: counts[f"{name}+"] / counts[name] for name in counts if f"{name}+" in counts and counts[name]}
    if "quote" in shares:
        shares["quote F1"] = 2 * counts["quote+"] / (counts["quote"] + counts["quote+"] + counts["extra"])
    return shares


def _names(item: dict[str, Any], name: str, others: str) -> Iterable[str]:
    return [one for one in (item.get(name), *item.get(others, ())) if one]


def _same(shown: str | None, wanted: str) -> bool:
    """Tell whether two names are one person's, or one holds all words of the other."""
    if not shown:
        return False
    one, other = set(fold(shown).split()), set(fold(wanted).split())
    return same_person(shown, wanted) or (bool(one and other) and (one <= other or other <= one))


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))


def _alike(one: str, other: str) -> float:
    first, second = _words(one), _words(other)
    return 2 * (first & second).total() / max(1, first.total() + second.total())


def _held(part: str, whole: str) -> float:
    words = _words(part)
    return (words & _words(whole)).total() / max(1, words.total())
