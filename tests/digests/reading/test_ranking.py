"""What is speech, and which quotes come first."""

import pytest

from digests.reading import read

LEAD = "The bridge at Tolm reopened on Saturday, the governor, Ada Lind, said.\n\n"


@pytest.mark.parametrize(
    "sentence",
    [
        "The so-called “buffer” is a fence.",
        "The film “The Long Road Home” was shown.",
        "Drivers call the bridge a “miracle”.",
        "The word “bridge” is old.",
        "Ada Lind told “60 Minutes” that the mill was open.",
    ],
)
def test_titles_and_words_held_at_arms_length_are_not_speech(sentence: str) -> None:
    assert read(LEAD + sentence).quotes == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "Про це в коментарі «24 хвилям» заявив речник бригади Іван Гук.",
        "Двоє бійців заявили, що служили в приватній військовій компанії (ПВК) «Берег».",
    ],
)
def test_a_name_in_marks_behind_a_noun_is_not_speech(sentence: str) -> None:
    assert read(sentence).quotes == ()


def test_whole_sentences_come_first_and_speakers_take_turns() -> None:
    text = LEAD + (
        "Lind called the work “an example of patience and of skill for all”.\n\n"
        "“We built it twice as wide as before,” Lind said. “We built it twice as strong as before.”\n\n"
        "“I waited six weeks for this morning,” said Tom Ruiz, a driver."
    )
    ordered = sorted(read(text).quotes, key=lambda quote: quote.rank)
    assert [quote.span.of(text).split()[0] for quote in ordered] == ["We", "I", "We", "an"]
    assert [quote.whole for quote in ordered] == [True, True, True, False]
    assert all(quote.key for quote in ordered)


def test_a_quote_without_speaker_is_not_key() -> None:
    text = LEAD + "“We built it twice as wide as before.”"
    assert not any(quote.key for quote in read(text).quotes if quote.speaker is None)
