"""Whatever is asked of it, a row of the ledger takes only the ways that the table allows."""

from typing import Any

import pytest
from sqlalchemy import update

from digests.ledger import STEP_OF, TRANSITIONS, Step
from digests.model import DeliveryState, EditionKind, Outcome, SubscriptionState, Verdict
from digests.storage import ledger
from digests.storage.tables import deliveries

ALLOWED = {(one.source, one.step): one.target for one in TRANSITIONS}
STATES = list(DeliveryState)


async def in_every_state(world: Any) -> list[int]:
    """Write a row for each state, with all that may hold it set; returns their ids in the order of `STATES`."""
    await world.queued([await world.subscription() for _ in STATES])
    rows = [row.id for row in await world.rows()]
    async with world.store._writer.begin() as connection:
        for id_, state in zip(rows, STATES, strict=True):
            waiting = state in (DeliveryState.PENDING, DeliveryState.UNKNOWN)
            values = {
                "state": state,
                "ready_at": world.at(0) if waiting else None,
                "leased_by": "w1",
                "lease_until": world.at(5),
                "unknowns": int(state is DeliveryState.UNKNOWN),
            }
            await connection.execute(update(deliveries).where(deliveries.c.id == id_).values(values))
    return rows


def expected(step: Step) -> list[str]:
    return [ALLOWED.get((state, step), state) for state in STATES]


@pytest.mark.parametrize("verdict", Verdict)
async def test_an_answer_takes_a_row_only_where_the_table_says(world: Any, verdict: Verdict) -> None:
    rows = await in_every_state(world)
    await world.record(1, *((id_, Outcome(verdict=verdict, reason="some", message_id=1)) for id_ in rows))
    assert await world.states() == expected(STEP_OF[verdict])


async def test_only_what_waits_begins(world: Any) -> None:
    rows = await in_every_state(world)
    await world.sending(rows, 1)
    assert await world.states() == expected(Step.BEGIN)


async def test_only_what_was_being_sent_is_lost_in_a_crash(world: Any) -> None:
    await in_every_state(world)
    async with world.store.begin() as tx:
        await tx.ledger.recover(now=world.at(1), everything=True)
    assert await world.states() == expected(Step.LOST)


async def test_only_what_waits_is_withdrawn(world: Any) -> None:
    await in_every_state(world)
    async with world.store.begin() as tx:
        for each in await tx.subscriptions.active(limit=10):
            subscription = await tx.subscriptions.get(each.id)
            await tx.subscriptions.suspend(
                subscription.place.chat_id, SubscriptionState.STOPPED, "left", topic=None, now=world.at(1)
            )
    assert await world.states() == expected(Step.WITHDRAW)


@pytest.mark.parametrize("resting", [False, True])
async def test_only_what_ended_without_arriving_is_tried_again(world: Any, resting: bool) -> None:
    await in_every_state(world)
    async with world.store._writer.begin() as connection:
        at_rest = deliveries.c.state.in_(("refused", "unknown", "withdrawn", "sent"))
        change = {"settled_at": world.at(0), "ready_at": None, "last_error": ledger.EARLIER_PART}
        await connection.execute(update(deliveries).where(at_rest).values(change))
    before = await world.rows()
    async with world.store.begin() as tx:
        ids = [row.subscription_id for row in before]
        number = await tx.ledger.retry(before[0].edition_id, ids, resting=resting, now=world.at(1))
    rows = await world.rows()
    changed = {old.state: new for old, new in zip(before, rows, strict=True) if old != new}
    assert set(changed) == {"unknown" if resting else "refused", "withdrawn"}
    assert number == 2
    for state, row in changed.items():
        assert row.state == ALLOWED[DeliveryState(state), Step.RETRY]
        assert row.settled_at is None
        assert (row.ready_at is None) == (state == "withdrawn")


async def test_a_fan_out_is_followed_until_its_last_row_is_settled(world: Any) -> None:
    kinds = (EditionKind.SCHEDULED,)

    async def fan_outs() -> list[tuple[int, int]]:
        async with world.store.read() as tx:
            return [(each.rows, each.settled) for each in await tx.ledger.fan_outs(kinds)]

    await world.queued([await world.subscription() for _ in range(3)], parts=2)
    assert await fan_outs() == [(6, 0)]
    [first, *_] = await world.claim(0, limit=1)
    await world.sending([first.id], 0)
    await world.record(0, (first.id, Outcome(verdict=Verdict.UNKNOWN, reason="timeout")))
    assert await fan_outs() == [(6, 0)]
    for minute in (1, 2, 3):
        await world.send(minute, Outcome(verdict=Verdict.SENT, message_id=1))
    assert await fan_outs() == []
    async with world.store.read() as tx:
        assert await tx.ledger.settled_since(world.at(1)) == 3
        assert await tx.ledger.fan_outs((EditionKind.URGENT,)) == []
