"""Subscribing: what readers can do, and what they get afterwards."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING

import pytest

from digests.errors import NotFound
from digests.model import ChatKind, Place, Schedule, SubscriptionState
from digests.subscribing import ABOUT_TOPICS, CATCH_UP, Defaults, Joined, Subscribing
from tests.digests.fakes.stores import DAILY, NOON, a_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from digests.storage import SqlStore

HERE = Place(501)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    async with a_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def subscribing(store: SqlStore) -> Subscribing:
    return Subscribing(store, Defaults(schedule=DAILY))


async def joined(subscribing: Subscribing, place: Place = HERE, *, now: object = NOON) -> Joined:
    return (await subscribing.subscribe(place, ChatKind.PRIVATE, language="uk", now=now)).joined  # type: ignore[arg-type]


async def test_a_new_subscriber_has_seen_everything_and_is_due_at_the_next_default_time(
    subscribing: Subscribing,
) -> None:
    assert await joined(subscribing) is Joined.FRESH
    subscription = await subscribing.settings(HERE)
    assert subscription is not None
    assert (subscription.language, subscription.schedule, subscription.tell_empty) == ("uk", DAILY, False)
    assert (subscription.seen_until, subscription.next_due_at) == (NOON, NOON + 8 * HOUR)


async def test_subscribing_twice_changes_nothing(subscribing: Subscribing) -> None:
    await joined(subscribing)
    before = await subscribing.settings(HERE)
    assert await joined(subscribing, now=NOON + DAY) is Joined.ALREADY
    assert await subscribing.settings(HERE) == before


async def test_unsubscribing_ends_one_place_and_says_whether_it_did(subscribing: Subscribing) -> None:
    other = Place(HERE.chat_id, 7)
    await joined(subscribing)
    await joined(subscribing, other)
    assert await subscribing.unsubscribe(HERE, now=NOON) is True
    assert await subscribing.unsubscribe(HERE, now=NOON) is False
    assert await subscribing.unsubscribe(Place(999), now=NOON) is False
    states = {each.place: each.state for each in await subscribing.my_data(HERE.chat_id)}
    assert states == {HERE: SubscriptionState.STOPPED, other: SubscriptionState.ACTIVE}


async def test_who_comes_back_after_leaving_is_like_new_but_keeps_the_settings(subscribing: Subscribing) -> None:
    await joined(subscribing)
    weekly = Schedule(times=(time(9),), weekdays=frozenset((0,)), zone="Europe/Kyiv")
    await subscribing.reschedule(HERE, weekly, now=NOON)
    await subscribing.unsubscribe(HERE, now=NOON)
    back = await subscribing.subscribe(HERE, ChatKind.PRIVATE, language="en", now=NOON + DAY)
    assert back.joined is Joined.REVIVED
    assert (back.subscription.language, back.subscription.schedule) == ("uk", weekly)
    assert back.subscription.seen_until == NOON + DAY
    assert (back.subscription.state, back.subscription.reason) == (SubscriptionState.ACTIVE, "")


@pytest.mark.parametrize(("away", "window"), [(2 * DAY, 2 * DAY), (30 * DAY, CATCH_UP)])
async def test_who_was_cut_off_gets_what_was_missed_but_no_flood(
    subscribing: Subscribing, away: timedelta, window: timedelta
) -> None:
    await joined(subscribing)
    await subscribing.stopped_by(HERE.chat_id, "blocked", now=NOON + HOUR)
    [revived] = await subscribing.revive(HERE.chat_id, now=NOON + away)
    assert revived.seen_until == NOON + away - window
    assert revived.next_due_at is not None
    assert revived.next_due_at > NOON + away
    assert await subscribing.settings(HERE) == revived


async def test_start_does_not_bring_back_those_who_left(subscribing: Subscribing) -> None:
    await joined(subscribing)
    await subscribing.unsubscribe(HERE, now=NOON)
    assert await subscribing.stopped_by(HERE.chat_id, "blocked", now=NOON) == 0
    assert list(await subscribing.revive(HERE.chat_id, now=NOON + DAY)) == []


async def test_lost_rights_pause_a_topic_or_the_whole_chat(subscribing: Subscribing) -> None:
    for topic in (0, 7, 8):
        await joined(subscribing, Place(-100, topic))
    assert await subscribing.paused_by(-100, "topic_closed", topic=7, now=NOON) == 1
    assert await subscribing.paused_by(-100, "no_rights", now=NOON) == 2
    assert len(await subscribing.revive(-100, now=NOON + DAY)) == 3


async def test_rights_that_come_back_open_no_closed_topic(subscribing: Subscribing) -> None:
    for topic, reason in ((0, "no_rights"), (4, "topic_closed"), (5, "kicked")):
        await subscribing.subscribe(Place(-100, topic), ChatKind.SUPERGROUP, language="en", now=NOON)
        await subscribing.paused_by(-100, reason, now=NOON, topic=topic)

    async def revived(**which: frozenset[str]) -> list[int]:
        return [one.place.topic for one in await subscribing.revive(-100, now=NOON + DAY, **which)]

    assert await revived(only=frozenset({"no_rights"})) == [0]
    assert await revived(but=ABOUT_TOPICS) == [5]
    assert await revived() == [4]


async def test_another_schedule_counts_from_now(subscribing: Subscribing) -> None:
    await joined(subscribing)
    changed = await subscribing.reschedule(HERE, Schedule(times=(time(13),)), now=NOON)
    assert changed.next_due_at == NOON + HOUR
    assert await subscribing.settings(HERE) == changed


async def test_a_stopped_subscription_can_be_changed_without_becoming_due(subscribing: Subscribing) -> None:
    await joined(subscribing)
    await subscribing.unsubscribe(HERE, now=NOON)
    changed = await subscribing.reschedule(HERE, Schedule(times=(time(13),)), now=NOON)
    assert (changed.state, changed.next_due_at) == (SubscriptionState.STOPPED, None)


async def test_language_and_the_wish_to_be_told_are_kept(subscribing: Subscribing) -> None:
    await joined(subscribing)
    assert (await subscribing.toggle_empty(HERE)).tell_empty
    assert not (await subscribing.toggle_empty(HERE)).tell_empty
    assert (await subscribing.speak(HERE, "ru")).language == "ru"


async def test_settings_of_nobody_cannot_be_changed(subscribing: Subscribing) -> None:
    for change in (
        subscribing.reschedule(HERE, DAILY, now=NOON),
        subscribing.toggle_empty(HERE),
        subscribing.speak(HERE, "ru"),
    ):
        with pytest.raises(NotFound):
            await change
    assert await subscribing.settings(HERE) is None


async def test_forgetting_leaves_nothing(subscribing: Subscribing) -> None:
    for topic in (0, 7):
        await joined(subscribing, Place(-100, topic))
    assert await subscribing.forget(-100) == 2
    assert list(await subscribing.my_data(-100)) == []


async def test_a_group_that_moved_is_followed_and_asking_again_is_safe(subscribing: Subscribing) -> None:
    await joined(subscribing, Place(-5))
    assert [await subscribing.migrate(-5, -1005) for _ in range(2)] == [1, 0]
    assert await subscribing.settings(Place(-1005))


async def test_those_who_left_are_deleted_after_the_retention(subscribing: Subscribing) -> None:
    await joined(subscribing)
    await subscribing.unsubscribe(HERE, now=NOON)
    assert await subscribing.purge(now=NOON + 29 * DAY) == 0
    assert await subscribing.purge(now=NOON + 31 * DAY) == 1
