"""Whole readings of any text: spans hold, nothing crashes, the same text reads the same, work grows with length."""

import sys
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.model import Reading, Span
from digests.reading import read

WORDS = """
“ ” " « » „ ‘ ’ '' `` . , : ?! … — -- ( ) [ ] said he she added according to Ada Lind the governor Dr. Ruiz ministry
Kyiv сказав Іван Гук за словами заявил Пётр Лосев Telegram https://t.me/example/12 @example_channel <p> </p> <b> </a>
<script> <!-- <odd> By 12:10 Gaza City on Sunday declined to comment
&ldquo; &amp; &#8221; \ue000 2024 KYIV, (Wire) 🙂 İ ﬁ could not be independently verified U.S. \u00ad
"""
GAPS = [" ", "\n", "\n\n", "\r\n", "\u00a0", " <a href='https://t.me/x/1'>", "You May Also Like\n", "2 June 2024\n"]
PIECES = [*WORDS.split(), *GAPS]
TEXTS = st.lists(
    st.one_of(st.sampled_from(PIECES), st.sampled_from(PIECES).map(lambda piece: piece + " "), st.text(max_size=8)),
    max_size=80,
).map("".join)


def spans(reading: Reading) -> Iterator[Span]:
    yield from (span for span in (reading.title, reading.outlet, reading.lead) if span is not None)
    for quote in reading.quotes:
        yield from (quote.span, quote.sentence)
        yield from (span for span in (quote.speaker, quote.cue) if span is not None)
    for mention in reading.mentions:
        yield from (span for span in (mention.span, mention.sentence, mention.owner) if span is not None)
    yield from (span for span in (reading.author, *reading.entries) if span is not None)
    yield from reading.caveats
    yield from reading.soft_caveats
    yield from reading.places
    yield from (day.span for day in reading.days)
    yield from (link.span for link in reading.links)
    yield from (removed.span for removed in reading.removed)


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_any_text_reads_into_spans_of_that_text(text: str) -> None:
    reading = read(text)
    for span in spans(reading):
        assert 0 <= span.start <= span.end <= len(text)
    for quote in reading.quotes:
        assert quote.span.of(text).strip()
        assert quote.sentence.start <= quote.span.start <= quote.span.end <= quote.sentence.end
        for removed in reading.removed:
            apart = quote.span.end <= removed.span.start or removed.span.end <= quote.span.start
            assert apart or removed.rule == "markup"
    inner = [quote.span for quote in reading.quotes]
    assert all(one.end <= other.start for one, other in pairwise(inner))
    assert sorted(quote.rank for quote in reading.quotes) == list(range(len(reading.quotes)))


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_the_same_text_reads_the_same(text: str) -> None:
    assert read(text) == read(text)


@given(st.sampled_from(["“We stayed,” said Ada Lind.", "She said: “No.”"]), st.text(max_size=30))
@settings(deadline=None)
def test_what_stands_in_another_paragraph_does_not_change_a_plain_attribution(quoted: str, other: str) -> None:
    text = f"Ada Lind is the mayor of Brenn.\n\n{quoted}\n\n" + other.replace("\n", " ")
    first = read(text).quotes[0]
    assert first.speaker is not None
    assert first.speaker.of(text) == "Ada Lind"


STUBBORN = [
    "“" * 50 + "a ", '"said ', "“a,” said ", "Ada Lind, ", "(", "[[", "<a ", "<script>", "&amp", "’", "Ada Lind and ",
    "the governor of ", "not independently ", "A.B. ", "said Ada Lind. “Yes.” ", "none of the ", "— так, — сказав ",
    "12:10 a b c.\n", "12:10\n", "<odd> ", "<!-- ", "&amp;amp;", "By Ada Lind\n", "Gaza City ", "â€œ", "\u200c", "РџСЂ",
    "a\n", "“a\n", "A Lind B Lind ", "the mayor, Ada Lind, said “a” ", "12\" ",
]  # fmt: skip


@pytest.mark.parametrize("piece", STUBBORN)
def test_work_grows_with_length_and_no_faster(piece: str) -> None:
    """Counted in function calls: clocks lie on a busy machine."""

    def work(size: int) -> int:
        calls = 0

        def count(*_: object) -> None:
            nonlocal calls
            calls += 1

        text = piece * (size // len(piece))
        read(text)  # loads what its language needs
        sys.setprofile(count)
        try:
            read(text)
        finally:
            sys.setprofile(None)
        return calls

    read(piece)
    assert work(24_000) < 2_000 + 6 * work(6_000)


def test_a_long_text_of_nested_quotes_is_read() -> None:
    text = "“‘“a” he said’ she said.” " * 8_000
    assert read(text).language == "und" or read(text).quotes


def test_an_empty_text_has_an_empty_reading() -> None:
    assert read("") == Reading(language="und")


def test_the_editors_day_stands_in_where_the_text_has_none() -> None:
    day = date(2024, 6, 2)
    assert read("The bridge is open again, the mayor said.", published=day).published == day
    assert read("Nov. 8, 2024\n\nThe bridge is open again, the mayor said.", published=day).published == date(
        2024, 11, 8
    )
