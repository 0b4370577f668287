"""Setting news apart from what surrounds it."""

import pytest

from digests.reading.clean import clean

NEWS = "The bridge at Tolm reopened on Saturday after six weeks of repairs, and drivers queued for hours to cross it."


def removed(text: str) -> list[tuple[str, str]]:
    return [(item.rule, item.span.of(text)) for item in clean(text).removed]


def kept(text: str) -> list[str]:
    return [span.of(text) for span in clean(text).paragraphs]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("Sept. 10, 202200:26", "time stamp"),
        ("27 Jul 2022 14.48", "time stamp"),
        ("Updated at 17.50 BST", "time stamp"),
        ("10 червня 2024, 14:30", "time stamp"),
        ("Sign up to our free daily newsletter – every weekday morning", "promotion"),
        ("JOIN US ON TELEGRAM! Follow our coverage on the @example_channel.", "promotion"),
        ("Підпишіться на наш канал", "promotion"),
        ("Подписывайтесь на наш телеграм", "promotion"),
        ("Advertisement", "promotion"),
        ("Photograph: Ada Lind/Example Images", "photo credit"),
        ("Smoke rises over the port. Tom Ruiz/Getty Images", "photo credit"),
        ("Фото: пресслужба громади", "photo credit"),
        ("(Reporting by Ada Lind; Editing by Tom Ruiz)", "credits"),
        ("© 2024 Example News. All rights reserved.", "credits"),
        ("By Ada Lind and Tom Ruiz", "byline"),
        ("4 min read", "byline"),
        ("Read also: Ten bridges to cross", "see also"),
        ("Читайте також: Десять мостів", "see also"),
        ("Key Takeaways", "heading"),
        ("* * *", "ornament"),
    ],
)
def test_lines_that_are_not_news_are_set_aside_by_name(line: str, rule: str) -> None:
    text = f"{NEWS}\n\n{line}\n\n{NEWS.replace('Tolm', 'Brenn')}"
    assert removed(text) == [(rule, line)]


@pytest.mark.parametrize(
    "line",
    [
        "“Sign up, they told me, and I signed,” the recruit said.",
        "The telegram arrived on Friday.",
        "Photographs from the scene showed a crater.",
        "Reporting by the inspectors was late again this year, the agency said.",
        "Related claims were made by both sides on Monday.",
        "More on the ground were wounded.",
        "In 2022 it was 26.",
        "He said so.",
        "Мер міста також повідомив про загиблих.",
    ],
)
def test_news_that_resembles_junk_is_kept(line: str) -> None:
    assert line in kept(f"{NEWS}\n\n{line}")


def test_a_list_of_related_stories_goes_up_to_the_next_prose() -> None:
    later = NEWS.replace("Tolm", "Brenn")
    text = f"{NEWS}\n\nYou May Also Like\n\nTen bridges to cross\n\nHe scored twice and then went…\n\n{later}"
    assert kept(text) == [NEWS, later]


def test_a_headline_said_twice_is_kept_once() -> None:
    text = f"Bridge at Tolm reopens\n\nBridge at Tolm reopens\n\n{NEWS}"
    assert removed(text) == [("duplicate", "Bridge at Tolm reopens")]


def test_lines_wrapped_in_the_middle_of_a_sentence_are_one_paragraph() -> None:
    text = "The bridge at Tolm reopened on Saturday after six weeks\nof repairs, the ministry said.\nDrivers queued."
    assert len(kept(text)) == 2


def test_kept_and_removed_cover_every_line_once() -> None:
    text = f"4 min read\n{NEWS}\n\nAdvertisement\nEnd of story here."
    spans = sorted([*clean(text).paragraphs, *(item.span for item in clean(text).removed)])
    assert "".join(span.of(text) for span in spans) == text.replace("\n", "")
