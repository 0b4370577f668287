"""Title, outlet and lead."""

import pytest

from digests.reading import read

LEAD = "The bridge at Tolm reopened to traffic on Saturday, six weeks after shelling brought down its middle span."


def lead(text: str) -> str | None:
    reading = read(text)
    return reading.lead and reading.lead.of(text)


@pytest.mark.parametrize(
    "dateline",
    [
        "TOLM, June 2 (Harbour Wire) - ",
        "TOLM, Northland (HW) — ",
        "TOLM — ",
        "TOLM, July 14. /HARBOUR/. ",
        "Tolm (HW) – ",
        "Tolm, Northland – ",
        "TOLM/BRENN, June 2 (HW) - ",
        "NORTH BRENN - ",
        "ON THE RIVER NEAR TOLM, Northland — ",
        "TOLM. June 2 (HW) - ",
        "ТОЛЬМ, 5 апр. — ",
        "ТОЛЬМ, 5 квітня 2030 – ",
        "TOLM (hcw) - ",
        "Тольм. 31 мая. HARBOUR.RU - ",
        "Тольм. 5 квітня. ГАВАНЬ-НОВИНИ – ",
        "KHARKIV: ",
        "ХАРКІВ: ",
    ],
)
def test_a_dateline_is_cut_off(dateline: str) -> None:
    assert lead(f"{dateline}{LEAD}\n\nMore follows.") == LEAD


def test_a_sentence_that_begins_behind_a_place_and_a_dash_has_a_dateline() -> None:
    words = "The old bridge was shut overnight and three people were taken to hospital, the mayor said."
    assert lead(f"Old Tolm — {words}\n\nMore follows.") == words


@pytest.mark.parametrize(
    "text",
    [
        "NATO — the alliance of thirty states — said on Saturday that the bridge at Tolm was open again.",
        "Tolm — Brenn's older and larger sister on the river — has its bridge back, the mayor said on Saturday.",
        "BREAKING: The bridge at Tolm was open again on Saturday, the mayor of the town said in the evening.",
    ],
)
def test_what_is_no_place_or_an_aside_is_no_dateline(text: str) -> None:
    assert lead(f"{text}\n\nMore follows.") == text


def test_a_paragraph_above_the_byline_is_the_summary() -> None:
    summary = "Drivers queue for hours to cross the bridge as its middle span is replaced."
    assert lead(f"Bridge at Tolm reopens\n\n{summary}\n\nBy Ada Lind\n\n{LEAD}\n\nMore follows.") == LEAD
    assert lead(f"{LEAD}\n\n{summary}\n\nMore of it follows below.\n\nBy Ada Lind") == LEAD


def test_the_agency_of_a_dateline_is_the_outlet() -> None:
    text = f"TOLM, June 2 (Harbour Wire) - {LEAD}"
    outlet = read(text).outlet
    assert outlet is not None
    assert outlet.of(text) == "Harbour Wire"


@pytest.mark.parametrize(
    "line",
    ["© 2030 Harbour Courier", "Copyright 2029-2030 Harbour Courier. All rights reserved.", "(c) 2030 Harbour Courier"],
)
def test_who_holds_the_copyright_is_the_outlet(line: str) -> None:
    text = f"{LEAD}\n\n{line}"
    outlet = read(text).outlet
    assert outlet is not None
    assert outlet.of(text) == "Harbour Courier"


def test_a_photographer_is_no_outlet() -> None:
    assert read(f"{LEAD}\n\n© Tom Ruiz/Harbour Pictures").outlet is None


@pytest.mark.parametrize(
    "before",
    [
        "Bridge at Tolm reopens after six weeks",
        "By Ada Lind",
        "• Bridge reopens after six weeks of repairs, with drivers queueing for hours.",
        "Drivers wait at the bridge on Saturday morning. Photograph: Tom Ruiz/Example Images",
        "June 2, 2024 10:41 AM",
    ],
)
def test_what_stands_before_the_lead_is_not_the_lead(before: str) -> None:
    assert lead(f"{before}\n\n{LEAD}\n\nMore follows here.") == LEAD


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Мости закрито на ніч\nАрмія обстрілює міста.\nПро це повідомив мер Іво Терек, передає агентство з міста.",
            "Армія обстрілює міста.",
        ),
        (
            (
                "Мости закрито на ніч\n\nУдень армія обстріляла Тольму, унаслідок чого є поранені, у тому числі діти. "
                "Про це повідомив мер Терек у Телеграм\n\n«Десять людей лікують у міській лікарні», – написав Терек."
            ),
            "Удень армія обстріляла Тольму, унаслідок чого є поранені, у тому числі діти.",
        ),
        (
            (
                "Фото: Ада Лінд / Getty Images У Тольмі вночі закрили міст через обстріл, повідомив мер Іво Терек. "
                "Людей з берега вивели до школи на горі, поїзди зупинили до ранку, а рада зібралася до світанку, щоб "
                "вирішити, де взяти воду, хліб і ковдри для тих, хто втратив дім.\n\nНаступна рада – у понеділок."
            ),
            "У Тольмі вночі закрили міст через обстріл, повідомив мер Іво Терек.",
        ),
    ],
)
def test_the_lead_is_what_the_next_sentence_says_who_told(text: str, found: str) -> None:
    assert (lead(text) or "").startswith(found)


def test_a_heading_that_stands_twice_is_no_lead_for_want_of_prose() -> None:
    heading = "Reports of a blast near the port of Tolm appeared on Monday. The mayor denies it"
    text = f"{heading}\n\n{heading}\n\nMayor Ada Lind said that there was no blast and that the port works as ever"
    assert (lead(text) or "").startswith("Mayor")


def test_the_story_begins_where_its_heading_stands_once_more_below_a_summary() -> None:
    heading, summary = "Bridge at Tolm reopens to traffic", "Traffic is back on the bridge after six long weeks."
    assert lead(f"{heading}\n\n{summary}\n\n{heading}\n\nThe bridge\n\n{LEAD}\n\nMore follows here.") == LEAD


def test_a_short_second_sentence_belongs_to_the_lead() -> None:
    assert lead(f"{LEAD} Traffic was heavy.\n\nMore follows.") == f"{LEAD} Traffic was heavy."


def test_a_first_paragraph_that_holds_the_whole_story_yields_its_first_sentence() -> None:
    rest = "The ministry said the span had been built twice as wide. It thanked the engineers, who worked at night."
    assert lead(f"{LEAD} {rest}\n\nMore follows.") == LEAD


def test_a_part_of_the_site_that_stands_at_both_ends_of_the_page_is_no_title() -> None:
    text = f"War on the river\n\nBridge at Tolm reopens\n\n{LEAD}\n\nMore follows.\n\nTags\n\nWar on the river"
    title = read(text).title
    assert title is not None
    assert title.of(text) == "Bridge at Tolm reopens"
    twice = f"War on the river\n\nWar on the river\n\n{LEAD}\n\nMore follows."
    assert (first := read(twice).title) is not None
    assert first.of(twice) == "War on the river"


def test_a_title_is_only_what_stands_apart_as_one() -> None:
    titled = f"Bridge at Tolm reopens\n\n{LEAD}"
    title = read(titled).title
    assert title is not None
    assert title.of(titled) == "Bridge at Tolm reopens"
    assert read(LEAD).title is None
    assert read(f"{LEAD}\n\nMore follows.").title is None


@pytest.mark.parametrize("line", ["Bridge at Tolm reopens", "Bridge at Tolm reopens | Harbour Courier"])
def test_a_title_stands_below_the_parts_of_the_site_and_before_its_name(line: str) -> None:
    text = f"Home\nVelmar\n{line}\n\n{LEAD}\n\nMore follows."
    title = read(text).title
    assert title is not None
    assert title.of(text) == "Bridge at Tolm reopens"
    assert lead(text) == LEAD


def test_a_lead_needs_no_spaces_between_its_words() -> None:
    assert (
        lead("托尔姆大桥周六重新开放，该部表示，经过六周的维修。\n\n更多消息。")
        == "托尔姆大桥周六重新开放，该部表示，经过六周的维修。"
    )


@pytest.mark.parametrize("end", ["", " https://t.example/aBc"])
def test_a_post_above_the_story_is_neither_title_nor_lead(end: str) -> None:
    post = f"We are open again, and nobody was hurt in all the days of work on the bridge.{end}"
    text = f"{post}\n\n— Ada Lind (@adalind) June 2, 2030\n\n{LEAD}\n\nMore follows."
    assert lead(text) == LEAD
    assert read(text).title is None
    assert post not in [item.span.of(text) for item in read(text).removed]
