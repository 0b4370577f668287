"""When a subscription is due: reads what a person typed, and finds the next moment. Pure.

A schedule is clock times on weekdays in a time zone. Around a change of the clocks every scheduled time still comes
exactly once a day: a time that the clocks skip is due at the moment they jump, an hour that comes twice counts once,
the first time.
"""

from __future__ import annotations

import re
from datetime import time
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import get_day_names
from cronsim import CronSim
from rapidfuzz import fuzz, process

from digests.errors import InvalidSchedule
from digests.model import Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

MAX_TIMES = 12

_LANGUAGES = ("en", "uk", "ru")
_EVERY_DAY = frozenset(range(7))
_GROUPS = {
    "daily everyday щодня щоденно ежедневно": _EVERY_DAY,
    "weekdays workdays будні будни": frozenset(range(5)),
    "weekends weekend вихідні выходные": frozenset((5, 6)),
}
_OTHER_DAYS = {"tues": 1, "thu": 3, "thur": 3, "thurs": 3, "середу": 2, "среду": 2, "п'ятницю": 4, "пятницу": 4}
_OTHER_DAYS |= {"суботу": 5, "субботу": 5, "неділю": 6}
_OTHER_ZONES = {
    **dict.fromkeys(("kiev", "europe/kiev", "київ", "києв", "киев"), "Europe/Kyiv"),
    **dict.fromkeys(("msk", "мск", "москва"), "Europe/Moscow"),
    **dict.fromkeys(("utc", "gmt", "z"), "UTC"),
}
_FILLERS = frozenset(("at", "and", "on", "every", "і", "й", "та", "и", "в", "во", "у", "о", "об", "з"))
_NOT_ZONES = frozenset(("localtime", "Factory"))
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d\d))?(am|pm)?", re.ASCII)
_OFFSET = re.compile(r"(?:utc|gmt)?([+-])(\d{1,2})(?::?(\d\d))?", re.ASCII)
_APOSTROPHE = re.compile(r"[’ʼ`]")
_RANGE = re.compile(r"(?<=[^\W\d])\s*[-\u2010-\u2015\u2212]\s*(?=[^\W\d])")  # mon-fri, mon – fri
_NEAR = 70  # rapidfuzz ratio from which another word is suggested


def parse(words: str, *, default_zone: str) -> Schedule:
    """Read a schedule as people type it: ``08:00 20:00 mon-fri Europe/Kyiv``, in any order.

    Times: ``8``, ``8:30``, ``20.00``, ``8pm``. Weekdays: short or full English, Ukrainian or Russian names, ranges that
    may run over the week's end (``fri-mon``), lists, ``daily``, ``weekdays``, ``weekends``; none means every day.
    Zone: an IANA name or its city in any case, ``Kiev``, ``Moscow``, or whole hours like ``UTC+2``; none means
    `default_zone`, which must be an IANA name.

    Raises InvalidSchedule: ``schedule_empty`` (no time), ``schedule_time`` (word), ``schedule_word`` and
    ``schedule_zone`` (word, suggestion: a near miss or ""), ``schedule_two_zones`` (word),
    ``schedule_many_times`` (limit).
    """
    times: set[time] = set()
    weekdays: frozenset[int] = frozenset()
    zone = ""
    for word in _words(words):
        folded = _fold(word)
        if folded in _FILLERS:
            continue
        if clock := _time(word):
            times.add(clock)
        elif days := _weekdays(word):
            weekdays |= days
        elif found := _zone(word):
            if zone and zone != found:
                raise InvalidSchedule("schedule_two_zones", word=word)
            zone = found
        else:
            raise _unknown(word)
    if not times:
        raise InvalidSchedule("schedule_empty")
    if len(times) > MAX_TIMES:
        raise InvalidSchedule("schedule_many_times", limit=MAX_TIMES)
    return Schedule(times=tuple(sorted(times)), weekdays=weekdays or _EVERY_DAY, zone=zone or default_zone)


def next_due(schedule: Schedule, after: datetime) -> datetime:
    """Return the first moment of `schedule` strictly after `after`, both in UTC.

    Times that fall on the same moment (several inside one skipped hour) are one moment.
    """
    local = after.astimezone(ZoneInfo(schedule.zone))
    days = ",".join(str((day + 1) % 7) for day in sorted(schedule.weekdays))  # cron counts Sunday as 0
    crons = (CronSim(f"{clock.minute} {clock.hour} * * {days}", local) for clock in schedule.times)
    moments = ((moment.astimezone(after.tzinfo) for moment in cron) for cron in crons)
    # in the second pass of a doubled hour cron starts from the first: skip what is already past
    return min(next(moment for moment in each if moment > after) for each in moments)


def _words(text: str) -> Iterator[str]:
    text = _APOSTROPHE.sub("'", text)
    text = _RANGE.sub("-", text)
    words = [word for word in re.split(r"[\s,;]+", text) if word]
    while words:
        two = "_".join(words[:2])
        if len(words) > 1 and _fold(two) in _zones():  # "New York"
            words[:2] = [two]
        yield words.pop(0)


def _fold(word: str) -> str:
    return word.casefold().rstrip(".")


def _time(word: str) -> time | None:
    match = _CLOCK.fullmatch(word.lower())
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if half and not 1 <= hour <= 12:
        raise InvalidSchedule("schedule_time", word=word)
    if half:
        hour = hour % 12 + 12 * (half == "pm")
    if hour > 23 or minute > 59:
        raise InvalidSchedule("schedule_time", word=word)
    return time(hour, minute)


def _weekdays(word: str) -> frozenset[int]:
    folded = _fold(word)
    for names, days in _GROUPS.items():
        if folded in names.split():
            return days
    first, dash, last = folded.partition("-")
    start, end = _day_names().get(first.rstrip(".")), _day_names().get(last)
    if start is None:
        return frozenset()
    if not dash:
        return frozenset((start,))
    if end is None:
        raise _unknown(last or word)
    return frozenset((start + step) % 7 for step in range((end - start) % 7 + 1))


def _zone(word: str) -> str:
    folded = _fold(word)
    offset = _OFFSET.fullmatch(folded)
    if offset is None:
        return _zones().get(folded, "")
    hours = int(offset[2]) * (1 if offset[1] == "+" else -1)
    if int(offset[3] or 0) or not -12 <= hours <= 14:
        raise InvalidSchedule("schedule_zone", word=word, suggestion="")
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"  # POSIX counts west as positive


def _unknown(word: str) -> InvalidSchedule:
    """Make the error for a word that is nothing known, with the nearest word that is."""
    key = "schedule_zone" if "/" in word else "schedule_word"
    known: Mapping[str, object] = _zones() if "/" in word else {**_day_names(), **_zones()}
    near = process.extractOne(_fold(word), list(known), scorer=fuzz.ratio, score_cutoff=_NEAR)
    suggestion = "" if near is None else _zones().get(near[0], near[0])
    return InvalidSchedule(key, word=word, suggestion=suggestion)


@cache
def _day_names() -> dict[str, int]:
    """Weekday by folded name, Monday 0."""
    names = {
        _APOSTROPHE.sub("'", _fold(name)): day
        for language in _LANGUAGES
        for width in ("wide", "abbreviated", "short")
        for day, name in get_day_names(width, "format", language).items()
    }
    return names | _OTHER_DAYS


@cache
def _zones() -> dict[str, str]:
    """IANA zone by folded name, and by the folded name of its city where it has one."""
    names = sorted(available_timezones() - _NOT_ZONES)
    areas = [name for name in names if name.count("/") == 1 and not name.startswith(("Etc/", "US/", "SystemV/"))]
    cities = {name.split("/")[1].casefold(): name for name in reversed(areas)}
    return {**cities, **{name.casefold(): name for name in names}, **_OTHER_ZONES}
