"""Places by the small gazetteer."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.reading import read


def places(text: str) -> list[str]:
    return [span.of(text) for span in read(text).places]


def test_each_place_is_given_once_at_its_first_mention() -> None:
    assert places("The train from Kyiv to Lviv was late, and Kiev’s station was full, the mayor said.") == [
        "Kyiv",
        "Lviv",
    ]


def test_names_of_several_words_are_one_place() -> None:
    assert places("The convoy reached Bila Tserkva and the Black Sea, the governor said.") == [
        "Bila Tserkva",
        "Black Sea",
    ]


def test_cases_of_ukrainian_and_russian_names_are_known() -> None:
    assert places("У Харкові та в Одесі оголосили тривогу, повідомили у військовій адміністрації.") == [
        "Харкові",
        "Одесі",
    ]


def test_a_word_that_only_begins_like_a_place_is_none() -> None:
    assert places("Kyivstar and Romanian officials met, the company said.") == []


def countries(text: str) -> dict[str, str]:
    reading = read(text)
    return {span.of(text): country for span, country in zip(reading.places, reading.countries, strict=True)}


def test_a_place_is_given_with_its_country() -> None:
    assert countries("Shells fell on Shebekino and on Vovchansk across the border, the governors said.") == {
        "Shebekino": "RU",
        "Vovchansk": "UA",
    }
    assert countries("A drone fell into the Black Sea on Sunday, the navy said.") == {"Black Sea": ""}


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Clashes went on in Tripoli on Sunday, and in Benghazi and Sirte the shops stayed shut.", "LY"),
        ("Clashes went on in Tripoli on Sunday, and in Beirut and Sidon the shops stayed shut.", "LB"),
        ("Clashes went on in Tripoli on Sunday, the mayor said.", ""),
    ],
)
def test_which_of_several_places_is_meant_is_told_by_its_neighbours(text: str, country: str) -> None:
    assert countries(text)["Tripoli"] == country


def test_a_city_is_meant_rather_than_a_small_town_of_its_name() -> None:
    assert countries("Russia shelled Donetsk and its suburbs, said officials in Kyiv.")["Donetsk"] == "UA"


def test_all_cases_of_a_name_are_known() -> None:
    assert places("Обстріляно Нову Каховку, під Новою Каховкою та в Миколаєві були вибухи, сказали в Києві.") == [
        "Нову Каховку",
        "Миколаєві",
        "Києві",
    ]
    assert places("Над Белгородом и под Волчанском сбиты дроны, сообщили в Курске.") == [
        "Белгородом",
        "Волчанском",
        "Курске",
    ]


def test_a_surname_that_is_a_town_is_none() -> None:
    assert places("The rescuer Ada Lyman and the driver Pavel Orekhov came back, the mayor said.") == []


def test_names_in_capitals_with_articles_or_owners_are_found() -> None:
    assert places("BEIRUT (HW) — Sana’a’s airport and Khan Younis’s market were closed on Sunday, officials said.") == [
        "BEIRUT",
        "Sana’a",
        "Khan Younis",
    ]


@given(
    st.lists(st.sampled_from(["Gaza", "City", " ", "-", "'s", "\n\n", "Khan", "Tel", "Нова", "Каховка", "Kyiv", "the"]))
)
def test_places_lie_in_the_text_one_after_the_other(pieces: list[str]) -> None:
    text = "".join(pieces)
    reading = read(text)
    assert len(reading.places) == len(reading.countries)
    assert all(one.end <= other.start for one, other in pairwise(reading.places))
    assert all(span.of(text).strip() for span in reading.places)
