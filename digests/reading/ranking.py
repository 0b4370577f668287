"""Which passages are speech, which of them an editor would carry, and in what order."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from digests.model import Quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.reading.document import Document
    from digests.reading.quotes import Passage
    from digests.reading.speakers import Said

_WORD = re.compile(r"[^\W_]+(?:['’ʼ-][^\W_]+)*")
_FINAL = ".!?…"
_KEY_WORDS = 5
_LABEL_WORDS = 2
_OPENING_WORDS = 3
_LONE_WORDS = 6  # a fragment without a speaker is taken for speech from here on
_TITLE_WORDS = 12
_SMALL = 3  # letters in a word that may be written small in a title
_BESIDE = frozenset({"after", "before", "between", "introduced", "colon"})


def quotes(document: Document, passages: Sequence[Passage], said: Sequence[Said]) -> tuple[Quote, ...]:
    """Return the passages that are speech; titles, slogans and words held at arm's length are left out."""
    found = []
    labelling = document.language.words("grammar", "labelling")
    for passage, item in zip(passages, said, strict=True):
        text = passage.inner.of(document.text)
        words = _WORD.findall(text)
        whole = _is_whole(document.text, passage, item)
        if not words or not _is_speech(text, words, item, whole=whole):
            continue
        if not whole and len(words) <= _LABEL_WORDS and _word_before(document.text, passage) in labelling:
            continue
        key = item.attributed and item.speaker is not None and len(words) >= _KEY_WORDS
        found.append(
            Quote(
                span=passage.inner,
                sentence=item.sentence,
                whole=whole,
                speaker=item.speaker,
                cue=item.cue,
                sieve=item.sieve,
                key=key,
                group=item.group,
            )
        )
    return tuple(found)


def _word_before(text: str, passage: Passage) -> str:
    """Return the word right before the opening mark in small letters, "" if there is none."""
    start = passage.outer.start
    return next(iter(text[max(0, start - 20) : start].lower().split()[-1:]), "")


def _is_whole(text: str, passage: Passage, said: Said) -> bool:
    """Tell whether the passage is one or more whole sentences rather than a fragment of the article's own."""
    inner = passage.inner.of(text).strip()
    start = next((char for char in inner if char.isalnum()), "")
    if not (start.isupper() or start.isdigit()):
        return False
    before = text[said.sentence.start : passage.outer.start].rstrip()
    if before and before[-1] not in ':,.!?…—–-»”"' and said.sieve not in _BESIDE:
        return False
    if before and before[-1].isalnum():
        return False
    after = text[passage.inner.end : passage.outer.end + 2]
    return inner[-1] in _FINAL + ",—–-" or passage.open_end or any(char in ",.—–" for char in after)


def _is_speech(text: str, words: Sequence[str], said: Said, *, whole: bool) -> bool:
    count = len(words)
    spoken = said.attributed and said.sieve in _BESIDE
    if (
        count >= 2
        and _is_title(words)
        and not (whole and said.attributed and (said.alone or said.opens or (spoken and said.sieve != "after")))
    ):
        return False
    if count == 1:
        return spoken and whole
    if said.attributed:
        return True
    return (
        (whole and (count >= _KEY_WORDS or said.led or (said.opens and count >= _OPENING_WORDS)))
        or count >= _LONE_WORDS
        or (said.alone and count >= 3)
    )


def _is_title(words: Sequence[str]) -> bool:
    """Tell whether words are written as a title: every word of four letters or more begins with a capital."""
    return (
        len(words) <= _TITLE_WORDS
        and all(word[0].isupper() for word in words if len(word) > _SMALL)
        and sum(word[0].isupper() and word != "I" for word in words) >= 2
    )


def rank(quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """Return the quotes in their order with `rank` set: how gladly each is shown, 0 first.

    Whole sentences before fragments, named speakers before none, said on a channel before elsewhere; among
    those each speaker's first quote comes before anybody's second.
    """
    order = sorted(range(len(quotes)), key=lambda index: _worth(quotes, index))
    turns: dict[object, int] = {}
    turn: list[int] = [0] * len(quotes)
    for index in order:
        speaker = quotes[index].speaker or index
        turn[index] = turns.get(speaker, 0)
        turns[speaker] = turn[index] + 1
    final = sorted(order, key=lambda index: (not quotes[index].key, turn[index], _worth(quotes, index)))
    places = {index: place for place, index in enumerate(final)}
    return tuple(replace(quote, rank=places[index]) for index, quote in enumerate(quotes))


def _worth(quotes: Sequence[Quote], index: int) -> tuple[bool, bool, bool, bool, int]:
    quote = quotes[index]
    brief = quote.span.end - quote.span.start < 30
    return (not quote.key, not quote.whole, quote.mention is None, brief, index)
