"""Sentences on what was not verified."""

import pytest

from digests.reading import read

NEWS = {
    "en": "The bridge at Tolm was hit again on Saturday, the governor said.",
    "uk": "Міст у Балці знову обстріляли в суботу, повідомив голова громади.",
    "ru": "Мост в Логове снова обстреляли в субботу, сообщил глава района.",
}


def caveats(text: str) -> list[str]:
    return [span.of(text) for span in read(text).caveats]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("en", "Harbour Wire could not independently verify the claims of either side."),
        ("en", "The figures couldn’t be immediately confirmed."),
        ("en", "Harbour Wire was unable to verify the battlefield accounts."),
        ("en", "None of the tolls could be independently verified."),
        ("en", "It was not possible to verify the report."),
        ("en", "There was no independent confirmation of the strike."),
        ("en", "The footage has not been verified."),
        ("uk", "Незалежно підтвердити ці дані поки не вдалося."),
        ("uk", "Видання не може підтвердити достовірність відео."),
        ("ru", "Независимо проверить эти данные невозможно."),
        ("ru", "Издание не может подтвердить подлинность видео."),
    ],
)
def test_what_was_not_verified_is_a_caveat(code: str, sentence: str) -> None:
    assert caveats(f"{NEWS[code]}\n\n{sentence}") == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "The mayor declined to comment.",
        "The ministry confirmed the strike.",
        "Troops did not make confirmed advances near the river.",
        "“We could not verify anything from the cellar,” the mayor said.",
    ],
)
def test_other_sentences_are_none(sentence: str) -> None:
    assert caveats(f"{NEWS['en']}\n\n{sentence}") == []
