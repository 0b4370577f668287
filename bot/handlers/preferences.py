"""When the digest comes and in which language: typed, or by buttons that say the setting they make."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from zoneinfo import available_timezones

from telegram import InlineKeyboardMarkup

from bot import i18n, keyboards
from bot.handlers.turn import Turn
from bot.pages import Note
from digests.errors import InvalidSchedule, NotFound
from digests.model import Schedule, Subscription
from digests.schedule import MAX_TIMES, parse


async def schedule(turn: Turn) -> None:
    """Show the schedule with its buttons, or set the one typed: ``/schedule 08:00 20:00 mon-fri Europe/Kyiv``."""
    current = _subscription(turn)
    if turn.args:
        typed = parse(" ".join(turn.args), default_zone=current.schedule.zone)
        current = await turn.services.subscribing.reschedule(turn.place, typed, now=turn.now)
    await _show(turn, current, keyboards.schedule(current, language=current.language))


async def times(turn: Turn) -> None:
    """Show the clock times."""
    current = _subscription(turn)
    await _show(turn, current, keyboards.schedule(current, language=current.language))


async def days(turn: Turn) -> None:
    """Show the weekdays."""
    current = _subscription(turn)
    await _show(turn, current, keyboards.days(current.schedule, language=current.language))


async def zones(turn: Turn) -> None:
    """Show the time zones."""
    current = _subscription(turn)
    await _show(turn, current, keyboards.zones(current.schedule, language=current.language))


async def set_time(turn: Turn, minutes: int, on: int) -> None:
    """Add or take off a clock time. One remains always."""
    current = _subscription(turn)
    at = {time(*divmod(minutes % (24 * 60), 60))}
    chosen = {*current.schedule.times} | at if on else {*current.schedule.times} - at
    if not chosen:
        raise InvalidSchedule("schedule_empty")
    if len(chosen) > MAX_TIMES:
        raise InvalidSchedule("schedule_many_times", limit=MAX_TIMES)
    changed = await _set(turn, current, replace(current.schedule, times=tuple(sorted(chosen))))
    await _show(turn, changed, keyboards.schedule(changed, language=changed.language))


async def set_day(turn: Turn, day: int, on: int) -> None:
    """Add or take off a weekday. One remains always."""
    current = _subscription(turn)
    one = frozenset((day % 7,))
    chosen = current.schedule.weekdays | one if on else current.schedule.weekdays - one
    changed = await _set(turn, current, replace(current.schedule, weekdays=chosen or current.schedule.weekdays))
    await _show(turn, changed, keyboards.days(changed.schedule, language=changed.language))


async def set_all_days(turn: Turn, count: int) -> None:
    """Choose every day, or Monday to Friday."""
    current = _subscription(turn)
    chosen = keyboards.EVERY_DAY if count == len(keyboards.EVERY_DAY) else keyboards.WORKDAYS
    changed = await _set(turn, current, replace(current.schedule, weekdays=chosen))
    await _show(turn, changed, keyboards.days(changed.schedule, language=changed.language))


async def set_zone(turn: Turn, zone: str) -> None:
    """Choose the time zone; the clock times stay as they read."""
    current = _subscription(turn)
    if zone not in available_timezones():
        raise InvalidSchedule("schedule_zone", word=zone, suggestion="")
    changed = await _set(turn, current, replace(current.schedule, zone=zone))
    await _show(turn, changed, keyboards.schedule(changed, language=changed.language))


async def set_tell_empty(turn: Turn, on: int) -> None:
    """Choose whether to be told that nothing is new."""
    current = _subscription(turn)
    if current.tell_empty != bool(on):
        current = await turn.services.subscribing.toggle_empty(turn.place)
    await _show(turn, current, keyboards.schedule(current, language=current.language))


async def language(turn: Turn) -> None:
    """Ask for a language."""
    await turn.say(turn.services.pages.choose_language(language=turn.language), keyboards.languages(turn.language))


async def set_language(turn: Turn, code: str) -> None:
    """Speak another language here. Without a subscription nothing is stored, so only the page changes."""
    code = i18n.supported(code, turn.language)
    if turn.subscription is not None:
        turn.subscription = await turn.services.subscribing.speak(turn.place, code)
    await turn.show(turn.services.pages.choose_language(language=code), keyboards.languages(code))
    if turn.subscription is None:
        await turn.note(Note.NOT_SUBSCRIBED)


def _subscription(turn: Turn) -> Subscription:
    """Return the place's subscription. Raises NotFound("subscription") if there is none or it has ended."""
    if turn.subscription is None or not turn.active:
        raise NotFound("subscription")
    return turn.subscription


async def _set(turn: Turn, current: Subscription, wanted: Schedule) -> Subscription:
    """Store a schedule; pressing a button twice stores it once."""
    if wanted == current.schedule:
        return current
    return await turn.services.subscribing.reschedule(turn.place, wanted, now=turn.now)


async def _show(turn: Turn, subscription: Subscription, keyboard: InlineKeyboardMarkup) -> None:
    await turn.show(turn.services.pages.schedule(subscription, language=subscription.language), keyboard)
