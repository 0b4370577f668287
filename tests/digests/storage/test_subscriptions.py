from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from digests.errors import NotFound
from digests.model import ChatKind, Outcome, Place, Recipient, Schedule, SubscriptionState, Verdict

ACTIVE, PAUSED, STOPPED = SubscriptionState.ACTIVE, SubscriptionState.PAUSED, SubscriptionState.STOPPED


async def test_a_subscription_comes_back_as_it_was_given(world: Any) -> None:
    schedule = Schedule(times=(time(20, 30), time(8)), weekdays=frozenset({0, 6}), zone="Europe/Kyiv")
    added = await world.subscription(-1_001_234_567_890, topic=42, kind=ChatKind.SUPERGROUP, schedule=schedule)
    async with world.store.read() as tx:
        found = await tx.subscriptions.find(Place(-1_001_234_567_890, 42))
        assert found == added == await tx.subscriptions.get(added.id)
        assert await tx.subscriptions.find(Place(-1_001_234_567_890)) is None
        assert await tx.subscriptions.find(Place(1_001_234_567_890, 42)) is None
        with pytest.raises(NotFound, match="subscription"):
            await tx.subscriptions.get(99)
    assert (added.schedule, added.kind, added.state, added.seen_until) == (
        schedule,
        ChatKind.SUPERGROUP,
        ACTIVE,
        world.at(0),
    )


async def test_subscribing_twice_at_once_makes_one_subscription(world: Any) -> None:
    assert await world.subscription(5) == await world.subscription(5, language="uk")


async def test_saving_writes_back_every_field_but_two(world: Any) -> None:
    added = await world.subscription(5)
    changed = replace(
        added,
        place=Place(6, 3),
        kind=ChatKind.CHANNEL,
        language="uk",
        schedule=Schedule(times=(time(12),), weekdays=frozenset({2}), zone="UTC"),
        tell_empty=True,
        state=PAUSED,
        reason="rights",
        state_at=world.at(1),
        seen_until=world.at(2),
        next_due_at=None,
        created_at=world.at(9),
    )
    async with world.store.begin() as tx:
        await tx.subscriptions.save(changed)
        assert await tx.subscriptions.get(added.id) == replace(changed, created_at=added.created_at)
        with pytest.raises(NotFound, match="subscription"):
            await tx.subscriptions.save(replace(added, id=99))


async def test_a_chats_topics_are_all_its_own(world: Any) -> None:
    some = [await world.subscription(5, topic=topic) for topic in (0, 7, 9)]
    await world.subscription(6)
    async with world.store.read() as tx:
        assert await tx.subscriptions.of_chat(5) == some


async def test_due_are_the_active_ones_whose_time_has_come_longest_waiting_first(world: Any) -> None:
    late, early, _, never = [
        await world.subscription(next_due_at=None if minutes is None else world.at(minutes))
        for minutes in (2, 1, 3, None)
    ]
    paused = await world.subscription(5, next_due_at=world.at(0))
    async with world.store.begin() as tx:
        await tx.subscriptions.suspend(paused.place.chat_id, PAUSED, "rights", topic=None, now=world.at(0))
        assert [s.id for s in await tx.subscriptions.due(world.at(2), limit=9)] == [early.id, late.id]
        assert [s.id for s in await tx.subscriptions.due(world.at(2), limit=1)] == [early.id]
        assert [s.id for s in await tx.subscriptions.active(limit=9)] == [late.id, early.id, late.id + 2, never.id]
        assert [s.id for s in await tx.subscriptions.active(after_id=early.id, limit=1)] == [late.id + 2]


async def test_planning_is_told_what_it_needs_of_a_subscription(world: Any) -> None:
    schedule = Schedule(times=(time(8), time(20, 30)), weekdays=frozenset((0, 6)), zone="Asia/Kolkata")
    it = await world.subscription(language="uk", schedule=schedule, next_due_at=world.at(1))
    it = replace(it, tell_empty=True)
    expected = Recipient(it.id, "uk", schedule, tell_empty=True, seen_until=it.seen_until, next_due_at=world.at(1))
    async with world.store.begin() as tx:
        await tx.subscriptions.save(it)
        assert await tx.subscriptions.due(world.at(1), limit=9) == [expected]
        assert await tx.subscriptions.active(limit=9) == [expected]


async def test_advancing_sets_many_at_once(world: Any) -> None:
    one, two = await world.subscription(), await world.subscription()
    async with world.store.begin() as tx:
        await tx.subscriptions.advance([])
        await tx.subscriptions.advance([(two.id, None, world.at(2)), (one.id, world.at(60), world.at(1))])
        assert await tx.subscriptions.get(one.id) == replace(one, next_due_at=world.at(60), seen_until=world.at(1))
        assert await tx.subscriptions.get(two.id) == replace(two, next_due_at=None, seen_until=world.at(2))


@pytest.mark.parametrize("server", ["postgres"], indirect=True)
async def test_two_planners_never_hold_the_same_subscription(world: Any, open_: Any) -> None:
    for _ in range(3):
        await world.subscription()
    other = await open_()
    async with world.store.begin() as one, other.begin() as two:
        first = await one.subscriptions.due(world.at(1), limit=2)
        second = await two.subscriptions.due(world.at(1), limit=2)
    assert len({s.id for s in first} | {s.id for s in second}) == len(first) + len(second) == 3


async def test_suspending_touches_one_topic_or_all_and_keeps_the_first_stop(world: Any) -> None:
    main, topic = await world.subscription(5), await world.subscription(5, topic=7)
    async with world.store.begin() as tx:
        assert await tx.subscriptions.suspend(5, PAUSED, "topic_closed", topic=7, now=world.at(1)) == 1
        assert await tx.subscriptions.suspend(5, PAUSED, "rights", topic=7, now=world.at(2)) == 0
        assert await tx.subscriptions.get(main.id) == main
        assert await tx.subscriptions.suspend(5, STOPPED, "kicked", topic=None, now=world.at(3)) == 2
        assert await tx.subscriptions.suspend(5, STOPPED, "left", topic=None, now=world.at(4)) == 0
        assert await tx.subscriptions.suspend(5, PAUSED, "rights", topic=None, now=world.at(4)) == 0
        stopped = await tx.subscriptions.get(topic.id)
        assert await tx.subscriptions.counts() == {(ChatKind.PRIVATE, STOPPED): 2}
    assert (stopped.state, stopped.reason, stopped.state_at) == (STOPPED, "kicked", world.at(3))


async def test_a_group_keeps_everything_when_it_becomes_a_supergroup(world: Any) -> None:
    group = await world.subscription(-5, kind=ChatKind.GROUP)
    await world.queued([group])
    async with world.store.begin() as tx:
        await tx.runtime.set_halt(-5, world.at(5))
        assert await tx.subscriptions.migrate(-5, -1005) == 1
        assert await tx.subscriptions.migrate(-5, -1005) == 0
        moved = replace(group, place=Place(-1005), kind=ChatKind.SUPERGROUP)
        assert await tx.subscriptions.get(group.id) == moved
        assert await tx.runtime.halts(now=world.at(0)) == {}
    assert [delivery.place for delivery in await world.claim()] == [Place(-1005)]


@pytest.mark.parametrize("old_is_stopped", [False, True])
async def test_migrating_into_a_chat_that_subscribed_itself_leaves_one_subscription(
    world: Any, old_is_stopped: bool
) -> None:
    old, new = await world.subscription(-5, kind=ChatKind.GROUP), await world.subscription(-1005)
    await world.queued([old])
    await world.queued([old, new])
    async with world.store.begin() as tx:
        if old_is_stopped:
            await tx.subscriptions.suspend(-5, STOPPED, "kicked", topic=None, now=world.at(1))
        await tx.subscriptions.migrate(-5, -1005)
        [left] = await tx.subscriptions.of_chat(-1005)
        assert await tx.subscriptions.of_chat(-5) == []
    assert left.id == (new.id if old_is_stopped else old.id)
    assert len(await world.rows()) == 2
    assert {row.subscription_id for row in await world.rows()} == {left.id}


async def test_forgetting_a_chat_leaves_nothing_of_it(world: Any) -> None:
    some = [await world.subscription(5), await world.subscription(5, topic=7)]
    other = await world.subscription(6)
    await world.queued([*some, other])
    async with world.store.begin() as tx:
        await tx.runtime.set_halt(5, world.at(5))
        assert await tx.subscriptions.forget(5) == 2
        assert await tx.subscriptions.forget(5) == 0
        assert await tx.runtime.halts(now=world.at(0)) == {}
    assert [row.subscription_id for row in await world.rows()] == [other.id]


async def test_a_row_of_a_forgotten_chat_may_still_be_recorded(world: Any) -> None:
    await world.queued([await world.subscription(5)])
    [delivery] = await world.claim()
    await world.sending([delivery.id])
    async with world.store.begin() as tx:
        await tx.subscriptions.forget(5)
    await world.record(1, (delivery.id, Outcome(verdict=Verdict.SENT, message_id=1)))
    assert await world.rows() == []


async def test_an_id_is_never_given_to_another_chat(world: Any) -> None:
    first = await world.subscription(5)
    async with world.store.begin() as tx:
        await tx.subscriptions.forget(5)
    assert (await world.subscription(6)).id > first.id


async def test_those_who_left_long_ago_are_purged_in_small_steps(world: Any) -> None:
    some = [await world.subscription(chat) for chat in (1, 2, 3)]
    await world.queued(some)
    async with world.store.begin() as tx:
        for chat in (1, 2, 3):
            await tx.subscriptions.suspend(chat, STOPPED, "left", topic=None, now=world.at(chat))
        assert await tx.subscriptions.purge(world.at(3), limit=1) == 1
        assert await tx.subscriptions.purge(world.at(3), limit=9) == 1
        assert await tx.subscriptions.purge(world.at(3), limit=9) == 0
    assert [row.subscription_id for row in await world.rows()] == [some[2].id]
