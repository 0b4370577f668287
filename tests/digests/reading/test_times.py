"""The day an article gives as its own."""

from datetime import date

import pytest

from digests.reading import read
from digests.reading.times import published


@pytest.mark.parametrize(
    "line",
    [
        "Sept. 4, 202200:26", "September 4, 2022", "4 Sep 2022 10.15", "4 September 2022", "2022-09-04", "04.09.2022",
        "4 вересня 2022, 10:15", "4 сентября 2022 года", "2022-09-04T10:15:00Z", "2022/09/04",
        "4th September 2022", "4 вер. 2022", "4 сен 2022",
    ],
)  # fmt: skip
def test_dates_are_read_in_the_ways_pages_write_them(line: str) -> None:
    assert published([line]) == date(2022, 9, 4)


@pytest.mark.parametrize("line", ["", "2:34", "June 2", "31 February 2022", "Updated at 17.50 BST", "04/09/2022"])
def test_no_date_is_made_up(line: str) -> None:
    assert published([line]) is None


def test_the_day_of_publication_counts_more_than_that_of_a_change() -> None:
    assert published(["Updated 6 September 2022", "Published 4 September 2022"]) == date(2022, 9, 4)
    assert published(["Updated 6 September 2022"]) == date(2022, 9, 6)


def test_a_day_in_figures_is_read_where_its_order_is_plain() -> None:
    assert published(["25/09/2022"]) == published(["09/25/2022"]) == date(2022, 9, 25)


NEWS = "The bridge at Tolm was hit again on Saturday, the governor said, and traffic stopped."


def test_a_dateline_with_a_year_tells_the_day() -> None:
    reading = read(f"TOLM, June 2, 2024 (Harbour Wire) - {NEWS}")
    assert reading.published == date(2024, 6, 2)


def test_the_date_of_a_photograph_is_not_the_articles() -> None:
    assert read(f"Photo: Ada Lind/Harbour Wire, June 2, 2024\n\n{NEWS}").published is None


SUNDAY = date(2024, 6, 2)


def days(sentence: str, on: date | None = SUNDAY) -> list[tuple[str, str]]:
    found = read(sentence, published=on).days
    return [(day.span.of(sentence), day.date.isoformat()) for day in found]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The bridge was hit on Saturday, the mayor said.", [("Saturday", "2024-06-01")]),
        ("The bridge was hit by a drone before dawn on Saturday, the mayor said.", [("Saturday", "2024-06-01")]),
        ("The bridge was hit on Sunday, the mayor said.", [("Sunday", "2024-06-02")]),
        ("The bridge was hit on Monday, the mayor said.", [("Monday", "2024-05-27")]),
        ("Two people were hurt yesterday, the mayor said.", [("yesterday", "2024-06-01")]),
        ("Міст обстріляли в суботу, повідомив голова громади.", [("суботу", "2024-06-01")]),
        ("Міст обстріляли у п’ятницю, повідомив голова громади.", [("п’ятницю", "2024-05-31")]),
        ("Мост обстреляли в среду, сообщил глава района.", [("среду", "2024-05-29")]),
    ],
)
def test_days_are_told_from_the_day_of_publication(sentence: str, expected: list[tuple[str, str]]) -> None:
    assert days(sentence) == expected


def test_the_line_of_the_author_tells_the_day() -> None:
    assert read(f"Автор: Олена Шевчик, 12 лютого 2026\n\n{NEWS}").published == date(2026, 2, 12)


@pytest.mark.parametrize(
    "sentence",
    [
        "The bridge will reopen on Saturday, the mayor said.",
        "The bridge was hit last Saturday, the mayor said.",
        "Talks are planned for Saturday, the mayor said.",
        "The bridge has been shut since Saturday, the mayor said.",
        "Міст закрито до суботи, повідомив мер.",
        "“We were hit on Saturday,” the mayor said.",
        "Міст відкриють наступної суботи, це буде свято, сказав мер.",
        "The Mondays were quiet, the mayor said.",
    ],
)
def test_a_day_is_left_alone_where_it_is_not_sure(sentence: str) -> None:
    assert days(sentence) == []


def test_a_sentence_may_name_as_many_days_as_a_text_can_hold() -> None:
    unit = "and the mayor has said that they were not on the bridge on Monday, "
    text = "The bridge was shut, " + unit * (200_000 // len(unit)) + "as it has been since."
    assert len(read(text, published=date(2022, 9, 4)).days) == 200_000 // len(unit)


def test_without_a_day_of_publication_no_day_is_told() -> None:
    assert days("The bridge was hit on Saturday, the mayor said.", on=None) == []
