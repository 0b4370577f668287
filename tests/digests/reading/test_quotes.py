"""Pairing quotation marks."""

import pytest

from digests.reading.clean import clean
from digests.reading.document import Document
from digests.reading.languages import language
from digests.reading.quotes import passages


def found(text: str, code: str = "en") -> list[str]:
    document = Document.of(text, language(code), clean(text).paragraphs)
    return [passage.inner.of(text) for passage in passages(document)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We stay,” she said.", ["We stay,"]),
        ('"We stay," she said.', ["We stay,"]),
        ("«Ми лишаємося», — сказала вона.", ["Ми лишаємося"]),
        ("„Ми лишаємося“, — сказала вона.", ["Ми лишаємося"]),
        ("‘We stay,’ she said. ‘It’s ours.’", ["We stay,", "It’s ours."]),
        ("``We stay,'' she said.", ["We stay,"]),
        ("« Nous restons », dit-elle.", ["Nous restons"]),
        ("“He said ‘go’ and I went,” she said.", ["He said ‘go’ and I went,"]),
        ("“They read “The Road” to us,” she said.", ["They read “The Road” to us,"]),
        ('She said: "Commanders say “no one is left” here."', ["Commanders say “no one is left” here."]),
        ("«Я читав «Шлях» у школі», — сказав він.", ["Я читав «Шлях» у школі"]),
        ('A 6" pipe and a 12" pipe burst.', []),
        ('Marta "Kit" Holm spoke.', []),
        ("Nothing here.", []),
    ],
)
def test_every_style_of_marks_is_paired(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_a_mark_left_open_runs_on_where_the_next_paragraph_opens_again() -> None:
    assert found("“We stay.\n\n“And we rebuild,” she said.") == ["We stay.", "And we rebuild,"]


def test_a_lost_opening_mark_is_repaired() -> None:
    assert found("We stay here,” she said.") == ["We stay here,"]


def test_a_lost_closing_mark_does_not_swallow_the_next_quotation() -> None:
    assert found('"We stay, she said. "They left."')[-1] == "They left."


def test_speech_after_a_dash_is_read_in_ukrainian_and_russian() -> None:
    assert found("— Ми лишаємося, — сказала вона.", "uk") == ["Ми лишаємося,"]
    assert found("— Мы остаемся, — сказала она.", "ru") == ["Мы остаемся,"]
    assert found("— The river, — said he.", "en") == []
