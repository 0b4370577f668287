"""Telegram mentions: found, owned, matched, tied to quotes, and told from what only looks like one."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.data import Registry, registry
from digests.model import Link, Mention, Proof, Quote, Span
from digests.reading import read
from digests.reading.channels import find
from digests.reading.channels.links import handles_in, links_in
from digests.reading.document import Document
from digests.reading.languages import detect, language

REGISTRY = registry()


def document(text: str, code: str | None = None, links: tuple[Link, ...] = ()) -> Document:
    lines = re.finditer(r"[^\n]+", text)
    return Document.of(text, language(code or detect(text)), [Span(*line.span()) for line in lines], links)


def mentions(text: str, code: str | None = None, on: date | None = None) -> tuple[Mention, ...]:
    return find(document(text, code), quoted(text), REGISTRY, on=on)[0]


def quoted(text: str, *speakers: str) -> tuple[Quote, ...]:
    """Return the stretches in typographic marks as quotes; the n-th is said by the n-th of `speakers`."""
    found = []
    for number, match in enumerate(re.finditer(r"[“«]([^”»]*)[”»]", text)):
        name = speakers[number] if number < len(speakers) else ""
        at = text.find(name)
        span = Span(match.start(1), match.end(1))
        speaker = Span(at, at + len(name)) if name else None
        found.append(Quote(span=span, sentence=document(text).sentences_over(span), whole=True, speaker=speaker))
    return tuple(found)


def owners(text: str, code: str | None = None) -> list[str | None]:
    return [item.owner.of(text) if item.owner else None for item in mentions(text, code)]


@pytest.mark.parametrize(
    ("text", "owner", "channel"),
    [
        ("On his Telegram channel Sunday, Mayor Ivo Terek said the lights were on.", "Ivo Terek", None),
        ("Mayor Ivo Terek took to Telegram to urge calm.", "Ivo Terek", None),
        ("Mayor Ivo Terek posts on Telegram that two people died.", "Ivo Terek", None),
        ("Ada Ternova, head of the Lunna council, posts on Telegram: “Six fell.”", "Ada Ternova", None),
        ("The mayor of Lunna, Ada Ternova, said in a statement posted on Telegram that two died.", "Ada Ternova", None),
        ("Ada Ternova, head of the Lunna council, said this via Telegram.", "Ada Ternova", None),
        ("In a statement posted on Telegram, the Lunna Council said a case was opened.", "Lunna Council", None),
        ("Ada Ternova, in a video posted to her Telegram account, called for calm.", "Ada Ternova", None),
        ("The bridge fell, said Ada Ternova, the mayor, in a Telegram post.", "Ada Ternova", None),
        ("“We stay,” Ada Ternova wrote on the Telegram messaging app.", "Ada Ternova", None),
        ("Ivo Terek came at noon. Later, he wrote on Telegram that it was calm.", "Ivo Terek", None),
        ("The dam held, according to a Telegram post by Ada Ternova.", "Ada Ternova", None),
        ("Prime Minister Ivo Terek posted a video on his Telegram channel from a café in Lunna.", "Ivo Terek", None),
        (
            "Ivo Terek, First Vice Chairman of the Committee on Harbour Policy, wrote on his Telegram channel that.",
            "Ivo Terek",
            None,
        ),
        ("The Night Heron Telegram channel reported a fire.", "Night Heron", None),
        ("Pro-war Telegram channel Night Heron claimed the town had fallen.", "Night Heron", None),
        ("Among them was the Nochnaya Vyp (night heron) Telegram channel, followed by many.", "Nochnaya Vyp", None),
        ('The "General Heron" Telegram channel, known for rumours, said he was ill.', "General Heron", None),
        ("“He is gone,” said Grey Owl, a militia-linked Telegram channel with many readers.", "Grey Owl", None),
        ("Grey Owl, a popular pro-war Telegram channel run by an officer, said the dam had fallen.", "Grey Owl", None),
        ("“We stay,” the mayor, Ada Ternova, said in a post to the messaging app Telegram.", "Ada Ternova", None),
        ("Ada Ternova, the Lunna ministry’s spokeswoman, in a Telegram post mocked the talks.", "Ada Ternova", None),
        ("Boil the water, warned the head of the Lunna council, Ada Ternova, on Telegram.", "Ada Ternova", None),
        ("Ada Ternova wrote on Telegram of “sabotage”; the army did not comment.", "Ada Ternova", None),
        ("The news outlet Night Heron, citing its sources, reported on Telegram that six died.", "Night Heron", None),
        ("Lunnaatom, the country’s power company, said on Telegram that a line was cut.", "Lunnaatom", None),
        ("The Sable Brigades, Lunna’s armed wing, said on Telegram they had fired.", "Sable Brigades", None),
        ("Ada Ternova in her nightly address said on Telegram that it was calm.", "Ada Ternova", None),
        ("The guild denied Terek’s statements on Telegram.", "Terek", None),
        (
            'The "Heron" Battalion, which holds Lunna, claimed on its Telegram channel it was safe.',
            '"Heron" Battalion',
            None,
        ),
        ("The city council’s channel on Telegram published a photo.", "city council", None),
        ("The Lunna brigade, which was raised last year, said on Telegram it was safe.", "Lunna brigade", None),
        ("Terek’s brigade published the video on its Telegram channel.", "Terek’s brigade", None),
        ("The fire was out, Ukraine’s State Emergency Service said via Telegram.", None, "dsns_telegram"),
        ("Russia’s Defense Ministry said in a Telegram post Saturday that it had moved.", None, "mod_russia"),
        ("Ukraine shot down six drones, the Air Force reported via Telegram.", None, "kpszsu"),
        ("The Rybar Telegram channel said the bridge was hit.", None, "rybar"),
        ("Poland’s Air Force said on Telegram that it had scrambled jets.", "Poland’s Air Force", None),
        ("Мер Лунни Іво Терек написав у своєму Telegram-каналі, що світло є.", "Іво Терек", None),
        ("Про це повідомляє Генштаб ЗСУ у своєму телеграм-каналі.", None, "generalstaffzsu"),
        ("«Усе буде добре», – написав у Telegram президент Зеленський.", None, "v_zelenskiy_official"),
        ("Мэр Лунны Иво Терек сообщил в своем телеграм-канале, что пострадавших нет.", "Иво Терек", None),
        ("Телеграм-канал «Ночная выпь» опубликовал видео.", "Ночная выпь", None),
        ("Об этом мэр Лунны Иво Терек сообщил в своём Telegram-канале.", "Иво Терек", None),
        ("Ада Терновая в вечернем обращении сообщила в Telegram, что свет есть.", "Ада Терновая", None),
        ("Иво Терек в записи, опубликованной в телеграм-канале его пресс-службы, сказал, что жив.", "Иво Терек", None),
        ("Официальный представитель совета Ада Терновая написала об этом в Telegram.", "Ада Терновая", None),
        ("Ада Терновая обратила на это внимание в телеграм-канале.", "Ада Терновая", None),
        ("Сообщает «Берег» со ссылкой на Telegram главы Рыбинской ОВА Ивана Лосева.", "Ивана Лосева", None),
        ("Сообщает «Берег» со ссылкой на Telegram-канал старосты села Ивана Лосева.", "Ивана Лосева", None),
        ("Армия обстреляла порт, заявил представитель группы Хазем Касем в Telegram-канале.", "Хазем Касем", None),
        ("Минобороны РФ сообщило в Telegram, что сбито двенадцать беспилотников.", None, "mod_russia"),
    ],
)
def test_a_mention_is_tied_to_its_owner(text: str, owner: str | None, channel: str | None) -> None:
    found = mentions(text)
    assert [item.channel for item in found] == [channel]
    assert found[0].proof is (Proof.KNOWN if channel else Proof.NOT_LISTED)
    assert found[0].owner is not None
    if owner:
        assert found[0].owner.of(text) == owner


@pytest.mark.parametrize(
    "text",
    [
        "Join us on Telegram for daily updates.",
        "Follow our Telegram channel.",
        "Photo: State Emergency Service of Ukraine via Telegram",
        "Smoke over the port of Lunna. (Lunna Council/Telegram via Reuters)",
        "Photo: Telegram / @V_Zelenskiy_official",
        "Share this: Facebook Twitter Telegram WhatsApp",
        "Telegram said it would remove the channel.",
        "Pavel Durov, who founded Telegram, said he was free.",
        "The government said it would ban Telegram.",
        "Ada Ternova did not respond to a request for comment on Telegram.",
        "The Daily Telegraph said the bridge was hit.",
        "Ada Ternova said on X that the bridge was hit.",
        "Senators wrote to Facebook, Twitter and Telegram, Ada Lind said.",
        "Videos circulating on Telegram showed smoke.",
        "Several pro-war Telegram channels claimed the town had fallen.",
        "A Lunna-affiliated milblogger claimed on Telegram that the town had fallen.",
        "A Lunna-affiliated milblogger criticised the Sable Brigade on Telegram for the lack of shells.",
        "The army, which posts its news on Telegram, did not respond to questions about Lunna.",
        "Підписуйтесь на наш Telegram-канал!",
        "Подписывайтесь на наш телеграм: https://t.me/night_heron",
        "Власти замедлили Telegram по всей стране.",
    ],
)
def test_what_only_looks_like_a_mention_is_none(text: str) -> None:
    assert mentions(text) == ()


@pytest.mark.parametrize(
    ("link", "handle", "post"),
    [
        ("https://t.me/night_heron/56", "night_heron", 56),
        ("t.me/night_heron", "night_heron", None),
        ("http://www.t.me/s/night_heron", "night_heron", None),
        ("https://t.me/%73/night_heron/4", "night_heron", 4),
        ("https://telegram.me/night_heron/12?single", "night_heron", 12),
        ("telegram.dog/night_heron", "night_heron", None),
        ("https://t.me:443/night_heron/3", "night_heron", 3),
        ("https://t.me/night_heron/7/99", "night_heron", 99),
        ("https://night_heron.t.me/5", "night_heron", 5),
        ("tg://resolve?domain=night_heron&post=7", "night_heron", 7),
        ("tg://resolve?domain=night_heron", "night_heron", None),
    ],
)
def test_all_forms_of_public_links_are_read(link: str, handle: str, post: int | None) -> None:
    text = f"see ({link}), or not"
    (address,) = links_in(text)
    assert (address.handle, address.post) == (handle, post)
    assert address.span.of(text) == link


@pytest.mark.parametrize(
    "link",
    [
        "https://t.me/c/123456/7",
        "https://t.me/+AbCdEf",
        "https://t.me/joinchat/AbCdEf",
        "https://t.me/share/url?url=x",
        "https://t.me/proxy?server=x",
        "https://t.me/addstickers/heron",
        "https://t.me/iv?url=x",
        "ada@t.me/heron_x",
        "https://example.org/t.me/heron_x",
        "tg://join?invite=x",
    ],
)
def test_private_links_and_reserved_words_are_no_channels(link: str) -> None:
    assert list(links_in(link)) == []


def test_an_address_in_an_email_is_no_handle() -> None:
    assert [item.handle for item in handles_in("ada@heron.org, @night_heron, @abc")] == ["night_heron"]


def test_a_linked_post_is_the_exact_post_of_the_phrase_beside_it() -> None:
    text = "The Rybar Telegram channel said the bridge was hit (https://t.me/rybar/77)."
    (mention,) = mentions(text)
    assert (mention.proof, mention.channel, mention.handle, mention.post) == (Proof.EXACT_POST, "rybar", "rybar", 77)


def test_a_footnotes_link_belongs_to_the_sentence_with_its_number() -> None:
    text = "Rybar claimed an advance near the dam.[2]\nNothing else moved.\n[2] https://t.me/rybar/77"
    (mention,) = mentions(text, "en")
    assert mention.proof is Proof.EXACT_POST
    assert mention.sentence.of(text).startswith("Rybar claimed")
    assert mention.owner is not None
    assert mention.owner.of(text) == "Rybar"


def test_a_handle_beside_the_word_telegram_is_linked() -> None:
    text = "Ada Ternova (@ada_ternova on Telegram) said the talks go on."
    (mention,) = mentions(text)
    assert (mention.proof, mention.handle, mention.channel) == (Proof.LINKED, "ada_ternova", None)
    assert mention.owner is not None
    assert mention.owner.of(text) == "Ada Ternova"


def test_a_hyperlink_of_the_page_counts_as_a_link() -> None:
    text = "Ada Ternova wrote on Telegram that it was calm."
    link = Link(Span(text.index("wrote"), text.index(" that")), "https://t.me/ada_ternova/9")
    (mention,), _, _ = find(document(text, links=(link,)), (), REGISTRY)
    assert (mention.proof, mention.handle, mention.post) == (Proof.EXACT_POST, "ada_ternova", 9)


def test_a_former_governor_is_not_the_sitting_one() -> None:
    text = "The Donetsk governor said on Telegram that two people had died."
    assert [item.channel for item in mentions(text, on=date(2022, 7, 1))] == ["pavlokyrylenko_donoda"]
    assert [item.channel for item in mentions(text, on=date(2026, 7, 1))] == [None]


def test_the_full_name_elsewhere_decides_whom_a_surname_means() -> None:
    text = "Andrei Medvedev came late. Nobody was hurt, Medvedev wrote on Telegram."
    (mention,) = mentions(text)
    assert mention.channel is None
    assert mention.owner is not None
    assert mention.owner.of(text) == "Andrei Medvedev"


def test_a_quote_in_the_sentence_and_what_the_speaker_adds_are_tied_to_the_mention() -> None:
    text = (
        "“We stay,” Mayor Ada Ternova wrote on Telegram. “All of us.”\n"
        "“The bridge is open,” she added.\n"
        "“Nobody asked me,” said Ivo Terek."
    )
    quotes = quoted(text, "Ada Ternova", "Ada Ternova", "Ada Ternova", "Ivo Terek")
    found, _, tied = find(document(text), quotes, REGISTRY)
    assert len(found) == 1
    assert [quote.mention for quote in tied] == [0, 0, 0, None]


def test_a_quote_of_somebody_else_in_the_sentence_is_not_tied() -> None:
    text = "“We stay,” Ivo Terek told state TV, while Ada Ternova said on Telegram that it was calm."
    _, _, tied = find(document(text), quoted(text, "Ivo Terek"), REGISTRY)
    assert [quote.mention for quote in tied] == [None]


@pytest.mark.parametrize(
    ("text", "platforms"),
    [
        ("The count rose, it said in its daily update, posted to Twitter.", ("Twitter",)),
        ("The office said in a post on X: we wait. The navy said on Facebook it was safe.", ("X", "Facebook")),
        ("She wrote on Truth Social and on Instagram.", ("Truth Social", "Instagram")),
        ("Senators urged Facebook to act.", ()),
        ("Follow us on Facebook.", ()),
        ("Мер написав на своїй сторінці у Facebook.", ("Facebook",)),
    ],
)
def test_other_platforms_are_named_and_are_no_channels(text: str, platforms: tuple[str, ...]) -> None:
    found, others, _ = find(document(text), (), REGISTRY)
    assert found == ()
    assert others == platforms


PIECES = st.sampled_from(
    [
        "Telegram", " on Telegram", "Telegram-канал", "his", " said ", "wrote", ", ", ". ", "\n", "“", "”", "(", ")",
        "Ada Ternova", "Rybar", "the ministry", "’s ", "s’ ", "https://t.me/rybar/7", "@rybar", "[1]", "in a ",
        "channel", "which ", "according to ", "he ", "у ", "в своем ", "«", "»", "написав ", "The ", "X", "on ",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(), st.sampled_from(["en", "uk", "ru", "und"]))
def test_every_span_lies_in_the_text_whatever_the_text(text: str, code: str) -> None:
    quotes = quoted(text)
    found, _, tied = find(document(text, code), quotes, REGISTRY)
    assert [quote.span for quote in tied] == [quote.span for quote in quotes]
    assert all(quote.mention is None or 0 <= quote.mention < len(found) for quote in tied)
    for mention in found:
        for span in filter(None, (mention.span, mention.sentence, mention.owner)):
            assert 0 <= span.start < span.end <= len(text)
        assert (mention.channel is None) == (mention.proof is Proof.NOT_LISTED) or mention.handle
        assert mention.post is None or mention.proof is Proof.EXACT_POST


@pytest.mark.parametrize(
    "unit", ["Telegram ", "he said on Telegram that ", "https://t.me/rybar/1 ", "a’s (", "Ada Bo "]
)
def test_a_hostile_text_costs_no_more_than_its_length(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    assert len(find(document(text, "en"), (), Registry(REGISTRY))[0]) <= 500


def test_a_link_over_several_sentences_belongs_to_its_first_and_one_without_words_to_none() -> None:
    text = "Ada Ternova, the mayor, said that the bridge was open. It had been shut."
    url = "https://t.me/example_post/12"
    wide = Link(Span(text.index("that"), len(text) - 1), url)
    (mention,) = find(document(text, links=(wide,)), (), REGISTRY)[0]
    assert mention.span.of(text) == "that the bridge was open."
    icon = Link(Span(wide.span.start, wide.span.start), url)
    assert find(document(text, links=(icon,)), (), REGISTRY)[0] == ()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("The dam held, according to a Telegram post by Ada Ternova.", "by"),
        ("Ada Ternova wrote on Telegram that the dam held.", "subject"),
        ("Writing on Telegram, the mayor, Ada Ternova, said the dam held.", "subject after"),
        ("Дамба вистояла, йдеться у дописі громади «Лунна» в Telegram.", ""),
        ("Дамба вистояла, йдеться у дописі бригади в Telegram.", "paper"),
        ("The video appeared on Lunna Brigade’s Telegram channel.", "possessor"),
        ("Telegram channel Night Heron said the dam held.", "named channel"),
        ("A Telegram channel close to the militia said the dam held.", "described channel"),
        ("Night Heron, a military channel on Telegram, said the dam held.", "apposition"),
        ("The dam held, Ada Ternova said (https://t.me/ternova_demo/7).", "link, subject"),
        ("The dam held, Ada Ternova said.[1]\n[1] https://t.me/ternova_demo/7", "footnote, subject"),
        ("The dam held, Ada Ternova said (Telegram: @ternova_demo).", "handle, subject"),
    ],
)
def test_a_mention_tells_its_rule(text: str, rule: str) -> None:
    assert [mention.rule for mention in mentions(text)][:1] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In comments on Telegram, Ivo Terek called the strike a crime.", ["Ivo Terek"]),
        ("Ivo Terek — the mayor of Lunna — wrote on Telegram that they stay.", ["Ivo Terek"]),
        ("That was how Ivo Terek, the mayor, put it in a Telegram post on Monday.", ["Ivo Terek"]),
        ("A post on Ivo Terek’s Telegram channel said that two had died.", ["Ivo Terek"]),
        ("The Lunna Brigade, in a Telegram statement, denied it.", ["Lunna Brigade"]),
        ("According to the Telegram channel of Ivo Terek, two died.", ["Ivo Terek"]),
        ("Two died, as reported by Ivo Terek on Telegram.", ["Ivo Terek"]),
        ("A video released by the Lunna Brigade on Telegram showed the dam.", ["Lunna Brigade"]),
        ("Ivo Terek, writing on his Telegram channel, said two had died.", ["Ivo Terek"]),
        ("Ivo Terek wrote on X and Telegram that two had died.", ["Ivo Terek"]),
        ("The Lunna Brigade’s evening report, published on Telegram, said two had died.", ["Lunna Brigade"]),
        ("The Lunna General Staff said on Telegram that two had died.", ["Lunna General Staff"]),
        ("Harbour Wire quoted Ivo Terek as saying on Telegram that two had died.", ["Ivo Terek"]),
        ("Ivo Terek wrote on Telegram and Facebook that two had died.", ["Ivo Terek"]),
        ("Platforms such as Facebook and Telegram were slow on Monday, Ivo Terek said.", []),
        ("Мэр Иван Терек написал в Facebook и Telegram, что сгорели два дома.", ["Иван Терек"]),
        ("It was confirmed by Ivo Terek, head of the council, who said on Telegram that two had died.", ["Ivo Terek"]),
        ("In a message released on his press service’s Telegram channel, Ivo Terek said two had died.", ["Ivo Terek"]),
        ("Ivo Terek said in a late-night Telegram update that two had died.", ["Ivo Terek"]),
        ("The independent Telegram news channel Astra Nova reported two dead.", ["Astra Nova"]),
        ("Telegram channels Night Heron and Grey Owl reported two dead.", ["Night Heron", "Grey Owl"]),
        ("Телеграм-каналы «Ночная выпь» и «Серая сова» сообщили о взрывах.", ["Ночная выпь", "Серая сова"]),
        ("A blogger, who goes by Night Heron, said on Telegram that it was over.", ["Night Heron"]),
        ("Ukrainian Railways said via Telegram that trains were late.", ["Ukrainian Railways"]),
        ("Sons of the Hill, a small armed group, claimed the attack on its Telegram account.", ["Sons of the Hill"]),
        ("Про вибухи написав у Telegram мер Лунни Іван Терек.", ["Іван Терек"]),
        ("Мер Іван Терек у своєму Telegram-каналі написав, що світло є.", ["Іван Терек"]),
        ("За даними телеграм-каналу «Нічна чапля», згоріли два будинки.", ["Нічна чапля"]),
        ("Как сообщил Иван Терек в Telegram, сгорели два дома.", ["Иван Терек"]),
        ("Видео опубликовал телеграм-канал Astra Nova.", ["Astra Nova"]),
        ("Об этом говорится в телеграм-канале областного правительства.", ["областного правительства"]),
        ("Ada Lind, his colleague, had written on Telegram that two had died.", ["Ada Lind"]),
        ("Night Heron, a pro-harbour military Telegram channel, said two had died.", ["Night Heron"]),
        ("Night Heron, a Russian Telegram channel, said two had died.", ["Night Heron"]),
        (
            "The Sons of the Hill said in a note circulated on its Telegram channels that two died.",
            ["Sons of the Hill"],
        ),
        ("The footage spread on her friends’ Telegram channels, Ada Lind said.", []),
        ("Ada Lind told her followers on Telegram that two had died.", ["Ada Lind"]),
        ("The Lunna Port Council explained to its readers on Telegram that two died.", ["Lunna Port Council"]),
        (
            "The Lunna Defence Forces shot. In a note on its Telegram channel the military said so.",
            ["Lunna Defence Forces"],
        ),
        ("Lunna Railways was sorry. Trains ran, the company said on its Telegram channel.", ["Lunna Railways"]),
        ("Lunna Railways was sorry. It burned, the military said on its Telegram channel.", ["military"]),
        ("Trains ran, the company said on its Telegram channel.", []),
        ("Ada Lind claimed that the army seized Tolm and posted footage to Telegram.", ["Ada Lind"]),
        ("Ada Lind said the army had left and wrote on Telegram that it was over.", ["Ada Lind"]),
        ("The army had left, on Telegram that was known.", []),
        (
            "The Lunna Centre for Peace, part of the Port and Harbour Council, said on Telegram it fell.",
            ["Lunna Centre for Peace"],
        ),
        ("The LPC did not comment. Its Telegram channel on Monday carried a video of the bridge.", ["LPC"]),
        ("Ada Lind denied it. Her Telegram channel showed the bridge.", ["Ada Lind"]),
        ("Ada Lind denied it. Her Telegram channel was closed.", []),
        ("The statement was made by the Lunna Port Council on Telegram, Harbour Wire reports.", ["Lunna Port Council"]),
        ("Ada Lind wrote in a note published by her office on Telegram that it fell.", ["Ada Lind"]),
        ("The orders were posted on Telegram and X by Ada Lind, a spokeswoman.", ["Ada Lind"]),
        ("Ada Lind left. Tom Ruiz told Lind, who published it on her Telegram channel, that it fell.", ["Ada Lind"]),
        ("Мэр Иво Терек написал об этом. Позднее в его телеграм-канале появилось фото.", ["Иво Терек"]),
        ("Kestrel denied it. In a long note on its Telegram channel, the group called for calm.", ["Kestrel"]),
        ("It was claimed by the Coast Front, which said on Telegram that it was revenge.", ["Coast Front"]),
        ("It came from Ada Lind, the governor of Tolm, who shared it through her Telegram channel.", ["Ada Lind"]),
        ("It came from Ada Lind, who shared the details on Telegram.", ["Ada Lind"]),
        ("Coast Command, writing on Telegram, said two had died.", ["Coast Command"]),
        ("Its spokesman posted on the Coast Front Telegram that the guards had left.", ["Coast Front"]),
        ("It was seen by all on the Ukrainian Telegram on Monday.", []),
        ("Night Heron, one of Norland’s most popular military Telegram channels, showed it.", ["Night Heron"]),
        ("Ada Lind’s post on Telegram said two had died.", ["Ada Lind"]),
        ("A soldier told the 'Caution, Heron' Telegram channel that it was over.", ["Caution, Heron"]),
        ("This was announced in her Telegram channel on Monday the mayor of the city Ada Lind.", ["Ada Lind"]),
        ("Telegram said two had died.", []),
        ("Журналістка Ада Ліндова публікувала у своєму Telegram-каналі списки.", ["Ада Ліндова"]),
        ("Военкор Ада Линдова сообщала в своем телеграм-канале о жалобах.", ["Ада Линдова"]),
        ("Як передає «Берег», про це в Telegram повідомив мер Лунни Іво Терек.", ["Іво Терек"]),
        ("Как передаёт «Берег», об этом в Telegram сообщил мэр Лунны Иво Терек.", ["Иво Терек"]),
        ("За даними Портової служби, оприлюдненими в Telegram, згоріли два будинки.", ["Портової служби"]),
        ("У ЛПС уточнили, що пожежі немає. Відомство оприлюднило відео у своєму Telegram-каналі.", ["ЛПС"]),
        ("В МЧС Лунны уточнили, что пожара нет. Видео ведомство опубликовало в Telegram.", ["МЧС Лунны"]),
        ("Ada Lind, who is accused by aid groups of it, posted a video on Telegram.", ["Ada Lind"]),
        ("It is over, Ada Lind, the head of the port’s military administration said on Telegram.", ["Ada Lind"]),
        ("Lunna’s port council, separate from the city council, said on Telegram it fell.", ["Lunna’s port council"]),
        (
            "The Night Heron channel, closely linked to the army, published it on Telegram on Monday.",
            ["Night Heron channel"],
        ),
        ("Close to the river, the Lunna Port Council said on Telegram, nobody was hurt.", ["Lunna Port Council"]),
        ("It was not so, with Ada Lind soon denying the claim on her official Telegram channel.", ["Ada Lind"]),
        ("Ada Lind claimed that it fell in a video message that was broadcast on Telegram.", ["Ada Lind"]),
        ("On Telegram writes the mayor of the city, Ada Lind.", ["Ada Lind"]),
        ("The founder of the Telegram channel Night Heron wrote that it fell.", ["Night Heron"]),
        ("Ada Lind also praised it in a post she shared on her own Telegram.", ["Ada Lind"]),
        ("Ada Lind wrote on Telegram from exile that it fell.", ["Ada Lind"]),
        ("It came from a Telegram post by the health minister, Ada Lind, who put the toll at 12.", ["Ada Lind"]),
        ("The port prosecutor’s office opened a case. It said on Telegram it fell.", ["port prosecutor’s office"]),
        ("It was on the Telegram channel of the 3rd Harbour Brigade.", ["3rd Harbour Brigade"]),
        ("Ukrainian Telegram account Night Heron is a source of stories.", ["Night Heron"]),
        ("According to the Telegram channel General XQZ, two men died.", ["General XQZ"]),
        ("On the Telegram channel of the Lunna prosecutor’s office, it was two.", ["Lunna prosecutor’s office"]),
        ("It has but one source: the odd Telegram account known as Night Heron.", ["Night Heron"]),
        ("It hit a tank, the Lunna Brigades, the armed wing of Kestrel, said on Telegram.", ["Lunna Brigades"]),
        ("All is clear, read a message from the Lunna Port Council on Telegram.", ["Lunna Port Council"]),
        ("Telegram channels close to the police, including Baza and Shot, wrote of a search.", ["Baza", "Shot"]),
        ("Президентка Ада Терек підписала указ, про що повідомила у Telegram.", ["Ада Терек"]),
        ("Президент Иво Терек подписал указ, о чём сообщил в Telegram.", ["Иво Терек"]),
        ("Про це пише Telegram-канал «Берег» з посиланням на своїх підписників.", ["Берег"]),
    ],
)
def test_whose_channel_is_told_by_the_words_around_it(text: str, found: list[str]) -> None:
    assert owners(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "The governor, Ada Lind, has 50,000 followers on her Telegram channel.",
        "Police in Lunna arrested the administrator of a Telegram channel that had published soldiers’ addresses.",
        "The recruits were contacted on Telegram by a man who called himself Viktor, prosecutors said.",
        "Residents share air raid warnings in Telegram groups.",
        "The suspect, Ivo Terek, sent the coordinates via Telegram to his handler, the SBU said.",
        "Lind deleted her Telegram account in May.",
        "Ada Lind wrote it in a note to the council and not on Telegram, where she usually posts.",
        "Got a story? Write to our reporter @ternova_demo on Telegram.",
        "Telegram: @lunna_demo | X: @lunna_demo",
        "Reporters who wrote to the port company on Telegram got no answer.",
        "Gulls over Lunna on Tuesday. (Lunna Port Council via Telegram)",
        "The court fined Ada Ternova for a post on her Telegram channel.",
        "Contacted via Telegram, Ivo Terek said he was in Poland.",
        "Ivo Terek told Reuters via Telegram that he had left the town.",
        "Speaking by phone and on Telegram, three soldiers described the retreat.",
        "A soldier, who spoke to the Ledger over Telegram, said there was no water.",
        "Ukraine’s parliament voted to limit the use of Telegram by officials.",
        "Rumours spread quickly on Telegram that the dam had failed.",
        "Images shared on Telegram showed smoke over the plant.",
        "Video posted on social media, including Telegram, showed the blast.",
        "Unconfirmed reports on Russian Telegram channels said the town had fallen.",
        "For more, see our Telegram channel.",
        "An account on Telegram posing as Ada Lind urged the army to surrender.",
        "A fake Telegram channel of the mayor, Ada Lind, said the town had fallen.",
        "The army hit the convoy after a tip made through the messaging app Telegram, Ada Lind said.",
        "The founder of Telegram channel Night Heron was held at the airport of Lunna.",
        "Local Telegram Channels and Media told of heavy fighting.",
        "Lind personally launched the popular “Two Herons” channel on Telegram.",
        "The port company denied the information disseminated on the Telegram platform about a strike.",
        "Bloggers on the Telegram social media site posted pictures of the fire.",
        "Norland monitoring channels on Telegram reported drones.",
        "A channel on the Telegram messenger, Night Heron, has become what many read.",
        "Фейковий телеграм-канал мера Івана Терека повідомив, що місто впало.",
        "Фейковый телеграм-канал мэра Ивана Терека сообщил, что город пал.",
        "Ternova, who runs a popular Telegram channel, was arrested on Monday.",
        "The ministry launched a chatbot in Telegram for those who want to surrender.",
        "Мешканці повідомляють у місцевих телеграм-каналах про вибухи.",
        "В Telegram распространили видео взрыва.",
        "Обвиняемый переписывался с куратором в Telegram, сообщили в ФСБ.",
        "На телеграм-канал мэра Ивана Терека подписаны 50 тысяч человек.",
        "Терека задержали за пост в телеграм-канале.",
        "Министерство запустило чат-бот в Telegram.",
        "Обвиняемый Иван Терек переписывался с куратором в Telegram.",
        "Иван Терек рассказал «Берегу» в переписке в Telegram, что уехал.",
        "Суд оштрафовал Аду Тернову за публикацию в своем Telegram-канале.",
        "Поліція затримала адміністратора телеграм-каналу, який публікував адреси.",
        "Міністерство запустило чат-бот у Telegram.",
        "Завербували його через Telegram, повідомили в СБУ.",
        "У Терека 50 тисяч підписників у Telegram.",
        "Мер Іван Терек не відповів на повідомлення в Telegram.",
    ],
)
def test_what_only_has_to_do_with_telegram_is_no_mention(text: str) -> None:
    assert not mentions(text)


NAMED = "Mayor Ivo Terek wrote on Telegram that the bridge was shut. "


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (NAMED + "Ada Ternova said in a later post on the messaging app that it was open.", "en"),
        (NAMED + "Ada Ternova said on the same app that it was open.", "en"),
        ("Мер Іво Терек написав у Telegram, що міст закрито. Ада Тернова повідомила в месенджері, що відкрито.", "uk"),
    ],
)
def test_the_messaging_app_is_the_platform_that_was_named(text: str, code: str) -> None:
    assert [name and name.split()[0] for name in owners(text, code)][1:] in (["Ada"], ["Ада"])


@pytest.mark.parametrize(
    "text",
    [
        "Ada Ternova said in a post on the messaging app that it was open.",
        NAMED + "WhatsApp was down. Ada Ternova said in a post on the messaging app that it was open.",
        NAMED + "Ada Ternova said the train stood on the platform.",
    ],
)
def test_any_other_app_is_not(text: str) -> None:
    assert "Ada Ternova" not in owners(text)


def test_several_channels_may_be_named_before_the_noun() -> None:
    text = "The Night Heron and Grey Owl Telegram channels published a video of the blast."
    assert owners(text) == ["Night Heron", "Grey Owl"]
    assert owners("Russian and Ukrainian Telegram channels published a video of the blast.") == []


def test_a_role_on_a_channel_is_whom_the_quotation_beside_it_gives() -> None:
    text = (
        "The governor of the Lunna region, Ivo Terek, came on Friday. "
        "“We tell you what we know of the fire,” the governor said on his Telegram channel."
    )
    [mention] = read(text).mentions
    assert mention.owner is not None
    assert mention.owner.of(text) == "Ivo Terek"


@pytest.mark.parametrize(
    ("text", "channels"),
    [
        (
            NAMED + "Zelenskyy was in Lunna. The president posted on Telegram that it was shut.",
            [None, "v_zelenskiy_official"],
        ),
        (NAMED + "The president posted on Telegram that it was shut.", [None, None]),
        (NAMED + "Kharkiv governor Oleh Syniehubov wrote on his channel that it was open.", [None, "synegubov"]),
        (
            "Мер Іво Терек писав у Telegram. Олег Синєгубов написав у своєму каналі, що міст відкрито.",
            [None, "synegubov"],
        ),
        (NAMED + "Ada Ternova wrote on her channel that it was open.", [None]),
        (NAMED + "Ada Ternova said so on YouTube. Oleh Syniehubov wrote on his channel that it was open.", [None]),
        ("Oleh Syniehubov wrote on his channel that it was open. " + NAMED, [None]),
    ],
)
def test_an_office_and_a_channel_not_named_again_are_those_of_the_registry(
    text: str, channels: list[str | None]
) -> None:
    code = "uk" if "написав" in text else "en"
    assert [item.channel for item in mentions(text, code)] == channels


def test_what_is_quoted_says_nothing_about_the_call() -> None:
    text = "“He did not come home,” Ada Lind posted on Telegram, and “we did not respond” to it."
    found = find(document(text), quoted(text), REGISTRY)[0]
    assert [item.owner.of(text) for item in found if item.owner] == ["Ada Lind"]


def test_his_channel_in_a_sentence_without_a_subject_is_whose_words_it_quotes() -> None:
    text = "В сообщении, опубликованном в его телеграм-канале, говорится, что «воды хватит». Так решил Иво Терек."
    found = find(document(text, "ru"), quoted(text, "Иво Терек"), REGISTRY)[0]
    assert [item.owner.of(text) for item in found if item.owner] == ["Иво Терек"]


@pytest.mark.parametrize(
    ("text", "channels"),
    [
        ("Ada Lind wrote on Telegram. The Rybar and WarGonzo channels disagreed.", ["rybar", "wargonzo"]),
        ("Ада Лінд написала в Telegram. Про це пишуть канали «Рибар» і Baza.", ["rybar", "bazabazon"]),
        ("Ада Линд написала в Telegram. Каналы «Рыбарь» и Baza пишут обратное.", ["rybar", "bazabazon"]),
        ("Ada Lind wrote on Telegram. The BBC and CNN channels were off air.", []),
    ],
)
def test_listed_channels_are_known_where_the_platform_was_named_before(text: str, channels: list[str]) -> None:
    assert [item.channel for item in mentions(text)[1:]] == channels


def test_a_name_between_marks_in_the_sentence_before_names_no_channel() -> None:
    text = "Ada Lind was asked of it on Telegram: “Night Heron”\nTelegram channel"
    assert all(mention.sentence.start <= mention.span.start for mention in mentions(text))


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("As for the Stone River Brigades, it said on Telegram that the bridge held.", ["Stone River Brigades"]),
        ("As for Ada Lind, she wrote on Telegram that the bridge held.", ["Ada Lind"]),
        ("Another hard night awaits, ”writes Mayor Ada Lind on Telegram. The mill is open.", ["Ada Lind"]),
        ("Telegram sources said that the bridge held.", []),
        ("Про це у середу повідомляє Telegram-канал Сірий ворон.", ["Сірий ворон"]),
        ("За даними телеграм-каналу Річкова варта, міст цілий. Рада збереться в понеділок.", ["Річкова варта"]),
        ("Об этом сообщает Telegram-канал Серая цапля. Подробности уточняются.", ["Серая цапля"]),
        ("Телеграм-канал Терека закрито. Про це повідомили в раді.", []),
        ("Телеграм-канал Bereg.news уточняет, что горит склад. Город без света.", ["Bereg.news"]),
        ("Об этом в Telegram сообщил глава районной администрации (РА) Иван Терехин. Мост закрыт.", ["Иван Терехин"]),
        ("Глава края Иван Терехин приехал в Telegram-канале «Берег», пишут люди.", ["Берег"]),
        ("Глава Озёрска Иван Терехин разместил в Telegram-канале обращение. Город без света.", ["Иван Терехин"]),
        ("Порт горить, пише газета з посиланням на Baza. Як стверджує Telegram-канал, склад палає.", ["Baza"]),
        ("Порт горить, пише газета з посиланням на Раду. Як стверджує Telegram-канал, склад палає.", []),
        ("Губернатор Иван Терехин назвал итоги. Их он приводит в своем телеграм-канале.", ["Иван Терехин"]),
        ("Важные сообщения о дорогах читайте на канале Берег в Telegram. Совет соберётся в понедельник.", []),
    ],
)
def test_what_names_the_owner_may_stand_before_behind_or_in_two_words(text: str, owners: list[str]) -> None:
    assert [mention.owner and mention.owner.of(text) for mention in read(text).mentions] == owners


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("Про обстріл повідомив міський голова Ігор Терех у своєму ТГК.", ["Ігор Терех"]),
        ("Про обстріл повідомив міський голова Ігор Терех у ТГ-каналі.", ["Ігор Терех"]),
        ("Золочівська ТГ зазнала обстрілу, повідомив голова Іван Сухий.", []),
        ("ТГК-1 повысила выручку, сообщил директор завода Иван Сухов.", []),
        ("«Удар был», — написал мэр Озёрска Игорь Терехин в telegram. Город без света.", ["Игорь Терехин"]),
        ("Почта press@telegram, сайт https://telegram.org/apps. Об этом сообщил мэр Озёрска.", []),
        ("Телеграм-канали пишуть про дим. «Завод палає другу годину», – пише канал «Сірий Ворон».", ["Сірий Ворон"]),
        ("Телеграм-каналы пишут о дыме. «Завод горит второй час», – сообщает канал «Берег».", []),
        ("У Telegram пишуть про дим. Є відео на YouTube. «Завод палає», – написав канал «Сірий Ворон».", []),
        ("«Завод палає», – пише канал «Сірий Ворон». У Telegram про дим пишуть.", []),
        ("Телеграм-канали пишуть про дим. «Завод палає», – йдеться в дописі на каналі «Сірий Ворон».", ["Сірий Ворон"]),
        ("У повідомленні на телеграм-каналі Терека уточнюється, що завод горить.", ["Терека"]),
    ],
)
def test_telegram_is_named_in_short_and_channels_by_what_they_do(text: str, owners: list[str]) -> None:
    found = read(text).mentions
    assert [mention.owner and mention.owner.of(text) for mention in found] == owners


def test_the_channel_that_writes_is_the_one_named_before() -> None:
    text = "За даними Telegram-каналу «Ворон», горить склад. Людей вивели. «Склад палає з ночі», – пише канал."
    quote = read(text).quotes[0]
    assert (quote.speaker and quote.speaker.of(text), quote.mention) == ("Ворон", 0)


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("The flag was raised in Ashton. Telegram @nightheron/via REUTERS. The mill is open.", []),
        ("Ada Lind spoke of a newly established Telegram channel named ‘Night Heron’ for those who ask.", []),
        ("Ada Lind has launched a Telegram channel called Night Heron for those who ask.", []),
        ("The movement 1KODA, which mocks Ivo Terek, the head of Norland, has said so on Telegram.", ["1KODA"]),
        ("The movement Black River, which mocks Ivo Terek, head of Norland, said so on Telegram.", ["Black River"]),
        ("Regional head Ada Lind captioned photos of the ruins shared to her official Telegram.", ["Ada Lind"]),
        ("Ada Lind, writing on her own Telegram channel rather than the ministry's, called it a lie.", ["Ada Lind"]),
        (
            "The Free Legion and the Norland Corps each claimed it on their Telegram channels.",
            ["Free Legion", "Norland Corps"],
        ),
        ("The mayor and the Norland Corps said on their Telegram channels that it was lost.", ["Norland Corps"]),
    ],
)
def test_owners_are_told_from_credits_foundings_and_whom_they_speak_of(text: str, owners: list[str]) -> None:
    found = [mention.owner.of(text).removeprefix("movement ") for mention in read(text).mentions if mention.owner]
    assert found == owners


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("Independent Telegram news channel Night Heron identified the driver as a miller.", ["Night Heron"]),
        ("Night Heron Telegram channel identified the driver as a miller.", ["Night Heron"]),
        ("Ada Lind, the mayor, responded to the strike with a one-word Telegram post: “Cowards.”", ["Ada Lind"]),
        ("“It burned.” This was announced in Telegram the head of the Tolm Administration Ada Lind.", ["Ada Lind"]),
        ("Ivo Terek praised a Telegram article by Deputy Minister Ada Lind.", ["Ada Lind"]),
        ("Ada Lind began with a Telegram channel of her own.", []),
        (
            "The Norland Council said it burned; the Kestrel media centre, on Telegram, denied it.",
            ["Kestrel media centre"],
        ),
    ],
)
def test_owners_stand_where_a_post_is_answered_announced_or_written_by(text: str, owners: list[str]) -> None:
    assert [mention.owner.of(text) for mention in read(text).mentions if mention.owner] == owners


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("Голова ради Іво Терек вважає, що міст цілий, про це він написав у своєму «Telegram»-каналі.", ["Іво Терек"]),
        ("Глава совета Иво Терек считает, что мост цел, об этом он написал в своём телеграм-канале.", ["Иво Терек"]),
        ("Ada Lind said that the mill had burned, and later she wrote on Telegram that it was lost.", ["Ada Lind"]),
        ("Ivo Terek came. Ada Lind said that it burned, and he wrote on Telegram that it was lost.", ["Ivo Terek"]),
        ("The mill, said Ada Lind, had burned. He wrote on Telegram that it was lost.", []),
        ("Об этом говорится в сводке бригады «Цапля», опубликованной в Telegram.", ["Цапля"]),
        ("В совете Озёрска в ответ на запрос в Telegram пояснили, что мост цел. Мэр Иво Терек молчит.", []),
        ("More news – in the telegram channel “Ashton 24”. Subscribe! The mill is open, said Ada Lind.", []),
    ],
)
def test_he_may_be_the_subject_of_the_sentence_and_a_report_somebodys(text: str, owners: list[str]) -> None:
    assert [mention.owner.of(text) for mention in read(text).mentions if mention.owner] == owners


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("Ada Lind, in a late-night video posted to Telegram from Ashton, thanked the Congress.", ["Ada Lind"]),
        ("The bridge held, according to a Telegram post from Ada Lind.", ["Ada Lind"]),
        ("The US-sanctioned Telegram channel Night Heron shared the same clip.", ["Night Heron"]),
        ("Several other milbloggers, including Rybar and Two Majors, said so on Telegram.", ["Rybar", "Two Majors"]),
        ("The mayor of Ashton and Rybar said so on Telegram.", ["Rybar"]),
    ],
)
def test_places_and_adjectives_own_nothing_and_of_several_listed_each(text: str, owners: list[str]) -> None:
    assert [mention.owner.of(text) for mention in read(text).mentions if mention.owner] == owners


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        (
            "Министерство портов Норланда доложило в своем Telegram-канале об обстреле.",
            ["Министерство портов Норланда"],
        ),
        (
            "Про це в Telegram повідомили міський голова Іво Терек та заступниця голови Ада Лінд.",
            ["Іво Терек", "Ада Лінд"],
        ),
        ("Об этом в Telegram сообщили мэр Иво Терек и глава совета Ада Линд. Мост цел.", ["Иво Терек", "Ада Линд"]),
        ("Про це в Telegram повідомив міський голова Іво Терек та подякував Аді Лінд.", ["Іво Терек"]),
        ("Видео опубликовали несколько тольмских телеграм-каналов, в том числе оппозиционный Heron.", ["Heron"]),
        ("Відео показали кілька телеграм-каналів, зокрема «Сірий Ворон» і «Чапля».", ["Сірий Ворон", "Чапля"]),
        ("Видео опубликовали несколько телеграм-каналов, в том числе в Тольме.", []),
        ("Суд вынес приговор по делу о беспорядках в телеграм-канале «Цапля». Мост цел.", []),
        ("Росіяни в Telegram пишуть про приліт в Ештоні. Рада мовчить.", []),
        ("Президент Іво Терек прибув. Є поранені, — написав глава держави у Telegram.", ["Іво Терек"]),
        ("Жители в телеграме жалуются на дым. Совет молчит, сообщил мэр.", []),
    ],
)
def test_owners_in_ukrainian_and_russian_of_all_forms_of_verbs_two_together_and_no_crowds(
    text: str, owners: list[str]
) -> None:
    assert [mention.owner.of(text) for mention in read(text).mentions if mention.owner] == owners


def test_z_channels_are_known_where_telegram_was_named() -> None:
    text = "Ада Линд написала в Telegram. Z-канал «Рыбарь» раскритиковал её."
    assert [item.channel for item in mentions(text, "ru")[1:]] == ["rybar"]


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("Про це Telegram написав командувач Іво Терек. Рада мовчить.", ["Іво Терек"]),
        ("Об этом сообщает telegram-канал 112. Подробности уточняются.", ["112"]),
        ("«Он жив», — уточнили в telegram-канале 112 со ссылкой на источник.", ["112"]),
        ("Телеграм-канал 24 июня сообщил о дыме. Мост цел, сообщил мэр.", []),
        ("У раді відреагували: речниця Ада Лінд у Telegram-каналі назвала санкції безглуздими.", ["Ада Лінд"]),
        ("Голова ЦВК у відповідь на допис у Telegram спростував чутки. Рада мовчить.", []),
        ("Канал «Цапля» в Telegram публиковал похожее видео. Совет молчит, сообщил мэр.", ["Цапля"]),
    ],
)
def test_channels_by_numbers_behind_colons_and_named_once(text: str, owners: list[str]) -> None:
    assert [mention.owner.of(text) for mention in read(text).mentions if mention.owner] == owners


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("Є загиблий, повідомив у середу голова Тольмської ОВА Іво Терек у Telegram, пише «Берег».", ["Іво Терек"]),
        ("Є загиблий, повідомив у середу, 5 березня, мер Іво Терек у Telegram.", ["Іво Терек"]),
        ("По данным телеграм-каналов Heron и ЦАПЛЯ-НОВОСТИ, он написал заявление.", ["Heron", "ЦАПЛЯ-НОВОСТИ"]),
        ("По данным телеграм-каналов «Цапля» и Тольма, мост цел. Совет молчит.", ["Цапля"]),
        ('Его комментарий размещен в телеграм-канале пресс-службы компании "Берег".', ["Берег"]),
        (
            "Як повідомили в Telegram у Головному управлінні розвідки, підірвано міст.",
            ["Головному управлінні розвідки"],
        ),
        ("Об этом сообщили в телеграме в МЧС. Подробности уточняются, сказал мэр.", ["МЧС"]),
        ("«Мост наш», — заявил Иво Терек на кадрах, опубликованных его пресс-службой в Telegram.", ["Иво Терек"]),
    ],
)
def test_owners_in_ukrainian_and_russian_behind_dates_prepositions_and_lists(text: str, owners: list[str]) -> None:
    assert [mention.owner.of(text) for mention in read(text).mentions if mention.owner] == owners


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("Деталі в Telegram розповів очільник Тольмської ОВА Іво Терек. Рада мовчить.", ["Іво Терек"]),
        ("Удар підтвердили в раді: у своєму Telegram-каналі відомство назвало ціль складом.", ["відомство"]),
        ("Тереков в Telegram подтвердил удар. Совет молчит, сообщили горожане.", ["Тереков"]),
        ("О сбитых дронах мэр Тольмы Иво Терек сообщал в Telegram семь раз.", ["Иво Терек"]),
        ("У Тольмі мер Іво Терек повідомив у Telegram про вибухи. Рада мовчить.", ["Іво Терек"]),
        ("У Тольмі Іван Терех повідомив у Telegram про вибухи. Рада мовчить.", ["Іван Терех"]),
    ],
)
def test_things_own_nothing_and_places_and_topics_may_stand_before_who_does(text: str, owners: list[str]) -> None:
    assert [mention.owner.of(text) for mention in read(text).mentions if mention.owner] == owners


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("Наслідки удару / © Іво Терек в Telegram\n\nРада мовчить, сказав мер.", []),
        (
            "Про це повідомив віцепрем'єр з відновлення — міністр розвитку громад та територій Іван Терек у Telegram.",
            ["Іван Терек"],
        ),
        ("Проєкт «Хочу жити» оприлюднив у Telegram списки. Рада мовчить, сказав мер.", ["Проєкт «Хочу жити»"]),
    ],
)
def test_credits_long_titles_and_projects(text: str, owners: list[str]) -> None:
    assert [mention.owner.of(text) for mention in read(text).mentions if mention.owner] == owners


@pytest.mark.parametrize(
    "text",
    [
        "Президент Лидии Виктор За's рин прибыл. Об этом глава государства сообщил в Telegram. Мост цел.",
        "У Тольмі Іво Терек На повідомив у Telegram про вибухи. Рада мовчить, сказав мер.",
    ],
)
def test_a_name_broken_off_names_somebody_or_nobody(text: str) -> None:
    assert all(mention.owner is None or mention.owner.of(text) for mention in read(text).mentions)
