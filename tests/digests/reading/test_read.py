"""Whole readings of any text: spans hold, nothing crashes, the same text reads the same, work grows with length."""

import random
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks._reading.hostile import HOSTILE, hostile
from benchmarks._reading.mutations import mutated
from benchmarks._reading.validity import faults
from digests.model import Reading
from digests.reading import read

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))
ARTICLES = [path.read_bytes().decode("utf-8") for path in CASES]
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


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_any_text_reads_into_spans_of_that_text(text: str) -> None:
    assert faults(text, read(text)) == []


@given(st.integers(0, 2**32).map(lambda seed: mutated(random.Random(seed), ARTICLES)))  # noqa: S311 - no secret
@settings(max_examples=300, deadline=None)
def test_a_broken_article_reads_into_spans_of_that_text(text: str) -> None:
    """The fuzzer's texts: a hundred thousand of them are read by ``benchmarks/fuzz_reading.py``."""
    assert faults(text, read(text)) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_read_to_its_end(name: str) -> None:
    """How fast full-sized ones are read is told by ``benchmarks/fuzz_reading.py``."""
    text = hostile(name, 15_000)
    assert faults(text, read(text)) == []


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_the_same_text_reads_the_same(text: str) -> None:
    assert read(text) == read(text)


# Letters of other languages would tell of another language.
OTHER = st.text(st.characters(codec="ascii") | st.characters(exclude_categories=["L", "Cs"]), max_size=30)


@given(st.sampled_from(["“We stayed,” said Ada Lind.", "She said: “No.”"]), OTHER)
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
