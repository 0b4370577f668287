"""Schedules: what people type, and when it is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.errors import InvalidSchedule
from digests.model import Schedule
from digests.schedule import MAX_TIMES, next_due, parse

WEEK = frozenset(range(7))
# Hour and half-hour changes, both hemispheres, changes at midnight, a missing date, and none at all
ZONES = [
    "UTC",
    "Europe/Kyiv",
    "Europe/London",
    "America/New_York",
    "America/Havana",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Asia/Beirut",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "Pacific/Apia",
]


@pytest.mark.parametrize(
    ("words", "times", "weekdays", "zone"),
    [
        ("08:00 20:00 mon-fri Europe/Kyiv", "08:00 20:00", {0, 1, 2, 3, 4}, "Europe/Kyiv"),
        ("8", "08:00", WEEK, "Europe/Paris"),
        ("8:30", "08:30", WEEK, "Europe/Paris"),
        ("20.00", "20:00", WEEK, "Europe/Paris"),
        ("8pm 12am", "00:00 20:00", WEEK, "Europe/Paris"),
        ("20:00, 8:00, 08:00", "08:00 20:00", WEEK, "Europe/Paris"),
        ("9 fri-mon", "09:00", {4, 5, 6, 0}, "Europe/Paris"),
        ("9 Monday, Wed; sun", "09:00", {0, 2, 6}, "Europe/Paris"),
        ("daily at 7:15", "07:15", WEEK, "Europe/Paris"),
        ("weekdays 7", "07:00", {0, 1, 2, 3, 4}, "Europe/Paris"),
        ("7 weekends", "07:00", {5, 6}, "Europe/Paris"),
        ("7 mon – wed", "07:00", {0, 1, 2}, "Europe/Paris"),
        ("о 8:00 пн-пт Київ", "08:00", {0, 1, 2, 3, 4}, "Europe/Kyiv"),
        ("8:00 вівторок, п’ятниця", "08:00", {1, 4}, "Europe/Paris"),
        ("8:00 щодня", "08:00", WEEK, "Europe/Paris"),
        ("в 21:30 вс и среду Москва", "21:30", {2, 6}, "Europe/Moscow"),
        ("будни 6", "06:00", {0, 1, 2, 3, 4}, "Europe/Paris"),
        ("europe/KYIV 6", "06:00", WEEK, "Europe/Kyiv"),
        ("6 Kiev", "06:00", WEEK, "Europe/Kyiv"),
        ("6 new york", "06:00", WEEK, "America/New_York"),
        ("6 America/Port-au-Prince", "06:00", WEEK, "America/Port-au-Prince"),
        ("6 UTC", "06:00", WEEK, "UTC"),
        ("6 UTC+2", "06:00", WEEK, "Etc/GMT-2"),
        ("6 gmt-05:00", "06:00", WEEK, "Etc/GMT+5"),
        ("6 +0", "06:00", WEEK, "UTC"),
    ],
)
def test_a_schedule_is_read_as_people_type_it(words: str, times: str, weekdays: set[int], zone: str) -> None:
    schedule = parse(words, default_zone="Europe/Paris")
    assert schedule.times == tuple(time.fromisoformat(each) for each in times.split())
    assert schedule.weekdays == weekdays
    assert schedule.zone == zone


@pytest.mark.parametrize(
    ("words", "key", "params"),
    [
        ("", "schedule_empty", {}),
        ("mon-fri Europe/Kyiv", "schedule_empty", {}),
        ("25:00", "schedule_time", {"word": "25:00"}),
        ("8:61", "schedule_time", {"word": "8:61"}),
        ("13pm", "schedule_time", {"word": "13pm"}),
        ("8 munday", "schedule_word", {"word": "munday", "suggestion": "sunday"}),
        ("8 mon-fryday", "schedule_word", {"word": "fryday", "suggestion": "friday"}),
        ("8 mon-", "schedule_word", {"word": "mon-", "suggestion": "mon"}),
        ("8 Europe/Kiyv", "schedule_zone", {"word": "Europe/Kiyv", "suggestion": "Europe/Kyiv"}),
        ("8 Narnia/Cair_Paravel", "schedule_zone", {"word": "Narnia/Cair_Paravel", "suggestion": ""}),
        ("8 qqqq", "schedule_word", {"word": "qqqq", "suggestion": ""}),
        ("8 UTC+5:30", "schedule_zone", {"word": "UTC+5:30", "suggestion": ""}),
        ("8 UTC+15", "schedule_zone", {"word": "UTC+15", "suggestion": ""}),
        ("8 Kyiv London", "schedule_two_zones", {"word": "London"}),
        (" ".join(f"8:{minute:02}" for minute in range(MAX_TIMES + 1)), "schedule_many_times", {"limit": MAX_TIMES}),
    ],
)
def test_what_cannot_be_read_is_named_with_a_near_miss(words: str, key: str, params: dict[str, object]) -> None:
    with pytest.raises(InvalidSchedule) as caught:
        parse(words, default_zone="UTC")
    assert (caught.value.key, caught.value.params) == (key, params)


@given(st.text(max_size=60))
def test_any_text_is_a_schedule_or_an_invalid_one(words: str) -> None:
    try:
        schedule = parse(words, default_zone="UTC")
    except InvalidSchedule:
        return
    assert schedule.times
    assert schedule.weekdays


def test_the_same_city_named_twice_is_one_zone() -> None:
    assert parse("8 Kyiv Europe/Kyiv", default_zone="UTC").zone == "Europe/Kyiv"


def test_due_is_strictly_after() -> None:
    schedule = parse("08:00 20:00", default_zone="UTC")
    at = datetime(2026, 5, 4, 8, tzinfo=UTC)
    assert next_due(schedule, at) == at + timedelta(hours=12)
    assert next_due(schedule, at - timedelta(microseconds=1)) == at


def test_a_time_the_clocks_skip_is_due_when_they_jump() -> None:
    schedule = parse("03:30 Europe/Kyiv", default_zone="UTC")  # 2026-03-29, 03:00 becomes 04:00 at 01:00 UTC
    assert next_due(schedule, datetime(2026, 3, 28, 12, tzinfo=UTC)) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert next_due(schedule, datetime(2026, 3, 29, 1, tzinfo=UTC)) == datetime(2026, 3, 30, 0, 30, tzinfo=UTC)


def test_a_time_that_comes_twice_is_due_the_first_time_only() -> None:
    schedule = parse("03:30 Europe/Kyiv", default_zone="UTC")  # 2026-10-25, 04:00 becomes 03:00 at 01:00 UTC
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_due(schedule, first - timedelta(hours=1)) == first
    for minutes in (0, 15, 30, 45, 60, 75):
        assert next_due(schedule, first + timedelta(minutes=minutes)) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


SCHEDULES = st.builds(
    Schedule,
    times=st.lists(st.times().map(lambda at: at.replace(second=0, microsecond=0)), min_size=1, max_size=3, unique=True)
    .map(sorted)
    .map(tuple),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    zone=st.sampled_from(ZONES),
)


@settings(deadline=None, max_examples=40)
@given(SCHEDULES, st.sampled_from([2011, 2024, 2026]))
def test_over_a_year_each_time_of_each_scheduled_date_is_due_exactly_once(schedule: Schedule, year: int) -> None:
    first, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    due = []
    moment = next_due(schedule, first)
    while moment < last:
        due.append(moment)
        moment = next_due(schedule, moment)

    expected = set()
    day = date(year, 1, 1) - timedelta(days=2)
    while day < date(year + 1, 1, 3):
        if day.weekday() in schedule.weekdays:
            expected |= {_instant(datetime.combine(day, at), schedule.zone) for at in schedule.times}
        day += timedelta(days=1)
    assert due == sorted(moment for moment in expected if first < moment < last)


def _instant(wall: datetime, zone: str) -> datetime:
    """The first moment at which the clock on the wall shows `wall`, or has jumped over it."""
    early, late = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (1, 0))
    if early <= late and late.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall:
        return late
    if early > late:  # it comes twice
        return late
    jump = early.replace(minute=0) - timedelta(days=2)
    while jump.astimezone(ZoneInfo(zone)).replace(tzinfo=None) < wall:
        jump += timedelta(minutes=30)
    return jump
