"""The day an article gives as its own."""

from datetime import date

import pytest

from digests.reading.times import published


@pytest.mark.parametrize(
    "line",
    [
        "Sept. 4, 202200:26", "September 4, 2022", "4 Sep 2022 10.15", "4 September 2022", "2022-09-04", "04.09.2022",
        "4 вересня 2022, 10:15", "4 сентября 2022 года",
    ],
)  # fmt: skip
def test_dates_are_read_in_the_ways_pages_write_them(line: str) -> None:
    assert published([line]) == date(2022, 9, 4)


@pytest.mark.parametrize("line", ["", "2:34", "June 2", "31 February 2022", "Updated at 17.50 BST"])
def test_no_date_is_made_up(line: str) -> None:
    assert published([line]) is None
