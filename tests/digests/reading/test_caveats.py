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
        ("en", "The ministry did not provide evidence."),
        ("en", "Harbour Wire has observed no visual confirmation of the claim."),
        ("en", "The council has neither confirmed nor denied the strike."),
        ("en", "The allegations have not been proven."),
        ("en", "Reporters were not able to reach the village to check the claim."),
        ("en", "The place of the footage could not immediately be established."),
        ("en", "Harbour Wire could not determine who set the mine."),
        ("en", "There is no way to independently verify the tolls."),
        ("en", "No evidence was given for the claim."),
        ("en", "The reports remain unconfirmed."),
        ("en", "There was no independent corroboration of the account."),
        ("uk", "Офіційно цю інформацію не підтверджували."),
        ("uk", "Офіційних підтверджень цього від сусідньої сторони немає."),
        ("uk", "Інформація уточнюється."),
        ("ru", "Официально эту информацию не подтверждали."),
        ("ru", "Достоверность этих сведений установить не удалось."),
        ("ru", "Подтвердить подлинность записи «Берегу» не удалось."),
        ("ru", "Информация уточняется."),
        ("uk", "Достовірність запису наразі встановлюється."),
        ("uk", "Редакція не має змоги незалежно перевірити ці заяви."),
        ("ru", "Подлинность записи сейчас устанавливается."),
        ("en", "Neither side’s claims could be verified."),
        ("en", "The figures could not be checked."),
        ("en", "The footage of the bridge could not be geolocated."),
        ("en", "None of the three accounts could be checked."),
        ("en", "The authenticity of the video has not been established."),
        ("en", "The ministry provided no evidence for its claim."),
        ("en", "The army said, without offering evidence, that it had taken Brenn."),
        ("uk", "Незалежно підтвердити ці дані поки не вдалося."),
        ("uk", "Інформація потребує підтвердження."),
        ("uk", "Сусідня сторона цю інформацію не підтвердила."),
        ("uk", "Достовірність відео не встановлена."),
        ("uk", "Доказів міністерство не навело."),
        ("uk", "Видання не може підтвердити достовірність відео."),
        ("ru", "Независимо проверить эти данные невозможно."),
        ("ru", "Издание не может подтвердить подлинность видео."),
        ("ru", "Информация требует проверки."),
        ("ru", "Соседняя сторона эту информацию не подтвердила."),
        ("ru", "Подлинность видео не установлена."),
        ("ru", "Доказательств министерство не привело."),
    ],
)
def test_what_was_not_verified_is_a_caveat(code: str, sentence: str) -> None:
    assert caveats(f"{NEWS[code]}\n\n{sentence}") == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "The mayor declined to comment.",
        "The ministry confirmed the strike.",
        "Guards cannot check every car.",
        "The council has not established a shelter in Brenn.",
        "The council could not determine its budget in time, the mayor said.",
        "Investigators assessed the wreck on Sunday.",
        "The court heard evidence on Sunday.",
        "Troops did not make confirmed advances near the river.",
        "“We could not verify anything from the cellar,” the mayor said.",
    ],
)
def test_other_sentences_are_none(sentence: str) -> None:
    assert caveats(f"{NEWS['en']}\n\n{sentence}") == []


SOFT = [
    ("en", "The mayor declined to comment."),
    ("en", "The ministry did not immediately respond to a request for comment."),
    ("en", "There was no immediate comment from the army."),
    ("en", "The owner could not be reached for comment."),
    ("uk", "У міністерстві не прокоментували це повідомлення."),
    ("uk", "Речник відмовився від коментарів."),
    ("ru", "В министерстве не ответили на запрос издания."),
    ("ru", "Представитель отказался комментировать сообщения."),
]


@pytest.mark.parametrize(("code", "sentence"), SOFT)
def test_who_did_not_comment_is_kept_apart(code: str, sentence: str) -> None:
    text = f"{NEWS[code]}\n\n{sentence}"
    reading = read(text)
    assert [span.of(text) for span in reading.soft_caveats] == [sentence]
    assert reading.caveats == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "“He declined to comment on it,” the mayor said.",
        "The mayor responded with a comment of her own.",
        "Crews responded to the fire within minutes.",
        "The claims could not be verified and there was no immediate comment from the army.",
    ],
)
def test_what_was_answered_said_by_others_or_a_caveat_already_is_not_kept_apart(sentence: str) -> None:
    assert read(f"{NEWS['en']}\n\n{sentence}").soft_caveats == ()


def test_a_caveat_is_tied_to_the_quote_it_follows() -> None:
    text = (
        f"{NEWS['en']}\n\n“We hold the bank of the river,” said Ada Lind. “We took two villages,” said Tom Ruiz.\n\n"
        "The claim could not be independently verified.\n\nRain fell all day.\n\nRain fell all night.\n\n"
        "The footage has not been verified."
    )
    reading = read(text)
    first, second = reading.claims
    assert first.quote is not None
    assert reading.quotes[first.quote].span.of(text) == "We took two villages,"
    assert (second.quote, second.mention) == (None, None)


def test_a_caveat_is_tied_to_the_mention_it_follows() -> None:
    text = f"{NEWS['en']}\n\nGovernor Ada Lind said on Telegram that two houses burned. This could not be verified."
    reading = read(text)
    assert len(reading.mentions) == 1
    assert [(claim.quote, claim.mention) for claim in reading.claims] == [(None, 0)]
