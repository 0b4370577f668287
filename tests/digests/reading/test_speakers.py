"""Who said it: one example for each rule, and for each of its limits."""

import pytest

from digests.reading import read

CAST = (
    "Ada Lind, the governor of the Brenn region, and Tom Ruiz, a farmer, met on Friday. "
    "The Harbour Council sent nobody.\n\n"
)


def speakers(text: str) -> list[tuple[str | None, str]]:
    reading = read(text)
    return [(quote.speaker.of(text) if quote.speaker else None, quote.sieve) for quote in reading.quotes]


@pytest.mark.parametrize(
    ("sentence", "speaker", "sieve"),
    [
        ("“We have enough grain for the winter,” Lind said.", "Ada Lind", "after"),
        ("“We have enough grain for the winter,” said Lind.", "Ada Lind", "after"),
        ("“We have enough grain for the winter,” said Lind, who was born there.", "Ada Lind", "after"),
        ("“We have enough grain for the winter,” Lind, 52, told reporters.", "Ada Lind", "after"),
        ("“We have enough grain,” Ms. Lind later added in an interview.", "Ada Lind", "after"),
        ("“We have enough grain,” the governor wrote.", "Ada Lind", "after"),
        ("“We have enough grain,” said Lind later.", "Ada Lind", "after"),
        ("“We have enough grain,” according to Lind.", "Ada Lind", "according"),
        ("According to Lind, there is “enough grain for the winter”.", "Ada Lind", "according"),
        ("Lind said: “We have enough grain.”", "Ada Lind", "before"),
        ("Lind, who was born there, said that there was “enough grain for all”.", "Ada Lind", "before"),
        ("In a statement on Sunday, Lind said “there is enough grain”.", "Ada Lind", "before"),
        ("Lind shook her head and said, “There is enough grain.”", "Ada Lind", "before"),
        ("The paper quoted Lind as saying “there is enough grain”.", "Ada Lind", "before"),
        ("Lind: “There is enough grain for everybody.”", "Ada Lind", "colon"),
        ("“There is enough grain for everybody.” — Ada Lind", "Ada Lind", "signed"),
        ("“There is no grain,” the Harbour Council said.", "Harbour Council", "after"),
        ("“There is no grain,” the council said.", "Harbour Council", "after"),
        ("“There is no grain,” said a driver who gave only his first name.", "driver", "after"),
        ("“There is no grain,” said Norland’s Transport Ministry.", "Norland’s Transport Ministry", "after"),
        (
            "“There is no grain,” said the Institute for the Study of Rivers.",
            "Institute for the Study of Rivers",
            "after",
        ),
        ("“There is no grain,” a spokesman for the port said.", "spokesman for the port", "after"),
        ("“There is no grain,” the council’s spokesman, Jan Oss, said.", "Jan Oss", "after"),
        ("“There is no grain,” Rep. Jan Oss (R-Brenn) said.", "Jan Oss", "after"),
        ("“There is no grain,” said 67-year-old Nadia Koval, standing outside.", "Nadia Koval", "after"),
        ("“There is no grain,” the port’s health office spokesman Omar al-Basri said.", "Omar al-Basri", "after"),
        ("“There is no grain at all” – Nadia Koval, head of the bakery.", "Nadia Koval", "signed"),
        (
            "In a statement posted to Telegram, the General Staff of Norland said “there is no grain”.",
            "General Staff of Norland",
            "before",
        ),
        ("Speaking by phone, resident Nadia Koval said “there is no grain in the town”.", "Nadia Koval", "before"),
        ("“There is no grain,” state agency HWA quoted port chief Jan Oss as saying.", "Jan Oss", "clause"),
        ("“There is no grain,” Oss was quoted as saying by Harbour Wire.", "Oss", "after"),
        (
            "Lind said the harbour was “full of grain for the winter”, state news agency HWA reported.",
            "Ada Lind",
            "before",
        ),
        ("Lind said the harbour was “full of grain for the winter”, according to Harbour News.", "Ada Lind", "before"),
        (
            "Norland news agency HWA denied it and said the harbour was “full of grain for the winter”.",
            "Norland news agency HWA",
            "before",
        ),
        (
            "Hours later, Norland PM Ivo Holm left the port and said there was “no grain for the winter”.",
            "Ivo Holm",
            "before",
        ),
        (
            "France captain and former miller Ivo Holm criticised them, saying “there is no grain for the winter”.",
            "Ivo Holm",
            "before",
        ),
        (
            "The Board of Harbour Pilots issued a warning to ships, saying “there is no grain for the winter”.",
            "Board of Harbour Pilots",
            "before",
        ),
        (
            "Velmar officials blamed Norland, but the Harbour Council denied it, saying “there is no grain in town”.",
            "Harbour Council",
            "before",
        ),
        (
            "Ministry of Ports spokesman Ivo Holm told reporters “there is no grain for the winter”.",
            "Ivo Holm",
            "before",
        ),
        ("“There is no grain for the winter,” the White House statement of Sunday read.", "White House", "after"),
        ("A Harbour Council statement said there was “no grain for the winter”.", "Harbour Council", "before"),
        ("“There is no grain,” said Emir Sheikh Tamir bin Hamad Al Karo.", "Tamir bin Hamad Al Karo", "after"),
        (
            "Syrian state news agency HWA carried a report saying “there is no grain in the town”.",
            "news agency HWA",
            "before",
        ),
        ("Norland-born Ivo Holm said: “There is no grain for the winter.”", "Ivo Holm", "before"),
        (
            "Nadia Koval, Norland’s envoy to the Bay League, also told reporters “there is no grain in the town”.",
            "Nadia Koval",
            "before",
        ),
    ],
)
def test_an_attribution_is_found(sentence: str, speaker: str, sieve: str) -> None:
    assert speakers(CAST + sentence) == [(speaker, sieve)]


def test_a_quotation_interrupted_by_its_attribution_is_one_group() -> None:
    reading = read(CAST + "“We have,” Lind said, “enough grain for all.” “And more,” she said.")
    assert [quote.sieve for quote in reading.quotes] == ["after", "between", "after"]
    one, other, third = (quote.group for quote in reading.quotes)
    assert one == other != third


def test_pronouns_mean_the_last_one_of_that_gender_spoken_of() -> None:
    text = CAST + "Lind thanked Ruiz. “He fed the town,” she said.\n\nRuiz smiled. “She paid for the seed,” he said."
    assert [speaker for speaker, _ in speakers(text)] == ["Ada Lind", "Tom Ruiz"]


def test_a_woman_may_be_called_a_spokesman() -> None:
    text = CAST + "Council spokesman Hannah Berg came. “The harbour stays closed,” she said."
    assert speakers(text) == [("Hannah Berg", "after")]


@pytest.mark.parametrize("state", ["The United States", "Saudi Arabia", "South Sudan", "The United Nations"])
def test_a_state_is_nobody_who_is_he_or_she(state: str) -> None:
    text = f"{state} closed its ports on Monday, and its ships left in the night. “The harbour stays closed,” she said."
    assert speakers(text) == [(None, "after")]


def test_a_name_behind_its_title_and_a_country_speaks_in_both_halves_of_a_sentence() -> None:
    text = (
        "Envoy to Norland Ivo Holm said Brenn was “ready to talk” and expressed hope that it would “meet him halfway”."
    )
    assert speakers(text) == [("Ivo Holm", "before"), ("Ivo Holm", "before")]


def test_a_name_right_behind_its_description_and_a_comma_is_whom_she_means() -> None:
    text = "A weary mother, Nadia Koval stopped a deputy at the gate. “Help me to find them,” she said."
    assert speakers(text) == [("Nadia Koval", "after")]


def test_they_may_be_one_spokesperson() -> None:
    text = "A spokesperson for the port told reporters of a delay. “The harbour stays closed,” they said."
    assert speakers(text) == [("spokesperson for the port", "after")]


def test_what_follows_a_but_is_about_something_else() -> None:
    text = "The crowd tried to “reach the gate and burn it down,” but Ada Lind said on Friday that the police had held."
    assert speakers(text) == [(None, "")]


def test_a_word_that_begins_a_sentence_is_nobody() -> None:
    text = CAST + "Ruiz spoke of violence in the port. Violence called for answers. “They must come,” he said."
    assert speakers(text) == [("Tom Ruiz", "after")]


def test_a_chiefs_spokesman_is_not_the_chief() -> None:
    text = (
        "Jan Oss, the council chief’s spokesman, came on Friday. The council chief called it “a day of shame for all”."
    )
    assert speakers(text) == [("council chief", "before")]


def test_whoever_closes_a_report_goes_on() -> None:
    text = (
        "Norland accused several pilots of theft, the Harbour Council said on Friday. It called them “a danger to all”."
    )
    assert speakers(text) == [("Harbour Council", "before")]


def test_the_union_is_none_of_the_other_unions() -> None:
    text = "The port deals with other unions. “They have no money for it,” the union said in a letter."
    assert speakers(text) == [("union", "after")]


def test_reports_are_not_taken_for_a_verb() -> None:
    text = (
        CAST + "The visit followed local news media reports in Brenn, claiming that he left. “It is untrue,” he said."
    )
    assert all(speaker in (None, "Tom Ruiz") for speaker, _ in speakers(text))


def test_it_means_the_last_organisation() -> None:
    text = CAST + "The council met at night. “The harbour stays closed,” it said in a statement."
    assert speakers(text) == [("Harbour Council", "after")]


def test_a_sentence_that_is_only_a_quotation_goes_to_who_spoke_before() -> None:
    text = CAST + "“We have grain,” Ruiz said. “We have no trucks.”\n\n“And no fuel.”"
    assert speakers(text) == [("Tom Ruiz", "after"), ("Tom Ruiz", "continued"), ("Tom Ruiz", "continued")]


def test_a_sentence_that_is_only_a_quotation_goes_to_whom_the_sentence_before_reports() -> None:
    assert speakers(CAST + "Ruiz said the harvest was poor. “We lost half of it.”") == [("Tom Ruiz", "reported")]


def test_a_colon_leads_into_the_next_paragraph() -> None:
    assert speakers(CAST + "Ruiz went on:\n\n“We lost half of it.”") == [("Tom Ruiz", "introduced")]


@pytest.mark.parametrize(
    "sentence",
    [
        "“We lost half of it,” it was said.",
        "The letter, seen by Harbour Wire, says the council “lacks men and boats”.",
        "“We lost half of it,” the statement read.",
        "Graffiti on the wall read: “We lost half of it.”",
        "“We lost half of it,” said another.",
        "“We lost half of it,” they said.",
        "“We lost half of it” was written on the wall.",
        "“We lost half of it,” Ruiz was told.",
        "Her counterpart from Velmar, who spoke next, said Lind had been “too kind to all of them”.",
    ],
)
def test_nobody_is_named_where_it_is_not_sure(sentence: str) -> None:
    assert all(speaker is None for speaker, _ in speakers(CAST + sentence))


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Мер Роман Ткач напередодні написав, що дорога «під вогневим контролем ворога».", "Роман Ткач"),
        ("Глава Роман Ткач накануне написал, что дорога «под огневым контролем врага».", "Роман Ткач"),
        ("Голова громади Іван Гук приїхав уранці.\n\n«Води вистачить на всіх», — сказав Гук.", "Іван Гук"),
        ("Голова громади Іван Гук приїхав уранці.\n\n«Води вистачить на всіх», — сказав він.", "Іван Гук"),
        ("Голова громади Іван Гук приїхав уранці.\n\nЗа словами Гука, води «вистачить на всіх».", "Іван Гук"),
        ("Речниця ДСНС Олена Шевчик приїхала вранці.\n\n«Води вистачить», — додала вона.", "Олена Шевчик"),
        ("Міністерство оборони Нордії заявило, що це «маніпуляція противника».", "Міністерство оборони Нордії"),
        ("Надія лежала на підлозі. Її сусід Петро вибіг. «Усе горіло навкруги», — розповідає він.", "Петро"),
        ("Надія лежала на підлозі. Було темно. «Усе горіло навкруги», — розповідає він.", None),
        ("Боєць з позивним «Чапля» розповів, що «ворог іде дрібними групами».", "Боєць"),
        ("Міністр Іван Гук звинуватив Нордію в «навмисних ударах по греблі».", "Іван Гук"),
        ("Министр Пётр Лосев обвинил Нордию в том, что она «намеренно бьёт по плотине».", "Пётр Лосев"),
        ("Несколько источников сообщили, что решение «уже принято и подписано».", "Несколько источников"),
        ("Як зазначив Гук, «ремонт іще триває і буде тривати».", "Гук"),
        ("Про це повідомила мер Балки Олена Шевчик. «Води немає», — написала вона.", "Олена Шевчик"),
        ("«Ми не підемо», — каже 67-річна Надія Коваль, мешканка села.", "Надія Коваль"),
        ("Как сообщает Минобороны, сбито «шесть беспилотных аппаратов».", "Минобороны"),
        ("Глава района Пётр Лосев приехал утром.\n\n«Воды хватит на всех», — сказал Лосев.", "Пётр Лосев"),
        ("Глава района Пётр Лосев приехал утром.\n\n«Воды хватит на всех», — заявил он.", "Пётр Лосев"),
        ("Глава района Пётр Лосев приехал утром.\n\nПо словам Лосева, воды «хватит на всех».", "Пётр Лосев"),
        ("Про це повідомив керівник БалкаОВА Іван Гук.\n\n«Води вистачить», — зазначив очільник ОВА.", "Іван Гук"),
        (
            "Керівник Головного управління водопостачання Іван Гук приїхав.\n\n«Води досить», — сказав очільник ГУВ.",
            "Іван Гук",
        ),
        (
            "Начальник ГУР Іван Гук приїхав із начальником пресслужби ГУР Маком.\n\n«Так», — сказав начальник ГУР.",
            "Іван Гук",
        ),
        ("Пресс-секретарь президента Пётр Лосев приехал.\n\n«Воды нет», — отметил представитель Кремля.", "Пётр Лосев"),
        ("Пресс-секретарь Пётр Лосев приехал. Пресс-секретарь добавил, что «воды на всех не хватит».", "Пётр Лосев"),
        ("Об этом написала Мария Лосева.\n\n«Воды хватит на всех», — отметила дипломат.", "Мария Лосева"),
        ("Пётр Лосев считает иначе.\n\n«Воды хватит на всех», — сказал опальный тольмский политик.", "Пётр Лосев"),
        ("Сообщил мэр Пётр Лосев.\n\n«Воды хватит», — сказал Пётр Иванович.", "Пётр Лосев"),
        ("Об этом сообщил Пётр Лосев.\n\n«Воды хватит на всех», — написал губернатор.", "Пётр Лосев"),
        (
            "Мер Іван Гук приїхав. Про це повідомляє Harbour Times.\n\n«Води вистачить на всіх», — сказав він.",
            "Іван Гук",
        ),
        ("Мер Іван Гук приїхав.\n\nЗа його словами, Україні важко, і «води на всіх не вистачить».", "Іван Гук"),
        ("Мер Іван Гук приїхав зранку.\n\n- Води вистачить на всіх нас, - сказав Гук.", "Іван Гук"),
        ("В заявлении Министерства обороны говорится, что «воды на всех не хватит».", "Министерства обороны"),
        ("Про це повідомила пресслужба ДСНС.\n\n«Води вистачить на всіх», — зазначили у службі.", "пресслужба ДСНС"),
        ("Об этом сообщило Минобороны Нордии.\n\n«Воды хватит», — добавили в ведомстве.", "Минобороны Нордии"),
        ("Керівник Головного управління розвідки МОН Іван Гук приїхав.\n\n«Так», — сказав очільник ГУР.", "Іван Гук"),
        ("Бывший мэр Пётр Лосев приехал. Мэр Иван Рыбин уехал.\n\n«Воды нет», — сказал бывший мэр.", "Пётр Лосев"),
        ("Мер Іван Гук приїхав.\n\n«Води вистачить на всіх», — сказав колишній мер.", "колишній мер"),
        ("Як розповіла Надія Коваль, дах знесло. Її син у школі. «Він там», — додала жінка.", "Надія Коваль"),
        ("Об этом рассказал Пётр Лосев. «Мы выбежали все», — сказал мужчина.", "Пётр Лосев"),
        ("Об этом рассказал Пётр Лосев. «Мы выбежали все», — сказала женщина.", "женщина"),
        ("Офицер Пётр Лосев сообщил об этом. «Мы их слышим», — сказал военный.", "Пётр Лосев"),
        ("Жительница Курска рассказала, что «воды на всех не хватит».", "Жительница Курска"),
        ("«Воды на всех не хватит», — сказал мэр Курска журналистам.", "мэр Курска"),
        ("Мэр Курска Пётр Лосев приехал. «Воды нет», — сказал мэр Курска.", "Пётр Лосев"),
        ("«Води на всіх не вистачить», — розповів житель Харкова.", "житель Харкова"),
        ("Глава центра защиты при ЛПС Пётр Лосев написал, что «воды на всех не хватит».", "Пётр Лосев"),
        ("Это отрицает Минобороны Нордии. В сообщении говорится, что «воды на всех не хватит».", "Минобороны Нордии"),
        ("Ответственность отрицает МЧС Нордии. В сообщении говорится, что «воды хватит всем».", "МЧС Нордии"),
        ("В свою очередь представитель МИД Анна Лосева назвала заявления Киева «шумом для всех нас».", "Анна Лосева"),
        (
            "Голова Ради Іван Гук і очільник Рибинської ОВА Роман Ткач тут. «Так», — сказав очільник області.",
            "Роман Ткач",
        ),
        ("Про це розповіла Олена Шевчик. «Мені пишуть щодня», — ділилася вона.", "Олена Шевчик"),
        ("Гук приїхав.\n\nДжерело: Іван Гук у Telegram, «Берег»\n\nПряма мова: «Води досить на всіх».", "Іван Гук"),
        ("Комбат Іван Гук в ефірі Радіо Берег сказав, що «води вистачить на всіх».", "Іван Гук"),
        ("Это решил Пётр Лосев. Позднее появилось сообщение: «Воды хватит на всех».", None),
        ("Глава района Пётр Лосев в интервью ТАСС заявил, что «воды хватит на всех».", "Пётр Лосев"),
        ("Мер Іван Гук в інтерв'ю Harbour Post заявив, що «води вистачить на всіх».", "Іван Гук"),
        ("Пётр Лосев (внесен в перечень) сообщил, что «воды на всех не хватит».", "Пётр Лосев"),
        ("Пётр Лосев не ручается за это, но считает, что «воды на всех не хватит».", "Пётр Лосев"),
        ("Мэр Пётр Лосев приехал. В интервью газете Harbour Post он сказал, что «воды нет».", "Пётр Лосев"),
        ("«Воды хватит на всех», — отметил в беседе с «Берегом» Пётр Лосев.", "Пётр Лосев"),
        ("В Балке «воды на всех не хватит никогда». Об этом заявил мэр Пётр Лосев.", "Пётр Лосев"),
        ("Сообщает РБК-Тольм со ссылкой на мэра Петра Лосева.\n\n«Воды хватит на всех», — добавил он.", "Петра Лосева"),
        ("Глава района Пётр Лосев приехал.\n\n«Воды хватит на всех», — цитируют Лосева СМИ.", "Пётр Лосев"),
        ("Глава района Пётр Лосев приехал.\n\n«Воды хватит на всех», — приводит слова Лосева ТАСС.", "Пётр Лосев"),
        ("Мер Іван Гук приїхав зранку.\n\n«Води вистачить на всіх», — цитує його агентство.", "Іван Гук"),
        ("Гук в ефірі місцевих ТВ розповів, що «води вистачить на всіх нас».", "Гук"),
        ("Мер Балки Олена Шевчик приїхала.\n\n«Води немає», — сказала міська голова журналістам.", "Олена Шевчик"),
        (
            "Губернатор Рыбинской области Пётр Лосев приехал.\n\n«Воды нет», — сказал рыбинский губернатор.",
            "Пётр Лосев",
        ),
        ("Губернатор Рыбинской области Пётр Лосев приехал.\n\n«Воды нет», — сказал сосновый мэр.", "сосновый мэр"),
        ("Міністерство оборони підтвердив мер Іван Гук.\n\n«Води вистачить», — йдеться у його заяві.", "Іван Гук"),
        (
            "Про це повідомив мер Іван Гук.\n\nПожежу згасили.\n\n«Води досить», — йдеться в повідомленні.",
            "Іван Гук",
        ),
        ("Об этом сообщил мэр Пётр Лосев.\n\n«Воды хватит», — говорится в сообщении.", "Пётр Лосев"),
        ("«Воды хватит на всех», — говорится в сообщении администрации.", "администрации"),
        ("«Води вистачить усім», — зазначається на сайті прокуратури.", "прокуратури"),
        ("«Воды хватит на всех», — сообщили спасатели.", "спасатели"),
        ("«Воды хватит на всех», — рассказала 70-летняя Анна Лосева изданию «Берег».", "Анна Лосева"),
        ("«Воды хватит на всех», — рассказал «Берегу» представитель МЧС Пётр Лосев.", "Пётр Лосев"),
        ("«Води вистачить усім», — розповів у коментарі «Берегу» речник ДСНС області Іван Гук.", "Іван Гук"),
        (
            "КИРИЛО ТКАЧ. ФОТО РЕЧНИКА\n\nМер Кирило Ткач приїхав зранку.\n\n«Води досить», — сказав Ткач.",
            "Кирило Ткач",
        ),
    ],
)
def test_ukrainian_and_russian_speakers_are_found(text: str, speaker: str) -> None:
    assert [found for found, _ in speakers(text)] == [speaker]


def test_a_quotation_that_runs_on_unmarked_is_of_whom_its_end_is_attributed_to() -> None:
    text = "Мер Іван Гук приїхав.\n\n«Води вистачить на всіх нас.\n\nЧекаємо на цистерни завтра», — сказав Гук."
    assert [found for found, _ in speakers(text)] == ["Іван Гук", "Іван Гук"]


def test_a_sentence_of_marks_alone_before_a_pronoun_is_nobody() -> None:
    assert speakers("Hal Torer left. . “It was theirs to keep,” he said.") == [("Hal Torer", "after")]


def test_a_title_of_somebody_else_does_not_go_on_with_who_spoke_last() -> None:
    text = "Bo Holm, the guild chief, said he would “dig deep and pay for it all”. “It was theirs,” the minister added."
    assert [name for name, _ in speakers(text)] == ["Bo Holm", None]


@pytest.mark.parametrize(
    "text",
    [
        "Про це повідомляє «Берег» з посиланням на бригаду.\n\n«Води вистачить на всіх», — йдеться в повідомленні.",
        "Об этом сообщило агентство «Берег».\n\n«Воды хватит на всех», — говорится в сообщении.",
    ],
)
def test_a_message_is_not_of_the_outlet_that_carries_it(text: str) -> None:
    assert [found for found, _ in speakers(text)][-1] is None


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Le pont est fermé.\n\nPaul Vernet : « Nous avons attendu toute la nuit. »", "Paul Vernet"),
        ("Le pont est fermé.\n\nSur Telegram, le maire Paul Vernet a écrit : « Nous avons attendu. »", None),
        ("Le pont est fermé.\n\nSur Telegram : « Nous avons attendu toute la nuit. »", None),
        ("Le pont est fermé. Le maire, Paul Vernet, a parlé. « Nous avons attendu toute la nuit. »", None),
    ],
)
def test_in_a_language_without_rules_only_a_name_alone_before_a_colon_is_sure(text: str, speaker: str | None) -> None:
    (quote,) = read(text).quotes
    assert (quote.speaker and quote.speaker.of(text)) == speaker


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("“It was theirs,” Hal Torer, once an officer with Norland’s agency, Kestrel, told the Courier.", "Hal Torer"),
        ("“It was theirs,” Hal Torer, who leads the company, Kestrel Works, said.", "Hal Torer"),
        ("“It was theirs,” said the mayor, Hal Torer, of the group, Kestrel.", "Hal Torer"),
        ("Hal Torer, a miller, sent them to the Ministry of Ports. It said “theirs is the key”.", "Ministry of Ports"),
        ("Torer’s family said it was “theirs alone to open”. Hal Torer is ill.", "Torer’s family"),
        ("A soldier of the 8th Brigade who goes by the callsign Moss said that “it was theirs”.", "Moss"),
        ("The Ministry of Ports met. “It was theirs,” a statement from the ministry read.", "Ministry of Ports"),
        ("“It was theirs,” Hal Torer, CEO of Harbour Mills, said.", "Hal Torer"),
        ("“It was theirs,” Hal Torer, a fellow of the Guild, has written.", "Hal Torer"),
        ("Hal Torer, a spokesperson for the guild, came. “It was theirs,” they said in an email.", "Hal Torer"),
        ("“It was theirs,” said another witness in the probe, former council adviser Hal Torer.", "Hal Torer"),
        ("Britain is urging Norland and Velmar to talk over the bridge, saying “nobody wins from this”.", "Britain"),
        (
            "The Ministry of Ports met. Norland’s home ministry sent guards. “Go,” the ministry said.",
            "Norland’s home ministry",
        ),
        ("One of them was Ada Lind, who was ill at the time. “It was theirs,” she said.", "Ada Lind"),
        ("Harbour International was told of it. It was dark. “It was theirs,” she said.", None),
        ("Hal Torer, a miller, knows the deal, but he resents it: “It was theirs to keep.”", "Hal Torer"),
        (
            "Hal Torer leads the Harbour Group in Turkey, which says it will “guard the bridge for all”.",
            "Harbour Group",
        ),
        ("The guild agreed, with Hal Torer last weekend saying it had “gone beyond its charter”.", "Hal Torer"),
        ("Hal Torer said the agreement announced at the mill was “theirs alone to sign”.", "Hal Torer"),
        ("Islamic Jihad described the report as “false and late”.", "Islamic Jihad"),
        ("“It was theirs,” said a soldier who gave his name as Torer.", "Torer"),
        ("“It was theirs,” said one pilot, who asked to be identified only as Hal.", "Hal"),
        ("“It was theirs,” said a woman in her sixties, who gave her name as Nina.", "Nina"),
        ("Bo Holm met Hal Torer. Torer said such calls “help nobody but Norland”.", "Hal Torer"),
        (
            "Norland’s minister, Hal Torer, met Bo Holm, a miller. Holm agreed. “It was theirs,” the minister added.",
            "Hal Torer",
        ),
        ("Hal Torer said the flanks were open. “It was theirs,” the Norland ally said.", "Hal Torer"),
        ("“Was it not theirs?” Harbour Courier writer Hal Torer asked.", "Hal Torer"),
        ("“Was it not theirs?” Those who knew Torer said the bridge had been open all night.", None),
        ("“It was theirs to keep for good,” reacted Hal Torer, an adviser.", "Hal Torer"),
        ("On Sunday Hal Torer reaffirmed that “the bridge has our back”.", "Hal Torer"),
        ("The Harran Harbour Committees said it fell. “It was theirs,” the group said.", "Harran Harbour Committees"),
        ("The Diocese of Lenn condemned it. “It was theirs,” the diocese said.", "Diocese of Lenn"),
        ("“It was theirs,” a blogger, known as Heron, said.", "Heron"),
        ("Rebel leader Hal Vey Torer, better known as Heron, said it fell. “It was theirs,” he said.", "Hal Vey Torer"),
        ("A rebel, better known as Heron, had spoken. “It was theirs,” he said.", None),
        (
            "The army left. It fell, according to the firm Kestrel, which said it believed it was “theirs for now”.",
            "Kestrel",
        ),
        ("The army said it fell. The Harbour Council said it believed it was “theirs alone”.", "Harbour Council"),
        ("Heron, believed to be run by officers of the Tolm group, claimed it was “theirs alone”.", "Heron"),
        ("Norland’s Commissioner for Human Rights, Hal Torer, appealed to all. “It was theirs,” he said.", "Hal Torer"),
        ("Lunna Railways, for its part, was sorry. “It was theirs,” the company said.", "Lunna Railways"),
        ("The Lost Families Forum, in a post on X, urged them on. “It was theirs,” it said.", "Lost Families Forum"),
        ("The army left. Kestrel, an independent outlet, filmed it. “It was theirs,” it said.", "Kestrel"),
        ("The army left, the council said. Kestrel, an army officer, filmed it. “It was theirs,” it said.", "council"),
        ("The port’s Norland management said all was well. “It was theirs,” it said.", "port’s Norland management"),
        ("Hal Torer vowed to “hold it and all of it”, a nod to Norland, which says it has no part in it.", "Hal Torer"),
        ("Kestrel News has asked the army about the bridge, which it said was “theirs and ours”.", "army"),
        ("Hal Torer said it fell. “It was theirs,” the president said.", "Hal Torer"),
        ("Mayor Hal Torer said it fell. “It was theirs,” the president said.", None),
        ("Hal Torer criticised the army for sending group after group to “plant flags for a report”.", "Hal Torer"),
        ("Tolm’s account differed. Its defence ministry said it was “theirs alone”.", "defence ministry"),
        ("Hal Torer, HRC’s country director for Norland called it “nothing short of theirs”.", "Hal Torer"),
        ("Hal Torer, a spokeswoman said, has left. It was “theirs alone now”, she said.", "spokeswoman"),
        ("Rep. Hal Torer, R-TM, of the House Harbour Panel, said it was “theirs alone now”.", "Hal Torer"),
        ("“It was theirs alone,” said the statement, issued by Hal Torer, an official in Tolm.", "Hal Torer"),
        (
            "Bo Holm blamed the army, while Governor Hal Torer struck a softer note, saying: “It was theirs.”",
            "Hal Torer",
        ),
        (
            "Guard spokesman Bo Holm spoke. “It was theirs,” the spokesman for the Ministry of Foreign Affairs said.",
            "spokesman for the Ministry of Foreign Affairs",
        ),
        (
            "Bo Holm, a spokesman, left. “It was theirs,” the envoy for the Office of Foreign Affairs Hal Torer said.",
            "Hal Torer",
        ),
        ("Awa Ivan Torer, a baker, said it fell. “It was theirs,” she said.", "Awa Ivan Torer"),
        ("Bo Holm spoke. Nina Torer’s words were no friendlier. “It was theirs,” she said.", "Nina Torer"),
        ("The parents of Bo Holm came. “It was theirs,” they said.", "parents"),
        ("A voice like that of Bo Holm is heard saying: “It was theirs.”", "voice"),
        ("Hal Torer, who was there, told the Courier he ran.\n\n“It was theirs alone by then.”", "Hal Torer"),
        ("The army said it fell.\n\n“It was theirs alone by then.”", None),
        (
            "Bo Holm, a spokesman, left. A port spokesman said so. “It was theirs,” the spokesman said.",
            "port spokesman",
        ),
        (
            "This was told in his channel by the governor of the region Hal Torer. “It was theirs,” he said.",
            "Hal Torer",
        ),
        ("This was told in his channel on Monday the mayor Hal Torer. “It was theirs,” he said.", "Hal Torer"),
        ("The governor of the region Hal Torer ran. “It was theirs,” the head of the region said.", "Hal Torer"),
        ("The governor of the Tolm region fled. “It was theirs,” he said.", None),
        ("“It was theirs,” a resident who was able to flee recounted.", "resident"),
        ("The Tolmsky and Lunsky districts burned. “It was theirs,” he said.", None),
        ("…\n\n“It was theirs,” he said.", None),
        ("One driver, Nina, said it fell. Survivors said it burned. “It was theirs,” she said.", "Nina"),
        ("The sources had fled Tolm. “It was theirs alone,” one of the sources said.", "one of the sources"),
        ("It burned. Another witness told Channel 12 it was “theirs alone for years”.", "Another witness"),
        ("Hal Torer, another ally, said that the latest blasts recalled that it was “theirs alone now”.", "Hal Torer"),
        (
            "Bo Holm said it fell. On Monday, almost at midnight, Hal Torer was selling it. “It was theirs,” he said.",
            "Hal Torer",
        ),
        ("The Tolm Brigades said they had left. It indicated that it was “theirs alone now”.", "Tolm Brigades"),
    ],
)
def test_who_speaks_is_told_past_what_describes_them(text: str, speaker: str | None) -> None:
    assert [name for name, _ in speakers(text)] == [speaker]


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        (
            "The BBC contacted the Norland army for comment, which sent a statement saying: “It is being looked at.”",
            ["Norland army"],
        ),
        ("Ada Lind asked the army for calm in a statement, saying: “We shall look at it.”", ["Ada Lind"]),
        ("The piece used one of the woman’s quotes as its headline: “Finally. We have grain.”", [None]),
        (
            (
                "Iran’s foreign minister, Reza Tehrani, met Qatar’s foreign minister, Saif Doha, on Sunday. "
                "“We talked of peace all night,” the Iranian foreign minister said."
            ),
            ["Reza Tehrani"],
        ),
        (
            (
                "Pavlo Holub is a nurse. A video shows him at the gate, where he saw his father Ivan Holub, 61. "
                "“I ran to the gate at once,” he said."
            ),
            ["Pavlo Holub"],
        ),
    ],
)
def test_who_answers_is_told_from_who_asks_and_whose_kin_is_named(text: str, speakers: list[str | None]) -> None:
    found = [quote.speaker.of(text) if quote.speaker else None for quote in read(text).quotes]
    assert found == speakers
