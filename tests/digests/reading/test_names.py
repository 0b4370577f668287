"""Names across spellings, scripts and cases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.reading.names import bare, fold, fold_word, plain, same_given, same_person


@pytest.mark.parametrize(
    "spellings",
    [
        "Zelensky Zelenskyy Zelenskiy Zelenskiyy Zelenskyi Zelenskyy’s Зеленський Зеленского Зеленським",
        "Haidai Gaidai Hayday Гайдай Гайдая",
        "Synegubov Syniehubov Синєгубов Синегубова",
        "Hryshko Grishko Гришко Гришка",
        "Vorobyov Vorobyev Воробьев Воробьёв Воробйов",
        "Oleksii Oleksiy Олексій Олексія",
        "Alexander Aleksander",
        "Khmelnytskyi Хмельницкий Хмельницького",
    ],
)
def test_spellings_of_one_name_fold_to_one_key(spellings: str) -> None:
    assert len({fold(name) for name in spellings.split()}) == 1


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("President Olena Hryshko", "Hryshko"),
        ("Oleksandr Hryshko", "Александра Гришко"),
        ("Volodymyr Terek", "Vladimir Terek"),
        ("O. Hryshko", "Olena Hryshko"),
        ("Olena Hryshko’s", "Олени Гришко"),
        ("Gen. Ivo Petrenko", "Ivo Petrenko"),
    ],
)
def test_one_person_is_known_under_different_names(a: str, b: str) -> None:
    assert same_person(a, b)
    assert same_person(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Andrii Hryshko", "Olena Hryshko"),
        ("Ternov", "Ternova"),
        ("Terskaya", "Tersky"),
        ("Hryshko", "Hrysha"),
        ("Ivan Fedorov", "Mykhailo Fedorov"),
        ("", "Hryshko"),
    ],
)
def test_different_people_stay_different(a: str, b: str) -> None:
    assert not same_person(a, b)


def test_titles_before_a_name_are_not_part_of_it() -> None:
    assert bare("Deputy Prime Minister Ada Lind") == ("ada", "lind")
    assert bare("прем’єр Ада Лінд") == ("ада", "лінд")


@given(st.text())
def test_folding_any_text_gives_lower_case_letters_digits_and_spaces_only(text: str) -> None:
    folded = fold(text)
    assert all(char == " " or (char.isascii() and char.isalnum() and not char.isupper()) for char in folded)
    assert folded == folded.strip()


@given(st.text(), st.text())
def test_being_the_same_person_does_not_depend_on_the_order(a: str, b: str) -> None:
    assert same_person(a, b) is same_person(b, a)
    assert same_given(a, b) is same_given(b, a)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщьыэюяіїєґ", min_size=3))
def test_a_name_is_itself_in_capitals_and_with_a_possessive(name: str) -> None:
    assert fold(name.upper().lower() + "’s") == fold(name) == " ".join(filter(None, map(fold_word, plain(name))))
