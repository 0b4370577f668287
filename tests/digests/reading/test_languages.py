"""Language rules and telling languages apart."""

import re

import pytest

from digests.reading.languages import LANGUAGES, detect, language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The mayor said that the bridge was open and that it was safe.", "en"),
        ("Мер повідомив, що міст відкрито і що він безпечний.", "uk"),
        ("Мэр сообщил, что мост открыт и что он безопасен.", "ru"),
        (
            (
                "Сегодня в Тольме обрушился мост, пострадали трое рабочих. Движение поездов остановлено. На станции "
                "мост закрыт до субботы. Дежурная бригада осмотрела опоры, причина обрушения ещё выясняется. К "
                "субботе обещают временный проезд. Жители Заречья добираются в центр Тольма паромами, автобусами, "
                "лодками; билеты раздают бесплатно. Школы закрыты, детские сады открыты. Больница работает. "
                "Уровень воды в реке поднялся, дамба выдержала."
            ),
            "ru",
        ),
        ("Le maire a dit que le pont était ouvert.", "und"),
        ("Мостът в Толм беше отворен в събота за движение след шест седмици ремонт. " * 5, "und"),
        ("Мост у Толме ў суботу адкрылі для руху пасля шасці тыдняў рамонту, паведаміла міністэрства.", "und"),
        ("Мост у Толму отворен је у суботу после шест недеља радова, саопштило је министарство.", "und"),
        ("Толмдағы көпір алты аптадан кейін сенбіде қайта ашылды, деп хабарлады министрлік.", "und"),
        ("Most w Tolmie został w sobotę otwarty dla ruchu po sześciu tygodniach napraw.", "und"),
        ("Podul din Tolm a fost redeschis sâmbătă, a anunțat ministerul, care a spus că e sigur.", "und"),
        ("De brug in Tolm is zaterdag heropend, zes weken nadat het middelste deel was vernield of gezakt.", "und"),
        ("El puente de Tolm fue reabierto al trafico tras seis semanas de obras, y no me han dicho por que.", "und"),
        ("Мер Толма сказав: «Мост открыт». Він додав, що це не перший раз і що рух уже є.", "uk"),
        ("Erdoğan and Müller said at the bridge of Łódź that it was safe.", "en"),
        ("", "und"),
        ("12345", "und"),
    ],
)
def test_a_language_is_told_by_its_letters_and_small_words(text: str, code: str) -> None:
    assert detect(text) == code


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_has_the_same_sections(code: str) -> None:
    assert set(language(code).rules) == set(language("en").rules)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_pattern_of_a_language_compiles(code: str) -> None:
    rules = language(code).rules
    for pattern in [*rules["caveats"]["patterns"], *(p for group in rules["junk"].values() for p in group)]:
        re.compile(pattern)


@pytest.mark.parametrize("code", LANGUAGES)
def test_months_come_in_cycles_of_twelve(code: str) -> None:
    assert len(language(code).rules["times"]["months"].split()) % 12 == 0


def test_an_unknown_language_has_no_rules() -> None:
    assert language("und").words("cues", "verbs") == frozenset()
