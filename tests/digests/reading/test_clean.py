"""Setting news apart from what surrounds it."""

import tomllib
from pathlib import Path

import pytest

from digests.reading.clean import clean

LINES: dict[str, str] = tomllib.loads(Path(__file__).with_name("lines.toml").read_text(encoding="utf-8"))
NEWS = "The bridge at Tolm reopened on Saturday after six weeks of repairs, and drivers queued for hours to cross it."


def removed(text: str) -> list[tuple[str, str]]:
    return [(item.rule, item.span.of(text)) for item in clean(text).removed]


def kept(text: str) -> list[str]:
    return [span.of(text) for span in clean(text).paragraphs]


@pytest.mark.parametrize("rule", sorted(set(LINES) - {"kept"}))
def test_lines_that_are_not_news_are_set_aside_by_name(rule: str) -> None:
    for line in LINES[rule].split("\n")[:-1]:
        assert removed(f"{NEWS}\n\n{line}\n\n{NEWS.replace('Tolm', 'Brenn')}") == [(rule, line)]


def test_news_that_resembles_junk_is_kept() -> None:
    for line in LINES["kept"].split("\n")[:-1]:
        assert line in kept(f"{NEWS}\n\n{line}")


def test_a_list_of_related_stories_goes_up_to_the_next_prose() -> None:
    later = NEWS.replace("Tolm", "Brenn")
    text = f"{NEWS}\n\nYou May Also Like\n\nTen bridges to cross\n\nHe scored twice and then went…\n\n{later}"
    assert kept(text) == [NEWS, later]


def test_a_headline_said_twice_is_kept_once() -> None:
    text = f"Bridge at Tolm reopens\n\nBridge at Tolm reopens\n\n{NEWS}"
    assert removed(text) == [("duplicate", "Bridge at Tolm reopens")]
    text = text.replace("reopens\n\n", "reopens\n\nLive\n\n", 1).replace(
        "reopens\n\nT", "reopens | Harbour Courier\n\nT"
    )
    assert ("duplicate", "Bridge at Tolm reopens | Harbour Courier") in removed(text)


def test_lines_wrapped_in_the_middle_of_a_sentence_are_one_paragraph() -> None:
    text = "The bridge at Tolm reopened on Saturday after six weeks\nof repairs, the ministry said.\nDrivers queued."
    assert len(kept(text)) == 2


def test_kept_and_removed_cover_every_line_once() -> None:
    text = f"4 min read\n{NEWS}\n\nAdvertisement\nEnd of story here."
    spans = sorted([*clean(text).paragraphs, *(item.span for item in clean(text).removed)])
    assert "".join(span.of(text) for span in spans) == text.replace("\n", "")
