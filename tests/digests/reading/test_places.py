"""Places by the small gazetteer."""

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
