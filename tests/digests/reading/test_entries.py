"""Live blogs: entries under the clock times at which they were posted."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.reading import read

FIRST = "Shelling was heard on the northern bank of the river before dawn, residents of Tolm said."
SECOND = "The governor said two houses had burned down and that nobody was hurt in the village."
THIRD = "Trains to the south were stopped at noon, the railway said, and buses took the passengers."
INTRODUCTION = "Shelling went on at Tolm for a second day while trains to the south of the region stood still."


def entries(text: str) -> list[str]:
    return [span.of(text) for span in read(text).entries]


def lead(text: str) -> str | None:
    found = read(text).lead
    return found and found.of(text)


def test_entries_under_their_time_stamps_are_given_newest_first() -> None:
    page = f"12:10\n\n{THIRD}\n\n09:40\n\n{SECOND}\n\n06:15\n\n{FIRST}"
    assert entries(page) == [f"12:10\n\n{THIRD}", f"09:40\n\n{SECOND}", f"06:15\n\n{FIRST}"]
    assert lead(page) == THIRD


def test_a_page_in_order_of_time_has_its_newest_entry_last() -> None:
    page = f"6:15 a.m. — {FIRST}\n\n9:40 a.m. — {SECOND}\n\n12:10 p.m. — {THIRD}"
    assert [entry.split(" — ")[1] for entry in entries(page)] == [THIRD, SECOND, FIRST]
    assert lead(page) == THIRD
    assert read(page).lead_rule.startswith("newest entry")


def test_an_introduction_is_the_lead_of_a_live_blog() -> None:
    page = f"Tolm live\n\n{INTRODUCTION}\n\n06:15 {FIRST}\n\n09:40 {SECOND}\n\n12:10 {THIRD}"
    assert len(entries(page)) == 3
    assert lead(page) == INTRODUCTION


def test_an_entry_goes_on_to_the_next_stamp() -> None:
    page = f"12:10\n\n{THIRD}\n\n{INTRODUCTION}\n\nUpdated at 12.30 BST\n\n09:40\n\n{SECOND}\n\n06:15\n\n{FIRST}"
    assert entries(page)[0] == f"12:10\n\n{THIRD}\n\n{INTRODUCTION}"


def test_an_article_with_a_time_or_two_is_no_live_blog() -> None:
    assert entries(f"10:41\n\n{FIRST}\n\n{SECOND}\n\nUpdated at 17.50 BST\n\n{THIRD}") == []
    assert entries(f"{FIRST}\n\n10.30 was when it began, said the governor of the region on Saturday.") == []


@pytest.mark.parametrize("stamp", ["{} — ", "[{}] ", "({}) ", "• {} — ", "{}: ", "{} ", "{} | "])
def test_a_stamp_may_stand_between_marks(stamp: str) -> None:
    times = ("14:32", "12:10", "9:05")
    page = "\n\n".join(stamp.format(time) + words for time, words in zip(times, (THIRD, SECOND, FIRST), strict=True))
    assert len(entries(page)) == 3
    assert lead(page) == THIRD
    assert lead(page.replace("4:3", "4h3").replace("2:1", "2h1").replace("9:0", "9h0")) == THIRD


def test_the_time_of_the_page_itself_begins_no_entry() -> None:
    top = "Sun 2 Jun 2030 14.48 BST\n\nKey events\n\n2h ago\nTwo hurt"
    page = f"{top}\n\n14.32\n\n{THIRD}\n\n12.10\n\n{SECOND}\n\n9.05\n\n{FIRST}"
    assert entries(page)[0] == f"14.32\n\n{THIRD}"


PIECES = [
    "12:10",
    "9.40 ",
    "06:15 ",
    "\n",
    "\n\n",
    FIRST,
    SECOND,
    "27 Jul 2022 14.48 ",
    "From 1:30 p.m. ",
    "Updated at 17.50",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_entries_never_overlap_and_lie_in_the_text(pieces: list[str]) -> None:
    text = "".join(pieces)
    found = sorted(read(text).entries)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
