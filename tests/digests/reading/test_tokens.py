"""The words of a unit: where each stands is found late, and is right all the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.model import Span
from digests.reading.languages import language
from digests.reading.speakers.lexicon import lexicon
from digests.reading.speakers.tokens import Tokens

LEXICON = lexicon(language("en"))
PIECES = [
    "Ada",
    "Lind’s",
    "U.S.",
    "(D-Wis.)",
    "(",
    ")",
    "[",
    "]",
    "--",
    "—",
    ",",
    "'",
    "’s",
    "12.5",
    "3rd",
    "_",
    ".",
    "…",
]
TEXTS = st.lists(st.sampled_from([*PIECES, " ", "\n", "é", "12"]), max_size=40).map("".join)


def tokens(text: str, quoted: list[Span] | None = None) -> Tokens:
    return Tokens(text, Span(0, len(text)), quoted or [], LEXICON, 0)


@given(TEXTS, st.data())
def test_words_stand_where_they_are_said_to_whatever_was_asked_before(text: str, data: st.DataObject) -> None:
    found = tokens(text)
    for index in data.draw(st.permutations(range(len(found)))):
        assert found.over(index, index + 1).of(text) == found[index].form


@given(TEXTS, TEXTS)
def test_a_passage_is_one_word_in_its_place(before: str, after: str) -> None:
    text = f"{before} “quoted (words” {after}"
    passage = Span(len(before) + 1, len(before) + 16)
    found = tokens(text, [passage])
    places = [index for index, word in enumerate(found) if word.kind == "quote"]
    assert [found.over(index, index + 1) for index in places] == [passage]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ada Lind (D-Brenn), the mayor", ["Ada", "Lind", ",", "the", "mayor"]),
        ("Ada Lind [right] said", ["Ada", "Lind", "said"]),
        ("a ( b ( c ) d", ["a", "(", "b", "d"]),
        ("U.S. aid--12.5 tons", ["U.S", "aid", "—", "12.5", "tons"]),
    ],
)
def test_asides_in_brackets_are_passed_over(text: str, words: list[str]) -> None:
    assert [word.text for word in tokens(text)] == words
