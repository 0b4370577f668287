"""Planning: who gets which edition, and when next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

from digests.delivery import Planned, ask, latest, plan, plan_urgent
from digests.errors import NotFound
from digests.model import DeliveryState, Place, Priority, Schedule, SubscriptionState
from tests.digests.fakes.composers import FakeComposer
from tests.digests.fakes.stores import NOON, publish, settings, states, subscribe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.model import Delivery
    from digests.ports import Store

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


async def waiting(store: Store, now: datetime = NOON + HOUR) -> Sequence[Delivery]:
    """What a worker would be given."""
    async with store.begin() as tx:
        return await tx.ledger.claim(worker="w", now=now, lease_until=now + HOUR, limit=5000)


async def test_a_thousand_like_subscriptions_share_one_edition(store: Store) -> None:
    await publish(store, at=NOON - MINUTE)
    await subscribe(store, *range(1, 1001))
    composer = FakeComposer()
    assert await plan(store, composer, now=NOON, batch=300) == Planned(1000, 0, 1, 1000)
    assert composer.composed == 1
    assert len({delivery.edition_id for delivery in await waiting(store)}) == 1


async def test_language_zone_and_window_part_editions(store: Store) -> None:
    first = await publish(store, at=NOON - 90 * MINUTE)
    second = await publish(store, at=NOON - 30 * MINUTE)
    kyiv = Schedule(times=(time(8),), zone="Europe/Kyiv")
    await subscribe(store, 1)
    await subscribe(store, 2, language="uk")
    await subscribe(store, 3, schedule=kyiv)
    await subscribe(store, 4, seen=NOON - 2 * HOUR)
    await plan(store, FakeComposer(), now=NOON)
    assert {delivery.place.chat_id: delivery.text for delivery in await waiting(store)} == {
        1: f"en UTC: {second.id}",
        2: f"uk UTC: {second.id}",
        3: f"en Europe/Kyiv: {second.id}",
        4: f"en UTC: {second.id} {first.id}",
    }


async def test_what_was_planned_is_seen_and_the_next_time_set(store: Store) -> None:
    await publish(store, at=NOON - MINUTE)
    await subscribe(store, 1)
    await plan(store, FakeComposer(), now=NOON)
    after = await settings(store, 1)
    assert after.seen_until == NOON
    assert after.next_due_at == NOON + 8 * HOUR
    assert await plan(store, FakeComposer(), now=NOON) == Planned()


async def test_missed_hours_are_made_up_once(store: Store) -> None:
    await publish(store, at=NOON - 70 * HOUR)
    await publish(store, at=NOON - 10 * HOUR)
    three_days = NOON - 72 * HOUR
    await subscribe(store, 1, due=three_days, seen=three_days)
    assert await plan(store, FakeComposer(), now=NOON) == Planned(1, 0, 1, 1)
    assert (await settings(store, 1)).next_due_at == NOON + 8 * HOUR


async def test_nothing_new_is_told_only_to_those_who_want_it_and_each_time(store: Store) -> None:
    await subscribe(store, 1, 2)
    async with store.begin() as tx:
        subscription = await tx.subscriptions.get((await settings(store, 2)).id)
        await tx.subscriptions.save(replace(subscription, tell_empty=True))
    assert await plan(store, FakeComposer(), now=NOON) == Planned(2, 2, 1, 1)
    assert await plan(store, FakeComposer(), now=NOON + 8 * HOUR) == Planned(2, 2, 1, 1)
    assert [delivery.place.chat_id for delivery in await waiting(store, NOON + 9 * HOUR)] == [2, 2]


async def test_an_urgent_article_is_not_repeated_to_those_who_got_it(store: Store) -> None:
    early = await subscribe(store, 1, due=NOON + HOUR)
    article = await publish(store, at=NOON)
    async with store.begin() as tx:
        assert await plan_urgent(tx, FakeComposer(), article, now=NOON, batch=1) == len(early)
    await subscribe(store, 2, due=NOON + HOUR)
    other = await publish(store, at=NOON + MINUTE)
    await plan(store, FakeComposer(), now=NOON + HOUR)
    found = [(each.place.chat_id, each.priority, each.text) for each in await waiting(store, NOON + HOUR)]
    assert sorted(found) == [
        (1, Priority.SCHEDULED, f"en UTC: {other.id}"),
        (1, Priority.URGENT, f"en UTC: {article.id}"),
        (2, Priority.SCHEDULED, f"en UTC: {other.id} {article.id}"),
    ]


async def test_an_urgent_article_is_not_repeated_though_a_digest_was_planned_at_that_very_moment(store: Store) -> None:
    await subscribe(store, 1)
    await plan(store, FakeComposer(), now=NOON)  # seen until noon
    article = await publish(store, at=NOON - timedelta(milliseconds=5))  # pressed just before, committed after
    async with store.begin() as tx:
        await plan_urgent(tx, FakeComposer(), article, now=NOON - timedelta(milliseconds=5))
    assert await plan(store, FakeComposer(), now=NOON + 8 * HOUR) == Planned(1, 1, 0, 0)


async def test_asking_gives_what_is_new_once_and_ahead_of_all(store: Store) -> None:
    await subscribe(store, 1, 2)
    await publish(store, at=NOON - MINUTE)
    await plan(store, FakeComposer(), now=NOON)
    article = await publish(store, at=NOON + MINUTE)
    now = NOON + 2 * MINUTE
    assert await ask(store, FakeComposer(), Place(2), now=now) == 1
    assert await ask(store, FakeComposer(), Place(2), now=now + MINUTE) == 0
    rows = await waiting(store)
    assert (rows[0].place, rows[0].priority, rows[0].text) == (Place(2), Priority.ASKED, f"en UTC: {article.id}")
    after = await settings(store, 2)
    assert (after.seen_until, after.next_due_at) == (now, NOON + 8 * HOUR)


async def test_the_newest_may_be_asked_for_again_and_again_and_what_is_due_stays_due(store: Store) -> None:
    await subscribe(store, 1)
    await publish(store, at=NOON + MINUTE)
    second = await publish(store, at=NOON + 2 * MINUTE)
    before = await settings(store, 1)
    for minutes in (3, 4):
        assert await latest(store, FakeComposer(), Place(1), limit=1, now=NOON + minutes * MINUTE) == 1
    rows = await waiting(store)
    assert [(row.priority, row.text) for row in rows] == [(Priority.ASKED, f"en UTC: {second.id}")] * 2
    assert await settings(store, 1) == before
    assert (await plan(store, FakeComposer(), now=NOON + 8 * HOUR)).rows == 1


async def test_what_many_ask_for_is_composed_once_and_nobody_goes_without(store: Store) -> None:
    await subscribe(store, 1, 2)
    await publish(store, at=NOON + MINUTE)
    composer, now = FakeComposer(), NOON + 2 * MINUTE
    for chat in (1, 2):
        assert await latest(store, composer, Place(chat), limit=5, now=now) == 1
    assert composer.composed == 1
    assert await ask(store, composer, Place(1), now=now + MINUTE) == 1  # the very same articles
    assert [row.place for row in await waiting(store)] == [Place(1), Place(2), Place(1)]


async def test_the_newest_of_nothing_writes_nothing(store: Store) -> None:
    await subscribe(store, 1)
    assert await latest(store, FakeComposer(), Place(1), limit=5, now=NOON) == 0
    assert not await waiting(store)


async def test_only_an_active_subscription_may_ask(store: Store) -> None:
    await subscribe(store, 1)
    async with store.begin() as tx:
        await tx.subscriptions.suspend(1, SubscriptionState.STOPPED, "blocked", topic=None, now=NOON)
    for chat in (1, 2):
        with pytest.raises(NotFound):
            await ask(store, FakeComposer(), Place(chat), now=NOON)
        with pytest.raises(NotFound):
            await latest(store, FakeComposer(), Place(chat), limit=5, now=NOON)


async def test_nothing_is_planned_by_halves(store: Store) -> None:
    await publish(store, at=NOON - MINUTE)
    await subscribe(store, 1)
    await subscribe(store, 2, language="uk")

    class Broken(FakeComposer):
        def compose(self, *args: object, language: str, **kwargs: object) -> tuple[()]:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await plan(store, Broken(), now=NOON)
    assert await states(store) == {}
    assert await plan(store, FakeComposer(), now=NOON) == Planned(2, 0, 2, 2)
    assert await states(store) == {DeliveryState.PENDING: 2}


async def test_over_a_change_of_clocks_every_digest_comes_once(store: Store) -> None:
    schedule = Schedule(times=(time(3, 30),), zone="Europe/Kyiv")  # skipped on 2026-03-29, twice on 2026-10-25
    for start in (datetime(2026, 3, 27, 12, tzinfo=UTC), datetime(2026, 10, 23, 12, tzinfo=UTC)):
        [subscription] = await subscribe(store, start.month, schedule=schedule, due=start, seen=start)
        got = []
        for tick in range(5 * 24 * 6):
            now = start + tick * 10 * MINUTE
            if (await plan(store, FakeComposer(), now=now)).subscriptions and tick:
                got.append(now.date())
        assert got == [start.date() + timedelta(days=day) for day in range(1, 6)]
        async with store.begin() as tx:
            await tx.subscriptions.forget(subscription.place.chat_id)


async def test_an_edition_knows_the_zone_of_its_times(store: Store) -> None:
    article = await publish(store, at=NOON)
    await subscribe(store, 1, schedule=Schedule(times=(time(8),), zone="Europe/Kyiv"))
    await plan(store, FakeComposer(), now=NOON + MINUTE)
    async with store.read() as tx:
        assert [edition.zone for edition in await tx.editions.showing(article.id)] == ["Europe/Kyiv"]
