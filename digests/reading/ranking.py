"""Which passages are speech, which of them an editor would carry, and in what order."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING

from digests.model import Quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.model import Span
    from digests.reading.document import Document
    from digests.reading.quotes import Passage
    from digests.reading.speakers import Said

_WORD = re.compile(r"[^\W_]\w*+(?:['’ʼ-]\w+)*+")
_LEADING = ':,.!?…—–-»”"'  # marks after which a whole sentence may be quoted
_ENDING = ".!?…,—–-"
_ATTRIBUTING = frozenset(",.—–")  # marks right behind what is quoted
_LETTERS_BEFORE = 20  # looked at for the word before a mark
_FINAL = ".!?…"
_KEY_WORDS = 5
_LABEL_WORDS = 2
_NAME_WORDS = 5
_OPENING_WORDS = 3
_LONE_WORDS = 6  # a fragment without a speaker is taken for speech from here on
_TITLE_WORDS = 12
_LETTERS = 9  # of a word with its spaces, mostly
_SMALL = 3  # letters in a word that may be written small in a title
_BESIDE = frozenset({"after", "before", "between", "introduced", "colon"})


def quotes(document: Document, passages: Sequence[Passage], said: Sequence[Said]) -> tuple[Quote, ...]:
    """Return the passages that are speech; titles, slogans and words held at arm's length are left out."""
    found = []
    marked = bool(document.language.rules.get("grammar", {}).get("names_in_marks"))
    labelling, naming, works = (document.language.words("grammar", key) for key in ("labelling", "naming", "works"))
    for passage, item in zip(passages, said, strict=True):
        words = _words(document.text, passage.inner, _LONE_WORDS)
        if not words:
            continue
        if _is_capital(words):  # nothing but a title depends on more words
            words = _words(document.text, passage.inner, _TITLE_WORDS + 1)
        whole = _is_whole(document.text, passage, words[0][0], item)
        final = document.text[passage.inner.end - 1] in _FINAL
        if not _is_speech(words, item, whole=whole, final=final):
            continue
        led = item.attributed and item.sieve != "continued"
        if item.alone and not led and _is_heading(document, passage, words):
            continue
        before = _word_before(document.text, passage)
        if before in naming or (before in works and (not item.attributed or _is_title(words))):
            continue
        titled = words[0][0].isupper() or words[0].isdigit()  # «Берег», «24 канал»
        if marked and len(words) <= _NAME_WORDS and titled and _is_name(document, passage, whole=whole):
            continue
        if not whole and len(words) <= _LABEL_WORDS and before in labelling:
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


def _is_heading(document: Document, passage: Passage, words: Sequence[str]) -> bool:
    """Tell whether a passage is the heading of a section: a short line of its own that ends without a mark."""
    ended = document.text[passage.inner.end - 1] in _ENDING
    index = None if ended or len(words) > _TITLE_WORDS else document.paragraph_index(passage.inner.start)
    return index is not None and document.paragraphs[index] == passage.outer


def _words(text: str, span: Span, most: int) -> list[str]:
    """Return the words of a stretch, at least the first `most` of them: a long one is seldom read whole."""
    start, end = span
    near = start + _LETTERS * most
    if near < end and len(words := _WORD.findall(text, start, near)) > most:
        return words[:-1]  # the last may be cut
    return _WORD.findall(text, start, end)


def _word_before(text: str, passage: Passage) -> str:
    """Return the word right before the opening mark in small letters, "" if there is none."""
    start = passage.outer.start
    before = text[max(0, start - _LETTERS_BEFORE) : start].rstrip(", ")
    return before[before.rfind(" ") + 1 :].lower()


def _is_name(document: Document, passage: Passage, *, whole: bool) -> bool:
    """Tell whether a passage that begins with a capital is a name: it stands right behind a word that says of what.

    Or a verb of saying follows without a mark between: "«24 каналу» рассказал Лосев".
    """
    verbs = document.language.words("cues", "verbs")
    told = _WORD.match(document.text, passage.outer.end + 1)
    if told is not None and told[0].lower() in verbs and document.text[passage.outer.end] == " ":
        return document.text[passage.inner.end - 1] not in _ENDING
    if whole:
        return False
    before = _word_before(document.text, passage)
    named = before[-1:].isalpha() or before.endswith(")")  # "у компанії (ПВК) «Берег»"
    return named and before not in verbs


def _is_whole(text: str, passage: Passage, first: str, said: Said) -> bool:
    """Tell whether the passage is one or more whole sentences rather than a fragment of the article's own.

    `first` is its first letter or digit.
    """
    if not (first.isupper() or first.isdigit()):
        return False
    start, end = passage.outer
    before = text[said.sentence.start : start].rstrip()[-1:]
    if before and before not in _LEADING and said.sieve not in _BESIDE:
        return False
    if before.isalnum() or before == ")":
        return False
    last = passage.inner.end
    return text[last - 1] in _ENDING or passage.open_end or not _ATTRIBUTING.isdisjoint(text[last : end + 2])


def _is_speech(words: Sequence[str], said: Said, *, whole: bool, final: bool) -> bool:
    many = len(words)
    spoken = said.attributed and said.sieve in _BESIDE
    if (
        many >= 2
        and _is_title(words)
        and not (whole and said.attributed and (said.alone or said.opens or (spoken and said.sieve != "after")))
    ):
        return False
    if many == 1:
        return spoken and (whole or (said.sieve == "between" and final))
    if said.attributed:
        return True
    return (
        (whole and (many >= _KEY_WORDS or said.led or (said.opens and many >= _OPENING_WORDS)))
        or many >= _LONE_WORDS
        or (said.alone and many >= 3)
    )


def _is_title(words: Sequence[str]) -> bool:
    """Tell whether words are written as a title: every word of four letters or more begins with a capital."""
    return (
        len(words) <= _TITLE_WORDS
        and _is_capital(words)
        and words[0][0].isdigit() + sum(word[0].isupper() and word != "I" for word in words) >= 2
    )


def _is_capital(words: Sequence[str]) -> bool:
    return all(word[0].isupper() for word in words if len(word) > _SMALL)


def rank(quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """Return the quotes in their order with `rank` set: how gladly each is shown, 0 first.

    Whole sentences before fragments, named speakers before none, said on a channel before elsewhere; among
    those each speaker's first quote comes before anybody's second.
    """
    turns: dict[object, int] = {}
    order: list[tuple[bool, int, _Worth]] = []
    for worth in sorted(map(_worth, quotes, count())):
        index = worth[-1]
        speaker = quotes[index].speaker or index
        turn = turns.get(speaker, 0)
        turns[speaker] = turn + 1
        order.append((not quotes[index].key, turn, worth))
    places = {worth[-1]: place for place, (_, _, worth) in enumerate(sorted(order))}
    return tuple([_placed(quote, places[index]) for index, quote in enumerate(quotes)])


_Worth = tuple[bool, bool, bool, bool, int]


def _worth(quote: Quote, index: int) -> _Worth:
    start, end = quote.span
    return (not quote.key, not quote.whole, quote.mention is None, end - start < 30, index)


def _placed(quote: Quote, rank: int) -> Quote:
    # what dataclasses.replace does, in half its time, for every quote of every article
    return Quote(
        span=quote.span,
        sentence=quote.sentence,
        whole=quote.whole,
        speaker=quote.speaker,
        cue=quote.cue,
        sieve=quote.sieve,
        mention=quote.mention,
        key=quote.key,
        rank=rank,
        group=quote.group,
    )
