"""Sentences and paragraphs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.model import Span
from digests.reading.document import Document, split, trim
from digests.reading.languages import language


def sentences(text: str, code: str = "en") -> list[str]:
    return [span.of(text) for span in split(text, Span(0, len(text)), language(code))]


@pytest.mark.parametrize(
    "text",
    [
        "Gen. Ada Lind met Dr. Tom Ruiz at 8 p.m. on Sept. 4 in St. Brenn.",
        "The U.S. Army and the U.K. Foreign Office agreed on 3.5 tons.",
        "J. R. Lind of the U.N. mission spoke.",
        "“Why now?” Ada Lind asked.",
        "“Stop!” shouted the driver.",
        "The town … has been split in half.",
        "He was “very, very tired!” but went on.",
        "The letter was signed by Lt. Col. Marek Oss.",
    ],
)
def test_a_full_stop_that_only_shortens_ends_nothing(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We stay.” The mayor left.", ["“We stay.”", "The mayor left."]),
        ("It began at 8 p.m. The mayor left.", ["It began at 8 p.m.", "The mayor left."]),
        ("He left the U.S. He returned.", ["He left the U.S.", "He returned."]),
        ("“So it is …” Then silence.", ["“So it is …”", "Then silence."]),
        ("Really?! Yes. “No.”", ["Really?!", "Yes.", "“No.”"]),
        ("It held (for a day.) Then it fell.", ["It held (for a day.)", "Then it fell."]),
    ],
)
def test_a_sentence_takes_the_marks_that_close_behind_it(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_ukrainian_and_russian_abbreviations_are_known() -> None:
    assert len(sentences("У м. Балка на вул. Садовій зібралося 3 тис. людей.", "uk")) == 1
    assert len(sentences("В г. Логов на ул. Садовой собралось 3 тыс. человек.", "ru")) == 1


@given(st.text(alphabet="aA .!?…\"'”“(\n", max_size=80))
def test_sentences_cover_all_that_is_not_white_space_and_never_overlap(text: str) -> None:
    paragraph = trim(text, Span(0, len(text)))
    found = list(split(text, paragraph, language("en"))) if paragraph.start < paragraph.end else []
    rest = list(text)
    position = 0
    for span in found:
        assert span.start >= position
        position = span.end
        rest[span.start : span.end] = " " * (span.end - span.start)
    assert not "".join(rest).strip()


def test_look_ups_find_the_sentence_and_paragraph_of_a_position() -> None:
    text = "One is here. Two is there.\n\nThree is away."
    document = Document.of(text, language("en"), [Span(0, 26), Span(28, len(text))])
    assert document.sentence_at(text.index("Two")) == Span(13, 26)
    assert document.paragraph_index(text.index("Three")) == 1
    assert document.sentence_at(27) is None
    assert document.paragraph_index(27) is None
    assert document.sentences_over(Span(5, 15)) == Span(0, 26)
    assert list(document.sentences_in(document.paragraphs[0])) == [0, 1]
    assert document.sentences_over(Span(26, 28)) == Span(26, 28)


def test_sentences_are_found_by_the_words_they_hold() -> None:
    text = "The Bridge is open. It is new.\n\nThe bridge holds, and the bridge is wide."
    document = Document.of(text, language("en"), [Span(0, 30), Span(32, len(text))])
    assert document.sentences_with(["bridge"]) == [2]
    assert document.sentences_with(["bridge", "new"], low=True) == [0, 1, 2]
    assert document.sentences_with(["ferry"]) == []


def test_words_with_a_capital_are_known_with_their_places() -> None:
    text = "Ada Lind met the mayor. Ada’s café is in Tolm."
    document = Document.of(text, language("en"), [Span(0, len(text))])
    assert {word: [text[at : at + len(word)] for at in places] for word, places in document.capitals.items()} == {
        "Ada": ["Ada", "Ada"],
        "Lind": ["Lind"],
        "Tolm": ["Tolm"],
    }
